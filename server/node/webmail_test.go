package node_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/server/testkit"
	"postern/server/webmailtest"
)

// chain is a Postern with Dovecot and Roundcube beside it.
type chain struct {
	*webmailtest.Chain
	*process
	testing.TB
}

// startChain starts all of it, with the accounts anna (example.com) and carl
// (example.net), each with the mailbox bob. Roundcube is mounted and the default.
func startChain(t testing.TB, env ...string) *chain {
	t.Helper()
	database := testkit.URL(t)
	c, err := webmailtest.Plan(database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	all := &chain{Chain: c, TB: t, process: start(t, database, append(c.Environment(), env...)...)}
	c.Issuer = all.addresses["Webmail"]
	c.DovecotSecret = all.client("dovecot", "introspects", "1")
	c.RoundcubeSecret = all.client("roundcube", "authentication", "client_secret_post", "reads_mail", "1",
		"redirect_uri", "/3rdparty/roundcube/index.php/login/oauth")
	all.whm("postern_create_webmail_application", "name", "roundcube", "title", "Roundcube", "path", "/3rdparty/roundcube",
		"start", "/?_task=login&_action=oauth", "default", "1")
	for user, domain := range map[string]string{"anna": "example.com", "carl": "example.net"} {
		all.whm("createacct", "username", user, "domain", domain, "password", passwordOf(user))
		all.uapi(user, "Email/add_pop", "email", "bob@"+domain, "password", passwordOf("bob@"+domain))
	}
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return all
}

// client makes a client of single sign on and returns its secret.
func (c *chain) client(name string, args ...string) string {
	c.Helper()
	var data struct{ Secret string }
	c.read(c.whm("postern_create_sso_client", append([]string{"name", name}, args...)...), &data)
	return data.Secret
}

func (c *chain) read(from json.RawMessage, into any) {
	c.Helper()
	if err := json.Unmarshal(from, into); err != nil {
		c.Fatal(err)
	}
}

// whm calls a WHM function as root and returns its data.
func (c *chain) whm(function string, args ...string) json.RawMessage {
	c.Helper()
	var reply struct {
		Data     json.RawMessage
		Metadata struct {
			Result int
			Reason string
		}
	}
	c.ask("WHM", "/json-api/"+function+"?api.version=1", "root", args, &reply)
	if reply.Metadata.Result != 1 {
		c.Fatalf("%s: %s", function, reply.Metadata.Reason)
	}
	return reply.Data
}

// uapi calls a UAPI function as an account and returns its data.
func (c *chain) uapi(user, function string, args ...string) json.RawMessage {
	c.Helper()
	var reply struct {
		Data   json.RawMessage
		Status int
		Errors []string
	}
	c.ask("cPanel", "/execute/"+function, user, args, &reply)
	if reply.Status != 1 {
		c.Fatalf("%s: %v", function, reply.Errors)
	}
	return reply.Data
}

func (c *chain) ask(service, path, user string, args []string, into any) {
	c.Helper()
	status, _, body, err := post(c.Context(), client(), c.addresses[service]+path, user, pairs(args...))
	if err != nil {
		c.Fatal(err)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		c.Fatalf("%s: %d %s", path, status, body)
	}
}

func pairs(args ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(args); i += 2 {
		v.Add(args[i], args[i+1])
	}
	return v
}

// session makes a one-time session for the mailbox bob of an account.
func (c *chain) session(account, domain string) (token, text string) {
	c.Helper()
	var made struct{ Session, Token string }
	c.read(c.uapi(account, "Session/create_webmail_session_for_mail_user", "login", "bob", "domain", domain), &made)
	return made.Token, made.Session
}

// arrive is a page of another site that posts a session, as panels have them.
func arrive(address, token, session string) string {
	form := `<form method=post action="` + address + token + `/login"><input type=hidden name=session value="` + session + `"></form>` +
		`<script>document.forms[0].submit()</script>`
	return "data:text/html," + url.PathEscape(form)
}

const inbox = `document.querySelector("#messagelist")`

// TestWebmailFromSessionToInbox is the whole way in a browser.
func TestWebmailFromSessionToInbox(t *testing.T) {
	t.Parallel()
	c := startChain(t, "POSTERN_SSO_TOKEN_SECONDS=20")
	if err := c.Deliver("bob@example.com", "friend@example.org", "The ship has landed", "Come and see."); err != nil {
		t.Fatal(err, c.Logs())
	}
	b := openTab(t)
	token, text := c.session("anna", "example.com")
	begun := time.Now()
	b.visit(arrive(c.Issuer, token, text))
	b.waitFor(inbox + ` && document.body.innerText.includes("The ship has landed")`)
	t.Logf("from the POST to the inbox: %v", time.Since(begun).Round(time.Millisecond))
	b.shoot("inbox")

	// The session is used up.
	status, _, _, err := post(t.Context(), client(), c.Issuer+token+"/login", "", url.Values{"session": {text}})
	if err != nil || status != http.StatusUnauthorized {
		t.Errorf("the session again: %d, %v", status, err)
	}
	if !strings.Contains(text, "bob@example.com:") {
		t.Errorf("the session's text: %s", text)
	}
}
