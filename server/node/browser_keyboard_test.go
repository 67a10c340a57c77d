package node_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// TestBrowserAdministratorByKeyboard goes through every screen of WHM's menu
// without a mouse, on a desk and on a phone's width: the Tab key reaches all there
// is, each stop is to be seen, keys do what a click does, and a dialog keeps the
// focus, gives it back and closes on Escape.
func TestBrowserAdministratorByKeyboard(t *testing.T) {
	t.Parallel()
	p, b := administrated(t)
	b.visit(p.addresses["WHM"] + "/")
	b.waitText("Sign in to WHM")
	b.waitFor(`document.activeElement.id == "login-user"`)
	b.keys("root\t" + passwordOf("root") + "\r") // the cursor is there already
	b.waitText("PostgreSQL")

	screens, err := chromedp.Run(b.ctx, chromedp.Evaluate[[]string](`[...document.querySelectorAll("nav a.nav-link")].map((a) => a.pathname)`))
	if err != nil || len(screens) < 12 {
		t.Fatalf("the menu has %v: %v", screens, err)
	}
	screens = append(screens, "/admin/accounts?account=anna", "/admin/mailboxes?account=anna", "/admin/resellers?reseller=client7",
		"/admin/brute-force?view=white", "/admin/brute-force?view=history", "/admin/brute-force?view=settings", "/api-shell?api=whm&f=passwd")
	for _, s := range sizes {
		for _, path := range screens {
			b.dress(s.width, s.height, s.scheme)
			b.goTo(path, "Postern")
			b.waitFor(`document.querySelector("main") && !document.querySelector("[aria-busy=true]")`)
			b.tabThrough(s.name + " " + path)
		}
	}
	b.dress(sizes[0].width, sizes[0].height, sizes[0].scheme)
	pressKeys(b)
	askByKeys(b)
}

// keys types, keys such as Tab and Enter too.
func (t *tab) keys(text string) { t.Helper(); t.do(chromedp.KeyEvent(text)) }

// tabThrough presses Tab until the page has been gone through, and finds what was
// not reached, and where nobody could see that they were.
func (t *tab) tabThrough(where string) {
	t.Helper()
	n, err := chromedp.Run(t.ctx, chromedp.Evaluate[int](`(() => {
		const look = (e) => [e, e.closest(".input-group"), e.parentElement].filter(Boolean).flatMap((one) => {
			const s = getComputedStyle(one);
			return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.borderColor, s.backgroundColor, s.textDecoration, s.left];
		}).join();
		const name = (e) => (e.tagName + "#" + e.id + " " + (e.getAttribute("aria-label") ?? e.innerText ?? "").trim()).slice(0, 80);
		const group = (e) => e.type === "radio" && e.name && !e.checked;
		document.activeElement.blur();
		const all = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter((e) =>
			!e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility() && !group(e));
		const before = new Map(all.map((e) => [e, look(e)]));
		window.walk = { all, seen: new Set(), dull: new Set(), name };
		document.addEventListener("focusin", window.walk.heard = ({ target: e }) => {
			for (const one of [e, e.closest(".input-group"), e.parentElement]) one?.getAnimations().forEach((a) => a.finish());
			window.walk.seen.add(e);
			if (before.has(e) && before.get(e) === look(e)) window.walk.dull.add(name(e));
		});
		return all.length;
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	for pressed := 0; pressed < n+10; pressed += 40 {
		t.keys(strings.Repeat("\t", 40))
	}
	wrong, err := chromedp.Run(t.ctx, chromedp.Evaluate[[]string](`(() => {
		const { all, seen, dull, name, heard } = window.walk;
		document.removeEventListener("focusin", heard);
		return [...all.filter((e) => e.isConnected && !seen.has(e)).map((e) => "not reached: " + name(e)), ...[...dull].map((e) => "not to be seen at: " + e)];
	})()`))
	if err != nil {
		t.Fatal(err)
	}
	if n < 3 {
		t.Errorf("%s: only %d things to reach", where, n)
	}
	for _, w := range wrong {
		t.Errorf("%s: %s", where, w)
	}
}

// focus puts the focus where Tab would bring it.
func (t *tab) focus(find string) {
	t.Helper()
	t.waitFor(find)
	t.do(chromedp.Evaluate[chromedp.Void](`(` + find + `).focus()`))
}

// pressKeys does with keys what is done with a mouse elsewhere.
func pressKeys(b *tab) {
	b.Helper()
	b.goTo("/admin/accounts", "1 to 15 of 10,001")
	b.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.blur()`))
	b.keys("\t")
	b.waitFor(`document.activeElement.classList.contains("skip") && document.activeElement.getBoundingClientRect().left >= 0`)
	b.keys("\r")
	b.waitFor(`document.activeElement.id == "content"`)
	b.focus(`[...document.querySelectorAll("th a")].find((a) => a.textContent.trim() == "Domain")`)
	b.keys("\r")
	b.waitFor(`location.search == "?sort=domain" && document.querySelector("th[aria-sort=ascending]")?.textContent.trim() == "Domain"`)
	b.focus(`document.getElementById("page-next")`)
	b.keys("\r")
	b.waitText("16 to 30 of 10,001")
	b.focus(`document.getElementById("list-search")`)
	b.keys("client123\r")
	b.waitText("client1234")
	b.focus(`[...document.querySelectorAll("tbody a")].find((a) => a.innerText == "client1234")`)
	b.keys("\r")
	b.waitText("client1234.example")
	b.waitFor(`location.search == "?account=client1234"`)

	// On a phone the menu opens and the order is chosen by keys too.
	b.dress(390, 844, "light")
	b.goTo("/admin/accounts", "1 to 15 of 10,001")
	b.focus(`document.querySelector(".navbar-toggler")`)
	b.keys(" ")
	b.waitFor(`document.querySelector(".navbar-toggler").ariaExpanded == "true" && document.getElementById("sign-out").checkVisibility()`)
	b.keys(" ")
	b.waitFor(`!document.getElementById("sign-out").checkVisibility()`)
	b.focus(`document.getElementById("list-sort")`)
	b.keys("Domain, d\r")
	b.waitFor(`location.search == "?sort=-domain"`)
	b.waitText("client9999")
	b.dress(sizes[0].width, sizes[0].height, sizes[0].scheme)
}

// askByKeys opens and closes the dialogs of the screens.
func askByKeys(b *tab) {
	b.Helper()
	for path, name := range map[string]string{
		"/admin/accounts": "New account", "/admin/mailboxes?account=anna": "New mailbox", "/admin/resellers": "New reseller", "/admin/tokens": "New token",
		"/admin/brute-force?view=white": "Add addresses", "/admin/accounts?account=anna": "Remove: anna", "/admin/providers": "Add an identity provider",
		"/admin/applications": "Add a mail application",
	} {
		b.goTo(path, strings.TrimSuffix(name, ": anna")) // what a screen reader is told besides
		find := `[...document.querySelectorAll("main button")].find((e) => (e.getAttribute("aria-label") ?? e.innerText).trim() == ` + quoted(name) + `)`
		b.focus(find)
		b.keys("\r")
		b.waitFor(`document.querySelector("dialog[open]")?.contains(document.activeElement)`)
		// The focus goes round in the dialog; between its ends it may leave the page for the browser's own bar.
		for range 25 {
			b.keys("\t")
			b.waitFor(`document.querySelector("dialog[open]").contains(document.activeElement) || document.activeElement == document.body`)
		}
		b.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("dialog[open] input, dialog[open] button").focus()`))
		b.shift("Tab")
		b.waitFor(`document.querySelector("dialog[open]").contains(document.activeElement) || document.activeElement == document.body`)
		b.keys("\u001b")
		b.gone()
		b.waitFor(`document.activeElement == ` + find)
	}
}

// shift presses a key together with Shift.
func (t *tab) shift(key string) {
	t.Helper()
	for _, kind := range []input.DispatchKeyEventType{"rawKeyDown", "keyUp"} {
		if _, err := chromedp.Call(t.ctx, input.DispatchKeyEvent, input.DispatchKeyEventParams{Type: kind, Key: key, Code: key, WindowsVirtualKeyCode: 9, Modifiers: 8}); err != nil {
			t.Fatal(err)
		}
	}
}
