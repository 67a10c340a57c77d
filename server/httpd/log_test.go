package httpd

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestLinesNameTheirRequest: whoever writes a line while a request is answered, the
// id of its reply is in it, once.
func TestLinesNameTheirRequest(t *testing.T) {
	var out bytes.Buffer
	log := Log(slog.New(slog.NewTextHandler(&out, nil)))
	h := withHeaders(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		log.With("room", "x").InfoContext(r.Context(), "one")
		log.InfoContext(r.Context(), "two", "request", RequestID(r.Context()))
		log.Info("three")
	}), "1", log)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	id := "request=" + w.Header().Get("Postern-Request")
	for i, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		if want := []int{1, 1, 0}[i]; strings.Count(line, "request=") != want || strings.Count(line, id) != want {
			t.Errorf("%s does not name %s %d times", line, id, want)
		}
	}
}

// TestAPanicIsAnswered and logged under the request's id; the server goes on.
func TestAPanicIsAnswered(t *testing.T) {
	var out bytes.Buffer
	log := Log(slog.New(slog.NewTextHandler(&out, nil)))
	server := httptest.NewServer(withHeaders(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/abort" {
			panic(http.ErrAbortHandler)
		}
		var nobody *http.Cookie
		w.Header().Set("Content-Length", "3")
		w.Header().Set("Location", nobody.Value)
	}), "1", log))
	defer server.Close()
	reply, err := http.Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(reply.Body); err != nil {
		t.Error(err)
	}
	id := reply.Header.Get("Postern-Request")
	if reply.StatusCode != 500 || reply.Header.Get("Postern-Fault") != "internal" || id == "" || body.String() != "An internal error occurred.\n" {
		t.Errorf("%s %v %q", reply.Status, reply.Header, &body)
	}
	for _, want := range []string{"request=" + id, "nil pointer", "log_test.go"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the log lacks %s: %s", want, &out)
		}
	}
	if reply, err := http.Get(server.URL + "/abort"); err == nil {
		reply.Body.Close()
		t.Errorf("what was to be aborted was answered: %s", reply.Status)
	}
}
