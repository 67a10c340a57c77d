package session

import (
	"bytes"
	"crypto/rand"
	"strings"
	"testing"
)

func TestParse(t *testing.T) {
	name, hex := strings.Repeat("A", 16), strings.Repeat("0f", 16)
	for text, want := range map[string]bool{
		"anna:" + name + "," + hex:                                true,
		"bob@example.com:" + name + ":" + ForMailUser + "," + hex: true,
		"anna:" + name + "," + strings.ToUpper(hex):               false,
		"anna:" + name + hex:                                      false,
		":" + name + "," + hex:                                    false,
		"anna:" + name + "\n," + hex:                              false,
		"anna:" + name + "," + hex + "\r\nuser=root":              false,
		"anna:" + name[:15] + "," + hex:                           false,
		"anna:" + name + ":a:b," + hex:                            false,
		strings.Repeat("a", 600) + ":" + name + "," + hex:         false,
		"": false,
	} {
		if _, _, _, ok := Parse(text); ok != want {
			t.Errorf("%.60q: %v", text, ok)
		}
	}
}

// FuzzParse: what is taken apart goes together again to the same text.
func FuzzParse(f *testing.F) {
	f.Add("anna:" + strings.Repeat("A", 16) + "," + strings.Repeat("0f", 16))
	f.Add("a:b,c")
	f.Fuzz(func(t *testing.T, text string) {
		login, name, secret, ok := Parse(text)
		if !ok {
			return
		}
		if !strings.HasPrefix(text, login+":"+name) || !strings.HasSuffix(text, ","+secret) {
			t.Errorf("%q came apart as %q %q %q", text, login, name, secret)
		}
		if strings.ContainsAny(name+secret, "\r\n\x00:,") {
			t.Errorf("%q has a separator within", text)
		}
	})
}

func TestDrawIsEven(t *testing.T) {
	text, err := draw(rand.Reader, letters, 62000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range letters {
		// 1000 expected; six standard deviations are about 190.
		if n := strings.Count(text, string(l)); n < 800 || n > 1200 {
			t.Errorf("%c was drawn %d times of 62000", l, n)
		}
	}
	if _, err := draw(bytes.NewReader(nil), letters, 1); err == nil {
		t.Error("no randomness, no error")
	}
}

func TestPrintableKeepsLogsClean(t *testing.T) {
	if got := Printable("Mozilla\r\nSet-Cookie: x\x00\x7f", 300); got != "MozillaSet-Cookie: x" {
		t.Errorf("%q", got)
	}
	if got := Printable(strings.Repeat("ä", 200), 299); len(got) != 298 {
		t.Errorf("%d bytes", len(got))
	}
}
