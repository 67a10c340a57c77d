package node_test

import (
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"postern/server/testkit"
	"postern/web"
)

// TestBrowserDatabases walks an account's owner through databases, their users
// and the session's own, whose password connects.
func TestBrowserDatabases(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t), "POSTERN_TENANT_URL="+testkit.TenantURL(t))
	name := "b" + strings.ToLower(rand.Text()[:7])
	settle(t, p, name, name+".example", "bob")
	t.Cleanup(func() {
		api(t, p, "WHM", "root", "/json-api/removeacct?api.version=1", "user", name)
		waitFor(t, "the account's role to be dropped", func() bool {
			return len(tenantTexts(t, "SELECT rolname FROM pg_roles WHERE rolname = $1", name)) == 0
		})
	})
	api(t, p, "WHM", "root", "/json-api/postern_create_webmail_application?api.version=1", "name", "away", "title", "The Mail", "address", "https://mail.example.com")
	b := openTab(t)
	b.comeIn(p, "cPanel", name)
	b.waitText("Open The Mail")
	walkDatabases(b, name)
	b.signOutAnywhere()
	b.comeIn(p, "Webmail", "bob@"+name+".example")
	b.waitFor(`/^\/cpsess\d{10}\/webmail\/open\/away$/.test([...document.querySelectorAll("a")].find((a) => a.innerText.includes("Open The Mail"))?.getAttribute("href"))`)
	b.judge("mail-application")
}

func walkDatabases(b *tab, account string) {
	b.Helper()
	shop, web := account+"_shop", account+"_web"
	b.goTo("/account/databases", "No database users yet")
	b.judge("databases-none")
	b.press("New database")
	b.waitFor(`document.getElementById("field-name")?.value == ` + quoted(account+"_"))
	b.enter("field-name", "else's\r")
	b.waitFor(`document.querySelector("dialog .alert-danger, dialog .invalid-feedback")`)
	b.judge("database-refused")
	b.enter("field-name", shop+"\r")
	b.gone()
	b.waitText(shop)
	b.press("New database user")
	b.enter("field-name", web)
	b.enter("field-password", "a-Strong-Password-7\r")
	b.gone()
	b.waitText(web)
	b.press("Grant: " + web)
	b.judge("database-grant")
	b.press("Grant")
	b.gone()
	b.waitFor(`document.querySelector("table").innerText.includes(` + quoted(web) + `)`)
	b.press("Password: " + web)
	b.enter("field-password", "another-Strong-Password-8\r")
	b.gone()
	b.waitText("The password of " + web + " is changed.")

	b.press("Make a user for this session")
	b.waitText("psql --host=")
	b.waitText("Copy the password now")
	b.judge("database-session")
	address, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`[...document.querySelectorAll(".copyable-text")].at(-1).innerText.trim()`))
	if err != nil {
		b.Fatal(err)
	}
	if u, err := url.Parse(address); err != nil || u.Scheme != "postgresql" || u.Path != "/"+shop || !strings.HasPrefix(u.User.Username(), "cpses_") {
		b.Errorf("the address is no database's: %v", err)
	}
	conn, err := pgx.Connect(b.Context(), address)
	if err != nil {
		b.Fatal("the address that was shown does not connect")
	}
	_ = conn.Close(b.Context())
	b.press("New password")
	b.waitFor(`document.querySelector(".copyable-text") && [...document.querySelectorAll(".copyable-text")].at(-1).innerText.trim() != ` + quoted(address))
	b.reload() // nothing of it is kept
	b.waitText(shop)
	b.press("Make a user for this session")
	b.waitText("This session has its user already.")
	b.press("Allow it")
	b.waitText("may have a database user for their session.")

	b.press("Revoke: " + web)
	b.press("Revoke")
	b.gone()
	b.waitText("nobody")
	b.press("Remove: " + web)
	b.press("Remove")
	b.gone()
	b.waitText("No database users yet")
	b.press("Remove: " + shop)
	b.enter("admin-dialog-word", shop)
	b.judge("database-remove")
	b.press("Remove")
	b.gone()
	b.waitText("No databases yet")
}

func walkProviders(b *tab) {
	b.Helper()
	b.goTo("/admin/providers", "No identity providers yet")
	b.press("Add an identity provider")
	b.enter("field-provider_id", "example")
	b.enter("field-issuer", "https://issuer.example.com")
	b.judge("provider-add")
	b.press("Add an identity provider")
	b.gone()
	b.waitText("https://issuer.example.com")
	b.press("Client: example")
	b.choose("field-service_name", "whostmgrd")
	b.enter("field-client_id", "hosting")
	b.enter("field-client_secret", "correct-horse-battery")
	b.judge("provider-client")
	b.press("Save")
	b.gone()
	b.waitText("/openid_connect_callback/example")
	b.press("Button: example")
	b.choose("field-service_name", "whostmgrd")
	b.enter("field-label", "Log in via Example")
	b.press("Save")
	b.gone()
	b.press("WHM Off for WHM: example")
	b.waitFor(`document.querySelector("button[aria-pressed=true]")`)
	b.press("Change: example")
	b.waitFor(`document.getElementById("field-scopes")?.value == "openid"`)
	b.enter("field-scopes", "openid email")
	b.press("Save")
	b.gone()
	b.press("Add a market provider")
	b.enter("field-name", "store")
	b.enter("field-authorization_url", "https://store.example.com/auth")
	b.enter("field-token_url", "https://store.example.com/token")
	b.enter("field-client_id", "hosting")
	b.press("Add a market provider")
	b.gone()
	b.press("Switch off: store")
	b.waitText("store is off.")
	b.judge("providers")
	b.press("Remove: store")
	b.press("Remove")
	b.gone()
	b.waitText("No market providers yet")
}

func walkMessengers(b *tab) {
	b.Helper()
	b.goTo("/admin/messengers", "Each check sends a real message")
	b.press("Change: Where messages go")
	b.enter("field-oscar_server", "oscar.example.com")
	b.press("Save")
	b.gone()
	b.waitText("oscar.example.com")
	b.press("Change: What is tested")
	b.enter("field-posturl", "https://192.0.2.9/events?key=12345")
	b.judge("contacts")
	b.press("Save")
	b.gone()
	b.waitText("https://192.0.2.9/events")
	b.press("Try another URL")
	b.enter("field-url", "https://127.0.0.1/\r")
	b.waitFor(`document.querySelector("dialog .alert-danger, dialog .invalid-feedback")`)
	b.press("Cancel")
	b.gone()
	b.press("Check ICQ") // there is no account to check
	b.waitFor(`document.querySelector("#outcome .alert-danger")`)
	b.judge("messengers")
}

func walkApplications(b *tab) {
	b.Helper()
	b.goTo("/admin/applications", "No mail application yet")
	b.press("Add a mail application")
	b.enter("field-name", "roundcube")
	b.enter("field-title", "Roundcube")
	b.enter("field-path", "/3rdparty/roundcube")
	b.press("Add a mail application")
	b.gone()
	b.waitText("/3rdparty/roundcube")
	b.press("Change: roundcube")
	b.enter("field-title", "Round Cube")
	b.press("Save")
	b.gone()
	b.waitText("Round Cube")
	b.press("Add a client")
	b.enter("field-name", "mail")
	b.enter("field-redirect_uri", "https://mail.example.com/back")
	b.choose("field-reads_mail", "1")
	b.judge("client-add")
	b.press("Add a client")
	b.gone()
	b.waitText("The secret of mail")
	b.judge("applications")
	b.press("Change: mail")
	b.waitFor(`document.getElementById("field-redirect_uri")?.value == "https://mail.example.com/back"`)
	b.enter("field-redirect_uri", "https://mail.example.com/there")
	b.press("Save")
	b.gone()
	b.waitText("https://mail.example.com/there")
	b.waitFor(`!document.body.innerText.includes("The secret of mail")`)
	b.press("Remove: mail")
	b.press("Remove")
	b.gone()
	b.press("Remove: roundcube")
	b.press("Remove")
	b.gone()
	b.waitText("No mail application yet")
}
