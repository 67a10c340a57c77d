package sso_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// TestFlow is the way that an application goes, to the end.
func TestFlow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bob := h.visitor("bob@example.com")
	app, dovecot := h.application("app"), h.application("dovecot", "introspects", "1")
	set := h.redeem(app, h.code(bob, app, "nonce", "n-1"))
	if set.Access == "" || set.Refresh == "" || set.ID == "" || set.Expires < 290 || set.Expires > 300 {
		t.Fatalf("%+v", set)
	}
	_, body := h.post(dovecot, "introspect", "token", set.Access)
	var said struct {
		Active          bool
		Email, Username string
		Scope           string
		ClientID        string `json:"client_id"`
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil || !said.Active || said.Email != "bob@example.com" ||
		said.Username != "bob@example.com" || said.ClientID != "app" || said.Scope != "openid offline_access mail" {
		t.Fatalf("%s, %v", body, err)
	}
	r, _ := http.NewRequest(http.MethodGet, h.loopback.URL+"/oauth2/userinfo", nil)
	r.Header.Set("Authorization", "Bearer "+set.Access)
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	info, _ := io.ReadAll(reply.Body)
	if !strings.Contains(string(info), `"email":"bob@example.com"`) {
		t.Errorf("userinfo: %s", info)
	}
	next := h.refresh(app, set.Refresh)
	if next.Refresh != set.Refresh || next.Access == set.Access || !h.active(dovecot, next.Access) || !h.active(dovecot, set.Access) {
		t.Errorf("refresh: %+v", next)
	}
	h.clock = h.clock.Add(6 * time.Minute)
	if h.active(dovecot, next.Access) {
		t.Error("a token outlived its time")
	}
	if next = h.refresh(app, set.Refresh); !h.active(dovecot, next.Access) {
		t.Error("a refresh after the token's end gives none that lives")
	}
	if len(h.events) != 1 || h.events[0].Action != "sso_authorize" || h.events[0].Login != "bob@example.com" {
		t.Errorf("the audit trail: %+v", h.events)
	}
}

// TestDiscoveryListsWhatThereIs and nothing that is refused.
func TestDiscoveryListsWhatThereIs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	var d map[string]any
	h.must(json.NewDecoder(h.get(h.visitor("bob@example.com"), "/.well-known/openid-configuration").Body).Decode(&d))
	for name, want := range map[string]string{
		"issuer": issuer, "authorization_endpoint": issuer + "/oauth2/authorize", "end_session_endpoint": issuer + "/oauth2/logout",
		"jwks_uri": issuer + "/oauth2/keys", "token_endpoint": "http://127.0.0.1:2094/oauth2/token",
		"introspection_endpoint": "http://127.0.0.1:2094/oauth2/introspect", "revocation_endpoint": "http://127.0.0.1:2094/oauth2/revoke",
	} {
		if d[name] != want {
			t.Errorf("%s: %v", name, d[name])
		}
	}
	text, _ := json.Marshal(d)
	for _, word := range []string{"device", "implicit", "jwt-bearer", "token-exchange", "private_key_jwt", "client_credentials", "plain", `"none"`} {
		if strings.Contains(string(text), word) {
			t.Errorf("discovery offers %s: %s", word, text)
		}
	}
}

// TestEverythingEndsWithTheSession: however a session or a mailbox is shut, its
// tokens are, at the next question.
func TestEverythingEndsWithTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app, dovecot := h.application("app"), h.application("dovecot", "introspects", "1")
	for what, shut := range map[string]func(name string){
		"the session was ended": func(name string) { h.sql(`DELETE FROM sessions WHERE name = ?`, name) },
		"the session was idle": func(name string) {
			h.sql(`UPDATE sessions SET last_seen_at = ? WHERE name = ?`, h.clock.Add(-2*time.Hour), name)
		},
		"the session's day is over": func(name string) { h.sql(`UPDATE sessions SET expires_at = ? WHERE name = ?`, h.clock, name) },
		"the mailbox was suspended": func(string) { h.sql(`UPDATE logins SET suspended_at = now() WHERE name = 'bob@example.com'`) },
		"the account was suspended": func(string) { h.sql(`UPDATE logins SET suspended_at = now() WHERE name = 'anna'`) },
		"the client was taken away": func(string) { h.sql(`DELETE FROM sso_clients WHERE name = 'app'`) },
		"the client got a new secret": func(string) {
			h.call("postern_update_sso_client", map[string][]string{"name": {"app"}, "new_secret": {"1"}})
		},
	} {
		bob := h.visitor("bob@example.com")
		waiting := h.code(bob, app)
		set := h.redeem(app, h.code(bob, app))
		if !h.active(dovecot, set.Access) {
			t.Fatalf("%s: not active before", what)
		}
		shut(bob.Session.Name)
		if h.active(dovecot, set.Access) {
			t.Errorf("%s, and its token lives", what)
		}
		if again := h.refresh(app, set.Refresh); again.status == http.StatusOK {
			t.Errorf("%s, and its token is refreshed", what)
		}
		if late := h.redeem(app, waiting); late.status == http.StatusOK {
			t.Errorf("%s, and its code is taken", what)
		}
		h.sql(`UPDATE logins SET suspended_at = NULL`)
		h.sql(`DELETE FROM sso_clients WHERE name = 'app'`)
		app = h.application("app")
	}
}

// TestSignIn: who is asked to sign in, who is refused, and how.
func TestSignIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	app := h.application("app")
	bob, anna, nobody := h.visitor("bob@example.com"), h.visitor("anna"), h.visitor("bob@example.com")
	nobody.Session = nil
	if r := h.authorize(nobody, app); !strings.HasPrefix(r.Header.Get("Location"), "/login?goto_uri=%2Foauth2%2Fauthorize%3F") {
		t.Errorf("a stranger goes to %q", r.Header.Get("Location"))
	}
	if r := h.authorize(bob, app, "login_hint", "bob@example.net"); !strings.HasPrefix(r.Header.Get("Location"), "/login?") {
		t.Errorf("another mailbox's owner goes to %q", r.Header.Get("Location"))
	}
	h.clock = h.clock.Add(2 * time.Minute)
	for what, c := range map[string]struct {
		r    *http.Response
		want string
	}{
		"a stranger, silently":          {h.authorize(nobody, app, "prompt", "none"), "login_required"},
		"another mailbox, silently":     {h.authorize(bob, app, "prompt", "none", "login_hint", "bob@example.net"), "login_required"},
		"a sign in that is too old":     {h.authorize(bob, app, "max_age", "60"), "login_required"},
		"a sign in anew":                {h.authorize(bob, app, "prompt", "login"), "login_required"},
		"an account, not a mailbox":     {h.authorize(anna, app), "access_denied"},
		"no scope openid":               {h.authorize(bob, app, "scope", "mail"), "invalid_scope"},
		"the implicit flow":             {h.authorize(bob, app, "response_type", "id_token token"), "unauthorized_client"},
		"a form instead of an address":  {h.authorize(bob, app, "response_mode", "form_post"), "invalid_request"},
		"a challenge in the clear":      {h.authorize(bob, app, "code_challenge", "x", "code_challenge_method", "plain"), "invalid_request"},
		"a challenge of no known kind":  {h.authorize(bob, app, "code_challenge", "x"), "invalid_request"},
		"a kind without its challenge":  {h.authorize(bob, app, "code_challenge_method", "S256"), "invalid_request"},
		"a challenge of a wrong length": {h.authorize(bob, app, "code_challenge", "x", "code_challenge_method", "S256"), "invalid_request"},
	} {
		if got := h.answer(c.r); got.Get("error") != c.want || got.Get("state") != "s-1" || got.Has("code") {
			t.Errorf("%s: %v, want %s", what, got, c.want)
		}
	}
	if got := h.answer(h.authorize(bob, app, "prompt", "none", "login_hint", "BOB@example.com")); !got.Has("code") {
		t.Errorf("the mailbox itself, silently: %v", got)
	}
}
