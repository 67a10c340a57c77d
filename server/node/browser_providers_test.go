package node_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"postern/server/testkit"
	"postern/web"
)

// dot is a picture of one pixel.
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="

// TestBrowserProviderButtons looks at the buttons of login providers, as the page
// brings them and as the app draws them: they show the provider's picture and take
// along the name that was typed, and none that only stands in the page.
func TestBrowserProviderButtons(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "anna", "example.com", "bob")
	trust(t, p, "idp", "Example", "https://issuer.example.com")
	api(t, p, "WHM", "root", "/json-api/set_provider_display_configurations?api.version=1", "provider_id", "idp", "service_name", "cpaneld",
		"configurations", `{"icon":"`+dot+`","icon_type":"image/png"}`)
	b := openTab(t)

	b.holdApp(600_000)
	b.visit(p.addresses["cPanel"] + "/account/tokens")
	b.waitRead("Sign in with Example")
	b.waitFor(`document.querySelector("[data-provider] img").naturalWidth == 1`)
	b.goesOut("/openid_connect/idp?goto_uri=%2Faccount%2Ftokens")
	b.enter("login-user", "carl ")
	b.goesOut("/openid_connect/idp?goto_uri=%2Faccount%2Ftokens&user=carl")
	b.enter("login-user", "\b")
	b.goesOut("/openid_connect/idp?goto_uri=%2Faccount%2Ftokens")
	// What another site's link fills in is nobody's word.
	b.visit(p.addresses["cPanel"] + "/login?user=mallory&pass=x")
	b.waitFor(`document.getElementById("login-user").value == "mallory"`)
	b.goesOut("/openid_connect/idp?goto_uri=%2F")

	b.holdApp(0)
	b.visit(p.addresses["cPanel"] + "/")
	b.waitText("Sign in with Example")
	b.signIn("carl", "wrong")
	b.waitText("The login is invalid.")
	b.waitFor(`!document.getElementById("entrance") && document.querySelector("[data-provider] img").naturalWidth == 1`)
	b.judge("login-provider-picture")
	b.goesOut("/openid_connect/idp?goto_uri=%2F&user=carl")

	// Whose session has ended is known.
	b.signIn("anna", passwordOf("anna"))
	b.waitText("How well this login is guarded")
	api(t, p, "cPanel", "anna", "/execute/Postern/revoke_other_sessions")
	b.press("API tokens")
	b.waitText("Your session has ended")
	b.waitFor(`document.querySelector("dialog[open] [data-provider]")`)
	b.goesOut("/openid_connect/idp?goto_uri=%2Faccount%2Ftokens&user=anna")
}

// goesOut clicks the provider's button that is in sight, and looks where it leads
// without going there.
func (t *tab) goesOut(to string) {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`(() => {
		document.addEventListener("click", (e) => { e.preventDefault(); const at = new URL(e.target.closest("a").href); window.led = at.pathname + at.search; }, {once: true});
		(document.querySelector("dialog[open]") ?? document.getElementById("entrance") ?? document).querySelector("[data-provider]").click();
	})()`))
	t.waitFor(`window.led == ` + quoted(to) + ` || (window.led && console.error("it leads to " + window.led))`)
}
