package web_test

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

// both sets two filters, and types into the search, without leading anywhere yet.
func both(tb *tab) {
	tb.Helper()
	tb.do(chromedp.Evaluate[chromedp.Void](`for (const [id, value] of [["list-in", "domain"], ["list-state", "1"]]) document.querySelector("#drawn #" + id).value = value`))
	tb.do(chromedp.Evaluate[chromedp.Void](toTheEnd), chromedp.KeyEvent("42"))
}

// TestWhatWasChangedTogetherIsOneAddress and one question, whoever follows it.
func TestWhatWasChangedTogetherIsOneAddress(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	tb := openTab(t)
	d.open(tb)
	both(tb)
	tb.do(chromedp.Evaluate[chromedp.Void](`globalThis.steps = history.length`))
	d.take()
	d.release()
	tb.waitFor(running)
	tb.waitFor(`location.search == "?in=domain&q=client42&sort=domain&state=1" && history.length == steps + 1`)
	tb.waitFor(`document.querySelector("tbody") && document.querySelector("table").ariaBusy != "true"`)
	tb.waitFor(`document.getElementById("list-in").value == "domain" && document.getElementById("list-state").value == "1" && document.getElementById("list-search").value == "client42"`)
	if asked := d.take(); len(asked) != 1 || !strings.Contains(asked[0], "client42") || !strings.Contains(asked[0], "suspended") || !strings.Contains(asked[0], "domain") {
		t.Errorf("asked %q", asked)
	}
	// The same in the app: what is typed and not sent goes along with a filter.
	tb.do(chromedp.Evaluate[chromedp.Void](toTheEnd), chromedp.KeyEvent("7"))
	tb.do(chromedp.Evaluate[chromedp.Void](`(() => { const state = document.getElementById("list-state"); state.value = "0"; state.dispatchEvent(new Event("change", {bubbles: true})); })()`))
	tb.waitFor(`location.search.includes("q=client742") && location.search.endsWith("state=0")`)

	// The browser alone.
	d.open(tb)
	d.mu.Lock()
	d.broken = true
	d.mu.Unlock()
	both(tb)
	tb.do(chromedp.KeyEvent("\r"))
	tb.waitFor(`location.search == "?q=client42&sort=domain&in=domain&state=1" && document.querySelector("#drawn #list-state")?.value == "1"`)
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestAFormWaitsForTheApp with what is typed into it; the browser sends it nowhere.
func TestAFormWaitsForTheApp(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version = "cpaneld", true, "7" })
	d := newDrawing(t, server)
	tb := openTab(t)
	d.begin(tb, "/account/password")
	tb.waitFor(`document.querySelector("#drawn #in-old_password")`)
	tb.arm()
	tb.check("password drawn")
	tb.do(chromedp.Evaluate[chromedp.Void](`globalThis.same = true; document.getElementById("in-old_password").focus()`), chromedp.KeyEvent("secret words\r"))
	tb.waitFor(`document.querySelector("#drawn main button[type=submit]").ariaBusy == "true"`)
	d.release()
	tb.waitFor(`!document.getElementById("drawn") && document.getElementById("in-new_password").ariaInvalid == "true"`) // the app says what is missing
	tb.waitFor(`globalThis.same && location.pathname + location.search == "/account/password" && document.getElementById("in-old_password").value == "secret words"`)
	tb.do(chromedp.Evaluate[chromedp.Void](`new Promise((then) => setTimeout(then, 300))`, chromedp.EvalAwaitPromise)) // sent, it would be on its way
	tb.waitFor(`globalThis.same`)
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}
