package node_test

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"postern/server/testkit"
	"postern/shared/scalar"
	"postern/web"
)

// TestBrowserEntrance signs in by the form that comes with the page: without any
// script, before the app is there, and through the app, which takes the form over
// with all that is in it.
func TestBrowserEntrance(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "anna", "example.com", "bob")
	logins := map[string]string{"cPanel": "anna", "WHM": "root", "Webmail": "bob@example.com"}
	t.Run("without scripts", func(t *testing.T) {
		b := openTab(t)
		b.scripts(false)
		for service, user := range logins {
			b.visit(p.addresses[service] + "/account/sessions?page=2")
			b.judgeForm(service)
			b.signIn(user, "wrong")
			b.waitRead("The login is invalid.")
			b.signIn(user, passwordOf(user))
			b.waitRead("need JavaScript") // what is behind the sign in does
			b.waitPath("/account/sessions?page=2")
		}
	})
	t.Run("before the app", func(t *testing.T) {
		for service, user := range logins {
			b := openTab(t)
			b.holdApp(600_000)
			b.visit(p.addresses[service] + "/")
			b.waitFor(`document.activeElement.id == "login-user" && document.readyState == "complete"`)
			b.shoot("entrance-" + service)
			b.do(chromedp.Click(chromedp.ID("entrance-eye")))
			b.waitFor(`document.getElementById("login-password").type == "text" && document.getElementById("entrance-eye").ariaPressed == "true"`)
			b.signIn(user, "wrong")
			b.waitFor(`document.querySelector(".entrance [role=alert]")?.innerText.includes("The login is invalid.")`)
			b.waitFor(`document.getElementById("login-user").value == "` + user + `" && document.activeElement.id == "login-password"`)
			b.shoot("entrance-refused-" + service)
			b.signIn(user, passwordOf(user))
			b.waitFor(`document.getElementById("drawn") && location.pathname == "/"`)
			b.waitFor(`fetch("/login/session").then((r) => r.json()).then((d) => { window.who = d.session?.user }) && window.who == "` + user + `"`)
		}
	})
	t.Run("through the app", func(t *testing.T) { takesOver(t, p) })
}

// takesOver types while the app is on its way, and sends when it has come.
func takesOver(t *testing.T, p *process) {
	b := openTab(t)
	b.holdApp(2500)
	b.visit(p.addresses["WHM"] + "/admin/accounts")
	b.waitFor(`document.activeElement.id == "login-user"`)
	b.do(chromedp.KeyEvent("ro  ot"))
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.setSelectionRange(2, 4); window.stays = true`))
	b.waitFor(`!window.posternTake`) // typed before the app was there
	b.waitFor(`window.posternTake`)
	b.waitFor(`document.activeElement.id == "login-user" && document.activeElement.value == "ro  ot" && document.activeElement.selectionStart == 2 && document.activeElement.selectionEnd == 4`)
	b.do(chromedp.KeyEvent("\b"))
	b.waitFor(`document.getElementById("login-user").value == "root"`)

	// A wrong password: the app says so, in its own form at the same place.
	before := b.places()
	b.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("login-user").value = "root"; document.getElementById("login-password").focus()`))
	b.holdReplies(1500)
	b.do(chromedp.KeyEvent("wrong\r"))
	b.waitFor(`!document.getElementById("entrance") && document.body.innerText.includes("Signing in…")`)
	if after := b.places(); after != before {
		t.Errorf("the page jumps: %s, and %s once the app has drawn it", before, after)
	}
	b.waitText("The login is invalid.")
	b.waitFor(`window.stays && document.getElementById("login-user").value == "root" && document.activeElement.id == "login-password"`)
	b.holdReplies(0)
	b.signIn("root", passwordOf("root"))
	b.waitText("New account")
	b.waitFor(`window.stays && location.pathname == "/admin/accounts"`)
	b.signOut()

	// Empty fields are the app's to talk about; the language that was chosen stays.
	b.do(chromedp.Click(chromedp.CSS(".tongues a[lang=de]")))
	b.waitText("Bei WHM anmelden")
	b.do(chromedp.Click(chromedp.CSS("button[type=submit]")))
	b.waitText("Geben Sie Ihren Benutzernamen ein.")
	b.shoot("entrance-german")
	b.signIn("root", passwordOf("root"))
	b.waitText("Schutz der Anmeldung")
	b.goTo("/admin/accounts", "Neues Konto")
	b.waitFor(`document.documentElement.lang == "de"`)
	b.judge("german-accounts")
}

// places is where the parts of the login page are, the text of the button aside.
func (t *tab) places() string {
	t.Helper()
	places, err := chromedp.Run(t.ctx, chromedp.Evaluate[string](`JSON.stringify([".gate-card", "h1", "#login-user", "#login-password", ".eye", "button[type=submit]", ".gate-brand img"].map((name) => {
		const b = document.querySelector(name).getBoundingClientRect();
		return [name, Math.round(b.x), Math.round(b.y), Math.round(b.width), Math.round(b.height)].join(" ");
	}))`))
	if err != nil {
		t.Fatal(err)
	}
	return places
}

// scripts allows or forbids the pages' scripts; what tests evaluate runs anyway.
func (t *tab) scripts(allowed bool) {
	t.Helper()
	if _, err := chromedp.Call(t.ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: !allowed}); err != nil {
		t.Fatal(err)
	}
}

// holdApp keeps app.wasm back for some milliseconds.
func (t *tab) holdApp(ms float64) { t.Helper(); t.hold("https://*:*/assets/*/app.wasm", ms) }

// holdReplies keeps what the server says to a login back.
func (t *tab) holdReplies(ms float64) { t.Helper(); t.hold("https://*:*/login?*", ms) }

func (t *tab) hold(pattern string, ms float64) {
	t.Helper()
	if _, err := chromedp.Call(t.ctx, network.Enable, network.EnableParams{}); err != nil {
		t.Fatal(err)
	}
	_, err := chromedp.Call(t.ctx, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{URLPattern: pattern, Latency: ms, DownloadThroughput: -1, UploadThroughput: -1}}})
	if err != nil {
		t.Fatal(err)
	}
}

// waitRead waits for a text where no script runs.
func (t *tab) waitRead(text string) {
	t.Helper()
	quoted, _ := json.Marshal(text) // a string
	t.waitFor("document.body.innerText.includes(" + string(quoted) + ")")
}

func (t *tab) waitPath(path string) {
	t.Helper()
	t.waitFor(`location.pathname + location.search == "` + path + `"`)
}

// judgeForm looks at the form as a password manager and a screen reader do.
func (t *tab) judgeForm(service string) {
	t.Helper()
	t.waitRead("Sign in to " + service)
	label := map[bool]string{true: "Email address", false: "Username"}[service == "Webmail"]
	for _, condition := range []string{
		`document.forms[0].method == "post" && new URL(document.forms[0].action).pathname == "/login"`,
		`document.getElementById("login-user").autocomplete == "username" && document.getElementById("login-user").name == "user"`,
		`document.getElementById("login-password").autocomplete == "current-password" && document.getElementById("login-password").name == "pass"`,
		`document.getElementById("login-user").labels[0].innerText == "` + label + `"`,
	} {
		t.waitFor(condition)
	}
}

// TestTheEntranceTakesNothingFromStrangers: what a link or a form of another
// site's puts into the login page stays text, and leads nowhere else.
func TestTheEntranceTakesNothingFromStrangers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for query, never := range map[string]string{
		"goto_uri=//evil.example/": "evil.example", `goto_uri=/\evil.example`: "evil.example", "goto_uri=https://evil.example/": "evil.example",
		"goto_uri=javascript:alert(1)": "javascript:", "locale=%22%3E%3Cscript%3E": "<script>", `goto_uri=/%22%3E%3Cscript%3Ealert(1)`: "<script>alert",
	} {
		status, header, body := h.ask(t, scalar.CPanel, "GET", "/login?"+query, "192.0.2.1", "", nil)
		if status != 200 || strings.Contains(body, never) || !strings.Contains(body, `name="user"`) {
			t.Errorf("%s: %d, %s", query, status, body)
		}
		if !strings.Contains(header.Get("Content-Security-Policy"), "script-src 'self' 'wasm-unsafe-eval'") {
			t.Errorf("%s: the policy is %q", query, header.Get("Content-Security-Policy"))
		}
	}
	status, header, body := h.ask(t, scalar.CPanel, "POST", "/login", "192.0.2.1", "", url.Values{
		"user": {`"><script>alert(1)</script>`}, "pass": {"secret-of-mine"}, "goto_uri": {"//evil.example"}})
	if status != 401 || strings.Contains(body, "<script>alert") || strings.Contains(body, "secret-of-mine") || strings.Contains(body, "evil.example") || !strings.Contains(body, "The login is invalid.") {
		t.Errorf("a refused login: %d, %s", status, body)
	}
	if header.Get("Cache-Control") != "no-store" || !strings.Contains(header.Get("Content-Security-Policy"), "frame-ancestors 'none'") {
		t.Errorf("a refused login: %v", header)
	}
}
