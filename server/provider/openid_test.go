package provider_test

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"postern/server/provider"
	"postern/server/provider/providertest"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// addIdentity adds an OpenID Connect provider that is on for cPanel.
func (h *house) addIdentity(t *testing.T, name, issuer, client, style string) {
	t.Helper()
	h.must(t, "postern_add_authentication_provider", "provider_id", name, "issuer", issuer, "scopes", "openid email", "auth_style", style)
	h.must(t, "set_provider_client_configurations", "provider_id", name, "service_name", "cpaneld",
		"configurations", `{"client_id":"`+client+`","client_secret":"`+providertest.Secret+`"}`)
	h.must(t, "enable_authentication_provider", "provider_id", name, "service_name", "cpaneld")
}

func (h *house) begin(t *testing.T, name string) provider.Begun {
	t.Helper()
	b, err := h.Begin(t.Context(), name, provider.Request{Service: scalar.CPanel, Address: netip.MustParseAddr("192.0.2.1"), Origin: "192.0.2.1", GotoURI: "/account"}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (h *house) finish(name, cookie string, back url.Values) (provider.Identity, error) {
	return h.Finish(context.Background(), name, scalar.CPanel, provider.Return{
		Cookie: cookie, State: back.Get("state"), Code: back.Get("code"), Issuer: back.Get("iss"), Error: back.Get("error"), Origin: "192.0.2.1",
	}, time.Now())
}

// TestIdentityOfOthers signs in with two providers that others wrote.
func TestIdentityOfOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	issuer, stop := providertest.OpenID(t, callback)
	h.addIdentity(t, "idp", issuer, providertest.Client, "header")
	b := h.begin(t, "idp")
	for _, needed := range []string{"code_challenge_method=S256", "response_type=code", "nonce=", "state=", url.QueryEscape(callback)} {
		if !strings.Contains(b.URL, needed) {
			t.Errorf("no %s in %s", needed, b.URL)
		}
	}
	browser := providertest.NewBrowser("anna-there")
	back, page := browser.SignIn(t, b.URL)
	if back == nil {
		t.Fatal(page)
	}
	id, err := h.finish("idp", b.Cookie, back.Query())
	if err != nil || id.Subject != "anna-there" || id.Provider != "idp" || id.GotoURI != "/account" || id.Strong {
		t.Errorf("%+v, %v", id, err)
	}
	_, err = h.finish("idp", b.Cookie, back.Query())
	is(t, err, fault.Stranger, "was used before")

	// A code of one sign in, brought back to another: the provider holds it to PKCE.
	first, second := h.begin(t, "idp"), h.begin(t, "idp")
	stolen, _ := browser.SignIn(t, first.URL)
	own, _ := browser.SignIn(t, second.URL)
	q := own.Query()
	q.Set("code", stolen.Query().Get("code"))
	_, err = h.finish("idp", second.Cookie, q)
	is(t, err, fault.Stranger, "does not confirm this sign in")

	// A provider that names itself in each return is not taken at less.
	third := h.begin(t, "idp")
	back, _ = browser.SignIn(t, third.URL)
	q = back.Query()
	q.Del("iss")
	_, err = h.finish("idp", third.Cookie, q)
	is(t, err, fault.Stranger, "is not from the authentication provider “idp”")
	stop()
	fourth := h.begin(t, "idp") // its configuration is known
	_, err = h.finish("idp", fourth.Cookie, url.Values{"state": {stateOf(t, fourth)}, "code": {"x"}, "iss": {issuer}})
	is(t, err, fault.Unavailable, "does not accept connections")
	h.clean(t, providertest.Secret, q.Get("code"), q.Get("state"), third.Cookie)
}

func TestIdentityOfDex(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.addIdentity(t, "idp", providertest.Dex(t, callback), providertest.Client, "params")
	b := h.begin(t, "idp")
	back, page := providertest.NewBrowser("").SignIn(t, b.URL)
	if back == nil {
		t.Fatal(page)
	}
	id, err := h.finish("idp", b.Cookie, back.Query())
	if err != nil || id.Subject == "" || !strings.Contains(id.PreferredName, "@") {
		t.Errorf("%+v, %v", id, err)
	}
}

func stateOf(t *testing.T, b provider.Begun) string {
	t.Helper()
	u, err := url.Parse(b.URL)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query().Get("state")
}

// liars is a house whose provider “idp” tells the truth until a test changes it.
func liars(t *testing.T) (*house, *providertest.Liar) {
	t.Helper()
	h, liar := newHouse(t), providertest.NewLiar(t)
	h.addIdentity(t, "idp", liar.URL, providertest.Client, "header")
	return h, liar
}

// pass goes to the liar and comes back.
func pass(t *testing.T, h *house, liar *providertest.Liar) (provider.Identity, error) {
	t.Helper()
	b := h.begin(t, "idp")
	code, state := liar.Code(t, b.URL)
	return h.finish("idp", b.Cookie, url.Values{"code": {code}, "state": {state}})
}

// TestForgedIdentityTokens: every identity token that is not the provider's, for
// this client, of this sign in, and now, is refused.
func TestForgedIdentityTokens(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	if id, err := pass(t, h, liar); err != nil || id.Subject != "subject-1" || id.PreferredName != "somebody@mail.example" {
		t.Fatalf("the truth is not believed: %+v, %v", id, err)
	}
	claim := func(name string, value any) func(map[string]any) {
		return func(c map[string]any) { c[name] = value }
	}
	for title, c := range map[string]struct {
		claims func(map[string]any)
		sign   func([]byte) string
		says   string
	}{
		"another issuer":       {claims: claim("iss", "https://accounts.example.com"), says: "is not valid"},
		"another audience":     {claims: claim("aud", "somebody-else"), says: "is not valid"},
		"two audiences":        {claims: claim("aud", []string{providertest.Client, "somebody-else"}), says: "is for another client"},
		"an authorized party":  {claims: claim("azp", "somebody-else"), says: "is for another client"},
		"another nonce":        {claims: claim("nonce", "of-yesterday"), says: "is of another sign in"},
		"no nonce":             {claims: func(c map[string]any) { delete(c, "nonce") }, says: "is of another sign in"},
		"expired":              {claims: claim("exp", time.Now().Add(-time.Hour).Unix()), says: "has expired"},
		"not yet valid":        {claims: claim("nbf", time.Now().Add(time.Hour).Unix()), says: "is not valid"},
		"no subject":           {claims: claim("sub", ""), says: "names nobody"},
		"a long subject":       {claims: claim("sub", strings.Repeat("s", 256)), says: "names nobody"},
		"a subject with NUL":   {claims: claim("sub", "a\x00b"), says: "names nobody"},
		"another access token": {claims: claim("at_hash", "bm90IGl0"), says: "does not belong to its access token"},
		"no algorithm":         {sign: providertest.Unsigned, says: "is not valid"},
		"our secret as the key": {sign: func(c []byte) string {
			return providertest.Signed(jose.HS256, []byte(providertest.Secret+providertest.Secret), c)
		}, says: "is not valid"},
		"another's key": {sign: func(c []byte) string { return providertest.Signed(jose.RS256, strangersKey(t), c) }, says: "is not valid"},
		"no token":      {sign: func([]byte) string { return "a.b.c" }, says: "is not valid"},
		"none at all":   {sign: func([]byte) string { return "" }, says: "sent no identity token"},
	} {
		liar.Lie(func(l *providertest.Liar) { l.Claims, l.Sign = c.claims, c.sign })
		id, err := pass(t, h, liar)
		if err == nil || fault.Is(err, fault.Internal) || !strings.Contains(fault.Of(err).Message, c.says) || id.Subject != "" {
			t.Errorf("%s: %+v, %v", title, id, err)
		}
		if err != nil && strings.Contains(err.Error(), "subject-1") {
			t.Errorf("%s: the token's claims are in the log: %v", title, err)
		}
	}
}

// TestKeysThatCannotBeHad: without the provider's keys nobody comes in.
func TestKeysThatCannotBeHad(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	for _, answer := range []func(http.ResponseWriter, *http.Request){says(500, "text/html", "no"), says(200, "application/json", "{"), says(200, "text/html", "no"),
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/", http.StatusFound)
		}} {
		liar.Lie(func(l *providertest.Liar) {
			l.Answer = func(w http.ResponseWriter, r *http.Request) bool {
				if r.URL.Path == "/keys" {
					answer(w, r)
				}
				return r.URL.Path == "/keys"
			}
		})
		_, err := pass(t, h, liar)
		is(t, err, fault.Unavailable, "The keys of the authentication provider “idp” could not be fetched.")
	}
	liar.Lie(func(l *providertest.Liar) {
		l.Answer = func(w http.ResponseWriter, r *http.Request) bool {
			if r.URL.Path == "/keys" {
				says(200, "application/json", `{"keys":[]}`)(w, r)
			}
			return r.URL.Path == "/keys"
		}
	})
	_, err := pass(t, h, liar)
	is(t, err, fault.Stranger, "is not valid")
}

// TestAlgorithmsThatAProviderNames: a configuration cannot talk us into none or
// into our own secret as the key.
func TestAlgorithmsThatAProviderNames(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	liar.Lie(func(l *providertest.Liar) {
		l.Config = func(c map[string]any) { c["id_token_signing_alg_values_supported"] = []string{"none", "HS256"} }
	})
	for _, sign := range []func([]byte) string{providertest.Unsigned, func(c []byte) string {
		return providertest.Signed(jose.HS256, []byte(providertest.Secret+providertest.Secret), c)
	}} {
		liar.Lie(func(l *providertest.Liar) { l.Sign = sign })
		if id, err := pass(t, h, liar); !fault.Is(err, fault.Stranger) {
			t.Errorf("%+v, %v", id, err)
		}
	}
}

// TestReturnsThatAreNotOnesOwn: state and cookie belong together, to one provider,
// one service, ten minutes and one use.
func TestReturnsThatAreNotOnesOwn(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	h.addIdentity(t, "second", liar.URL, providertest.Client, "header")
	const began = "did not begin in this browser"
	a, b := h.begin(t, "idp"), h.begin(t, "idp")
	code, state := liar.Code(t, a.URL)
	good := url.Values{"code": {code}, "state": {state}}
	for title, try := range map[string]func() error{
		"no cookie: somebody else's sign in, slipped in": func() error { _, err := h.finish("idp", "", good); return err },
		"another's cookie": func() error { _, err := h.finish("idp", b.Cookie, good); return err },
		"no state":         func() error { _, err := h.finish("idp", a.Cookie, url.Values{"code": {code}}); return err },
		"a made-up state": func() error {
			_, err := h.finish("idp", a.Cookie, url.Values{"code": {code}, "state": {"x"}})
			return err
		},
		"another provider": func() error { _, err := h.finish("second", a.Cookie, good); return err },
		"ten minutes too late": func() error {
			_, err := h.Finish(t.Context(), "idp", scalar.CPanel, provider.Return{Cookie: a.Cookie, State: state, Code: code}, time.Now().Add(provider.Lifetime))
			return err
		},
	} {
		if err := try(); !fault.Is(err, fault.Stranger) || !strings.Contains(err.Error(), began) {
			t.Errorf("%s: %v", title, err)
		}
	}
	if _, err := h.Finish(t.Context(), "idp", scalar.WHM, provider.Return{Cookie: a.Cookie, State: state, Code: code}, time.Now()); !fault.Is(err, fault.Unknown) {
		t.Errorf("another service: %v", err)
	}
	if n := len(liar.Asked()); n != 0 {
		t.Errorf("a code was shown to the provider %d times", n)
	}
	var won, lost atomic.Int64
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			if _, err := h.finish("idp", a.Cookie, good); err == nil {
				won.Add(1)
			} else if fault.Is(err, fault.Stranger) {
				lost.Add(1)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 || lost.Load() != 15 {
		t.Errorf("%d came in and %d did not", won.Load(), lost.Load())
	}
}

// TestMixUp: what one provider sends back is never shown to another.
func TestMixUp(t *testing.T) {
	t.Parallel()
	h, honest := liars(t)
	evil := providertest.NewLiar(t)
	h.addIdentity(t, "evil", evil.URL, providertest.Client, "header")
	b := h.begin(t, "idp")
	code, state := honest.Code(t, b.URL)
	if _, err := h.finish("evil", b.Cookie, url.Values{"code": {code}, "state": {state}}); !fault.Is(err, fault.Stranger) || len(evil.Asked()) != 0 {
		t.Errorf("%v; the other provider was asked %d times", err, len(evil.Asked()))
	}
	_, err := h.finish("idp", b.Cookie, url.Values{"code": {code}, "state": {state}, "iss": {evil.URL}})
	is(t, err, fault.Stranger, "is not from")
	if len(honest.Asked()) != 0 {
		t.Error("the code was shown in spite of its sender")
	}
	// The evil one says that it is the honest one.
	evil2 := providertest.NewLiar(t)
	evil2.Lie(func(l *providertest.Liar) { l.Config = func(c map[string]any) { c["issuer"] = honest.URL } })
	h.addIdentity(t, "posing", evil2.URL, providertest.Client, "header")
	_, err = h.Begin(t.Context(), "posing", provider.Request{Service: scalar.CPanel, Address: netip.MustParseAddr("192.0.2.1")}, time.Now())
	is(t, err, fault.Unavailable, "says that it is another issuer")
}

// TestLyingConfiguration: discovery is no way in, neither to our network nor to
// our patience.
func TestLyingConfiguration(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	trap := providertest.NewLiar(t)
	for title, c := range map[string]struct {
		config func(map[string]any)
		answer func(w http.ResponseWriter, r *http.Request)
		kind   fault.Kind
		says   string
	}{
		"a redirect to the metadata of a cloud": {kind: fault.Unavailable, says: "redirects, which is not followed", answer: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://169.254.169.254/latest/meta-data/", http.StatusFound)
		}},
		"a redirect inward":        {kind: fault.Unavailable, says: "redirects", answer: func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, trap.URL+"/token", http.StatusFound) }},
		"a token endpoint inside":  {kind: fault.Unavailable, says: "names an address that is not https", config: func(c map[string]any) { c["token_endpoint"] = "http://10.0.0.1/token" }},
		"keys in a file":           {kind: fault.Unavailable, says: "names an address that is not https", config: func(c map[string]any) { c["jwks_uri"] = "file:///etc/passwd" }},
		"a page that is a script":  {kind: fault.Unavailable, says: "names an address that is not https", config: func(c map[string]any) { c["authorization_endpoint"] = "javascript:alert(1)" }},
		"a page":                   {kind: fault.Unavailable, says: "is not JSON", answer: says(200, "text/html", "<h1>Hello</h1>")},
		"no JSON":                  {kind: fault.Unavailable, says: "cannot be understood", answer: says(200, "application/json", "{")},
		"a megabyte":               {kind: fault.Unavailable, says: "too large", answer: says(200, "application/json", strings.Repeat(" ", 1<<20))},
		"nothing there":            {kind: fault.Unavailable, says: "has no configuration for OpenID Connect where the issuer says: it answered with status 404", answer: says(404, "text/html", "no")},
		"out of order":             {kind: fault.Unavailable, says: "status 500", answer: says(500, "text/html", "no")},
		"a reset":                  {kind: fault.Unavailable, says: "closed the connection", answer: func(w http.ResponseWriter, _ *http.Request) { hangUp(w) }},
		"everything but an issuer": {kind: fault.Unavailable, says: "another issuer", config: func(c map[string]any) { delete(c, "issuer") }},
	} {
		liar.Lie(func(l *providertest.Liar) {
			l.Config, l.Answer = c.config, nil
			if c.answer != nil {
				l.Answer = func(w http.ResponseWriter, r *http.Request) bool { c.answer(w, r); return true }
			}
		})
		_, err := h.Begin(t.Context(), "idp", provider.Request{Service: scalar.CPanel, Address: netip.MustParseAddr("192.0.2.1")}, time.Now())
		if !fault.Is(err, c.kind) || !strings.Contains(fault.Of(err).Message, c.says) {
			t.Errorf("%s: %v", title, err)
		}
	}
	if n := len(trap.Asked()); n != 0 {
		t.Errorf("the redirect was followed %d times", n)
	}
	liar.Lie(func(l *providertest.Liar) { l.Config, l.Answer = nil, nil })
	h.closed.Store(true)
	_, err := h.Begin(t.Context(), "idp", provider.Request{Service: scalar.CPanel, Address: netip.MustParseAddr("192.0.2.1")}, time.Now())
	is(t, err, fault.Forbidden, "in a network that Postern does not connect to")
}

// TestIssuersInside: an issuer that is an address of the inside is not asked.
func TestIssuersInside(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, issuer := range map[string]string{"cloud": "https://169.254.169.254", "private": "https://10.0.0.1/idp", "mapped": "https://[::ffff:192.168.0.1]"} {
		h.addIdentity(t, name, issuer, providertest.Client, "header")
		_, err := h.Begin(t.Context(), name, provider.Request{Service: scalar.CPanel, Address: netip.MustParseAddr("192.0.2.1")}, time.Now())
		is(t, err, fault.Forbidden, "in a network that Postern does not connect to")
	}
}

// TestDiscoveredAddressesAreGuarded: a configuration that was well once opens
// nothing later; each connection is judged when it is made.
func TestDiscoveredAddressesAreGuarded(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	b := h.begin(t, "idp")
	code, state := liar.Code(t, b.URL)
	h.closed.Store(true)
	_, err := h.finish("idp", b.Cookie, url.Values{"code": {code}, "state": {state}})
	is(t, err, fault.Forbidden, "in a network that Postern does not connect to")
	if n := len(liar.Asked()); n != 0 {
		t.Errorf("%d connections were made", n)
	}
}

// TestWhatAProviderRefuses: its words reach nobody but as a code that is known.
func TestWhatAProviderRefuses(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	for code, says := range map[string]string{"access_denied": "was not completed at", "<script>": "refused the sign in", "server_error": "refused the sign in (server_error)"} {
		b := h.begin(t, "idp")
		_, state := liar.Code(t, b.URL)
		_, err := h.finish("idp", b.Cookie, url.Values{"state": {state}, "error": {code}})
		var f *fault.Fault
		if !errors.As(err, &f) || !strings.Contains(f.Message, says) {
			t.Errorf("%s: %v", code, err)
		}
	}
}

// TestStrangersDoNotFloodAProvider: beginning is for everybody, and asks the
// provider for its configuration once.
func TestStrangersDoNotFloodAProvider(t *testing.T) {
	t.Parallel()
	h, liar := liars(t)
	var asked atomic.Int64
	liar.Lie(func(l *providertest.Liar) {
		l.Answer = func(http.ResponseWriter, *http.Request) bool { asked.Add(1); return false }
	})
	for range 120 {
		h.begin(t, "idp")
	}
	if n := asked.Load(); n != 1 {
		t.Errorf("it was asked %d times", n)
	}
	var kept int
	if err := h.db.Read.NewRaw("SELECT count(*) FROM identity_requests").Scan(t.Context(), &kept); err != nil || kept > 50 {
		t.Errorf("%d requests are kept, %v", kept, err)
	}
	if err := provider.Sweep(t.Context(), h.db.Write, time.Now().Add(provider.Lifetime)); err != nil {
		t.Fatal(err)
	}
	if err := h.db.Read.NewRaw("SELECT count(*) FROM identity_requests").Scan(t.Context(), &kept); err != nil || kept != 0 {
		t.Errorf("%d requests are left, %v", kept, err)
	}
}
