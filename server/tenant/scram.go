package tenant

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
)

// iterations of SCRAM-SHA-256's key derivation: PostgreSQL's own number.
const iterations = 4096

// verifier is what PostgreSQL keeps of a password (pg_authid.rolpassword), in the
// form that CREATE ROLE takes instead of the password: RFC 5803's, with RFC
// 7677's SCRAM-SHA-256. The password is of ASCII alone, on which SASLprep changes
// nothing.
func verifier(random io.Reader, password string) (string, error) {
	salt := make([]byte, 16)
	if _, err := io.ReadFull(random, salt); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, iterations, sha256.Size)
	if err != nil {
		return "", err
	}
	client := sha256.Sum256(mac(salted, "Client Key"))
	encode := base64.StdEncoding.EncodeToString
	return fmt.Sprintf("SCRAM-SHA-256$%d:%s$%s:%s", iterations, encode(salt), encode(client[:]), encode(mac(salted, "Server Key"))), nil
}

func mac(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

// draw makes a text of n letters, none more likely than another.
func draw(random io.Reader, alphabet string, n int) (string, error) {
	fair := 256 - 256%len(alphabet)
	out, raw := make([]byte, 0, n), make([]byte, n)
	for len(out) < n {
		if _, err := io.ReadFull(random, raw); err != nil {
			return "", fmt.Errorf("random bytes: %w", err)
		}
		for _, b := range raw {
			if int(b) < fair && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}

// What names and passwords of sessions' users are drawn from. Names need no
// quoting in psql; a password has 143 random bits.
const (
	nameLetters     = "abcdefghijklmnopqrstuvwxyz0123456789"
	passwordLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)
