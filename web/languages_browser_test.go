package web_test

import (
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"postern/web"
)

// arabic is a little of a language that runs from right to left, and has plurals
// that English lacks; the rest stays English.
const arabic = `{"Login":{"SignIn":"تسجيل الدخول"},"Admin":{"Menu":{"Accounts":"الحسابات"},"Accounts":{"Title":"الحسابات","Search":"بحث"}},"Common":{"Rows":"{first}–{last} / {all}"}}`

// TestLanguagesInTheBrowser: the language that a session asks for is the app's, or
// else the one that the browser likes best.
func TestLanguagesInTheBrowser(t *testing.T) {
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	server := newCanned(t)
	if err := server.front.Teach("ar", "/assets/taught/ar.json", arabic); err != nil {
		t.Fatal(err)
	}
	set := func(locale string, signedIn bool) {
		server.set(func(c *canned) {
			c.service, c.version, c.accounts, c.locale, c.signedIn = "whostmgrd", "7", 1038, locale, signedIn
		})
	}
	tb := openTab(t)
	tb.dress(1280, 800, "light")

	// A session's German, on a page that came in English.
	set("de", true)
	tb.visit(server.URL + "/admin/accounts")
	tb.waitText("1 bis 15 von 1.038")
	tb.waitText("Neues Konto")
	tb.waitFor(`document.documentElement.lang == "de" && document.documentElement.dir == "ltr"`)
	tb.check("german-accounts")

	// The sheet is exchanged, and all that has a side changes it.
	set("ar", true)
	for _, width := range []int64{1280, 390} {
		tb.dress(width, 800, "light")
		tb.visit(server.URL + "/admin/accounts")
		tb.waitText("الحسابات")
		tb.waitFor(`document.documentElement.lang == "ar" && document.documentElement.dir == "rtl"`)
		tb.waitFor(`document.getElementById("sheet").href.includes("/app.rtl.css") && document.querySelectorAll("link[rel=stylesheet]").length == 1`)
		tb.waitFor(`[...document.querySelectorAll("h1, .card-title")].every((e) => getComputedStyle(e).direction == "rtl")`)
		tb.waitFor(`document.documentElement.scrollWidth <= innerWidth`)
		tb.waitText("New account") // what the language lacks stays English
		if width == 1280 {
			tb.waitFor(`document.querySelector("aside").getBoundingClientRect().right == innerWidth`)
		}
		tb.check("arabic-accounts")
	}

	// A stranger's browser says what it likes.
	tb.dress(1280, 800, "light")
	set("", false)
	for accepted, lang := range map[string]string{"de-AT, en;q=0.5": "de", "fr, en;q=0.4": "en", "ar-EG": "ar", "xx, *;q=0.1": "en"} {
		tb.accept(accepted)
		tb.visit(server.URL + "/login")
		tb.waitFor(`document.documentElement.lang == "` + lang + `"`)
		tb.waitText(map[string]string{"de": "Bei WHM anmelden", "en": "Sign in to WHM", "ar": "تسجيل الدخول"}[lang])
	}
	tb.accept("de")
	tb.visit(server.URL + "/login?signed_out=1")
	tb.waitText("Sie sind abgemeldet.")
	fill(tb, "locked", "wrong")
	tb.waitText("in 5 Minuten")
	tb.check("german-locked")

	// Signing in changes the language without a new page.
	set("en", false)
	fill(tb, "anna", " pass word ")
	tb.waitText("Accounts")
	tb.waitFor(`document.documentElement.lang == "en"`)
}

// accept has the browser like languages.
func (t *tab) accept(languages string) {
	t.Helper()
	if _, err := chromedp.Call(t.ctx, network.SetExtraHTTPHeaders, network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": languages}}); err != nil {
		t.Fatal(err)
	}
}
