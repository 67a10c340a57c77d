// Package seal keeps secrets: in memory so that no log prints them, at rest so
// that a copy of the database alone tells nothing.
//
// What is sealed is bound to its table, row and column: moved elsewhere it does
// not open. It does not know what the secrets are for. Rooms that store a
// secret which must be read back (a TOTP key, a client secret) call it; what
// need not be read back is hashed instead.
package seal

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
)

// Secret is a text that prints as dots.
type Secret string

func (Secret) String() string   { return "••••" }
func (Secret) GoString() string { return "••••" }

// MarshalText writes the dots: a secret never leaves in JSON or a log.
func (Secret) MarshalText() ([]byte, error) { return []byte("••••"), nil }

// Reveal is the secret itself, for the one place that needs it.
func (s Secret) Reveal() string { return string(s) }

// KeySize is how many bytes a key has.
const KeySize = 32

// Key seals and opens.
type Key struct {
	aead cipher.AEAD
	raw  []byte
}

// NewKey reads a key of 32 bytes in base64.
func NewKey(text string) (*Key, error) {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || len(raw) != KeySize {
		return nil, fmt.Errorf("a seal key is %d bytes in base64, as `openssl rand -base64 %d` prints it", KeySize, KeySize)
	}
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		return nil, err
	}
	return &Key{aead, raw}, nil
}

// Derive is a key of 32 bytes for another purpose, which tells nothing of this one.
func (k *Key) Derive(purpose string) []byte {
	key, err := hkdf.Key(sha256.New, k.raw, nil, purpose, KeySize)
	if err != nil { // lengths are constants: it cannot be
		panic(err)
	}
	return key
}

// NewKeyText makes a fresh key in the form that NewKey reads.
func NewKeyText() string {
	raw := make([]byte, KeySize)
	_, _ = rand.Read(raw) // never fails, crypto/rand promises
	return base64.StdEncoding.EncodeToString(raw)
}

// Place is where a sealed secret belongs.
type Place struct {
	Table, Column string
	Row           int64
}

func (p Place) bytes() []byte { return fmt.Appendf(nil, "%s\x00%s\x00%d", p.Table, p.Column, p.Row) }

// Seal encrypts and authenticates a secret for its place.
func (k *Key) Seal(secret string, place Place) []byte {
	return k.aead.Seal(nil, nil, []byte(secret), place.bytes())
}

// ErrBroken says that a sealed secret was changed, moved, or sealed by another key.
var ErrBroken = errors.New("seal: the secret does not open with this key in this place")

// Open is the inverse of Seal.
func (k *Key) Open(sealed []byte, place Place) (string, error) {
	plain, err := k.aead.Open(nil, nil, sealed, place.bytes())
	if err != nil {
		return "", ErrBroken
	}
	return string(plain), nil
}
