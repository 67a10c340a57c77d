package httpd

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// FuzzPath: whatever stands in a path, taking it apart does not panic, and what
// a page under a session's token redirects to stays on this host.
func FuzzPath(f *testing.F) {
	for _, p := range []string{"/cpsess1234567890/execute/Email/list_pops", "/json-api/version", "/xml-api/", "/execute//", "/cpsess1//evil.example", "/cpsess1/\\evil.example", "//"} {
		f.Add(p)
	}
	base, _ := url.Parse("https://host.example.com:2083/cpsess1234567890/")
	f.Fuzz(func(t *testing.T, path string) {
		c, ok := readPath(path)
		if ok && (strings.Contains(c.function, "/") || strings.Contains(c.module, "/")) {
			t.Errorf("%q came apart as %q %q", path, c.module, c.function)
		}
		token, rest := cutToken(path)
		switch whole := "/" + token + rest; {
		case token == "" && rest != path,
			token != "" && whole != path && whole != path+"/",
			token != "" && (token == "cpsess" || strings.Trim(strings.TrimPrefix(token, "cpsess"), "0123456789") != ""):
			t.Errorf("%q came apart as %q and %q", path, token, rest)
		}
		to := url.URL{Path: "/" + trimSlashes(path)}
		landed, err := base.Parse(to.String())
		if err == nil && (landed.Host != base.Host || landed.Scheme != "https") {
			t.Errorf("%q leads to %s", path, landed)
		}
	})
}

// TestEveryReplyHasTheHeaders that keep browsers from guessing, framing and leaking.
func TestEveryReplyHasTheHeaders(t *testing.T) {
	h := withHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if RequestID(r.Context()) == "" {
			t.Error("a request without an id")
		}
	}), "1.2.3", slog.New(slog.DiscardHandler))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "https://host.example.com/", nil))
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Resource-Policy": "same-origin", "Postern-Version": "1.2.3",
	} {
		if got := w.Header().Get(name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	if csp := w.Header().Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
		t.Errorf("policy: %s", csp)
	}
}
