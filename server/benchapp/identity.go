package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// identity is the certificate that both contenders show. Browsers are told its
// pin, so that it is a good one to them: they keep nothing in their cache that
// came under a certificate which they had to overlook.
type identity struct {
	dir, certificate, key string // files
	pin                   string // SHA-256 of its public key, base64
}

func newIdentity() (i identity, err error) {
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return i, err
	}
	like := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, like, like, &secret.PublicKey, secret)
	if err != nil {
		return i, err
	}
	public, err := x509.MarshalPKIXPublicKey(&secret.PublicKey)
	if err != nil {
		return i, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		return i, err
	}
	if i.dir, err = os.MkdirTemp("", "postern-bench-"); err != nil {
		return i, err
	}
	sum := sha256.Sum256(public)
	i.pin = base64.StdEncoding.EncodeToString(sum[:])
	i.certificate, i.key = filepath.Join(i.dir, "cert.pem"), filepath.Join(i.dir, "key.pem")
	return i, errors.Join(
		os.WriteFile(i.certificate, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600),
		os.WriteFile(i.key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600))
}

func (i identity) remove() { _ = os.RemoveAll(i.dir) } // a leftover in the temporary folder harms nobody
