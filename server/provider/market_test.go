package provider_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"postern/server/provider/providertest"
	"postern/shared/fault"
)

// addMarket adds a Market provider of that name.
func (h *house) addMarket(t *testing.T, name, authorize, token, client, secret, style string) {
	t.Helper()
	h.must(t, "postern_add_market_provider", "name", name, "authorization_url", authorize, "token_url", token,
		"client_id", client, "client_secret", secret, "scope", "openid offline_access", "auth_style", style)
}

// loginToken signs in with a Market provider, from its login URL to the login token.
func (h *house) loginToken(t *testing.T, name string) string {
	t.Helper()
	var at string
	if err := json.Unmarshal([]byte(h.must(t, "get_login_url", "provider", name, "url_after_login", after)), &at); err != nil {
		t.Fatal(err)
	}
	if name == "store" || name == "hasty" || name == "params" { // oidc-provider gives refresh tokens when it has asked for consent
		at += "&prompt=consent"
	}
	back, page := providertest.NewBrowser("shopper").SignIn(t, at)
	if back == nil || !strings.HasPrefix(back.String(), "http://hostname.example.com/redirectionlocation.cgi?") || back.Query().Get("code") == "" {
		t.Fatalf("%v\n%s", back, page)
	}
	return back.Query().Get("code")
}

// what differs between two runs.
var varying = []*regexp.Regexp{
	regexp.MustCompile(`("access_token":"|"refresh_token":"|<access_token>|<refresh_token>)[^"<]+`),
}

func mask(text string) string {
	for _, v := range varying {
		text = v.ReplaceAllString(text, "$1…")
	}
	return text
}

// TestValidateLoginToken trades login tokens with two providers that others wrote,
// and every sort of wrong one. Each answer is kept in both of WHM's spellings.
func TestValidateLoginToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	issuer, stop := providertest.OpenID(t, after, other)
	dex := providertest.Dex(t, after, other)
	h.addMarket(t, "store", issuer+"/auth", issuer+"/token", providertest.Client, providertest.Secret, "header")
	h.addMarket(t, "hasty", issuer+"/auth", issuer+"/token", "hasty", providertest.Secret, "header")
	h.addMarket(t, "params", issuer+"/auth", issuer+"/token", "params", providertest.Secret, "params")
	h.addMarket(t, "mistaken", issuer+"/auth", issuer+"/token", providertest.Client, "not-the-secret", "header")
	h.addMarket(t, "dex", dex+"/auth", dex+"/token", providertest.Client, providertest.Secret, "header")
	var out strings.Builder
	var secrets []string
	try := func(title, name, token, after string) {
		t.Helper()
		secrets = append(secrets, token)
		reply, err := h.call(t, "validate_login_token", "provider", name, "login_token", token, "url_after_login", after)
		text := wires("validate_login_token", reply, err)
		for _, m := range varying[0].FindAllStringSubmatch(text, -1) {
			secrets = append(secrets, strings.TrimPrefix(m[0], m[1]))
		}
		if err != nil && strings.Contains(err.Error(), token) {
			t.Errorf("%s: the login token is in the log: %v", title, err)
		}
		fmt.Fprintf(&out, "### %s\n%s\n", title, mask(text))
	}
	for _, name := range []string{"store", "params", "dex"} {
		token := h.loginToken(t, name)
		try(name+": the right one", name, token, after)
		try(name+": a second time", name, token, after)
		try(name+": for another url_after_login", name, h.loginToken(t, name), other)
		try(name+": one that never was", name, "1a676e6f-99fc-11e6-9ab6-e60a769b73bc", after)
	}
	late := h.loginToken(t, "hasty")
	time.Sleep(2500 * time.Millisecond)
	try("hasty: one that has expired", "hasty", late, after)
	try("mistaken: a wrong client secret", "mistaken", h.loginToken(t, "store"), after)
	stop()
	try("store: it is down", "store", "a-login-token", after)
	golden(t, "validate_login_token.golden", out.String())
	if len(secrets) < 15+6 {
		t.Errorf("only %d tokens were seen", len(secrets))
	}
	h.clean(t, append(secrets, providertest.Secret)...)
}

// TestUnregisteredURLAfterLogin: the provider itself refuses it, without a redirect.
func TestUnregisteredURLAfterLogin(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	issuer, _ := providertest.OpenID(t, after)
	h.addMarket(t, "store", issuer+"/auth", issuer+"/token", providertest.Client, providertest.Secret, "header")
	var at string
	if err := json.Unmarshal([]byte(h.must(t, "get_login_url", "provider", "store", "url_after_login", "https://evil.example/?state")), &at); err != nil {
		t.Fatal(err)
	}
	if back, page := providertest.NewBrowser("shopper").SignIn(t, at); back != nil || !strings.Contains(page, "redirect_uri") {
		t.Errorf("%v %s", back, page)
	}
}

// lies are what a token endpoint may answer that is no answer.
var lies = []struct {
	title  string
	answer func(w http.ResponseWriter, r *http.Request)
}{
	{"a page", says(200, "text/html", "<h1>Welcome</h1>")},
	{"JSON that says it is text", says(200, "text/plain", `{"access_token":"a"}`)},
	{"a form", says(200, "application/x-www-form-urlencoded", "access_token=a")},
	{"no JSON", says(200, "application/json", `access_token`)},
	{"half of a JSON", says(200, "application/json", `{"access_token":"a`)},
	{"another JSON", says(200, "application/json", `["access_token"]`)},
	{"no token", says(200, "application/json", `{}`)},
	{"a number for a token", says(200, "application/json", `{"access_token":5}`)},
	{"a token with a line break", says(200, "application/json", `{"access_token":"a\r\nSet-Cookie: b"}`)},
	{"an error with status 200", says(200, "application/json", `{"error":"invalid_grant","error_description":"Bad <b>code</b>\u0007."}`)},
	{"an error that repeats our secret", says(400, "application/json", `{"error":"invalid_grant","error_description":"code the-code, secret our-secret"}`)},
	{"an error that is long", says(400, "application/json", `{"error":"`+strings.Repeat("x", 5000)+`"}`)},
	{"an error without words", says(400, "text/html", `no`)},
	{"out of order", says(503, "text/html", `code the-code`)},
	{"a redirect to the metadata of a cloud", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusTemporaryRedirect)
	}},
	{"a megabyte", says(200, "application/json", `{"access_token":"`+strings.Repeat("a", 1<<20)+`"}`)},
	{"headers without end", func(w http.ResponseWriter, _ *http.Request) {
		for i := range 100 {
			w.Header().Set(fmt.Sprint("X-", i), strings.Repeat("x", 1000))
		}
		w.WriteHeader(200)
	}},
	{"silence after half", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", "100")
		fmt.Fprint(w, `{"access_token":`)
	}},
	{"a reset", func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }},
}

// TestLyingMarketProvider: whatever a provider does, the answer is a sentence, in
// time, and nothing is left running.
func TestLyingMarketProvider(t *testing.T) {
	h := newHouse(t)
	liar := providertest.NewLiar(t)
	h.addMarket(t, "liar", liar.URL+"/auth", liar.URL+"/token", "me", "our-secret", "header")
	var out strings.Builder
	before := runtime.NumGoroutine()
	for _, c := range lies {
		liar.Lie(func(l *providertest.Liar) {
			l.Answer = func(w http.ResponseWriter, r *http.Request) bool { c.answer(w, r); return true }
		})
		begun := time.Now()
		reply, err := h.call(t, "validate_login_token", "provider", "liar", "login_token", "the-code", "url_after_login", after)
		if time.Since(begun) > 3*time.Second {
			t.Errorf("%s took %v", c.title, time.Since(begun))
		}
		if err == nil || fault.Is(err, fault.Internal) || strings.Contains(err.Error(), "the-code") || strings.Contains(err.Error(), "our-secret") {
			t.Errorf("%s: %v", c.title, err)
		}
		fmt.Fprintf(&out, "### %s\n%s\n", c.title, wires("validate_login_token", reply, err))
	}
	golden(t, "lying_market_provider.golden", out.String())
	if n := len(liar.Asked()); n != 19 {
		t.Errorf("the token endpoint was asked %d times, and not once for each", n)
	}
	settled(t, before)
}

// TestSlowMarketProvider: one that hangs costs the caller's time and no more.
func TestSlowMarketProvider(t *testing.T) {
	h := newHouse(t)
	l, err := net.Listen("tcp", "127.0.0.1:0") // it accepts, in the kernel, and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	h.addMarket(t, "slow", "https://slow.example.com/", "http://"+l.Addr().String()+"/token", "me", "", "header")
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	_, err = h.mux.Call(ctx, h.root, whmName("validate_login_token"), url.Values{"provider": {"slow"}, "login_token": {"x"}, "url_after_login": {after}}, noShape)
	is(t, err, fault.Unavailable, "The Market provider “slow” did not answer in time.")
	settled(t, before)
	begun := time.Now()
	_, err = h.call(t, "validate_login_token", "provider", "slow", "login_token", "x", "url_after_login", after)
	is(t, err, fault.Unavailable, "did not answer in time.")
	if took := time.Since(begun); took > 12*time.Second || took < 9*time.Second {
		t.Errorf("it took %v", took)
	}
}

// TestGuardedMarketProvider: no connection is made to where none may go.
func TestGuardedMarketProvider(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	liar := providertest.NewLiar(t)
	h.addMarket(t, "inside", liar.URL+"/auth", liar.URL+"/token", "me", "", "header")
	h.closed.Store(true)
	_, err := h.call(t, "validate_login_token", "provider", "inside", "login_token", "x", "url_after_login", after)
	is(t, err, fault.Forbidden, "is in a network that Postern does not connect to")
	if n := len(liar.Asked()); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

func says(status int, kind, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}
}

func hangUp(w http.ResponseWriter) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = conn.(*net.TCPConn).SetLinger(0)
		conn.Close()
	}
}

// settled fails the test when goroutines are left behind.
func settled(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+2; time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
}
