package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"postern/web"
)

// looks are the sizes and colour schemes in which every state is looked at.
var looks = []struct {
	width, height int64
	scheme        string
}{{1280, 800, "light"}, {390, 844, "dark"}, {390, 844, "light"}, {1280, 800, "dark"}}

// TestScreensInTheBrowser walks through the app's states.
func TestScreensInTheBrowser(t *testing.T) {
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	server := newCanned(t)
	tb := openTab(t)
	for _, look := range looks {
		tb.dress(look.width, look.height, look.scheme)
		server.set(func(c *canned) {
			c.service, c.signedIn, c.over, c.version, c.failing = "cpaneld", false, false, "7", false
			c.boxes, c.accounts = 4, 38
		})
		walkLogin(tb, server)
		walkAccount(tb, server)
		walkOthers(tb, server)
	}
}

// fill types a login and sends it with the Enter key.
func fill(t *tab, user, password string) {
	t.Helper()
	// Selecting first: what an earlier try left is typed over.
	for id, text := range map[string]string{"login-user": user, "login-password": password} {
		t.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("` + id + `").select()`))
		t.do(chromedp.SendKeys(chromedp.ID(id), text))
	}
	t.do(chromedp.SendKeys(chromedp.ID("login-password"), "\r"))
}

func walkLogin(t *tab, server *canned) {
	t.Helper()
	t.visit(server.URL + "/login?signed_out=1")
	t.waitText("You are signed out.")
	t.waitFor(`document.activeElement.id == "login-user"`)
	t.check("signed-out")

	t.do(chromedp.Click(chromedp.CSS("button[type=submit]")))
	t.waitText("Enter your username.")
	t.check("empty")

	for _, try := range [][2]string{
		{"anna", "The login is invalid."}, {"locked", "Try again in 5 minutes"}, {"busy", "The server is busy."},
		{"cut", "The server could not be reached."}, {"garbled", "does not understand"},
	} {
		fill(t, try[0], "wrong")
		t.waitText(try[1])
		t.waitFor(`document.activeElement.id == "login-password"`)
		t.waitFor(`document.getElementById("login-user").value == "` + try[0] + `"`) // what was typed stays
		t.check("login-" + try[0])
	}

	// A step after the password has a page of its own, and a way back.
	fill(t, "step", "right")
	t.waitText("Open the authenticator app")
	t.waitFor(`location.pathname == "/login/tfa" && document.activeElement.id == "in-tfa_token"`)
	t.check("login-step")
	t.do(chromedp.Click(chromedp.CSS("button.btn-link")))
	t.waitFor(`location.pathname == "/login" && document.activeElement.id == "login-user"`)

	fill(t, "slow", "wrong")
	t.waitText("Signing in…")
	t.shoot("login-under-way")
	t.waitText("The login is invalid.")

	// The password is shown and hidden, and what is typed stays, spaces and all.
	t.do(chromedp.Click(chromedp.CSS(`button[aria-label="Show password"]`)))
	t.waitFor(`document.getElementById("login-password").type == "text"`)
	t.check("password-shown")
	t.do(chromedp.Click(chromedp.CSS(`button[aria-label="Hide password"]`)))
	t.waitFor(`document.getElementById("login-password").type == "password" && document.getElementById("login-password").value == "wrong"`)
}

func walkAccount(t *tab, server *canned) {
	t.Helper()
	fill(t, "anna", " pass word ")
	t.waitText("bob@example.com")
	t.waitText("Your session")
	t.waitFor(`location.pathname == "/"`)
	t.check("account-home")

	// The session ends while the page is open: the login comes over it.
	server.set(func(c *canned) { c.over = true })
	t.do(chromedp.Click(chromedp.CSS(`button[aria-label="Open Webmail: bob@example.com"]`)))
	t.waitText("Your session has ended")
	t.check("session-ended")
	t.waitFor(`document.getElementById("login-user").value == "anna"`)
	t.do(chromedp.KeyEvent("\u001b"))
	t.waitFor(`document.querySelector("dialog[open]")`)
	fill(t, "anna", " pass word ")
	t.waitFor(`!document.querySelector("dialog")`)
	t.waitText("bob@example.com")

	server.set(func(c *canned) { c.version = "8" })
	t.visit(server.URL + "/")
	t.waitText("A new version of Postern is running.")
	t.check("new-version")

	server.set(func(c *canned) { c.version, c.boxes = "7", 0 })
	t.visit(server.URL + "/")
	t.waitText("No mailboxes yet")
	t.check("no-mailboxes")

	server.set(func(c *canned) { c.failing = true })
	t.visit(server.URL + "/")
	t.waitText("The database does not answer.")
	t.check("list-failed")
	server.set(func(c *canned) { c.failing, c.boxes = false, 1 })
	t.do(chromedp.Click(chromedp.CSS("main .card button")))
	t.waitText("1 mailbox")

	t.visit(server.URL + "/nowhere")
	t.waitText("There is no such page")
	t.check("not-found")
	t.do(chromedp.Click(chromedp.CSS(".empty-action a")))
	t.waitText("Your session")

	signOut(t)
}

// signOut opens the menu first where the screen is narrow.
func signOut(t *tab) {
	t.Helper()
	if strings.HasPrefix(t.look, "390") {
		t.do(chromedp.Click(chromedp.CSS(".navbar-toggler")))
		t.waitFor(`document.getElementById("sign-out").checkVisibility()`)
		t.check("menu")
	}
	t.do(chromedp.Click(chromedp.ID("sign-out")))
	t.waitText("You are signed out.")
	t.waitFor(`location.pathname + location.search == "/login?signed_out=1"`)
}

func walkOthers(t *tab, server *canned) {
	t.Helper()
	server.set(func(c *canned) { c.service, c.signedIn = "whostmgrd", true })
	t.visit(server.URL + "/admin/accounts")
	t.waitText("client15")
	t.waitText("1 to 15 of 38")
	t.check("admin-accounts")

	server.set(func(c *canned) { c.service, c.signedIn = "webmaild", false })
	t.visit(server.URL + "/webmail/")
	t.waitText("Email address")
	t.check("webmail-login")
	fill(t, "bob@example.com", " pass word ")
	t.waitText("Mailbox owner")
	t.check("webmail-home")
}

// TestWebmailIsOpenedInAnotherTab: the session is posted to the other service,
// which the page's policy must let happen.
func TestWebmailIsOpenedInAnotherTab(t *testing.T) {
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.boxes, c.version = "cpaneld", true, 1, "7" })
	tb := openTab(t)
	tb.dress(1280, 800, "light")
	tb.visit(server.URL + "/")
	tb.waitText("bob@example.com")
	tb.do(chromedp.Click(chromedp.CSS(`button[aria-label="Open Webmail: bob@example.com"]`)))
	select {
	case got := <-server.posted:
		if want := "/cpsess0987654321/login bob@example.com:RAND:CREATE,HEX"; got != want {
			t.Errorf("Webmail got %q, want %q", got, want)
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("nothing was posted to Webmail; complaints %q", tb.complaints())
	}
	if said := tb.complaints(); len(said) > 0 {
		t.Errorf("the console says %q", said)
	}
}
