package node_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// comparing notes what a page has in sight right before the app takes it over and
// right after, and what the app asks the API for.
const comparing = `{
	let ready;
	globalThis.asked = [];
	const real = fetch;
	globalThis.fetch = (path, ...rest) => { if (String(path).startsWith("/cpsess")) asked.push(String(path)); return real(path, ...rest); };
	globalThis.inSight = () => {
		const root = document.getElementById("drawn") ?? document.body.firstElementChild;
		return root.innerText + "\n" + [...root.querySelectorAll("aside, h1, h2, h3, .card, input:not([type=hidden]), textarea, select, button, label, th, td, dd, li, .btn, .nav-link, .badge, svg")]
			.filter((e) => e.checkVisibility()).map((e) => { const at = e.getBoundingClientRect(); return [e.localName, e.id, at.x, at.y, at.width, at.height].join(" "); }).join("\n");
	};
	Object.defineProperty(globalThis, "posternReady", {
		set: (f) => ready = f,
		get: () => () => { globalThis.drawn = document.getElementById("drawn") ? inSight() : ""; ready(); globalThis.taken = inSight(); },
	});
}`

// TestBrowserDrawnScreens: what the server draws of each screen is what the app shows
// then, the same words at the same places, and nothing is asked for again.
func TestBrowserDrawnScreens(t *testing.T) {
	t.Parallel()
	p, b := administrated(t)
	if _, err := chromedp.Call(b.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Kolkata"}); err != nil {
		t.Fatal(err)
	}
	for _, at := range []struct {
		service, user, first string
		more                 []string // beside the menu's
	}{
		{"WHM", "root", "PostgreSQL", []string{"/admin/accounts?account=anna", "/admin/mailboxes?account=anna", "/admin/resellers?reseller=client7", "/admin/brute-force?view=white",
			"/admin/brute-force?view=history", "/admin/brute-force?view=settings", "/admin/audit?days=7&outcome=refused"}},
		{"cPanel", "anna", "Account owner", nil}, {"Webmail", "bob@example.com", "Mailbox owner", nil},
	} {
		b.visit(p.addresses[at.service] + "/")
		b.waitText("Sign in to " + at.service)
		b.signIn(at.user, passwordOf(at.user))
		b.waitText(at.first)
		var paths []string
		if err := json.Unmarshal([]byte(b.value(`JSON.stringify([...document.querySelectorAll("#menu .nav-link")].map((a) => a.pathname))`)), &paths); err != nil {
			t.Fatal(err)
		}
		paths = slices.DeleteFunc(append(paths, at.more...), func(path string) bool { return path == "/api-shell" }) // the app draws it alone
		if len(paths) < 7 {
			t.Errorf("%s has only the screens %q", at.service, paths)
		}
		script, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: comparing})
		if err != nil {
			t.Fatal(err)
		}
		for _, size := range sizes {
			b.dress(size.width, size.height, size.scheme)
			for _, path := range paths {
				b.compare(at.service+" on the "+size.name, path)
			}
		}
		if _, err := chromedp.Call(b.ctx, page.RemoveScriptToEvaluateOnNewDocument, page.RemoveScriptToEvaluateOnNewDocumentParams(script)); err != nil {
			t.Fatal(err)
		}
		b.signOutAnywhere()
	}
}

// compare loads a screen, and looks at it before the app and after.
func (t *tab) compare(where, path string) {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`window.old = true; location.assign(` + quoted(path) + `)`))
	t.waitFor(`!window.old && globalThis.taken !== undefined`)
	if t.value("drawn") == "" || strings.Contains(t.value("drawn"), "Loading…") {
		t.Errorf("%s: %s is not drawn whole", where, path)
	}
	t.do(chromedp.Evaluate[chromedp.Void](`new Promise((then) => setTimeout(then, 200))`, chromedp.EvalAwaitPromise))
	for _, now := range []string{"taken", "inSight()"} {
		before, after := t.lines("drawn"), t.lines(now)
		for i := range min(len(before), len(after)) {
			if before[i] != after[i] {
				t.Errorf("%s: %s has %q, and when the app is there %q", where, path, before[i], after[i])
				break
			}
		}
		if len(before) != len(after) {
			t.Errorf("%s: %s has %d things, and when the app is there %d", where, path, len(before), len(after))
		}
	}
	if asked := t.value("asked.join()"); asked != "" {
		t.Errorf("%s: %s asks again for %s", where, path, asked)
	}
}

func (t *tab) lines(expression string) []string {
	t.Helper()
	return strings.Split(t.value(expression), "\n")
}
