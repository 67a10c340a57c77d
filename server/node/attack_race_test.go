package node_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/shared/scalar"
)

// slow is a body that takes its time: something happens before it comes.
type slow struct {
	io.Reader
	first func()
}

func (s *slow) Read(p []byte) (int, error) {
	if s.first != nil {
		s.first()
		s.first = nil
	}
	return s.Reader.Read(p)
}

// TestAuthorityIsAskedForAfterTheBody: who begins a call and sends its body only
// after their session has ended, or their password is another, is a stranger.
func TestAuthorityIsAskedForAfterTheBody(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	handler := h.handler(t, scalar.CPanel, true)
	for what, login := range map[string]func(r *http.Request){
		"a session": func(r *http.Request) {
			cookie, token := h.signIn(t, scalar.CPanel, "anna")
			r.Header.Set("Cookie", cookie)
			r.URL.Path = token + r.URL.Path
		},
		"a password": func(r *http.Request) { r.SetBasicAuth("anna", passwordOf("anna")) },
	} {
		body := url.Values{"email": {"late"}, "password": {"Late-Correct-Horse-9"}}.Encode()
		r := httptest.NewRequest(http.MethodPost, "https://host.example.com/execute/Email/add_pop", nil)
		r.RemoteAddr = "192.0.2.1:4000"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		login(r)
		r.Body = io.NopCloser(&slow{strings.NewReader(body), func() {
			h.call(t, "root", whm("passwd"), "user", "anna", "password", "Another-Correct-Horse-8")
		}})
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, r)
		if w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "Access denied") {
			t.Errorf("%s: %d %s", what, w.Code, w.Body)
		}
		h.call(t, "root", whm("passwd"), "user", "anna", "password", passwordOf("anna"))
	}
	var made int
	if err := h.db.Read.NewRaw("SELECT count(*) FROM logins WHERE name LIKE 'late@%'").Scan(t.Context(), &made); err != nil || made != 0 {
		t.Errorf("%d mailboxes were made (%v)", made, err)
	}
}

// TestSessionsMadeWhileAllEnd: a session that the API is making at the moment at which
// a new password, or their owner, ends all others, does not stay.
func TestSessionsMadeWhileAllEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for what, end := range map[string]string{
		"the session was ended":    `DELETE FROM sessions WHERE login_id = (SELECT id FROM logins WHERE name = 'anna')`,
		"the account is suspended": `UPDATE logins SET suspended_at = now() WHERE name = 'anna'`,
	} {
		cookie, token := h.signIn(t, scalar.CPanel, "anna")
		tx, err := h.db.Write.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.NewRaw(`SELECT id FROM logins WHERE name = 'anna' FOR NO KEY UPDATE`).Exec(t.Context()); err != nil {
			t.Fatal(err)
		}
		answered := make(chan string, 1)
		go func() {
			_, _, body := h.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/Session/create_webmail_session_for_self", "192.0.2.1", cookie, nil)
			answered <- body
		}()
		for waits, until := 0, time.Now().Add(20*time.Second); waits == 0; time.Sleep(5 * time.Millisecond) {
			err := h.db.Read.NewRaw(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(t.Context(), &waits)
			if err != nil || time.Now().After(until) {
				t.Fatalf("%s: the call does not wait (%v)", what, err)
			}
		}
		if _, err := tx.ExecContext(t.Context(), end); err != nil {
			t.Fatal(err)
		}
		if err := tx.Commit(); err != nil {
			t.Fatal(err)
		}
		if body := <-answered; strings.Contains(body, `"status":1`) || strings.Contains(body, "session\":\"anna") {
			t.Errorf("%s: %s", what, body)
		}
		var left int
		if err := h.db.Read.NewRaw("SELECT count(*) FROM sessions WHERE used_at IS NULL").Scan(t.Context(), &left); err != nil || left != 0 {
			t.Errorf("%s: %d sessions are left (%v)", what, left, err)
		}
		if _, err := h.db.Write.ExecContext(t.Context(), "UPDATE logins SET suspended_at = NULL"); err != nil {
			t.Fatal(err)
		}
	}
}
