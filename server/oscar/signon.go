package oscar

import (
	"crypto/md5"
	"encoding/binary"
)

// secretSuffix stands at the end of what is hashed at sign-on.
const secretSuffix = "AOL Instant Messenger (SM)"

// Hash is what proves a password to a server that sent key: the strong form, in
// which the password is hashed first. The protocol asks for MD5.
func Hash(key []byte, password string) []byte {
	inner := md5.Sum([]byte(password))
	return digest(key, inner[:])
}

// WeakHash is the older form, which servers take from older clients.
func WeakHash(key []byte, password string) []byte { return digest(key, []byte(password)) }

func digest(key, secret []byte) []byte {
	h := md5.New()
	h.Write(key)
	h.Write(secret)
	h.Write([]byte(secretSuffix))
	return h.Sum(nil)
}

// signOnRequest are the values of 17/02.
func signOnRequest(name, password string, key []byte) TLVs {
	return TLVs{
		{TagName, []byte(name)},
		{TagHash, Hash(key, password)},
		{TagStrongHash, nil},
		{TagClient, []byte("Postern notification check")},
		{tagClientID, u16(0x010A)}, {tagMajor, u16(1)}, {tagMinor, u16(0)}, {tagPoint, u16(0)}, {tagBuild, u16(1)},
		{tagDistributor, make([]byte, 4)},
		{TagLanguage, []byte("en")}, {TagCountry, []byte("us")},
		{TagMultiple, []byte{1}}, // a check does not throw out who is signed on
	}
}

// AppendKey writes the body of 17/07 to the end of b.
func AppendKey(b, key []byte) []byte {
	return append(binary.BigEndian.AppendUint16(b, uint16(len(key))), key...)
}

// ParseKey reads the body of 17/07.
func ParseKey(body []byte) ([]byte, error) {
	c := cursor{rest: body}
	key := c.bytes(int(c.u16()))
	return key, c.err()
}
