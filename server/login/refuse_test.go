package login

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// TestAFailureIsNamedAndLogged: a database that breaks off during a sign in is told
// as that, not as a mistake of ours, and every reply of 500 or more has its line.
func TestAFailureIsNamedAndLogged(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		says   string
	}{
		{io.ErrUnexpectedEOF, http.StatusServiceUnavailable, "busy"},
		{http.ErrBodyNotAllowed, http.StatusInternalServerError, "internal"},
	} {
		var log bytes.Buffer
		p := &Pages{Room: &Room{Log: slog.New(slog.NewTextHandler(&log, nil))}}
		w := httptest.NewRecorder()
		p.refuse(w, httptest.NewRequest("POST", "/login", nil), url.Values{"login_only": {"1"}}, c.err)
		if w.Code != c.status || !strings.Contains(w.Body.String(), `"message":"`+c.says+`"`) {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), c.err.Error()) {
			t.Errorf("%v: the log says %q", c.err, &log)
		}
	}
}
