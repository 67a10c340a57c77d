package httpd

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Certificate serves a certificate from two files and reads them again when
// they change, so that a renewal needs no restart.
type Certificate struct {
	CertFile, KeyFile string
	Log               *slog.Logger // told when changed files cannot be read; nil: nobody

	mu      sync.Mutex
	pair    *tls.Certificate
	read    time.Time // when the files were last looked at
	changed time.Time // the newer modification time of the two
	told    string    // the last complaint in the log
}

// lookEvery is how often the files are looked at, at most.
const lookEvery = 2 * time.Second

// Get is tls.Config.GetCertificate. While new files cannot be read (a renewal
// half done) the old certificate stays.
func (c *Certificate) Get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := time.Now()
	if c.pair != nil && now.Sub(c.read) < lookEvery {
		return c.pair, nil
	}
	c.read = now
	changed, err := newer(c.CertFile, c.KeyFile)
	if err == nil && (c.pair == nil || !changed.Equal(c.changed)) {
		var pair tls.Certificate
		if pair, err = tls.LoadX509KeyPair(c.CertFile, c.KeyFile); err == nil {
			c.pair, c.changed = &pair, changed
		}
	}
	if c.pair == nil {
		return nil, fmt.Errorf("the certificate cannot be read: %w", err)
	}
	c.tell(err)
	return c.pair, nil
}

// tell says once in the log that changed files cannot be used, and that they can again.
func (c *Certificate) tell(err error) {
	complaint := ""
	if err != nil {
		complaint = err.Error()
	}
	if c.told == complaint || c.Log == nil {
		return
	}
	if c.told = complaint; err != nil {
		c.Log.Error("the certificate's files changed and cannot be used; the old certificate stays", "certificate", c.CertFile, "key", c.KeyFile, "error", err)
		return
	}
	c.Log.Info("the certificate's files are used again", "certificate", c.CertFile)
}

func newer(files ...string) (time.Time, error) {
	var newest time.Time
	for _, f := range files {
		info, err := os.Stat(f)
		if err != nil {
			return newest, err
		}
		if info.ModTime().After(newest) {
			newest = info.ModTime()
		}
	}
	return newest, nil
}

// SelfSigned makes sure of a self-signed certificate in a folder, for the names
// that the server has. It is made once, and anew when it would end within a
// month or lacks the host's name.
func SelfSigned(folder, hostname string, now time.Time) (*Certificate, error) {
	c := &Certificate{CertFile: filepath.Join(folder, "certificate.pem"), KeyFile: filepath.Join(folder, "certificate.key")}
	old, err := os.ReadFile(c.CertFile)
	if err == nil {
		if block, _ := pem.Decode(old); block != nil {
			cert, err := x509.ParseCertificate(block.Bytes)
			if err == nil && cert.NotAfter.After(now.AddDate(0, 1, 0)) && cert.VerifyHostname(hostname) == nil {
				return c, nil
			}
		}
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return c, c.create(hostname, now)
}

func (c *Certificate) create(hostname string, now time.Time) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: hostname, Organization: []string{"Postern"}},
		NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		DNSNames:              []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	if ip := net.ParseIP(hostname); ip != nil {
		template.IPAddresses = append(template.IPAddresses, ip)
	} else if hostname != "localhost" {
		template.DNSNames = append(template.DNSNames, hostname)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	if err := replace(c.KeyFile, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}), 0o600); err != nil {
		return err
	}
	return replace(c.CertFile, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o644)
}

// replace writes a file whole or not at all.
func replace(name string, content []byte, mode fs.FileMode) error {
	temporary := name + ".new"
	if err := os.WriteFile(temporary, content, mode); err != nil {
		return err
	}
	return os.Rename(temporary, name)
}
