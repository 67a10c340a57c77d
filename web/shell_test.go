package web

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"postern/app/texts"
)

func TestTheShellNamesItsAssetsAndItsVersion(t *testing.T) {
	assets := need(t)
	w := get(Shell(`1.2.3"><script>`, nil), "/any/path")
	page := w.Body.String()
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-cache" || w.Header().Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	for name, a := range assets {
		if !strings.Contains(page, a.path()) {
			t.Errorf("the page does not name %s", name)
		}
	}
	if strings.Contains(page, `"><script>`) || !strings.Contains(page, `data-version="1.2.3&#34;`) {
		t.Error("the version is not escaped")
	}
	if other := get(Shell("1.2.3", nil), "/"); !strings.Contains(other.Body.String(), `<html lang="en" dir="ltr" data-version="1.2.3"`) {
		t.Error("the page lacks lang or data-version")
	}
}

// TestTheShellHasNothingInline: the policy would block it.
func TestTheShellHasNothingInline(t *testing.T) {
	need(t)
	page := get(Shell("1", nil), "/").Body.String()
	if found := regexp.MustCompile(`(?i)<style|\sstyle=|\son[a-z]+=|<script>|<script [^>]*>[^<]`).FindString(page); found != "" {
		t.Errorf("found %q", found)
	}
}

func TestThePolicy(t *testing.T) {
	offered := []string{
		"https://host.example:2096", "https://[2001:db8::1]:2096",
		"*", "https:", "https://*:2096", "https://a.example; script-src *", "https://a.example script-src",
		"https://a.example\r\nX: 1", "https://a.example/path", "javascript:alert(1)", "'unsafe-inline'", "data:", "https://-.example-",
	}
	h := Shell("1", func(*http.Request) []string { return offered })
	got := get(h, "/").Header().Get("Content-Security-Policy")
	want := "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
		"connect-src 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'; " +
		"form-action 'self' https://host.example:2096 https://[2001:db8::1]:2096"
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTheShellIsForReading(t *testing.T) {
	w := httptest.NewRecorder()
	Shell("1", nil).ServeHTTP(w, httptest.NewRequest("POST", "/", nil))
	if w.Code != 405 || w.Header().Get("Content-Security-Policy") == "" {
		t.Errorf("POST: %d", w.Code)
	}
}

func TestNegotiate(t *testing.T) {
	for header, want := range map[string]string{
		"": "identity", "br": "br", "GZIP": "gzip", "x-gzip": "gzip", "gzip;q=1.0, br;q=1.0": "br",
		"identity;q=1, br;q=0.5": "identity", "br;q=0": "identity", "br;q=nonsense": "identity", "br;q=2": "identity",
		"identity;q=0": "none", "*;q=0": "none", "*;q=0, gzip": "gzip", ",,;;": "identity", "br;q=NaN": "identity",
	} {
		coding, acceptable := negotiate([]string{header})
		if !acceptable {
			coding = "none"
		}
		if coding != want {
			t.Errorf("%q: %s, want %s", header, coding, want)
		}
	}
}

func FuzzNegotiate(f *testing.F) {
	f.Add("gzip;q=0.5, br")
	f.Fuzz(func(t *testing.T, header string) {
		coding, acceptable := negotiate([]string{header})
		if acceptable && coding != brotli && coding != gzipped && coding != identity {
			t.Errorf("%q gives %q", header, coding)
		}
	})
}

// TestADrawnPage has what it was given, and its answers cannot end the element that
// they are in.
func TestADrawnPage(t *testing.T) {
	show := func(d *Drawn) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		Shell("7", nil).Show(w, httptest.NewRequest("GET", "/admin/accounts", nil), Page{Draw: func(*texts.Texts, map[string]string) *Drawn { return d }})
		return w
	}
	if w := show(nil); strings.Contains(w.Body.String(), "data-drawn") || !strings.Contains(w.Body.String(), `id="splash"`) || w.Header().Get("Cache-Control") != "no-cache" {
		t.Error("not drawn:", w.Header(), w.Body)
	}
	w := show(&Drawn{Title: "</title><b>", HTML: "<p>drawn</p>", Told: map[string]string{"</script><b>": "<!--<script>"}})
	body := w.Body.String()
	if !strings.Contains(body, `<div id="drawn"><p>drawn</p></div>`) || !strings.Contains(body, " data-drawn") || strings.Contains(body, `id="splash"`) || w.Header().Get("Cache-Control") != "no-store" {
		t.Error(w.Header(), body)
	}
	if strings.Contains(body, "<b>") || strings.Contains(body, "<!--<script>") || strings.Count(body, "</script>") != 3 {
		t.Error("something got out of its place:", body)
	}
}
