package node_test

import (
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"testing"

	"postern/shared/function"
	"postern/shared/scalar"
)

func whm(f string) function.Name { return function.WHM(f) }

// TestManyAnswersAtOnceAreOne gives an open step sixteen answers at the same
// moment, one of them right: the step is good for one look, so guessing in
// parallel buys nothing.
func TestManyAnswersAtOnceAreOne(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	form := url.Values{}
	for _, n := range []string{"1", "2", "3", "4"} {
		form.Set("q"+n+"ques", "Which word is number "+n+"?")
		form.Set("q"+n+"answer", "word "+n)
	}
	credentials := url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}}
	_, header, _ := h.ask(t, scalar.CPanel, "POST", "/login?login_only=1", "192.0.2.1", "", credentials)
	if status, _, body := h.ask(t, scalar.CPanel, "POST", "/login/step", "192.0.2.1", cookieOf(t, header, "cpsession_step"), form); status != http.StatusOK {
		t.Fatalf("%d %s", status, body)
	}
	_, header, _ = h.ask(t, scalar.CPanel, "POST", "/login?login_only=1", "203.0.113.1", "", credentials)
	step := cookieOf(t, header, "cpsession_step")
	var mu sync.Mutex
	statuses := map[int]int{}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			status, _, _ := h.ask(t, scalar.CPanel, "POST", "/login/step", "203.0.113.1", step, form)
			mu.Lock()
			statuses[status]++
			mu.Unlock()
		})
	}
	all.Wait()
	if statuses[http.StatusOK] != 1 || statuses[http.StatusUnauthorized] != 15 {
		t.Errorf("%v", statuses)
	}
}

// TestNothingOutlivesAChangedPassword: sessions, sessions not yet used and sign
// ins half done end with the password that opened them.
func TestNothingOutlivesAChangedPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	credentials := url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}}
	_, header, body := h.ask(t, scalar.CPanel, "POST", "/login?login_only=1", "192.0.2.1", "", credentials)
	cookie, token := cookieOf(t, header, "cpsession"), find(t, `"security_token":"(/cpsess\d+)"`, body)
	_, _, body = h.ask(t, scalar.CPanel, "POST", token+"/execute/Session/create_webmail_session_for_self", "192.0.2.1", cookie, nil)
	unused, prefix := find(t, `"session":"([^"]+)"`, body), find(t, `"token":"([^"]+)"`, body)
	h.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	_, header, _ = h.ask(t, scalar.CPanel, "POST", "/login?login_only=1", "192.0.2.1", "", credentials)
	step := cookieOf(t, header, "cpsession_step")

	h.call(t, "root", whm("passwd"), "user", "anna", "password", "Another-Correct-Horse-8")
	if status, _, body := h.ask(t, scalar.CPanel, "POST", token+"/execute/Email/list_pops", "192.0.2.1", cookie, nil); status != http.StatusUnauthorized {
		t.Errorf("the session lives: %d %s", status, body)
	}
	if status, _, _ := h.ask(t, scalar.Webmail, "POST", prefix+"/login", "192.0.2.1", "", url.Values{"session": {unused}}); status != http.StatusUnauthorized {
		t.Errorf("the session that was not used opens: %d", status)
	}
	if status, _, body := h.ask(t, scalar.CPanel, "GET", "/login/step", "192.0.2.1", step, nil); status != http.StatusUnauthorized {
		t.Errorf("the sign in goes on: %d %s", status, body)
	}
}

// TestPasswordChangesRaceWithSignIns: a sign in that looked at the old password
// must not leave a session behind a change that has been acknowledged.
func TestPasswordChangesRaceWithSignIns(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	old := passwordOf("anna")
	for round := range 4 {
		var all sync.WaitGroup
		for i := range 4 {
			from := fmt.Sprintf("198.51.100.%d", 10*round+i) // each an address of its own: no lock stands in the way
			all.Go(func() {
				h.ask(t, scalar.CPanel, "POST", "/login?login_only=1", from, "", url.Values{"user": {"anna"}, "pass": {old}})
			})
		}
		next := "Round-the-clock-Horse-" + string(rune('0'+round))
		h.call(t, "root", whm("passwd"), "user", "anna", "password", next)
		all.Wait()
		var left int
		if err := h.db.Read.NewRaw(`SELECT count(*) FROM sessions AS s JOIN logins AS l ON l.id = s.login_id WHERE l.name = 'anna'`).Scan(t.Context(), &left); err != nil || left != 0 {
			t.Fatalf("round %d: %d sessions outlive the old password, %v", round, left, err)
		}
		old = next
	}
}
