package httpd

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestSelfSignedIsMadeOnceAndRenewed(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	serial := func(host string, at time.Time) string {
		t.Helper()
		c, err := SelfSigned(dir, host, at)
		if err != nil {
			t.Fatal(err)
		}
		pair, err := c.Get(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := pair.Leaf.VerifyHostname(host); err != nil {
			t.Errorf("%s: %v", host, err)
		}
		return pair.Leaf.SerialNumber.String()
	}
	first := serial("host.example.com", now)
	if again := serial("host.example.com", now.AddDate(0, 5, 0)); again != first {
		t.Error("made anew although it is good")
	}
	if other := serial("other.example.com", now); other == first {
		t.Error("another name kept the old certificate")
	}
	if renewed := serial("other.example.com", now.AddDate(0, 11, 20)); renewed == first {
		t.Error("not renewed in its last month")
	}
	info, err := os.Stat(filepath.Join(dir, "certificate.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key: %v, %v", info.Mode(), err)
	}
}

func TestCertificateIsReadAgainWhenItChanges(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	c, err := SelfSigned(dir, "one.example.com", now)
	if err != nil {
		t.Fatal(err)
	}
	first, err := c.Get(nil)
	if err != nil {
		t.Fatal(err)
	}
	// A renewal that is half done keeps the old one.
	if err := os.WriteFile(c.CertFile, []byte("half"), 0o644); err != nil {
		t.Fatal(err)
	}
	look := func() *time.Time { c.read = time.Time{}; return &c.read }
	var said bytes.Buffer
	c.Log = slog.New(slog.NewTextHandler(&said, nil))
	for range 3 {
		look()
		if kept, err := c.Get(nil); err != nil || kept != first {
			t.Errorf("a broken file displaced the certificate: %v", err)
		}
	}
	if strings.Count(said.String(), "cannot be used") != 1 || !strings.Contains(said.String(), c.CertFile) {
		t.Errorf("of a broken file the log says %q", &said)
	}
	if err := c.create("two.example.com", now.Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	later := now.Add(time.Minute)
	if err := os.Chtimes(c.CertFile, later, later); err != nil {
		t.Fatal(err)
	}
	look()
	second, err := c.Get(nil)
	if err != nil || second.Leaf.VerifyHostname("two.example.com") != nil {
		t.Errorf("the new certificate is not served: %v", err)
	}
	if strings.Count(said.String(), "used again") != 1 {
		t.Errorf("mended, the log says %q", &said)
	}
}
