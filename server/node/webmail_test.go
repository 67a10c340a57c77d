package node_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"postern/server/testkit"
	"postern/server/webmailtest"
)

// chain is a Postern with Dovecot and Roundcube beside it.
type chain struct {
	*webmailtest.Chain
	*process
	testing.TB
	db *pgx.Conn
}

// startChain starts all of it, with the accounts anna (example.com) and carl
// (example.net), each with the mailbox bob. Roundcube is mounted and the default.
func startChain(t testing.TB, env ...string) *chain {
	t.Helper()
	if err := webmailtest.Missing(); err != nil {
		t.Fatal(err)
	}
	database := testkit.URL(t)
	c, err := webmailtest.Plan(database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Stop)
	all := &chain{Chain: c, TB: t, process: start(t, database, append(c.Environment(), env...)...)}
	if all.db, err = pgx.Connect(t.Context(), database); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = all.db.Close(context.Background()) })
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

// TestWebmailChain is the whole way from a session that an API call made to a
// message in a mail application, and every way in that must be shut.
func TestWebmailChain(t *testing.T) {
	t.Parallel()
	c := startChain(t, "POSTERN_SSO_TOKEN_SECONDS=20")
	for _, domain := range []string{"example.com", "example.net"} {
		if err := c.Deliver("bob@"+domain, "friend@example.org", "Greetings to "+domain, "Come and see."); err != nil {
			t.Fatal(err, c.Logs())
		}
	}
	b := openTab(t)
	token, text := c.session("anna", "example.com")
	begun := time.Now()
	b.visit(arrive(c.Issuer, token, text))
	b.waitFor(inbox + ` && document.body.innerText.includes("Greetings to example.com")`)
	t.Logf("from the POST to the inbox: %v", time.Since(begun).Round(time.Millisecond))
	b.shoot("inbox")

	for _, step := range []struct {
		name string
		do   func(*chain, *testing.T)
	}{
		{"a used session is refused", func(c *chain, t *testing.T) {
			status, _, _, err := post(t.Context(), client(), c.Issuer+token+"/login", "", url.Values{"session": {text}})
			if err != nil || status != http.StatusUnauthorized {
				t.Errorf("%d, %v", status, err)
			}
		}},
		{"passwords", (*chain).passwords},
		{"tokens", (*chain).tokens},
		{"suspension", (*chain).suspension},
	} {
		if !t.Run(step.name, func(t *testing.T) { step.do(c, t) }) {
			t.Fatal(c.Logs())
		}
	}

	// The password was changed: the open page is of no use to anybody any more.
	b.do(chromedp.Evaluate[chromedp.Void](`rcmail.command("checkmail")`))
	b.waitFor(`location.pathname == "/login"`)
	token, text = c.session("anna", "example.com")
	b.visit(arrive(c.Issuer, token, text))
	b.waitFor(inbox + ` && document.body.innerText.includes("Greetings to example.com")`)
	landed := time.Now()

	// Another mailbox, of another account, in the same browser: each keeps to itself.
	otherToken, otherText := c.session("carl", "example.net")
	other := b.opens(func() {
		b.do(chromedp.Evaluate[chromedp.Void](`void window.open("about:blank")`))
	})
	other.visit(arrive(c.Issuer, otherToken, otherText))
	other.waitFor(inbox + ` && document.body.innerText.includes("Greetings to example.net")`)
	other.waitFor(`!document.body.innerText.includes("Greetings to example.com")`)

	// The access token's end is not seen: the page goes on.
	time.Sleep(time.Until(landed.Add(21 * time.Second)))
	b.reload()
	b.waitFor(inbox + ` && document.body.innerText.includes("Greetings to example.com")`)
	// The first token's twenty seconds are over: one that lives came by a refresh.
	if n := c.count(`SELECT count(*) FROM sso_tokens t JOIN sso_grants g ON g.id = t.grant_id JOIN sso_clients k ON k.id = g.client_id
		JOIN sessions s ON s.name = g.session_name WHERE k.name = 'roundcube' AND s.token = '` + token[1:] + `' AND t.expires_at > now()`); n < 1 {
		t.Errorf("%d tokens: nothing was refreshed", n)
	}

	// Signing out of the application signs out of Postern, here and nowhere else.
	b.do(chromedp.Evaluate[chromedp.Void](`rcmail.command("switch-task", "logout")`))
	b.waitFor(`location.pathname == "/login"`)
	if n := c.count(`SELECT count(*) FROM sessions WHERE token = '` + token[1:] + `'`); n != 0 {
		t.Error("the session outlived the sign out")
	}
	other.reload()
	other.waitFor(inbox + ` && document.body.innerText.includes("Greetings to example.net")`)

	// An administrator ends the other one: the open page leaves by itself.
	c.whm("postern_revoke_session", "name", c.text(`SELECT name FROM sessions WHERE token = '`+otherToken[1:]+`'`))
	other.do(chromedp.Evaluate[chromedp.Void](`rcmail.command("checkmail")`))
	other.waitFor(`location.pathname == "/login"`)
}

// count is a number out of the database.
func (c *chain) count(query string) (n int) {
	c.Helper()
	if err := c.db.QueryRow(c.Context(), query).Scan(&n); err != nil {
		c.Fatal(err)
	}
	return n
}

func (c *chain) text(query string) (s string) {
	c.Helper()
	if err := c.db.QueryRow(c.Context(), query).Scan(&s); err != nil {
		c.Fatal(err)
	}
	return s
}
