package database_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgproto3"

	"postern/server/database"
)

// TestPasswordIsBoundToTheCertificate: over TLS a sign in is with channel binding,
// so that who is in between with another certificate learns and gains nothing.
// The bounds of waiting must not hide the TLS from pgx.
func TestPasswordIsBoundToTheCertificate(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	chosen := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		mechanism, err := mechanismOf(conn, certificate(t))
		if err != nil {
			mechanism = err.Error()
		}
		chosen <- mechanism
	}()
	_, err = database.Open(t.Context(), database.Options{URL: "postgres://postern:secret@" + l.Addr().String() + "/postern?sslmode=require&channel_binding=require"})
	if err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("said %v", err)
	}
	select {
	case got := <-chosen:
		if got != "SCRAM-SHA-256-PLUS" {
			t.Errorf("chosen was %q", got)
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody came")
	}
}

// mechanismOf asks a client over TLS for a password, as PostgreSQL does, and is
// the way in which it would prove that it knows it.
func mechanismOf(conn net.Conn, own tls.Certificate) (string, error) {
	_ = conn.SetDeadline(time.Now().Add(10 * time.Second))
	if _, err := io.ReadFull(conn, make([]byte, 8)); err != nil { // SSLRequest
		return "", err
	}
	if _, err := conn.Write([]byte("S")); err != nil {
		return "", err
	}
	secured := tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{own}})
	server := pgproto3.NewBackend(secured, secured)
	if _, err := server.ReceiveStartupMessage(); err != nil {
		return "", err
	}
	server.Send(&pgproto3.AuthenticationSASL{AuthMechanisms: []string{"SCRAM-SHA-256-PLUS", "SCRAM-SHA-256"}})
	if err := server.Flush(); err != nil {
		return "", err
	}
	if err := server.SetAuthType(pgproto3.AuthTypeSASL); err != nil {
		return "", err
	}
	answer, err := server.Receive()
	if err != nil {
		return "", err
	}
	first, is := answer.(*pgproto3.SASLInitialResponse)
	if !is {
		return "no word of SASL", nil
	}
	return first.AuthMechanism, nil
}

// certificate is one that nobody has signed.
func certificate(t *testing.T) tls.Certificate {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Error(err)
		return tls.Certificate{}
	}
	face := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	raw, err := x509.CreateCertificate(rand.Reader, face, face, key.Public(), key)
	if err != nil {
		t.Error(err)
	}
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}
