package twofactor

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// TestStandardsVectors: RFC 6238, appendix B, SHA-1; the last six of its eight digits.
func TestStandardsVectors(t *testing.T) {
	secret := base32.StdEncoding.EncodeToString([]byte("12345678901234567890"))
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if got := stepOf(secret, code, time.Unix(at, 0)); got != at/30 {
			t.Errorf("at %d: step %d", at, got)
		}
		if got := stepOf(secret, code, time.Unix(at+120, 0)); got != noStep {
			t.Errorf("four steps after %d: step %d", at, got)
		}
	}
	if got := stepOf(secret, "287082", time.Unix(0, 0)); got != 1 {
		t.Errorf("at the beginning of time: %d", got)
	}
}

func TestNewSecret(t *testing.T) {
	secret, err := newSecret(rand.Reader)
	raw, bad := base32.StdEncoding.DecodeString(secret)
	if err != nil || bad != nil || len(secret) != 16 || len(raw) != 10 {
		t.Errorf("%q, %v", secret, err)
	}
	if _, err := newSecret(bytes.NewReader(make([]byte, 9))); err == nil {
		t.Error("a key of too little randomness")
	}
	if _, err := newRecovery(bytes.NewReader(make([]byte, 99))); err == nil {
		t.Error("codes of too little randomness")
	}
	codes, err := newRecovery(rand.Reader)
	if err != nil || len(codes) != 10 || len(codes[0]) != 19 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
		t.Errorf("%v, %v", codes, err)
	}
}

func TestOtpauthAsDocumented(t *testing.T) {
	got := otpauth("Example cPanel L.L.C.", "fakedomain", "S3I4WUY7MTHRMMWN")
	if got != "otpauth://totp/Example%20cPanel%20L.L.C.:fakedomain?secret=S3I4WUY7MTHRMMWN&issuer=Example%20cPanel%20L.L.C." {
		t.Error(got)
	}
}

// FuzzOtpauth: an app reads back what was written, whatever the names hold.
func FuzzOtpauth(f *testing.F) {
	f.Add("Example", "anna")
	f.Add("A & B/C?=+#%", "bob@example.com")
	f.Fuzz(func(t *testing.T, issuer, user string) {
		if !utf8.ValidString(issuer+user) || strings.TrimSpace(issuer) != issuer || strings.TrimSpace(user) != user || issuer == "" || user == "" || strings.Contains(issuer, ":") {
			return
		}
		key, err := otp.NewKeyFromURL(otpauth(issuer, user, decoy))
		if err != nil {
			t.Fatalf("%q %q: %v", issuer, user, err)
		}
		u, _ := url.Parse(key.URL())
		if key.Secret() != decoy || key.Issuer() != issuer || strings.TrimPrefix(u.Path, "/") != issuer+":"+user || key.Period() != 30 || key.Digits() != otp.DigitsSix {
			t.Errorf("%q %q became %s", issuer, user, key.URL())
		}
	})
}

func TestReadKeys(t *testing.T) {
	good := "QLLIU5WTY3UTJGNG"
	keys, err := readKeys(map[string]string{
		"anna.primary_account.secret": good, "anna.email.bob@example.com.secret": strings.ToLower(good), "api.version": "1",
	})
	if err != nil || !slices.Equal(keys, []importedKey{{"anna", "", good}, {"anna", "bob@example.com", good}}) {
		t.Errorf("%v, %v", keys, err)
	}
	for name, secret := range map[string]string{
		"anna.team.t@anna.secret": good, "anna.secret": good, ".primary_account.secret": good, "anna.email.bob.secret": good, "api.version": "1",
		"anna.primary_account.secret": "AAAAAAAAAAAAAAA", "bob.primary_account.secret": "not base32!!!!!!", "carl.primary_account.secret": "QLLIU5WT\nY3UTJGNG", "dora.primary_account.secret": "QLLIU5WTY3UTJGNG1",
	} {
		if keys, err := readKeys(map[string]string{name: secret}); err == nil {
			t.Errorf("%s=%s gave %v", name, secret, keys)
		} else if secret != "1" && strings.Contains(err.Error(), secret) {
			t.Errorf("the refusal tells the secret: %v", err)
		}
	}
}

// FuzzReadKeys: whatever comes in, what is read can make codes.
func FuzzReadKeys(f *testing.F) {
	f.Add("anna.primary_account.secret", "QLLIU5WTY3UTJGNG")
	f.Add("anna.email.bob@example.com.secret", "qlli u5wt y3ut jgng")
	f.Add("a.email..@.secret", "========")
	f.Fuzz(func(t *testing.T, name, secret string) {
		keys, err := readKeys(map[string]string{name: secret})
		if err != nil {
			return
		}
		for _, k := range keys {
			if code, err := hotp.GenerateCode(k.secret, 1); err != nil || len(code) != 6 || k.account == "" || strings.Contains(k.account, ".") {
				t.Errorf("%q %q became %v: %v", name, secret, k, err)
			}
			if _, err := otp.NewKeyFromURL(otpauth("i", "u", k.secret)); err != nil || len(k.secret) < 16 {
				t.Errorf("%q is no key", k.secret)
			}
		}
	})
}
