package node_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// passwords signs in to the mail server as ordinary mail programs do.
func (c *chain) passwords(t *testing.T) {
	bob := "bob@example.com"
	for _, try := range []struct {
		what, name, password string
		right                bool
	}{
		{"the mailbox's own", bob, passwordOf(bob), true},
		{"letters' case in the name", "Bob@Example.COM", passwordOf(bob), true},
		{"a wrong one", bob, "wrong", false},
		{"an empty one", bob, "", false},
		{"another mailbox's", bob, passwordOf("bob@example.net"), false},
		{"the account's", bob, passwordOf("anna"), false},
		{"an account, which is no mailbox", "anna", passwordOf("anna"), false},
		{"root", "root", passwordOf("root"), false},
		{"an unknown name", "nobody@example.com", passwordOf(bob), false},
		{"a name with a way out of its folder", "../bob@example.com", passwordOf(bob), false},
		{"the hash itself", bob, c.text(`SELECT password_hash FROM logins WHERE name = 'bob@example.com'`), false},
	} {
		if answer, ok := c.signIn(t, func(i imap) (string, bool, error) { return i.Password(try.name, try.password) }); ok != try.right {
			t.Errorf("%s: %v: %s", try.what, ok, answer)
		}
	}
	c.uapi("anna", "Email/passwd_pop", "email", bob, "password", passwordOf("new"))
	for password, right := range map[string]bool{passwordOf(bob): false, passwordOf("new"): true} {
		if answer, ok := c.signIn(t, func(i imap) (string, bool, error) { return i.Password(bob, password) }); ok != right {
			t.Errorf("after a change, %v: %s", right, answer)
		}
	}
}

type imap interface {
	Password(name, password string) (string, bool, error)
	Token(name, token string) (string, bool, error)
}

// signIn tries once on a connection of its own.
func (c *chain) signIn(t *testing.T, try func(imap) (string, bool, error)) (string, bool) {
	t.Helper()
	i, err := c.DialIMAP()
	if err != nil {
		t.Fatal(err)
	}
	defer i.Close()
	answer, ok, err := try(i)
	if err != nil {
		t.Fatal(err)
	}
	return answer, ok
}

// tokenSet is what the token endpoint gives.
type tokenSet struct {
	Access  string `json:"access_token"`
	Refresh string `json:"refresh_token"`
	ID      string `json:"id_token"`
	Error   string `json:"error"`
}

// application is a client that these tests play.
type application struct{ name, secret string }

// ask sends a form to an endpoint of the loopback.
func (c *chain) tell(t *testing.T, a application, path string, form url.Values) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+c.Internal+"/oauth2/"+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(a.name, a.secret)
	reply, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply.StatusCode, string(body)
}

const callback = "https://app.example/callback"

// browser signs a mailbox in by a one-time session and returns its cookie and token.
func (c *chain) browser(t *testing.T, account, domain string) (cookie *http.Cookie, token string) {
	t.Helper()
	token, text := c.session(account, domain)
	_, header, body, err := post(t.Context(), client(), c.Issuer+token+"/login", "", url.Values{"session": {text}})
	if err != nil {
		t.Fatal(err)
	}
	for _, cookie := range (&http.Response{Header: header}).Cookies() {
		if cookie.Name == "webmailsession" && cookie.Path == token {
			return cookie, token
		}
	}
	t.Fatalf("no cookie: %s", body)
	return nil, ""
}

// obtain goes the way of an application, from a browser's session to tokens.
func (c *chain) obtain(t *testing.T, a application, cookie *http.Cookie, token, scope string) tokenSet {
	t.Helper()
	query := url.Values{"client_id": {a.name}, "redirect_uri": {callback}, "response_type": {"code"}, "scope": {scope}, "state": {"s1"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.Issuer+token+"/oauth2/authorize?"+query.Encode(), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.AddCookie(cookie)
	reply, err := client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	to, err := reply.Location()
	if err != nil || to.Query().Get("code") == "" || to.Query().Get("state") != "s1" {
		t.Fatalf("%d, %v, %v", reply.StatusCode, to, err)
	}
	_, body := c.tell(t, a, "token", url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "redirect_uri": {callback}})
	var set tokenSet
	if err := json.Unmarshal([]byte(body), &set); err != nil || set.Access == "" {
		t.Fatal(body, err)
	}
	return set
}

// tokens signs in to the mail server with tokens: right ones, and those that are
// somebody else's, for something else, or over.
func (c *chain) tokens(t *testing.T) {
	reader := application{"reader", c.client("reader", "reads_mail", "1", "redirect_uri", callback)}
	plain := application{"plain", c.client("plain", "redirect_uri", callback)}
	cookie, token := c.browser(t, "anna", "example.com")
	set := c.obtain(t, reader, cookie, token, "openid offline_access mail")
	try := func(what, name, access string, right bool) {
		t.Helper()
		if answer, ok := c.signIn(t, func(i imap) (string, bool, error) { return i.Token(name, access) }); ok != right {
			t.Errorf("%s: %v: %s", what, ok, answer)
		}
	}
	bob := "bob@example.com"
	try("its own mailbox", bob, set.Access, true)
	try("a mailbox of another account", "bob@example.net", set.Access, false)
	try("no mailbox at all", "anna", set.Access, false)
	try("a token that was changed", bob, set.Access[:len(set.Access)-2]+"AA", false)
	try("a refresh token", bob, set.Refresh, false)
	try("an identity token", bob, set.ID, false)
	try("a token without the scope", bob, c.obtain(t, reader, cookie, token, "openid").Access, false)
	try("a token of an application that may not read mail", bob, c.obtain(t, plain, cookie, token, "openid mail").Access, false)
	if answer, ok := c.signIn(t, func(i imap) (string, bool, error) { return i.Password(bob, set.Access) }); ok {
		t.Errorf("a token as a password: %s", answer)
	}
	if answer, ok := c.signIn(t, func(i imap) (string, bool, error) { return i.Token(bob, passwordOf("new")) }); ok {
		t.Errorf("a password as a token: %s", answer)
	}
	c.tell(t, reader, "revoke", url.Values{"token": {set.Access}})
	try("a revoked token", bob, set.Access, false)

	_, body := c.tell(t, reader, "token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {set.Refresh}})
	var next tokenSet
	if err := json.Unmarshal([]byte(body), &next); err != nil || next.Refresh != set.Refresh {
		t.Fatal(body, err)
	}
	try("a refreshed token", bob, next.Access, true)
	c.whm("postern_revoke_session", "name", c.text(`SELECT name FROM sessions WHERE token = '`+token[1:]+`'`))
	try("a token of a session that was ended", bob, next.Access, false)
	if status, body := c.tell(t, reader, "token", url.Values{"grant_type": {"refresh_token"}, "refresh_token": {next.Refresh}}); status == http.StatusOK {
		t.Errorf("a refresh after the session's end: %s", body)
	}

	cookie, token = c.browser(t, "anna", "example.com")
	set = c.obtain(t, reader, cookie, token, "openid offline_access mail")
	try("before a change of the password", bob, set.Access, true)
	c.uapi("anna", "Email/passwd_pop", "email", bob, "password", passwordOf("newer"))
	try("after a change of the password", bob, set.Access, false)
}

// suspension shuts a mailbox, and a whole account, while tokens are out.
func (c *chain) suspension(t *testing.T) {
	eve := "eve@example.com"
	c.uapi("anna", "Email/add_pop", "email", eve, "password", passwordOf(eve))
	password := func(what string, right bool) {
		t.Helper()
		if answer, ok := c.signIn(t, func(i imap) (string, bool, error) { return i.Password(eve, passwordOf(eve)) }); ok != right {
			t.Errorf("%s: %v: %s", what, ok, answer)
		}
	}
	password("before", true)
	c.uapi("anna", "Email/suspend_login", "email", eve)
	password("suspended", false)
	if err := c.Deliver(eve, "friend@example.org", "Still", "It is kept."); err != nil {
		t.Errorf("a suspended mailbox takes no mail: %v", err)
	}
	c.uapi("anna", "Email/unsuspend_login", "email", eve)
	password("again", true)
}
