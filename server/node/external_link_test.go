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

// begin asks a service, in a session, for the way to a link with idp.
func (h *house) begin(t *testing.T, s scalar.Service, token, cookie, password string) string {
	t.Helper()
	path := "/execute/Postern/begin_authn_link"
	if s == scalar.WHM {
		path = "/json-api/postern_begin_authn_link?api.version=1"
	}
	_, _, body := h.ask(t, s, http.MethodPost, token+path, "192.0.2.1", cookie, url.Values{"provider_id": {"idp"}, "own_password": {password}})
	return body
}

// grant is the way, for whoever says the right password.
func (h *house) grant(t *testing.T, s scalar.Service, token, cookie, password string) string {
	t.Helper()
	return find(t, `"path":"(/openid_connect/idp\?link=[\w-]{43})"`, h.begin(t, s, token, cookie, password))
}

// barred fails the test unless a reply refuses, says this, and leads nowhere.
func barred(t *testing.T, title, body, says string) {
	t.Helper()
	if !strings.Contains(body, says) || strings.Contains(body, "link=") || strings.Contains(body, `"status":1`) || strings.Contains(body, `"result":1`) {
		t.Errorf("%s: it must say %q: %s", title, says, body)
	}
}

func (h *house) links(t *testing.T) (n int) {
	t.Helper()
	if err := h.db.Read.NewRaw("SELECT count(*) FROM identity_links").Scan(t.Context(), &n); err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	giveIt   = "give your present password"
	notIt    = "it is not your present password"
	tooLate  = "more than ten minutes ago"
	notGiven = "was not granted in this session"
	behind   = "too many failed sign ins"
)

// TestALinkAsksForThePassword: at each service a session, be it ever so young, is not
// enough to leave a way in behind; who knows the password goes the whole way.
func TestALinkAsksForThePassword(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	for s, user := range map[scalar.Service]string{scalar.CPanel: "anna", scalar.WHM: "root", scalar.Webmail: "bob@example.com"} {
		o.clock.Set(time.Now().Add(-31 * time.Minute))
		cookie, token := o.signIn(t, s, user)
		barred(t, user+" who says nothing", o.begin(t, s, token, cookie, ""), "“own_password”")
		barred(t, user+" who guesses", o.begin(t, s, token, cookie, "guess"), notIt)
		barred(t, "another site's page", o.begin(t, s, "", cookie, passwordOf(user)), "")
		o.clock.Set(time.Now()) // the provider's tokens are of today
		barred(t, user+" in an old session", o.begin(t, s, token, cookie, ""), giveIt)
		path := o.grant(t, s, token, cookie, passwordOf(user))
		o.liar.Lie(func(l *providertest.Liar) { l.Claims = func(c map[string]any) { c["sub"] = user } })
		cookie, back := o.away(t, s, token, path+"&goto_uri=/account/links", cookie)
		if status, header, body := o.ask(t, s, http.MethodGet, back, "192.0.2.1", cookie, nil); status != http.StatusFound || header.Get("Location") != "/account/links?linked=idp" {
			t.Errorf("%s: %d %v %s", user, status, header, body)
		}
	}
	if n := o.links(t); n != 3 {
		t.Errorf("%d links", n)
	}
	o.clean(t, passwordOf("anna"), passwordOf("root"))
}

// clean fails the test when a text stands in the audit trail.
func (h *house) clean(t *testing.T, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		var n int
		if err := h.db.Read.NewRaw("SELECT count(*) FROM audit_events AS e WHERE strpos(row_to_json(e)::text, ?) > 0", secret).Scan(t.Context(), &n); err != nil || n != 0 {
			t.Errorf("%d rows of the audit trail hold a password (%v)", n, err)
		}
	}
}

// TestGuessesAtALinkAreCounted: who finds an open browser gets as many tries as at the
// door, by whichever function, also if all are made at once.
func TestGuessesAtALinkAreCounted(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	cookie, token := o.signIn(t, scalar.CPanel, "anna")
	for range 10 { // no guess
		barred(t, "nothing said", o.begin(t, scalar.CPanel, token, cookie, ""), giveIt)
	}
	var wrong, locked int
	var mu sync.Mutex
	var all sync.WaitGroup
	for i := range 24 {
		all.Go(func() {
			var body string
			if i%2 == 0 {
				body = o.begin(t, scalar.CPanel, token, cookie, "guess")
			} else {
				_, _, body = o.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/ExternalAuthentication/add_authn_link", "192.0.2.1", cookie, url.Values{"provider_id": {"idp"},
					"preferred_username": {"x"}, "subject_unique_identifier": {"thief"}, "username": {"anna"}, "own_password": {"guess"}})
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case strings.Contains(body, notIt):
				wrong++
			case strings.Contains(body, behind):
				locked++
			default:
				t.Error(body)
			}
		})
	}
	all.Wait()
	if wrong != 5 || locked != 19 { // an address may fail five times

		t.Errorf("%d wrong, %d behind the lock", wrong, locked)
	}
	barred(t, "the right one behind the lock", o.begin(t, scalar.CPanel, token, cookie, passwordOf("anna")), behind)
	status, _, _ := o.ask(t, scalar.CPanel, http.MethodPost, "/login?login_only=1", "192.0.2.1", "", url.Values{"user": {"anna"}, "pass": {passwordOf("anna")}})
	if status != http.StatusTooManyRequests || o.links(t) != 0 {
		t.Errorf("the door says %d, and there are %d links", status, o.links(t))
	}
}

// TestASignInWithAProviderStandsForThePassword, for ten minutes, also where a step of
// ours came after it.
func TestASignInWithAProviderStandsForThePassword(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "anna", "anna-there")
	status, header, body := o.come(t, scalar.CPanel, "anna-there", "", "192.0.2.1")
	cookie, token := o.in(t, scalar.CPanel, status, header, body, "anna", "/")
	barred(t, "a wrong one", o.begin(t, scalar.CPanel, token, cookie, "guess"), notIt)
	o.clock.Advance(9*time.Minute + 59*time.Second)
	path := o.grant(t, scalar.CPanel, token, cookie, "")
	o.clock.Advance(time.Second)
	barred(t, "an old session", o.begin(t, scalar.CPanel, token, cookie, ""), tooLate)
	if _, _, body = o.ask(t, scalar.CPanel, http.MethodGet, token+"/execute/Postern/list_sessions", "192.0.2.1", cookie, nil); !strings.Contains(body, `"origin":"provider"`) {
		t.Error(body)
	}
	o.liar.Lie(func(l *providertest.Liar) { l.Claims = func(c map[string]any) { c["sub"] = "another" } })
	gone, back := o.away(t, scalar.CPanel, token, path, cookie)
	if status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", gone, nil); status != http.StatusFound || o.links(t) != 2 {
		t.Errorf("not linked: %d %s", status, body)
	}
	o.grant(t, scalar.CPanel, token, cookie, passwordOf("anna"))

	_, _, body = o.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/TwoFactorAuth/generate_user_configuration", "192.0.2.1", cookie, nil)
	key := find(t, `"secret":"([A-Z2-7]+)"`, body)
	code := func() url.Values {
		o.clock.Advance(31 * time.Second)
		c, err := totp.GenerateCode(key, o.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		return url.Values{"secret": {key}, "tfa_token": {c}}
	}
	o.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/TwoFactorAuth/set_user_configuration", "192.0.2.1", cookie, code())
	_, header, _ = o.come(t, scalar.CPanel, "anna-there", "", "192.0.2.1")
	step := cookieOf(t, header, "cpsession_step")
	_, header, body = o.ask(t, scalar.CPanel, http.MethodPost, "/login/step", "192.0.2.1", step, code())
	cookie, token = cookieOf(t, header, "cpsession"), find(t, `"security_token":"(/cpsess\d+)"`, body)
	o.grant(t, scalar.CPanel, token, cookie, "") // a second factor stood between
	o.clock.Advance(10 * time.Minute)
	barred(t, "behind a second factor, in an old session", o.begin(t, scalar.CPanel, token, cookie, ""), tooLate)
	o.grant(t, scalar.CPanel, token, cookie, passwordOf("anna"))
}

// TestTheWayToALinkIsGoodOnce, in the session, to the provider and at the time that it
// was granted for.
func TestTheWayToALinkIsGoodOnce(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.addProvider(t, "other", o.liar.URL)
	anna, token := o.signIn(t, scalar.CPanel, "anna")
	way := func() string { return o.grant(t, scalar.CPanel, token, anna, passwordOf("anna")) }
	refused := func(title, prefix, path, cookie string) {
		t.Helper()
		status, header, body := o.ask(t, scalar.CPanel, http.MethodGet, prefix+path, "192.0.2.1", cookie, nil)
		out(t, title, status, http.StatusUnauthorized, body, notGiven)
		if header.Get("Location") != "" {
			t.Errorf("%s leads to %s", title, header.Get("Location"))
		}
	}
	path := way()
	left := make(chan int, 16)
	var all sync.WaitGroup
	for range cap(left) {
		all.Go(func() {
			status, _, _ := o.ask(t, scalar.CPanel, http.MethodGet, token+path, "192.0.2.1", anna, nil)
			left <- status
		})
	}
	all.Wait()
	close(left)
	times := map[int]int{}
	for status := range left {
		times[status]++
	}
	if times[http.StatusFound] != 1 || times[http.StatusUnauthorized] != 15 {
		t.Errorf("of 16 at once: %v", times)
	}
	refused("once more", token, path, anna)
	for _, made := range []string{"1", "", "x' OR true --", strings.Repeat("A", 43)} {
		if made != "" {
			refused("made up: "+made, token, "/openid_connect/idp?link="+url.QueryEscape(made), anna)
		}
	}

	path = way()
	ticket := strings.TrimPrefix(path, "/openid_connect/idp?link=")
	status, _, body := o.ask(t, scalar.CPanel, http.MethodGet, "/openid_connect_callback/idp?code=x&state="+ticket, "192.0.2.1", "cpsession_external="+ticket+"; "+anna, nil)
	out(t, "as if it were a return", status, http.StatusUnauthorized, body, "did not begin in this browser")
	refused("another provider", token, strings.Replace(path, "/idp", "/other", 1), anna)
	again, its := o.signIn(t, scalar.CPanel, "anna")
	refused("another session of the same user", its, path, again)
	carl, his := o.signIn(t, scalar.CPanel, "carl")
	refused("somebody else", his, path, carl)
	o.away(t, scalar.CPanel, token, path, anna) // none of that used it up
	path = way()
	o.clock.Advance(2 * time.Minute)
	refused("two minutes later", token, path, anna)

	path = way()
	cookie, back := o.away(t, scalar.CPanel, token, path, anna)
	refused("behind the one who left", token, path, anna)
	o.ask(t, scalar.CPanel, http.MethodPost, token+"/logout", "192.0.2.1", anna, nil)
	anna, token = o.signIn(t, scalar.CPanel, "anna")
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", strings.Split(cookie, ";")[0]+"; "+anna, nil)
	out(t, "the return in a later session", status, http.StatusUnauthorized, body, "did not begin in this browser")
	if n := o.links(t); n != 0 {
		t.Errorf("%d links", n)
	}
}

// TestWhoCannotBeginALink: who acts for somebody else, and sessions that nobody signed in to.
func TestWhoCannotBeginALink(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	enter := func(s scalar.Service, path string, form url.Values) (cookie, token string) {
		t.Helper()
		_, header, _ := o.ask(t, s, http.MethodPost, path, "192.0.2.1", "", form)
		return cookieOf(t, header, s.Cookie()), find(t, `^(/cpsess\d+)/`, header.Get("Location"))
	}
	made := o.perform(t, exchange{request: []string{"GET whm /json-api/create_user_session?api.version=1&user=anna&service=cpaneld", "As: root"}}, nil)
	cookie, token := enter(scalar.CPanel, find(t, `https://host\.example\.com:2083(/cpsess[^"]+)`, made), nil)
	claim := url.Values{"provider_id": {"idp"}, "preferred_username": {"x"}, "subject_unique_identifier": {"thief"}, "username": {"anna"}}
	for _, password := range []string{"", "guess", passwordOf("anna"), passwordOf("root")} {
		barred(t, "root in anna's session", o.begin(t, scalar.CPanel, token, cookie, password), "Only “anna” can link an identity")
		claim.Set("own_password", password)
		_, _, body := o.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/ExternalAuthentication/add_authn_link", "192.0.2.1", cookie, claim)
		barred(t, "root in anna's session", body, "Only “anna” can link an identity")
	}
	made = o.perform(t, exchange{request: []string{"GET cpanel /execute/Session/create_webmail_session_for_mail_user?login=bob&domain=example.com", "As: anna"}}, nil)
	cookie, token = enter(scalar.Webmail, find(t, `"token":"(/cpsess\d+)"`, made)+"/login", url.Values{"session": {find(t, `"session":"([^"]+)"`, made)}})
	barred(t, "anna in bob's session", o.begin(t, scalar.Webmail, token, cookie, passwordOf("bob@example.com")), "Only “bob@example.com” can link an identity")
	barred(t, "nobody", o.begin(t, scalar.CPanel, "", "", passwordOf("anna")), "Access denied")
	got := o.perform(t, exchange{request: []string{"POST cpanel /execute/Postern/begin_authn_link", "As: anna", "", "provider_id=idp"}}, nil)
	barred(t, "a password alone", got, "outside a browser session")
	if n := o.links(t); n != 0 {
		t.Errorf("%d links", n)
	}
}

// TestClaimsAskForThePassword: the functions that link by subject are no way around it,
// with a session nor with a token that a session can make.
func TestClaimsAskForThePassword(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	claim := func(user, subject, password string) url.Values {
		return url.Values{"provider_id": {"idp"}, "preferred_username": {"x"}, "subject_unique_identifier": {subject}, "username": {user}, "own_password": {password}}
	}
	const add, link = "/execute/ExternalAuthentication/add_authn_link", "/json-api/link_user_authn_provider?api.version=1"
	done := func(title, body string) {
		t.Helper()
		if !strings.Contains(body, `"status":1`) && !strings.Contains(body, `"result":1`) {
			t.Errorf("%s: %s", title, body)
		}
	}
	anna, annas := o.signIn(t, scalar.CPanel, "anna")
	root, roots := o.signIn(t, scalar.WHM, "root")
	for _, one := range []struct {
		service             scalar.Service
		by, path, cookie, u string
	}{
		{scalar.CPanel, "anna", annas + add, anna, "anna"}, {scalar.CPanel, "anna", annas + add, anna, "bob@example.com"},
		{scalar.WHM, "root", roots + link, root, "anna"}, {scalar.WHM, "root", roots + link, root, "root"},
	} {
		title := one.by + " links " + one.u
		for password, says := range map[string]string{"": giveIt, "guess": notIt} {
			_, _, body := o.ask(t, one.service, http.MethodPost, one.path, "192.0.2.1", one.cookie, claim(one.u, title, password))
			barred(t, title, body, says)
		}
		_, _, body := o.ask(t, one.service, http.MethodPost, one.path, "192.0.2.1", one.cookie, claim(one.u, title, passwordOf(one.by)))
		done(title, body)
	}
	if n := o.links(t); n != 4 {
		t.Errorf("%d links", n)
	}

	bare := func(service, path, token, user, password string) string {
		return o.perform(t, exchange{request: []string{"POST " + service + " " + path, "Authorization: " + token, "From: 192.0.2.2", "", claim(user, service+user+password, password).Encode()}}, nil)
	}
	annasToken := "cpanel anna:" + o.tokens["uapi anna"]
	if o.tokens["uapi anna"] == "" {
		t.Fatalf("%v", o.tokens)
	}
	rootsToken := "whm root:" + o.tokens["whm root"]
	barred(t, "anna's token", bare("cpanel", add, annasToken, "anna", ""), "an API token alone cannot link its own user")
	barred(t, "anna's token and a guess", bare("cpanel", add, annasToken, "anna", "guess"), notIt)
	done("anna's token and her password", bare("cpanel", add, annasToken, "anna", passwordOf("anna")))
	done("anna's token for bob", bare("cpanel", add, annasToken, "bob@example.com", ""))
	barred(t, "root's token", bare("whm", link, rootsToken, "root", ""), "an API token alone cannot link its own user")
	done("root's token for anna", bare("whm", link, rootsToken, "anna", ""))
}
