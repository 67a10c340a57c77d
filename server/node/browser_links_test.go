package node_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"postern/server/provider/providertest"
	"postern/server/testkit"
	"postern/shared/scalar"
	"postern/web"
)

// TestBrowserLinks goes the whole way with providers that others wrote: a link is
// made, opens the door without a password, and does so no more when it is taken away;
// at each service, by mouse and by keyboard.
func TestBrowserLinks(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "anna", "example.com", "bob")
	issuer, stop := providertest.OpenID(t, callbacks(p, "idp")...)
	api(t, p, "WHM", "root", "/json-api/postern_set_notify_settings?api.version=1", "allowed_networks", "127.0.0.1")
	trust(t, p, "idp", "Example", issuer)
	trust(t, p, "dex", "Dex", providertest.Dex(t, callbacks(p, "dex")...))
	b := openTab(t)
	b.comeIn(p, "cPanel", "anna")
	b.waitText("How well this login is guarded")
	walkOwnLinks(b, issuer)
	walkMailboxLinks(b, p, issuer)
	walkAdminLinks(b, p, stop)
}

// callbacks are where a provider may send browsers back to.
func callbacks(p *process, name string) (list []string) {
	for _, at := range p.addresses {
		list = append(list, at+"/openid_connect_callback/"+name)
	}
	return list
}

// trust adds a provider and switches it on for every service.
func trust(t *testing.T, p *process, name, title, issuer string) {
	t.Helper()
	whm := func(function string, pairs ...string) {
		t.Helper()
		api(t, p, "WHM", "root", "/json-api/"+function+"?api.version=1", append(pairs, "provider_id", name)...)
	}
	whm("postern_add_authentication_provider", "issuer", issuer, "display_name", title, "scopes", "openid email")
	for _, s := range scalar.Service("").Choices() {
		whm("set_provider_client_configurations", "service_name", s, "configurations", `{"client_id":"`+providertest.Client+`","client_secret":"`+providertest.Secret+`"}`)
		whm("enable_authentication_provider", "service_name", s)
	}
}

// abroad does something on a provider's own page, once it is ready.
func (t *tab) abroad(issuer, ready, do string) {
	t.Helper()
	t.patiently(`location.origin == ` + quoted(issuer) + ` && document.readyState == "complete" && ` + ready)
	t.shoot("provider")
	t.do(chromedp.Evaluate[chromedp.Void](do))
}

// back is the way home from there.
func (t *tab) back(text string) {
	t.Helper()
	t.patiently(`location.protocol == "https:" && document.body.innerText.includes(` + quoted(text) + `)`)
	t.waitText(text)
}

// patiently waits as waitFor does, and hears no complaint of another's page, which
// lacks its fonts and its icon here.
func (t *tab) patiently(condition string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		holds, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool]("!!("+condition+")")) // an error: the page is on its way to another
		t.mu.Lock()
		t.said = slices.DeleteFunc(t.said, func(one string) bool { return !strings.Contains(one, "https://localhost:") })
		t.mu.Unlock()
		if err == nil && holds {
			return
		}
	}
	t.stop("waited for " + condition)
}

// walkOwnLinks is an account's owner at cPanel.
func walkOwnLinks(b *tab, issuer string) {
	b.Helper()
	b.goTo("/account/links", "No linked identities yet")
	b.waitText("Link with Example")
	b.judge("links-none")
	b.press("Link with Example")
	b.waitFor(`document.activeElement.id == "in-own_password"`)
	b.judge("links-password")
	b.enter("in-own_password", "guess\r")
	b.waitText("It is not your present password")
	b.enter("in-own_password", passwordOf("anna")+"\r")
	b.abroad(issuer, `document.querySelector("a[href$=abort]")`, `document.querySelector("a[href$=abort]").click()`)
	b.back("the sign in at the provider was not completed")
	b.waitFor(`location.pathname + location.search == "/account/links"`) // it is said once
	b.judge("links-refused")
	b.link("Example", "anna")
	b.abroad(issuer, `document.querySelector("input[name=login]")`,
		`document.querySelector("input[name=login]").value = "anna-there", document.querySelector("input[name=password]").value = "any", document.querySelector("form").submit()`)
	b.abroad(issuer, `document.querySelector("input[name=prompt][value=consent]")`, `document.querySelector("form").submit()`)
	b.back("Your identity at Example is linked.")
	b.waitText("by itself")
	b.judge("links")
	b.link("Example", "anna") // who is signed in there is sent back at once
	b.waitText("You are linked to that identity already.")
	b.reload()
	b.waitText("anna-there")
	b.waitFor(`!document.body.innerText.includes("already")`)
	b.goTo("/account/links?linked=dex", "anna-there") // another page's words
	b.waitFor(`!document.querySelector("#outcome *")`)

	b.tabTo(`document.activeElement.innerText.trim() == "Link with Dex"`)
	b.do(chromedp.KeyEvent("\r"))
	b.waitFor(`document.activeElement.id == "in-own_password"`)
	b.do(chromedp.KeyEvent("\x1b"))
	b.gone()
	b.waitFor(`document.activeElement.innerText.trim() == "Link with Dex"`)
	b.do(chromedp.KeyEvent("\r"))
	b.waitFor(`document.activeElement.id == "in-own_password"`)
	b.do(chromedp.KeyEvent(passwordOf("anna") + "\r"))
	b.waitText("Your identity at Dex is linked.")
	b.signOutAnywhere()

	b.tabTo(`document.activeElement.innerText.includes("Example")`)
	b.do(chromedp.KeyEvent("\r"))
	b.waitText("How well this login is guarded")
	b.goTo("/account/links", "anna-there")
	b.press("Link with Dex") // who came by a provider's word a moment ago says no password
	b.waitText("You are linked to that identity already.")
	b.tabTo(`document.activeElement.getAttribute("aria-label") == "Unlink: Example, anna-there"`)
	b.do(chromedp.KeyEvent("\r"))
	b.waitFor(`document.querySelector("dialog[open]")`)
	b.judge("links-unlink")
	b.tabTo(`document.activeElement.type == "submit"`)
	b.do(chromedp.KeyEvent("\r"))
	b.gone()
	b.waitText("is unlinked.")
	b.waitFor(`!document.querySelector("table").innerText.includes("anna-there")`)
	b.waitFor(`document.activeElement.id == "outcome"`)
	b.signOutAnywhere()
	b.press("Sign in with Example")
	b.waitText("No user here is linked to this identity of “idp”.")
	b.judge("links-gone")
}

// link begins a link with a provider, as whoever knows a user's password.
func (t *tab) link(name, user string) {
	t.Helper()
	t.press("Link with " + name)
	t.enter("in-own_password", passwordOf(user)+"\r")
}

// tabTo presses the Tab key until the focus is where a condition wants it.
func (t *tab) tabTo(condition string) {
	t.Helper()
	for range 60 {
		t.do(chromedp.KeyEvent("\t"))
		if there, err := chromedp.Run(t.ctx, chromedp.Evaluate[bool]("!!("+condition+")")); err == nil && there {
			return
		}
	}
	t.stop("the Tab key does not lead to " + condition)
}

// walkMailboxLinks is a mailbox's owner, who does the same at Webmail.
func walkMailboxLinks(b *tab, p *process, issuer string) {
	b.Helper()
	b.comeIn(p, "Webmail", "bob@example.com")
	b.waitText("Mailbox owner")
	b.goTo("/account/links", "No linked identities yet")
	b.link("Example", "bob@example.com")
	b.waitText("Your identity at Example is linked.")
	b.judge("mailbox-links")
	b.signOutAnywhere()
	b.press("Sign in with Example")
	b.waitText("Mailbox owner")
	b.signOutAnywhere()
}

// walkAdminLinks is root: everybody's links, their own, and providers that fail.
func walkAdminLinks(b *tab, p *process, stop func()) {
	b.Helper()
	b.comeIn(p, "WHM", "root")
	b.waitText("PostgreSQL")
	b.goTo("/admin/accounts?account=anna", "Linked identities")
	b.waitText("Dex")
	b.press("Link an identity: anna")
	b.choose("field-provider_id", "idp")
	b.enter("field-preferred_username", "anna@example.net")
	b.judge("admin-link")
	b.enter("field-subject_unique_identifier", "by-hand\r")
	b.waitText("Give your present password")
	b.enter("field-own_password", passwordOf("root")+"\r")
	b.gone()
	b.waitText("The identity is linked to anna.")
	b.waitText("by-hand")
	b.judge("admin-account-links")
	b.press("Unlink: Example, by-hand")
	b.waitText("and the sessions of anna end.")
	b.press("Unlink")
	b.gone()
	b.waitText("anna@example.net is unlinked.")
	b.waitFor(`!document.querySelector("table").innerText.includes("by-hand")`)

	b.goTo("/account/links", "No linked identities yet")
	b.link("Dex", "root")
	b.waitText("Your identity at Dex is linked.")
	b.judge("admin-own-links")
	b.signOutAnywhere()
	b.press("Sign in with Dex")
	b.waitText("PostgreSQL")

	walkFace(b)
	b.goTo("/admin/providers", "Switch off what fails")
	failing := func() {
		b.Helper()
		b.press("Switch off what fails")
		b.waitFor(`document.querySelector("dialog[open]")`)
		b.press("Switch off what fails")
		b.gone()
	}
	failing()
	b.waitText("Every provider that is on answers well.")
	stop()
	failing()
	b.waitText("It is switched off for cPanel, WHM, Webmail.")
	b.waitFor(`document.querySelectorAll("button[aria-pressed=true]").length == 3`) // those of the other one
	b.judge("providers-failing")
	b.signOutAnywhere()
	b.waitFor(`!document.body.innerText.includes("Sign in with Example")`)
}

// walkFace gives a provider's button a picture of its own.
func walkFace(b *tab) {
	b.Helper()
	picture := filepath.Join(b.TempDir(), "mark.svg")
	if err := os.WriteFile(picture, []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8" width="8" height="8"><circle cx="4" cy="4" r="4" fill="#e8a33d"/></svg>`), 0o600); err != nil {
		b.Fatal(err)
	}
	b.goTo("/admin/providers", "Switch off what fails")
	b.press("Button: idp")
	b.choose("field-service_name", "cpaneld")
	b.enter("field-label", "Enter by Example")
	b.do(chromedp.SetUploadFiles(chromedp.ID("field-icon"), []string{picture}))
	b.waitFor(`document.getElementById("field-icon").chosen?.startsWith("data:image/svg+xml;base64,")`)
	b.judge("provider-face")
	b.press("Save")
	b.gone()
	b.waitText("The button of idp is set.")
	b.goTo("/account/links", "Link with Example")
	b.waitFor(`[...document.querySelectorAll("button")].find((e) => e.innerText.trim() == "Link with Example")?.querySelector("img")?.naturalWidth > 0`)
	b.judge("links-with-picture")
}
