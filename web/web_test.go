package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
)

// need fails a test of the built app with a line that says what to do.
func need(t *testing.T) map[string]asset {
	t.Helper()
	assets, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return assets
}

// budget is what app.wasm may weigh as the network carries it.
const budget = 1_600_000

func TestTheAppStaysWithinItsBudget(t *testing.T) {
	need(t)
	packed, err := static.ReadFile("static/dist/app.wasm.br")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("app.wasm.br has %d bytes of %d", len(packed), budget)
	if len(packed) >= budget {
		t.Errorf("app.wasm.br has %d bytes; the budget is %d. Does something import net/http, html/template or x/text?", len(packed), budget)
	}
}

func TestAssetsAreServedInTheEncodingAskedFor(t *testing.T) {
	a := need(t)["app.wasm"]
	tags := map[string]bool{}
	for accept, want := range map[string]string{
		"": "", "gzip, deflate, br, zstd": "br", "gzip": "gzip", "br;q=0.1, gzip;q=0.9": "gzip",
		"identity": "", "*;q=0.5": "br", "br;q=0, *": "gzip", "zstd": "",
	} {
		w := get(Assets(), a.path(), "Accept-Encoding", accept)
		h := w.Header()
		if w.Code != 200 || h.Get("Content-Encoding") != want {
			t.Errorf("Accept-Encoding %q: %d, %q; want 200, %q", accept, w.Code, h.Get("Content-Encoding"), want)
		}
		for name, value := range map[string]string{
			"Content-Type": "application/wasm", "X-Content-Type-Options": "nosniff", "Vary": "Accept-Encoding",
			"Cache-Control": "public, max-age=31536000, immutable",
		} {
			if h.Get(name) != value {
				t.Errorf("Accept-Encoding %q: %s is %q, want %q", accept, name, h.Get(name), value)
			}
		}
		tags[h.Get("ETag")] = true
		body := w.Body.Len()
		if want == "" && int64(body) != a.Size {
			t.Errorf("identity has %d bytes, want %d", body, a.Size)
		}
		if again := get(Assets(), a.path(), "Accept-Encoding", accept, "If-None-Match", `"x", W/`+h.Get("ETag")); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("Accept-Encoding %q with its ETag: %d and %d bytes, want 304 and none", accept, again.Code, again.Body.Len())
		}
	}
	if len(tags) != 3 {
		t.Errorf("the three encodings have %d ETags", len(tags))
	}
}

// TestAnInterruptedDownloadGoesOn: the rest of a file is to be had, and only of
// the file that the browser has the beginning of.
func TestAnInterruptedDownloadGoesOn(t *testing.T) {
	a := need(t)["app.wasm"]
	whole := get(Assets(), a.path(), "Accept-Encoding", "br")
	tag, size := whole.Header().Get("ETag"), whole.Body.Len()
	rest := get(Assets(), a.path(), "Accept-Encoding", "br", "Range", "bytes=1000-", "If-Range", tag)
	if rest.Code != 206 || rest.Body.String() != whole.Body.String()[1000:] || rest.Header().Get("Content-Encoding") != "br" {
		t.Errorf("the rest: %d, %d of %d bytes, %v", rest.Code, rest.Body.Len(), size-1000, rest.Header())
	}
	if other := get(Assets(), a.path(), "Accept-Encoding", "gzip", "Range", "bytes=1000-", "If-Range", tag); other.Code != 200 {
		t.Errorf("the rest of another encoding: %d", other.Code)
	}
	if whole.Header().Get("Content-Length") != strconv.Itoa(size) || whole.Header().Get("Accept-Ranges") != "bytes" {
		t.Errorf("the whole: %v", whole.Header())
	}
}

func TestAllEncodingsHoldTheSameFile(t *testing.T) {
	a := need(t)["wasm_exec.js"]
	plain := get(Assets(), a.path(), "Accept-Encoding", "").Body.String()
	unpacked, err := gzip.NewReader(get(Assets(), a.path(), "Accept-Encoding", "gzip").Body)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(unpacked)
	if err != nil || string(text) != plain || !strings.Contains(plain, "globalThis.Go") {
		t.Errorf("gzip and identity differ (%v)", err)
	}
}

func TestOtherRequestsForAssetsAreRefused(t *testing.T) {
	a := need(t)["loader.js"]
	for path, want := range map[string]int{
		"/assets/0000000000000000/" + a.Name: 404, "/assets/" + a.Hash + "/other.js": 404, "/assets/": 404,
		"/assets/" + a.Hash + "/../../web.go": 404, "/assets/" + a.Hash + "/" + a.Name + ".br": 404,
	} {
		if w := get(Assets(), path); w.Code != want || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("GET %s: %d, kept %q; want %d", path, w.Code, w.Header().Get("Cache-Control"), want)
		}
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS"} {
		w := httptest.NewRecorder()
		Assets().ServeHTTP(w, httptest.NewRequest(method, a.path(), nil))
		if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d", method, w.Code)
		}
	}
	if w := get(Assets(), a.path(), "Accept-Encoding", "identity;q=0"); w.Code != 406 {
		t.Errorf("no encoding left: %d, want 406", w.Code)
	}
	w := httptest.NewRecorder()
	Assets().ServeHTTP(w, httptest.NewRequest("HEAD", a.path(), nil))
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") == "" {
		t.Errorf("HEAD: %d with %d bytes, Content-Length %q", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

// get asks a handler, with pairs of header names and values.
func get(h http.Handler, path string, pairs ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "/", nil)
	r.URL.Path = path
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			r.Header.Set(pairs[i], pairs[i+1])
		}
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}
