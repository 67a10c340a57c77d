package sso

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
)

// tokenCrypto makes the texts of codes and access tokens of what is inside. It
// authenticates: a text that was changed does not open. It is the library's op.Crypto.
type tokenCrypto struct {
	aead   cipher.AEAD
	random io.Reader
}

func newTokenCrypto(key []byte, random io.Reader) (*tokenCrypto, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	return &tokenCrypto{aead, random}, err
}

var errToken = errors.New("sso: the token is none of ours")

// Encrypt makes the text.
func (c *tokenCrypto) Encrypt(inside string) (string, error) {
	nonce := make([]byte, c.aead.NonceSize())
	if _, err := io.ReadFull(c.random, nonce); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(c.aead.Seal(nonce, nonce, []byte(inside), nil)), nil
}

// Decrypt is the inverse of Encrypt.
func (c *tokenCrypto) Decrypt(text string) (string, error) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) < c.aead.NonceSize() {
		return "", errToken
	}
	inside, err := c.aead.Open(nil, raw[:c.aead.NonceSize()], raw[c.aead.NonceSize():], nil)
	if err != nil {
		return "", errToken
	}
	return string(inside), nil
}

// draw makes a text of 8n random bits.
func (r *Room) draw(n int) (string, error) {
	raw := make([]byte, n)
	if _, err := io.ReadFull(r.Random, raw); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

// hashOf is what is kept of a secret with enough random bits to need no more.
func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
