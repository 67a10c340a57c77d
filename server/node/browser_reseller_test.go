package node_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"postern/server/testkit"
	"postern/web"
)

// TestBrowserReseller is a reseller's WHM: the screens of the privileges, the
// accounts of their own and no others; and an account's own API Shell at cPanel.
func TestBrowserReseller(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "rita", "reseller.example", "office")
	settle(t, p, "anna", "example.com", "bob")
	whm := func(function string, pairs ...string) {
		api(t, p, "WHM", "root", "/json-api/"+function+"?api.version=1", pairs...)
	}
	whm("setupreseller", "user", "rita")
	whm("setacls", "reseller", "rita", "acl-list-accts", "1", "acl-create-acct", "1", "acl-acct-summary", "1", "acl-suspend-acct", "1",
		"acl-passwd", "1", "acl-create-user-session", "1", "acl-manage-api-tokens", "1", "acl-cpanel-api", "1", "acl-edit-account", "1")
	whm("createacct", "username", "carl", "domain", "example.net", "password", passwordOf("carl"), "owner", "rita")

	b := openTab(t)
	calls := b.watchCalls()
	b.comeIn(p, "WHM", "rita")
	b.waitText("Accounts")
	b.waitFor(`document.querySelector("nav a.nav-link[aria-current=page]") && !document.querySelector("[aria-busy=true]")`)
	b.judge("reseller-home")
	screens, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("nav a.nav-link")].map((a) => a.pathname)`))
	if err != nil || len(screens) < 5 {
		t.Fatalf("the menu has %v: %v", screens, err)
	}
	for _, path := range screens {
		b.goTo(path, "Postern")
		b.waitFor(`document.querySelector("main") && !document.querySelector("[aria-busy=true]")`)
		b.waitFor(`!document.querySelector("main [role=alert]")`) // nothing is shown that may not be asked
		switch path {
		case "/admin/resellers", "/admin/brute-force", "/admin/policies", "/admin/providers":
			t.Errorf("a reseller without the privilege sees %s", path)
		}
	}
	b.goTo("/admin/accounts", "carl")
	b.waitFor(`!document.body.innerText.includes("example.com")`) // anna is root's
	b.press("New account")
	b.enter("field-username", "dora")
	b.enter("field-domain", "example.org")
	b.enter("field-password", passwordOf("dora")+"\r")
	b.waitText("The account dora is made.")
	b.gone()
	b.judge("reseller-accounts")
	b.goTo("/admin/accounts?account=anna", "Postern")
	b.waitFor(`document.querySelector("main [role=alert]")`)
	b.goTo("/admin/accounts?account=dora", "example.org")
	b.waitText("rita")
	b.goTo("/admin/resellers", "There is no such page")
	calls.listedFewer(t, p, 3)
	b.signOutAnywhere()
	shellAtCPanel(b, p)
}

// shellAtCPanel calls both of an account's dialects from its own API Shell.
func shellAtCPanel(b *tab, p *process) {
	b.Helper()
	b.visit(p.addresses["cPanel"] + "/api-shell")
	b.waitText("Sign in to cPanel")
	b.signIn("anna", passwordOf("anna"))
	b.waitText("Choose a function")
	b.waitFor(`location.pathname == "/api-shell"`)
	b.judge("cpanel-shell")
	b.enter("shell-filter", "list_pops")
	b.press("Email::list_pops")
	b.waitText("Lists the account’s mailboxes")
	b.press("Call")
	b.waitText("It succeeded")
	b.waitText("bob@example.com")
	b.judge("cpanel-shell-called")
	b.choose("shell-format", "xml")
	b.press("Call")
	b.waitText("<email>bob@example.com</email>")
	b.goTo("/api-shell?api=api2&f=SourceIPCheck%3A%3Alistips", "SourceIPCheck")
	b.press("Call")
	b.waitText("cpanelresult")
	b.goTo("/api-shell?api=whm&f=listaccts", "Postern") // another service's function
	b.waitFor(`!document.body.innerText.includes("Lists accounts")`)
}
