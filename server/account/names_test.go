package account_test

import (
	"regexp"
	"testing"

	"postern/server/account"
)

// Whatever is taken for a domain is one: lower case letters, digits, dashes and
// dots, two labels at least, and itself when it is read again.
func FuzzDomain(f *testing.F) {
	for _, seed := range []string{
		"example.com", "EXAMPLE.com", "bücher.example", "xn--bcher-kva.example", "a.b.c.d", "1.2.3.4", "a..b", "-a.b", "a-.b", "localhost",
		"a b.c", "a\x00.b", "ａ.example", "ß.example", "example。com", "xn--.example", "\u202eexample.com", "a.example.",
	} {
		f.Add(seed)
	}
	host := regexp.MustCompile(`\A([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?\z`)
	f.Fuzz(func(t *testing.T, text string) {
		domain, err := account.Domain("domain", text)
		if err != nil {
			return
		}
		if len(domain) > 253 || !host.MatchString(domain) {
			t.Errorf("%q is read as %q", text, domain)
		}
		if again, err := account.Domain("domain", domain); again != domain || err != nil {
			t.Errorf("%q is read as %q, and that as %q, %v", text, domain, again, err)
		}
	})
}
