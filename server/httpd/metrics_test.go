package httpd

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"postern/server/testkit"
)

func TestMetrics(t *testing.T) {
	m := NewMetrics(testkit.New(t).Pool)
	watched := m.Watch("cpaneld", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/login" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}))
	for _, path := range []string{"/login", "/cpsess1234567890/execute/Email/list_pops", "/anything/a/stranger/types", "/login/session"} {
		watched.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, path, nil))
	}
	var broken error
	get := func(path string) (int, string) {
		w := httptest.NewRecorder()
		m.Handler(func(context.Context) error { return broken }).ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		body, _ := io.ReadAll(w.Result().Body)
		return w.Code, string(body)
	}
	_, text := get("/metrics")
	for _, want := range []string{
		`postern_request_duration_seconds_count{path="login",service="cpaneld",status="4xx"} 1`,
		`postern_request_duration_seconds_count{path="api",service="cpaneld",status="2xx"} 1`,
		`postern_request_duration_seconds_count{path="page",service="cpaneld",status="2xx"} 1`,
		"postern_database_connections_limit", "process_resident_memory_bytes",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("missing: %s", want)
		}
	}
	if strings.Contains(text, "stranger") {
		t.Error("a path that a client chose is a label")
	}
	if status, _ := get("/readyz"); status != http.StatusOK {
		t.Errorf("ready: %d", status)
	}
	broken = errors.New("postgres://root:hunter2@db refused")
	if status, body := get("/readyz"); status != http.StatusServiceUnavailable || strings.Contains(body, "hunter2") {
		t.Errorf("not ready: %d %s", status, body)
	}
	if status, _ := get("/healthz"); status != http.StatusOK {
		t.Errorf("alive: %d", status)
	}
}
