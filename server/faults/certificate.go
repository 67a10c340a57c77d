package main

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// certificateSwapped replaces the certificate's files of a node that runs, once
// well and once with nonsense.
func certificateSwapped(ctx context.Context, h *house, v *verdict) error {
	v.did = "the certificate's files were swapped while a node ran, then broken"
	if err := h.open(ctx); err != nil {
		return err
	}
	cert, key := filepath.Join(h.dir, "tls.pem"), filepath.Join(h.dir, "tls.key")
	if err := certify(cert, key, "first"); err != nil {
		return err
	}
	n, err := h.node("certified", h.proxy.url("postern"), "POSTERN_TLS_CERT="+cert, "POSTERN_TLS_KEY="+key)
	if err != nil {
		return err
	}
	if err := n.start(ctx); err != nil {
		return err
	}
	defer n.kill()
	return (&swap{verdict: v, n: n, cert: cert, key: key, old: newClient(patience)}).try(ctx)
}

// swap is the files and who uses them.
type swap struct {
	*verdict
	n         *node
	cert, key string
	old       *http.Client // its connection stays open all the while
}

func (s *swap) try(ctx context.Context) error {
	if err := s.use("at first"); err != nil {
		return err
	}
	if err := certify(s.cert, s.key, "second"); err != nil {
		return err
	}
	took, err := s.n.presents(ctx, "second")
	if err != nil {
		s.breaks("%v", err)
	}
	s.note("the new one after %.1f s", took.Seconds())
	if err := s.use("after the swap"); err != nil {
		return err
	}
	if err := os.WriteFile(s.cert, []byte("-----BEGIN CERTIFICATE-----\nhalf a file"), 0o600); err != nil {
		return err
	}
	time.Sleep(2500 * time.Millisecond) // the files are looked at every two seconds
	if _, err := s.n.presents(ctx, "second"); err != nil {
		s.breaks("with a broken file: %v", err)
	}
	time.Sleep(100 * time.Millisecond) // the log comes through a pipe
	if len(s.n.said(s.cert)) == 0 {
		s.breaks("the log says nothing of the broken file")
	}
	if err := certify(s.cert, s.key, "third"); err != nil {
		return err
	}
	if _, err := s.n.presents(ctx, "third"); err != nil {
		s.breaks("mended: %v", err)
	}
	return s.use("at the end")
}

// use sends a request over the connection that was opened first.
func (s *swap) use(when string) error {
	reply, err := s.old.Get(s.n.at(whm, "/login"))
	if err != nil {
		return fmt.Errorf("%s, the old connection: %w", when, err)
	}
	defer reply.Body.Close()
	if name := reply.TLS.PeerCertificates[0].Subject.CommonName; name != "first" || reply.StatusCode != http.StatusOK {
		s.breaks("%s, the old connection has the certificate %s and status %d", when, name, reply.StatusCode)
	}
	_, err = io.Copy(io.Discard, reply.Body)
	return err
}

// presents waits until new handshakes get the certificate of a name.
func (n *node) presents(ctx context.Context, name string) (time.Duration, error) {
	began, last := time.Now(), ""
	for time.Since(began) < 6*time.Second {
		dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
		conn, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", n.ports[whm]))
		if err != nil {
			return 0, err
		}
		last = conn.(*tls.Conn).ConnectionState().PeerCertificates[0].Subject.CommonName
		conn.Close()
		if last == name {
			return time.Since(began), nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return 0, fmt.Errorf("new handshakes get the certificate %s, not %s", last, name)
}

// certify writes a self-signed certificate and its key.
func certify(cert, key, name string) error {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: name}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return os.WriteFile(cert, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600)
}
