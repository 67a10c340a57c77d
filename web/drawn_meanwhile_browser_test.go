package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// TestDaysAreWrittenBeforeTheyAreSeen, and times of day: a page is in sight before its
// last script is there, and nothing of it moves then.
func TestDaysAreWrittenBeforeTheyAreSeen(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	d.holds = "/wasm_exec.js"
	tb := openTab(t)
	if _, err := chromedp.Call(tb.ctx, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: "Asia/Kolkata"}); err != nil {
		t.Fatal(err)
	}
	d.open(tb)
	const wrong = `[...document.querySelectorAll("#drawn [data-day]")].filter((day) => day.textContent != new Intl.DateTimeFormat(navigator.language, {dateStyle: "medium"}).format(day.dataset.day * 1000)).length`
	tb.waitFor(`document.querySelectorAll("#drawn [data-day]").length == 15 && ` + wrong + ` == 0 && !globalThis.Go`)
	d.release()
	tb.waitFor(running)
	tb.waitFor(`document.cookie == "postern_zone=Asia/Calcutta" || document.cookie == "postern_zone=Asia/Kolkata"`)

	server.set(func(c *canned) { c.service = "cpaneld" })
	d.begin(tb, "/")
	tb.waitFor(`document.querySelectorAll("#drawn [data-moment]").length == 2 && !globalThis.Go`)
	const afternoon = `new Intl.DateTimeFormat(navigator.language, {dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Kolkata"}).format(new Date("2026-03-04T09:30:00Z"))`
	if told := tb.value(`document.querySelector("#drawn [data-moment]").textContent`); told != tb.value(afternoon) {
		t.Errorf("in Kolkata it says %s", told)
	}
	d.release()
	tb.waitFor(`!document.getElementById("drawn") && document.querySelector("[data-moment]").textContent == ` + afternoon)
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestWhoHasGoneOnMeanwhile by a link, while the app was waiting for its texts, is
// where the link leads, and what they did before that happens nowhere.
func TestWhoHasGoneOnMeanwhile(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) {
		c.service, c.signedIn, c.version, c.accounts, c.locale = "whostmgrd", true, "7", 38, "de"
	})
	d := newDrawing(t, server)
	d.holds, d.locale = "/de.json", "de"
	const asking = `!document.getElementById("told") && document.getElementById("drawn")` // it has the answers, and takes clicks
	begin := func() *tab {
		tb := openTab(t) // anew: the texts are kept
		tb.dress(1280, 900, "light")
		d.open(tb)
		tb.waitFor(asking)
		return tb
	}
	tb := begin()
	tb.do(chromedp.Click(chromedp.CSS(`#drawn a[href="/admin/audit"]`)))
	tb.waitFor(`location.pathname == "/admin/audit" && document.getElementById("drawn")`)
	d.release()
	tb.waitFor(`!document.getElementById("drawn") && document.title.startsWith("Prüfprotokoll")`)
	if strings.Contains(tb.text(), "a-long-domain-name-15.example.com") {
		t.Error("the list of accounts is at the audit trail’s address")
	}

	tb = begin()
	tb.do(chromedp.Evaluate[chromedp.Void](toTheEnd), chromedp.KeyEvent("42"), chromedp.Click(chromedp.ID("create")))
	tb.do(chromedp.Click(chromedp.CSS(`#drawn a[href="/admin/accounts"]`)))
	tb.waitFor(`location.search == "" && document.getElementById("drawn")`)
	d.release()
	tb.waitFor(running)
	tb.waitText("a-long-domain-name-1.example.com")
	tb.waitFor(`document.getElementById("list-search").value == "" && !document.querySelector("dialog[open]") && location.search == ""`)
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestNothingMovesWhenTheAppIsThere in any direction, size or colour scheme.
func TestNothingMovesWhenTheAppIsThere(t *testing.T) {
	server := newCanned(t)
	if err := server.front.Teach("ar", "/assets/taught/ar.json", arabic); err != nil {
		t.Fatal(err)
	}
	d := newDrawing(t, server)
	tb := openTab(t)
	const places = `JSON.stringify([...document.querySelectorAll("aside, h1, input:not([type=hidden]), select, button, th, tbody td, .nav-link, .page-link")]
		.filter((e) => e.checkVisibility()).map((e) => { const at = e.getBoundingClientRect(); return [e.localName, at.x, at.y, at.width, at.height].join(" "); }))`
	for _, c := range []struct {
		locale, scheme string
		width          int64
	}{{"", "light", 1280}, {"de", "dark", 320}, {"ar", "light", 1280}, {"ar", "dark", 390}} {
		server.set(func(s *canned) {
			s.service, s.signedIn, s.version, s.accounts, s.locale = "whostmgrd", true, "7", 38, c.locale
		})
		d.locale = c.locale
		tb.dress(c.width, 900, c.scheme)
		d.open(tb)
		tb.waitFor(`document.readyState != "loading" && globalThis.Go && document.fonts.status == "loaded"`)
		tb.do(chromedp.Evaluate[chromedp.Void](`globalThis.before = ` + places))
		tb.waitFor(`JSON.parse(before).length > 100`)
		tb.check("drawn")
		d.release()
		tb.waitFor(running)
		tb.waitFor(`before == ` + places)
	}
}

// TestWhatIsScrolledStaysSo, the menu too, and at once: the link that has the focus in
// it stays in sight.
func TestWhatIsScrolledStaysSo(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	tb := openTab(t)
	tb.dress(1280, 420, "light")
	if _, err := chromedp.Call(tb.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-reduced-motion", Value: "no-preference"}},
	}); err != nil {
		t.Fatal(err)
	}
	d.open(tb)
	tb.do(chromedp.Evaluate[chromedp.Void](`scrollTo({top: 150, behavior: "instant"});
		[...document.querySelectorAll("#drawn .nav-link")].at(-1).focus();
		globalThis.at = () => Math.round(scrollY) + " " + Math.round(document.activeElement.getBoundingClientRect().top);
		globalThis.before = at();
		new MutationObserver(() => { if (!document.getElementById("drawn")) globalThis.then ??= at(); }).observe(document.body, {childList: true})`))
	tb.waitFor(`before.startsWith("150 ") && document.activeElement.getBoundingClientRect().bottom <= innerHeight`)
	d.release()
	tb.waitFor(running)
	tb.waitFor(`globalThis.then == before && at() == before`)
}
