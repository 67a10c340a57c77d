package sso_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
)

// TestCodeIsGoodOnce shows one code many times at once: one of them gets tokens. A
// code that is shown later ends what came of it.
func TestCodeIsGoodOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bob := h.visitor("bob@example.com")
	app, dovecot := h.application("app"), h.application("dovecot", "introspects", "1")
	code := h.code(bob, app)
	var mu sync.Mutex
	var all sync.WaitGroup
	won := 0
	for range 16 {
		all.Go(func() {
			if set := h.redeem(app, code); set.Access != "" {
				mu.Lock()
				won++
				mu.Unlock()
			}
		})
	}
	all.Wait()
	if won != 1 {
		t.Errorf("%d of 16 got tokens", won)
	}
	code = h.code(bob, app)
	set := h.redeem(app, code)
	if !h.active(dovecot, set.Access) {
		t.Fatal("not active")
	}
	if again := h.redeem(app, code); again.status == http.StatusOK || again.Error != "invalid_grant" {
		t.Errorf("again: %+v", again)
	}
	if h.active(dovecot, set.Access) {
		t.Error("the code was shown again, and what came of it lives")
	}
}

// TestCodeIsForOneApplication: codes, tokens and secrets of one are no good to another.
func TestCodeIsForOneApplication(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bob := h.visitor("bob@example.com")
	app, other, dovecot := h.application("app"), h.application("other"), h.application("dovecot", "introspects", "1")
	thief := application{"app", other.secret}
	for what, take := range map[string]func(code string) tokenSet{
		"another application":         func(code string) tokenSet { return h.redeem(other, code) },
		"another one's secret":        func(code string) tokenSet { return h.redeem(thief, code) },
		"no secret":                   func(code string) tokenSet { return h.redeem(application{"app", ""}, code) },
		"another address":             func(code string) tokenSet { return h.redeem(app, code, "redirect_uri", callback+"&x=1") },
		"no address":                  func(code string) tokenSet { return h.redeem(app, code, "redirect_uri", "") },
		"a verifier for no challenge": func(code string) tokenSet { return h.redeem(app, code, "code_verifier", strings.Repeat("v", 43)) },
	} {
		if set := take(h.code(bob, app)); set.status == http.StatusOK || set.Access != "" {
			t.Errorf("%s gets tokens", what)
		}
	}
	set := h.redeem(app, h.code(bob, app))
	if again := h.refresh(other, set.Refresh); again.status == http.StatusOK {
		t.Error("another application refreshes")
	}
	h.post(other, "revoke", "token", set.Access)
	h.post(other, "revoke", "token", set.Refresh)
	if !h.active(dovecot, set.Access) || h.refresh(app, set.Refresh).Access == "" {
		t.Error("another application revokes")
	}
	if h.active(app, set.Access) {
		t.Error("an application that may not ask is told about its token")
	}
	if status, body := h.post(thief, "introspect", "token", set.Access); status != http.StatusUnauthorized {
		t.Errorf("a wrong secret: %d %s", status, body)
	}
	h.post(app, "revoke", "token", set.Refresh)
	if h.active(dovecot, set.Access) || h.refresh(app, set.Refresh).status == http.StatusOK {
		t.Error("a revoked grant lives")
	}
}

// TestPKCE: a code with a challenge needs its verifier, and no other.
func TestPKCE(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bob, app, strict := h.visitor("bob@example.com"), h.application("app"), h.application("strict", "requires_pkce", "1")
	verifier := strings.Repeat("right", 10)
	sum := sha256.Sum256([]byte(verifier))
	with := []string{"code_challenge", base64.RawURLEncoding.EncodeToString(sum[:]), "code_challenge_method", "S256"}
	for given, right := range map[string]bool{verifier: true, "": false, strings.Repeat("wrong", 10): false, with[1]: false} {
		if set := h.redeem(app, h.code(bob, app, with...), "code_verifier", given); (set.Access != "") != right {
			t.Errorf("%q: %+v", given, set)
		}
	}
	if got := h.answer(h.authorize(bob, strict)); got.Get("error") != "invalid_request" || got.Has("code") {
		t.Errorf("without a challenge: %v", got)
	}
	h.code(bob, strict, with...)
}

// TestTokenCannotBeChanged: with the library's own crypto a holder could change the
// name in a token; and the name in it is not what counts anyway.
func TestTokenCannotBeChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, dovecot := h.application("app"), h.application("dovecot", "introspects", "1")
	set := h.redeem(app, h.code(h.visitor("bob@example.com"), app))
	raw, err := base64.RawURLEncoding.DecodeString(set.Access)
	h.must(err)
	for i := range raw {
		changed := append([]byte(nil), raw...)
		changed[i] ^= 1
		if h.active(dovecot, base64.RawURLEncoding.EncodeToString(changed)) {
			t.Fatalf("byte %d was changed, and the token lives", i)
		}
	}
	for _, text := range []string{"", "x", set.Access + "A", set.Access[1:], set.Access + "=", set.Refresh, set.ID, strings.Repeat("A", 60000), "\x00", "é"} {
		if h.active(dovecot, text) {
			t.Errorf("%.20q is active", text)
		}
	}
}

// TestRedirectIsExact: no address but the registered one is gone to, not even with an error.
func TestRedirectIsExact(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app := h.application("app")
	bob := h.visitor("bob@example.com")
	stranger := bob
	stranger.Session = nil
	for _, address := range redirects {
		for who, v := range map[string]int{"bob": 0, "a stranger": 1} {
			visitor := bob
			if v == 1 {
				visitor = stranger
			}
			if r := h.authorize(visitor, app, "redirect_uri", address); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
				t.Errorf("%s, %q: %d %q", who, address, r.StatusCode, r.Header.Get("Location"))
			}
		}
	}
}

var redirects = []string{
	"", "https://app.example/callback", "https://app.example/callback?from=postern&x=1", "https://app.example/callback?from=postern#x",
	"https://app.example/Callback?from=postern", "https://APP.example/callback?from=postern", "https://app.example:443/callback?from=postern",
	"https://app.example/callback/?from=postern", "https://app.example/x/../callback?from=postern", "https://app.example//callback?from=postern",
	"https://app.example/callbac%6b?from=postern", url.QueryEscape("https://app.example/callback?from=postern"),
	"https://app.example%2fcallback?from=postern", "https://user@app.example/callback?from=postern", "https://evil.example/callback?from=postern",
	"https://app.example@evil.example/callback?from=postern", "https://app.example\\@evil.example/callback", "http://app.example/callback?from=postern",
	"//app.example/callback?from=postern", "/callback?from=postern", "javascript:alert(1)//app.example", "data:text/html,x",
	" https://app.example/callback?from=postern", "https://app.example/callback?from=postern\r\nSet-Cookie: a=b", "https://app.example/callback?from=postern%00",
	"https://app.example/callback?from=postern,https://evil.example", issuer + "/cpsess0123456789/callback",
}

func FuzzRedirect(f *testing.F) {
	for _, address := range redirects {
		f.Add(address, "s-1")
	}
	h := newHouse(f)
	app, bob := h.application("app"), h.visitor("bob@example.com")
	f.Fuzz(func(t *testing.T, address, state string) {
		h.t = t
		r := h.authorize(bob, app, "redirect_uri", address, "state", state)
		to := r.Header.Get("Location")
		switch {
		case address != callback && (to != "" || r.StatusCode < 400):
			t.Errorf("%q is gone to: %d %q", address, r.StatusCode, to)
		case strings.ContainsAny(to, "\r\n"):
			t.Errorf("a line break in %q", to)
		}
	})
}

// TestStateComesBack as it was, whatever is in it, and nothing else with it.
func TestStateComesBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, bob := h.application("app"), h.visitor("bob@example.com")
	for _, state := range []string{"plain", "a b&c=d#e", "code=evil", "\r\nSet-Cookie: a=b", "<script>", "é☃", strings.Repeat("x", 1900)} {
		r := h.authorize(bob, app, "state", state)
		to, err := r.Location()
		if err != nil || to.Query().Get("state") != state || len(to.Query()["code"]) != 1 || to.Query().Get("from") != "postern" || len(to.Query()) != 3 || to.Fragment != "" {
			t.Errorf("%q: %v, %v", state, to, err)
		}
		if r.Header.Get("Set-Cookie") != "" {
			t.Errorf("%q set a cookie", state)
		}
	}
	for _, query := range []string{
		"client_id=app&redirect_uri=" + url.QueryEscape(callback) + "&redirect_uri=https://evil.example&response_type=code&scope=openid",
		"client_id=app&client_id=other&redirect_uri=" + url.QueryEscape(callback) + "&response_type=code&scope=openid",
		"client_id=nobody&redirect_uri=" + url.QueryEscape(callback) + "&response_type=code&scope=openid",
		"client_id=app&redirect_uri=" + url.QueryEscape(callback) + "&response_type=code&scope=openid&state=" + strings.Repeat("x", 3000), "%zz", "",
	} {
		if r := h.get(bob, "/oauth2/authorize?"+query); r.StatusCode != http.StatusBadRequest || r.Header.Get("Location") != "" {
			t.Errorf("%.80s: %d %q", query, r.StatusCode, r.Header.Get("Location"))
		}
	}
}

// TestLoopbackOutlivesNonsense: what no client sends is refused, and the next
// request is answered.
func TestLoopbackOutlivesNonsense(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app := h.application("app")
	for _, c := range []struct{ path, authorization, body string }{
		{"token", "Basic " + base64.StdEncoding.EncodeToString([]byte("%zz:%zz")), "grant_type=authorization_code&code=x"},
		{"token", "Basic " + base64.StdEncoding.EncodeToString([]byte("%zz:%zz")), "grant_type=refresh_token&refresh_token=x"},
		{"token", "Basic !!", "grant_type=authorization_code"}, {"token", "", "grant_type=password&username=root&password=x"},
		{"token", "", "grant_type=urn:ietf:params:oauth:grant-type:jwt-bearer&assertion=x.y.z"},
		{"token", "", "grant_type=client_credentials&client_id=app&client_secret=" + app.secret},
		{"token", "", "grant_type=authorization_code&client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer&client_assertion=x.y.z&code=y"},
		{"token", "", strings.Repeat("a=b&", 40000)}, {"introspect", "", "token=x"}, {"revoke", "", "token=x&client_id=app"}, {"userinfo", "Bearer", ""},
		{"device", "", "client_id=app"}, {"off/device", "", "client_id=app"}, {"authorize", "", "client_id=app"}, {"authorize/callback", "", "id=x"}, {"logout", "", ""},
	} {
		r, err := http.NewRequest(http.MethodPost, h.loopback.URL+"/oauth2/"+c.path, strings.NewReader(c.body))
		h.must(err)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		if c.authorization != "" {
			r.Header.Set("Authorization", c.authorization)
		}
		reply, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Errorf("%s %.60s: %v", c.path, c.body, err)
			continue
		}
		if _ = reply.Body.Close(); reply.StatusCode < 400 || reply.StatusCode >= 500 {
			t.Errorf("%s %.60s: %d", c.path, c.body, reply.StatusCode)
		}
	}
	if set := h.redeem(app, h.code(h.visitor("bob@example.com"), app)); set.Access == "" {
		t.Errorf("afterwards: %+v", set)
	}
}
