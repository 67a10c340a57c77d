package node_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/web"
)

// The sizes in which every screen is looked at.
var sizes = []struct {
	name          string
	width, height int64
	scheme        string
}{{"desk", 1280, 800, "light"}, {"phone", 390, 844, "dark"}}

// TestBrowserAccount walks an account's owner through their screens at a running
// Postern, by hand and by keyboard; every screen is judged by axe-core in both sizes.
func TestBrowserAccount(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "anna", "example.com", "bob")
	for i := range 40 {
		api(t, p, "cPanel", "anna", "/execute/Email/add_pop", "email", fmt.Sprintf("member%02d", i+1), "password", passwordOf("member"))
	}
	api(t, p, "cPanel", "anna", "/execute/Email/suspend_login", "email", "member02@example.com")
	api(t, p, "cPanel", "anna", "/execute/Tokens/create_full_access", "name", "an-old-one-without-an-end")
	for range 3 { // a mailbox makes no mailboxes
		_, _, _, _ = post(context.Background(), client(), p.addresses["Webmail"]+"/execute/Email/add_pop", "bob@example.com",
			url.Values{"email": {"eve"}, "password": {passwordOf("eve")}}) // that they are refused is looked at below
	}
	b := openTab(t)
	b.comeIn(p, "cPanel", "anna")
	b.waitText("How well this login is guarded")
	b.waitText("3 sign ins or calls were refused")
	b.waitText("1 API token never expires.")
	b.judge("home")

	walkQuestions(b, "Your questions")
	walkAddresses(b)
	walkFactor(b)
	walkTokens(b)
	walkMailboxes(b)
	walkSessions(b, p)
	walkHistory(b)

	b.goTo("/", "5 of 5 in place")
	b.judge("home-guarded")
	b.signOutAnywhere()
}

// TestBrowserStepsAndMailbox walks through what a sign in can ask besides the
// password, at each service, and a mailbox's owner through their screens.
func TestBrowserStepsAndMailbox(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "anna", "example.com", "bob")
	api(t, p, "cPanel", "anna", "/execute/Tokens/create_full_access", "name", "nightly")
	var key struct{ Data catalog.TFAKey }
	if err := json.Unmarshal([]byte(api(t, p, "cPanel", "anna", "/execute/TwoFactorAuth/generate_user_configuration")), &key); err != nil {
		t.Fatal(err)
	}
	api(t, p, "cPanel", "anna", "/execute/TwoFactorAuth/set_user_configuration",
		"secret", key.Data.Secret, "tfa_token", codeAt(key.Data.Secret, time.Now()))
	api(t, p, "WHM", "root", "/json-api/twofactorauth_enable_policy?api.version=1")
	api(t, p, "WHM", "root", "/json-api/set_tweaksetting?api.version=1", "key", "SecurityPolicy::SourceIPCheck", "value", "1")
	b := openTab(t)
	walkSteps(b, p)
	walkMailbox(b, p)
	walkCode(b, p, key.Data.Secret)
	walkRoot(b, p)
}

// api makes a call with a password and gives the reply; it stops the test if the call is refused.
func api(t *testing.T, p *process, service, user, path string, pairs ...string) string {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	_, _, body, err := post(context.Background(), client(), p.addresses[service]+path, user, form)
	if err != nil || !strings.Contains(body, `"status":1`) && !strings.Contains(body, `"result":1`) {
		t.Fatalf("%s: %v: %s", path, err, body)
	}
	return body
}

// dress sets a size and a colour scheme.
func (t *tab) dress(width, height int64, scheme string) {
	t.Helper()
	t.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(t.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// judge looks at the page in every size: a picture of all of it, nothing that
// axe-core finds serious, nothing wider than the screen, no complaint.
func (t *tab) judge(name string) {
	t.Helper()
	t.giveAxe()
	for _, s := range sizes {
		t.dress(s.width, s.height, s.scheme)
		t.shootAll(s.name + "-" + name)
		ctx, cancel := context.WithTimeout(t.ctx, 30*time.Second)
		found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run({resultTypes: ["violations"]}).then((r) =>
			r.violations.filter((v) => v.impact == "serious" || v.impact == "critical").flatMap((v) =>
			v.nodes.map((n) => v.id + " (" + v.impact + "): " + n.target + " " + n.failureSummary)))`, chromedp.EvalAwaitPromise))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			t.Errorf("%s on the %s: %s", name, s.name, f)
		}
		if wide, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`)); err != nil || wide > 0 {
			t.Errorf("%s on the %s: the page is %d pixels too wide (%v)", name, s.name, wide, err)
		}
		cancel()
	}
	t.dress(sizes[0].width, sizes[0].height, sizes[0].scheme)
	for _, said := range t.complaints() {
		t.Errorf("%s: the console says %s", name, said)
	}
}

// shootAll takes a picture of the whole page, or of what is in sight when a dialog is over it.
func (t *tab) shootAll(name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
	defer cancel()
	dialog, err := chromedp.Run(ctx, chromedp.Evaluate[bool](`!!document.querySelector("dialog[open]")`))
	if err != nil || dialog {
		t.shoot(name)
		return
	}
	png, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Log(err)
		return
	}
	t.pictures.n++
	if err := os.WriteFile(fmt.Sprintf("%s/%02d-%s.png", t.pictures.folder, t.pictures.n, name), png, 0o644); err != nil {
		t.Error(err)
	}
}

// giveAxe loads axe-core into the page, once.
func (t *tab) giveAxe() {
	t.Helper()
	axe, err := os.ReadFile("../../web/node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal("The browser tests need axe-core: run npm ci in web/.")
	}
	t.do(chromedp.Evaluate[chromedp.Void](`if (!window.axe) { ` + string(axe) + ` }`))
}

// goTo loads a screen anew and waits until it says something.
func (t *tab) goTo(path, text string) {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`window.old = true; location.assign(` + quoted(path) + `)`))
	t.waitFor(`!window.old`)
	t.waitText(text)
}

// press clicks the button or link of that name that is in sight.
func (t *tab) press(name string) {
	t.Helper()
	find := `[...(document.querySelector("dialog[open]") ?? document).querySelectorAll("button, a")].find((e) =>
		(e.getAttribute("aria-label") ?? e.innerText).trim() == ` + quoted(name) + ` && e.checkVisibility())`
	t.waitFor(find)
	t.do(chromedp.Evaluate[chromedp.Void](`(() => { const e = ` + find + `; e.focus(); e.click(); })()`))
}

// enter types into the field of that ID, over what stands there.
func (t *tab) enter(id, text string) {
	t.Helper()
	t.waitFor(`document.getElementById(` + quoted(id) + `)?.select`)
	t.do(chromedp.Evaluate[chromedp.Void](`(() => { const e = document.getElementById(`+quoted(id)+`); e.focus(); e.select(); })()`),
		chromedp.KeyEvent(text))
}

// choose picks a value of a select, as a person does.
func (t *tab) choose(id, value string) {
	t.Helper()
	t.waitFor(`document.getElementById(` + quoted(id) + `)`)
	t.do(chromedp.Evaluate[chromedp.Void](`(() => { const e = document.getElementById(` + quoted(id) + `); e.value = ` + quoted(value) + `;
		e.dispatchEvent(new Event("change", {bubbles: true})); })()`))
}

// gone waits until no dialog is open.
func (t *tab) gone() { t.Helper(); t.waitFor(`!document.querySelector("dialog")`) }

// signOutAnywhere signs out by the form itself: on a phone it is in the menu.
func (t *tab) signOutAnywhere() {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("sign-out").click()`))
	t.waitText("You are signed out.")
}

func quoted(text string) string {
	b, _ := json.Marshal(text) // a string
	return string(b)
}

// codeAt is the code that an authenticator app shows (RFC 6238).
func codeAt(secret string, at time.Time) string {
	key, _ := base32.StdEncoding.DecodeString(secret) // Postern's own
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, at.Unix()/30) // a hash takes everything
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[19]&15:]) & 0x7fffffff
	return fmt.Sprintf("%06d", n%1_000_000)
}
