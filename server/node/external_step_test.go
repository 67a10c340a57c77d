package node_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/server/provider/providertest"
	"postern/shared/scalar"
)

// stepped is a house in which anna has a second factor and is linked to anna-there.
type stepped struct {
	*outside
	*testing.T
	key string
}

func newStepped(t *testing.T) *stepped {
	t.Parallel()
	s := &stepped{outside: newOutside(t), T: t}
	s.link(t, "anna", "anna-there")
	session, token := s.signIn(t, scalar.CPanel, "anna")
	_, _, body := s.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/TwoFactorAuth/generate_user_configuration", "192.0.2.1", session, nil)
	s.key = find(t, `"secret":"([A-Z2-7]+)"`, body)
	_, _, body = s.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/TwoFactorAuth/set_user_configuration", "192.0.2.1", session, s.code())
	if !strings.Contains(body, `"status":1`) {
		t.Fatal(body)
	}
	return s
}

// code is an answer to the step that is good now, and for no step before.
func (s *stepped) code() url.Values {
	s.Helper()
	s.clock.Advance(31 * time.Second)
	c, err := totp.GenerateCode(s.key, s.clock.Now())
	if err != nil {
		s.Fatal(err)
	}
	return url.Values{"secret": {s.key}, "tfa_token": {c}}
}

// arrive comes with the provider's word as far as the second factor.
func (s *stepped) arrive() (step string) {
	s.Helper()
	status, header, body := s.come(s.T, scalar.CPanel, "anna-there", "", "192.0.2.1")
	if status != http.StatusFound || header.Get("Location") != "/login/tfa" {
		s.Fatalf("no second factor: %d %v %s", status, header, body)
	}
	return cookieOf(s.T, header, "cpsession_step")
}

// answer answers a step.
func (s *stepped) answer(step string, fields url.Values) (int, http.Header, string) {
	s.Helper()
	return s.ask(s.T, scalar.CPanel, http.MethodPost, "/login/step", "192.0.2.1", step, fields)
}

// origins are those of the sessions that there are, in the order of their making.
func (s *stepped) origins() string {
	s.Helper()
	var all []string
	if err := s.db.Read.NewRaw("SELECT origin FROM sessions ORDER BY created_at, name").Scan(s.Context(), &all); err != nil {
		s.Fatal(err)
	}
	return strings.Join(all, " ")
}

// ended fails the test unless a step says why it ends, opens nothing, and is over.
func (s *stepped) ended(title, step, says string) {
	s.Helper()
	sessions := s.origins()
	status, _, shown := s.ask(s.T, scalar.CPanel, http.MethodGet, "/login/step", "192.0.2.1", step, nil)
	out(s.T, title+", asked", status, http.StatusBadRequest, shown, says)
	fields := s.code()
	status, header, body := s.answer(step, fields)
	out(s.T, title, status, http.StatusBadRequest, body, says)
	if strings.Contains(strings.Join(header.Values("Set-Cookie"), ""), "cpsession=") || s.origins() != sessions {
		s.Errorf("%s: somebody came in: %v", title, header)
	}
	status, _, body = s.answer(step, fields)
	out(s.T, title+", once more", status, http.StatusUnauthorized, body, "invalid_login")
}

// TestASignInByAProviderStaysOne behind a second factor: the session, the audit trail
// and the statistics know it.
func TestASignInByAProviderStaysOne(t *testing.T) {
	s := newStepped(t)
	step := s.arrive()
	s.answer(step, url.Values{"tfa_token": {"000000"}})
	if status, _, body := s.answer(step, s.code()); status != http.StatusOK || !strings.Contains(body, `"status":1`) {
		t.Fatalf("%d %s", status, body)
	}
	if got := s.origins(); got != "login provider" {
		t.Errorf("the sessions are by %s", got)
	}
	var trail []string
	err := s.db.Read.NewRaw(`SELECT action || ' ' || outcome || ' ' || via || ' ' || coalesce(details->>'provider_id', '') FROM audit_events
		WHERE dialect = '' AND id > (SELECT max(id) FROM audit_events WHERE action LIKE '%set_user_configuration') ORDER BY id`).Scan(t.Context(), &trail)
	want := "external ok provider idp, tfa refused provider idp, tfa ok provider idp, sign_in ok provider idp"
	if got := strings.Join(trail, ", "); err != nil || got != want {
		t.Errorf("the audit trail has\n%s, and it must be\n%s (%v)", got, want, err)
	}
}

// TestASignInByAProviderBehindQuestions, new ones and those that are asked.
func TestASignInByAProviderBehindQuestions(t *testing.T) {
	s := newStepped(t)
	s.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	fields := url.Values{}
	for _, n := range []string{"q1", "q2", "q3", "q4"} {
		fields.Set(n+"ques", "Question "+n)
		fields.Set(n+"answer", "a long answer")
	}
	for _, way := range []struct{ from, page string }{{"192.0.2.1", "security_questions_setup"}, {"203.0.113.9", "security_questions"}} {
		_, header, _ := s.come(t, scalar.CPanel, "anna-there", "", way.from)
		if to := header.Get("Location"); to != "/login/"+way.page {
			t.Fatalf("it goes on to %q", to)
		}
		status, header, body := s.ask(t, scalar.CPanel, http.MethodPost, "/login/step", way.from, cookieOf(t, header, "cpsession_step"), fields)
		if !strings.Contains(body, "tfa_required") {
			t.Fatalf("%d %s", status, body)
		}
		status, _, body = s.ask(t, scalar.CPanel, http.MethodPost, "/login/step", way.from, cookieOf(t, header, "cpsession_step"), s.code())
		if status != http.StatusOK || !strings.Contains(body, `"status":1`) {
			t.Fatalf("%d %s", status, body)
		}
	}
	if got := s.origins(); got != "login provider provider" {
		t.Errorf("the sessions are by %s", got)
	}
}

// TestTheWayInIsShutBetweenTheSteps: the one at the step hears why, at once and once.
func TestTheWayInIsShutBetweenTheSteps(t *testing.T) {
	s := newStepped(t)
	const gone, off = "was taken away while you were signing in", "was switched off while you were at it"
	for title, shut := range map[string]func() string{
		"the link taken away by root": func() string {
			s.call(t, "root", whm("unlink_user_authn_provider"), "provider_id", "idp", "subject_unique_identifier", "anna-there", "username", "anna")
			return gone
		},
		"the link taken away and made again": func() string {
			s.call(t, "root", whm("unlink_user_authn_provider"), "provider_id", "idp", "subject_unique_identifier", "anna-there", "username", "anna")
			s.link(t, "anna", "anna-there")
			return gone
		},
		"the provider off for the service": func() string {
			s.call(t, "root", whm("disable_authentication_provider"), "provider_id", "idp", "service_name", "cpaneld")
			return off
		},
		"the provider removed": func() string {
			s.call(t, "root", whm("postern_remove_authentication_provider"), "provider_id", "idp")
			return gone
		},
	} {
		step := s.arrive()
		s.ended(title, step, shut())
		switch title {
		case "the provider removed":
			s.addProvider(t, "idp", s.liar.URL)
			s.link(t, "anna", "anna-there")
		case "the provider off for the service":
			s.call(t, "root", whm("enable_authentication_provider"), "provider_id", "idp", "service_name", "cpaneld")
		case "the link taken away by root":
			s.link(t, "anna", "anna-there")
		}
	}
	// Off elsewhere is not off here.
	step := s.arrive()
	s.call(t, "root", whm("disable_authentication_provider"), "provider_id", "idp", "service_name", "webmaild")
	if status, _, body := s.answer(step, s.code()); status != http.StatusOK {
		t.Errorf("%d %s", status, body)
	}
	// A new password ends it like any other, and says no more than to any other.
	step = s.arrive()
	s.call(t, "root", whm("passwd"), "user", "anna", "password", "Another-Correct-Horse-8")
	status, _, body := s.answer(step, s.code())
	out(t, "a new password", status, http.StatusUnauthorized, body, "invalid_login")
}

// TestAStepIsTheOneItIs: a step by password and one by a provider, open at the same
// time, keep what they are; their cookies cannot be mixed, moved or used twice.
func TestAStepIsTheOneItIs(t *testing.T) {
	s := newStepped(t)
	byProvider := s.arrive()
	_, header, _ := s.ask(t, scalar.CPanel, http.MethodPost, "/login", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}})
	byPassword := cookieOf(t, header, "cpsession_step")
	cut := func(cookie string) (name, secret string) {
		_, value, _ := strings.Cut(cookie, "=")
		name, secret, _ = strings.Cut(value, ".")
		return name, secret
	}
	name, secret := cut(byProvider)
	otherName, otherSecret := cut(byPassword)
	for title, cookie := range map[string]string{
		"mixed": "cpsession_step=" + name + "." + otherSecret, "the other way": "cpsession_step=" + otherName + "." + secret,
		"without its secret": "cpsession_step=" + name + ".", "as a session": "cpsession=anna%3a" + name + "%2c" + secret,
	} {
		status, _, body := s.answer(cookie, s.code())
		out(t, title, status, http.StatusUnauthorized, body, "")
	}
	if status, _, body := s.ask(t, scalar.CPanel, http.MethodPost, "/login/step", "203.0.113.77", byProvider, s.code()); status != http.StatusUnauthorized {
		t.Errorf("from another address: %d %s", status, body)
	}
	if status, _, body := s.ask(t, scalar.Webmail, http.MethodPost, "/login/step", "192.0.2.1", strings.Replace(byProvider, "cpsession", "webmailsession", 1), s.code()); status != http.StatusUnauthorized {
		t.Errorf("at another service: %d %s", status, body)
	}
	// Whatever the answer says of itself, it is the step that knows.
	fields := s.code()
	for key, value := range map[string]string{"link_id": "1", "link": "1", "user": "carl", "provider_id": "idp", "login_id": "1"} {
		fields.Set(key, value)
	}
	if status, _, body := s.answer(byPassword, fields); status != http.StatusOK {
		t.Errorf("by password: %d %s", status, body)
	}
	if got := s.origins(); got != "login login" {
		t.Errorf("the sessions are by %s", got)
	}
	// Ten at once with the same good code: one comes in.
	fields = s.code()
	var all sync.WaitGroup
	var mu sync.Mutex
	came := 0
	for range 10 {
		all.Go(func() {
			status, _, _ := s.answer(byProvider, fields)
			mu.Lock()
			defer mu.Unlock()
			if status == http.StatusOK {
				came++
			}
		})
	}
	all.Wait()
	if got := s.origins(); came != 1 || got != "login login provider" {
		t.Errorf("%d came in; the sessions are by %s", came, got)
	}
}

// TestALinkShutWhileTheProviderAnswers: what is taken away while the browser is on
// its way back opens nothing either.
func TestALinkShutWhileTheProviderAnswers(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "anna", "anna-there")
	o.liar.Lie(func(l *providertest.Liar) { l.Claims = func(c map[string]any) { c["sub"] = "anna-there" } })
	cookie, back := o.away(t, scalar.CPanel, "", "/openid_connect/idp", "")
	o.call(t, "root", whm("unlink_user_authn_provider"), "provider_id", "idp", "subject_unique_identifier", "anna-there", "username", "anna")
	status, _, body := o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", cookie, nil)
	out(t, "the link gone", status, http.StatusUnauthorized, body, unlinked)
	o.link(t, "anna", "anna-there")
	cookie, back = o.away(t, scalar.CPanel, "", "/openid_connect/idp", "")
	o.call(t, "root", whm("disable_authentication_provider"), "provider_id", "idp", "service_name", "cpaneld")
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", cookie, nil)
	out(t, "the provider off", status, http.StatusNotFound, body, "There is no authentication provider")
}
