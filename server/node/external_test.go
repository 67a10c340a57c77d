package node_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/server/provider/providertest"
	"postern/shared/function"
	"postern/shared/scalar"
)

// outside is a house with an identity provider “idp” that is on for all services,
// and that says who tests want it to say.
type outside struct {
	*house
	liar *providertest.Liar
}

func newOutside(t *testing.T) *outside {
	t.Helper()
	o := &outside{newHouse(t), providertest.NewLiar(t)}
	o.clock.Set(time.Now()) // the provider's tokens are of today
	o.call(t, "root", whm("postern_set_notify_settings"), "allowed_networks", "127.0.0.0/8")
	o.addProvider(t, "idp", o.liar.URL)
	return o
}

func (h *house) addProvider(t *testing.T, name, issuer string) {
	t.Helper()
	h.call(t, "root", whm("postern_add_authentication_provider"), "provider_id", name, "issuer", issuer)
	for _, s := range scalar.Service("").Choices() {
		h.call(t, "root", whm("set_provider_client_configurations"), "provider_id", name, "service_name", s,
			"configurations", `{"client_id":"`+providertest.Client+`","client_secret":"`+providertest.Secret+`"}`)
		h.call(t, "root", whm("enable_authentication_provider"), "provider_id", name, "service_name", s)
	}
}

// link links an inhabitant as root does: without more ado.
func (o *outside) link(t *testing.T, user, subject string) {
	t.Helper()
	o.call(t, "root", whm("link_user_authn_provider"), "provider_id", "idp", "preferred_username", user, "subject_unique_identifier", subject, "username", user)
}

// come signs in at a service as a subject of the provider's; more is the query
// with which the sign in begins.
func (o *outside) come(t *testing.T, s scalar.Service, subject, more, from string) (int, http.Header, string) {
	t.Helper()
	o.liar.Lie(func(l *providertest.Liar) { l.Claims = func(c map[string]any) { c["sub"] = subject } })
	cookie, back := o.away(t, s, "", "/openid_connect/idp?"+more, "")
	return o.ask(t, s, http.MethodGet, back, from, cookie, nil)
}

// away begins a sign in and returns the cookie, added to those that the browser
// has, and the path to which the provider sends it back.
func (o *outside) away(t *testing.T, s scalar.Service, token, path, cookies string) (cookie, back string) {
	t.Helper()
	status, header, body := o.ask(t, s, http.MethodGet, token+path, "192.0.2.1", cookies, nil)
	if status != http.StatusFound || !strings.HasPrefix(header.Get("Location"), o.liar.URL+"/auth?") {
		t.Fatalf("%d %v %s", status, header, body)
	}
	set := strings.Join(header.Values("Set-Cookie"), "\n")
	for _, needed := range []string{"HttpOnly", "Secure", "SameSite=Lax", "Path=/openid_connect_callback/", "Max-Age=600"} {
		if !strings.Contains(set, needed) {
			t.Errorf("the cookie lacks %s: %s", needed, set)
		}
	}
	cookie = cookieOf(t, header, s.Cookie()+"_external")
	if cookies != "" {
		cookie += "; " + cookies
	}
	code, state := o.liar.Code(t, header.Get("Location"))
	return cookie, "/openid_connect_callback/idp?" + url.Values{"code": {code}, "state": {state}}.Encode()
}

// signIn signs an inhabitant in with their password.
func (h *house) signIn(t *testing.T, s scalar.Service, user string) (cookie, token string) {
	t.Helper()
	_, header, body := h.ask(t, s, http.MethodPost, "/login?login_only=1", "192.0.2.1", "", url.Values{"user": {user}, "pass": {passwordOf(user)}})
	return cookieOf(t, header, s.Cookie()), find(t, `"security_token":"(/cpsess\d+)"`, body)
}

// in fails the test unless somebody came in; it returns their session.
func (o *outside) in(t *testing.T, s scalar.Service, status int, header http.Header, body, user, landing string) (cookie, token string) {
	t.Helper()
	to := header.Get("Location")
	if status != http.StatusFound || !strings.HasPrefix(to, "/cpsess") || !strings.HasSuffix(to, landing) {
		t.Fatalf("%s did not come in: %d %q %s", user, status, to, body)
	}
	cookie, token = cookieOf(t, header, s.Cookie()), find(t, `^(/cpsess\d+)/`, to)
	if _, _, who := o.ask(t, s, http.MethodGet, "/login/session", "192.0.2.1", cookie, nil); !strings.Contains(who, `"user":"`+user+`"`) {
		t.Fatalf("it is not %s who came in: %s", user, who)
	}
	return cookie, token
}

func out(t *testing.T, title string, status, want int, body, says string) {
	t.Helper()
	if status != want || !strings.Contains(body, says) {
		t.Errorf("%s: %d, and it must be %d and say %q:\n%s", title, status, want, says, body)
	}
}

const unlinked = "No user here is linked to this identity"

// TestSignInWithAProviderOfOthers goes the whole way with oidc-provider: anna links
// her identity, signs in with it, and does so no more when the link is gone.
func TestSignInWithAProviderOfOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.clock.Set(time.Now())
	issuer, _ := providertest.OpenID(t, "https://host.example.com:2083/openid_connect_callback/idp", "https://host.example.com:2087/openid_connect_callback/idp")
	h.call(t, "root", whm("postern_set_notify_settings"), "allowed_networks", "127.0.0.1")
	h.addProvider(t, "idp", issuer)
	browser := providertest.NewBrowser("anna-at-idp")
	session, token := h.signIn(t, scalar.CPanel, "anna")
	travel := func(path, cookies string) (int, http.Header, string) {
		_, header, body := h.ask(t, scalar.CPanel, http.MethodGet, path, "192.0.2.1", cookies, nil)
		cookie := cookieOf(t, header, "cpsession_external")
		back, page := browser.SignIn(t, header.Get("Location"))
		if back == nil {
			t.Fatal(body, page)
		}
		return h.ask(t, scalar.CPanel, http.MethodGet, back.RequestURI(), "192.0.2.1", cookie+"; "+cookies, nil)
	}
	status, _, body := travel("/openid_connect/idp", "")
	out(t, "before there is a link", status, http.StatusUnauthorized, body, unlinked)
	status, header, body := travel(token+h.grant(t, scalar.CPanel, token, session, passwordOf("anna"))+"&goto_uri=/account%3Ftab=1", session)
	if status != http.StatusFound || header.Get("Location") != "/account?linked=idp&tab=1" {
		t.Fatalf("not linked: %d %v %s", status, header, body)
	}
	status, header, body = travel("/openid_connect/idp?goto_uri=/account", "")
	o := &outside{house: h}
	cookie, token := o.in(t, scalar.CPanel, status, header, body, "anna", "/account")
	_, _, body = h.ask(t, scalar.CPanel, http.MethodGet, token+"/execute/ExternalAuthentication/get_authn_links", "192.0.2.1", cookie, nil)
	if !strings.Contains(body, `"subject_unique_identifier":"anna-at-idp","postern_proven":1`) {
		t.Error(body)
	}
	_, _, body = h.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/ExternalAuthentication/remove_authn_link", "192.0.2.1", cookie,
		url.Values{"provider": {"idp"}, "subject_unique_identifier": {"anna-at-idp"}})
	if !strings.Contains(body, `"status":1`) {
		t.Error(body)
	}
	if status, _, _ := h.ask(t, scalar.CPanel, http.MethodGet, "/execute/Email/list_pops", "192.0.2.1", session, nil); status == http.StatusOK {
		t.Error("another session outlives the link")
	}
	status, _, body = travel("/openid_connect/idp", "")
	out(t, "when the link is gone", status, http.StatusUnauthorized, body, unlinked)
	var steps []string
	if err := h.db.Read.NewRaw(`SELECT action || ' ' || outcome || ' ' || coalesce(details->>'provider_id', '') FROM audit_events WHERE action LIKE 'external%' ORDER BY id`).Scan(t.Context(), &steps); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(steps, ", "); got != "external refused idp, external_link ok idp, external ok idp, external refused idp" {
		t.Errorf("the audit trail has %s", got)
	}
}

// TestExternalSignInIsThePasswordStepAlone: what else stands before a session
// stands before this one too, unless the provider is strong.
func TestExternalSignInIsThePasswordStepAlone(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "anna", "anna-there")
	o.link(t, "sam", "sam-there")
	o.link(t, "bob@example.com", "bob-there")

	status, header, body := o.come(t, scalar.CPanel, "anna-there", "", "192.0.2.1")
	o.in(t, scalar.CPanel, status, header, body, "anna", "/")
	status, header, body = o.come(t, scalar.Webmail, "bob-there", "", "192.0.2.1")
	o.in(t, scalar.Webmail, status, header, body, "bob@example.com", "/")
	status, _, body = o.come(t, scalar.CPanel, "bob-there", "", "192.0.2.1")
	out(t, "a mailbox at cPanel", status, http.StatusUnauthorized, body, unlinked)
	status, _, body = o.come(t, scalar.WHM, "anna-there", "", "192.0.2.1")
	out(t, "an account at WHM", status, http.StatusUnauthorized, body, unlinked)
	status, _, body = o.come(t, scalar.CPanel, "sam-there", "", "192.0.2.1")
	out(t, "somebody suspended", status, http.StatusUnauthorized, body, "The login is invalid.")

	// The second factor.
	session, token := o.signIn(t, scalar.CPanel, "anna")
	_, _, body = o.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/TwoFactorAuth/generate_user_configuration", "192.0.2.1", session, nil)
	key := find(t, `"secret":"([A-Z2-7]+)"`, body)
	code, err := totp.GenerateCode(key, o.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	_, _, body = o.ask(t, scalar.CPanel, http.MethodPost, token+"/execute/TwoFactorAuth/set_user_configuration", "192.0.2.1", session, url.Values{"secret": {key}, "tfa_token": {code}})
	if !strings.Contains(body, `"status":1`) {
		t.Fatal(body)
	}
	status, header, body = o.come(t, scalar.CPanel, "anna-there", "goto_uri=/account", "192.0.2.1")
	if status != http.StatusFound || header.Get("Location") != "/login/tfa" {
		t.Fatalf("no second factor: %d %v %s", status, header, body)
	}
	step := cookieOf(t, header, "cpsession_step")
	o.clock.Advance(31 * time.Second)
	if code, err = totp.GenerateCode(key, o.clock.Now()); err != nil {
		t.Fatal(err)
	}
	if status, _, body = o.ask(t, scalar.CPanel, http.MethodPost, "/login/step", "192.0.2.1", step, url.Values{"tfa_token": {code}}); status != http.StatusOK || !strings.Contains(body, "/account") {
		t.Errorf("the step does not go on: %d %s", status, body)
	}

}

// TestStrongProviders: an address that is not verified is asked questions, unless
// the provider is strong. Suspension and the lock hold for all.
func TestStrongProviders(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "anna", "anna-there")
	o.link(t, "sam", "sam-there")
	o.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	_, header, _ := o.come(t, scalar.CPanel, "anna-there", "", "203.0.113.9")
	if to := header.Get("Location"); !strings.HasPrefix(to, "/login/security_questions") {
		t.Errorf("no questions: %q", to)
	}
	o.call(t, "root", whm("postern_change_authentication_provider"), "provider_id", "idp", "strong", "1")
	status, header, body := o.come(t, scalar.CPanel, "anna-there", "", "203.0.113.9")
	o.in(t, scalar.CPanel, status, header, body, "anna", "/")
	status, _, body = o.come(t, scalar.CPanel, "sam-there", "", "203.0.113.9")
	out(t, "somebody suspended, by a strong provider", status, http.StatusUnauthorized, body, "The login is invalid.")

	// The lock, which a strong provider does not lift.
	o.call(t, "root", whm("set_tweaksetting"), "module", "Main", "key", "SecurityPolicy::SourceIPCheck", "value", "0")
	for range 30 {
		o.ask(t, scalar.CPanel, http.MethodPost, "/login?login_only=1", "198.51.100.7", "", url.Values{"user": {"carl"}, "pass": {"wrong"}})
	}
	status, header, body = o.come(t, scalar.CPanel, "anna-there", "", "198.51.100.7")
	if status != http.StatusTooManyRequests || header.Get("Retry-After") == "" {
		t.Errorf("no lock: %d %s", status, body)
	}
}

// TestClaimedIdentities: nobody's identity leads them into the account of somebody
// who merely claimed it.
func TestClaimedIdentities(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.call(t, "carl", function.UAPI("ExternalAuthentication", "add_authn_link"), "provider_id", "idp", "preferred_username", "x", "subject_unique_identifier", "annas", "username", "carl", "own_password", passwordOf("carl"))
	status, _, body := o.come(t, scalar.CPanel, "annas", "", "192.0.2.1")
	out(t, "an identity that was claimed", status, http.StatusUnauthorized, body, unlinked)
	status, _, body = o.come(t, scalar.CPanel, "annas", "user=anna", "192.0.2.1")
	out(t, "with another's name", status, http.StatusUnauthorized, body, unlinked)
	for _, site := range []string{"cross-site", "same-site", "none"} { // a link of carl's own, on a page or in a letter, to lead anna to him
		lured := o.perform(t, exchange{request: []string{"GET cpanel /openid_connect/idp?user=carl", "Sec-Fetch-Site: " + site}}, nil)
		code, state := o.liar.Code(t, find(t, `Location: (\S+)`, lured))
		status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, "/openid_connect_callback/idp?"+url.Values{"code": {code}, "state": {state}}.Encode(),
			"192.0.2.1", find(t, `(cpsession_external=[^;]+)`, lured), nil)
		out(t, "a name in a link that is "+site, status, http.StatusUnauthorized, body, unlinked)
	}
	o.link(t, "anna", "annas") // the claim is no obstacle
	status, header, body := o.come(t, scalar.CPanel, "annas", "", "192.0.2.1")
	o.in(t, scalar.CPanel, status, header, body, "anna", "/")
	status, header, body = o.come(t, scalar.CPanel, "annas", "user=Carl", "192.0.2.1")
	o.in(t, scalar.CPanel, status, header, body, "carl", "/")
	status, _, body = o.come(t, scalar.CPanel, "annas", "", "192.0.2.1")
	out(t, "one of two, and it was not said which", status, http.StatusUnauthorized, body, unlinked)
	status, header, body = o.come(t, scalar.CPanel, "annas", "user=anna", "192.0.2.1")
	o.in(t, scalar.CPanel, status, header, body, "anna", "/")
}

// TestNobodyIsLedElsewhere: the place to which a sign in leads is on this server.
func TestNobodyIsLedElsewhere(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "anna", "anna-there")
	for _, to := range []string{"https://evil.example/", "//evil.example", `/\evil.example`, "javascript:alert(1)", "/%0d%0aSet-Cookie:a=b", "account",
		"/execute/Tokens/create_full_access?name=evil", "/a/%2e%2e/openid_connect/idp?link=1&x=evil", "/login?user=evil&pass=x"} {
		status, header, body := o.come(t, scalar.CPanel, "anna-there", "goto_uri="+url.QueryEscape(to), "192.0.2.1")
		if landing := header.Get("Location"); status != http.StatusFound || strings.Contains(landing, "evil") || strings.ContainsAny(landing, "\r\n\\") || !strings.HasPrefix(landing, "/cpsess") {
			t.Errorf("%s: %d %q %s", to, status, landing, body)
		}
	}
}

// TestForgedReturns: a return is the browser's that began, and its link the
// session's that began.
func TestForgedReturns(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.link(t, "carl", "carl-there")
	o.liar.Lie(func(l *providertest.Liar) { l.Claims = func(c map[string]any) { c["sub"] = "carl-there" } })

	// Login CSRF: carl's return in anna's browser.
	carls, back := o.away(t, scalar.CPanel, "", "/openid_connect/idp", "")
	annas, _ := o.away(t, scalar.CPanel, "", "/openid_connect/idp", "")
	for title, cookie := range map[string]string{"no cookie": "", "another's cookie": annas} {
		status, header, body := o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", cookie, nil)
		out(t, title, status, http.StatusUnauthorized, body, "did not begin in this browser")
		if header.Get("Location") != "" || strings.Contains(strings.Join(header.Values("Set-Cookie"), ""), "cpsession=") {
			t.Errorf("%s: %v", title, header)
		}
	}
	status, header, body := o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", carls, nil)
	o.in(t, scalar.CPanel, status, header, body, "carl", "/")
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", carls, nil)
	out(t, "a return once more", status, http.StatusUnauthorized, body, "was used before")
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, strings.Replace(back, "callback/idp", "callback/nobody", 1), "192.0.2.1", carls, nil)
	out(t, "an unknown provider", status, http.StatusNotFound, body, "There is no authentication provider")

	// Linking takes the session's security token, and the session to the end.
	anna, token := o.signIn(t, scalar.CPanel, "anna")
	link := func() string { return o.grant(t, scalar.CPanel, token, anna, passwordOf("anna")) }
	granted := link()
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, granted, "192.0.2.1", anna, nil)
	out(t, "a link from another site's page", status, http.StatusUnauthorized, body, "Invalid security token")
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, granted, "192.0.2.1", "", nil)
	out(t, "a link of nobody's", status, http.StatusUnauthorized, body, "The login is invalid.")
	carl, _ := o.signIn(t, scalar.CPanel, "carl")
	mixed, back := o.away(t, scalar.CPanel, token, granted, anna)
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", strings.Replace(mixed, anna, carl, 1), nil)
	out(t, "a link that ends in another session", status, http.StatusUnauthorized, body, "You are not signed in any more")
	gone, back := o.away(t, scalar.CPanel, token, link(), anna)
	o.call(t, "root", whm("passwd"), "user", "anna", "password", "Another-Correct-Horse-8")
	status, _, body = o.ask(t, scalar.CPanel, http.MethodGet, back, "192.0.2.1", gone, nil)
	out(t, "a link of a session that has ended", status, http.StatusUnauthorized, body, "did not begin in this browser")

	var links int
	if err := o.db.Read.NewRaw("SELECT count(*) FROM identity_links").Scan(t.Context(), &links); err != nil || links != 1 {
		t.Errorf("%d links, %v", links, err)
	}
}

// TestMarketTokensByUAPI trades a login token as an account, in JSON and in XML.
func TestMarketTokensByUAPI(t *testing.T) {
	t.Parallel()
	o := newOutside(t)
	o.call(t, "root", whm("postern_add_market_provider"), "name", "shop", "authorization_url", o.liar.URL+"/auth", "token_url", o.liar.URL+"/token", "client_id", "postern")
	const after = "https://host.example.com/back?state"
	r := "/execute/Market/validate_login_token?" + url.Values{"provider": {"shop"}, "login_token": {"a-code"}, "url_after_login": {after}}.Encode()
	got := o.perform(t, exchange{request: []string{"GET cpanel " + r, "As: anna"}}, nil)
	if !strings.Contains(got, `"data":{"access_token":"an-access-token"},"errors":null`) {
		t.Error(got)
	}
	bridge := "/xml-api/cpanel?api.version=1&cpanel_jsonapi_user=anna&cpanel_jsonapi_apiversion=3&cpanel_jsonapi_module=Market&cpanel_jsonapi_func=validate_login_token&" + r[strings.Index(r, "?")+1:]
	got = o.perform(t, exchange{request: []string{"GET whm " + bridge, "As: root"}}, nil)
	if !strings.Contains(got, "<data><access_token>an-access-token</access_token></data>") {
		t.Error(got)
	}
	if asked := o.liar.Asked(); len(asked) != 2 || asked[0].Get("redirect_uri") != after || asked[0].Get("code") != "a-code" || asked[0].Get("grant_type") != "authorization_code" {
		t.Errorf("%v", asked)
	}
	var recorded int
	if err := o.db.Read.NewRaw(`SELECT count(*) FROM audit_events WHERE action = 'Market::validate_login_token' AND details->>'provider' = 'shop' AND details->>'login_token' IS NULL`).Scan(t.Context(), &recorded); err != nil || recorded != 2 {
		t.Errorf("%d are in the audit trail, %v", recorded, err)
	}
}
