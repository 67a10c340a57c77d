package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tab is a browser's tab that fails its test on any console error, exception or
// violation of the content security policy.
type tab struct {
	*testing.T
	ctx  context.Context
	look string // names the screenshots: size and colour scheme
	n    int

	mu   sync.Mutex
	said []string
}

// openTab starts a browser of its own with an empty profile.
func openTab(t *testing.T) *tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("the browser tests need Debian's chromium: apt-get install chromium")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.DisableGPU, chromedp.IgnoreCertErrors, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "en-GB"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to sandbox root
	}
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocated)
	tb := &tab{T: t, ctx: ctx}
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Log(err)
		}
		closeTab()
		stop()
	})
	if err := chromedp.Listen(ctx, tb.hear); err != nil {
		t.Fatal(err)
	}
	_, err = chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
		Source: `addEventListener("securitypolicyviolation", (e) => console.error("policy", e.violatedDirective, e.blockedURI, e.sample))`,
	})
	if err != nil {
		t.Fatal(err)
	}
	return tb
}

// hear keeps what the page complains about. That a reply had the status 401, or
// that there was none, is what some of the states are about.
func (t *tab) hear(event any) {
	var text string
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			parts := []string{}
			for _, a := range e.Args {
				parts = append(parts, string(a.Value)+a.Description)
			}
			text = strings.Join(parts, " ")
		}
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		if e.Entry.Source != "network" && (e.Entry.Level == "error" || e.Entry.Level == "warning") {
			text = string(e.Entry.Source) + ": " + e.Entry.Text
		}
	}
	if text != "" {
		t.mu.Lock()
		t.said = append(t.said, text)
		t.mu.Unlock()
	}
}

// do runs steps and stops the test if one fails.
func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.shoot("stopped")
		t.Fatalf("%v; the page says %q", err, t.text())
	}
}

// dress sets the size and the colour scheme.
func (t *tab) dress(width, height int64, scheme string) {
	t.Helper()
	t.look = fmt.Sprintf("%dx%d-%s", width, height, scheme)
	t.do(chromedp.EmulateViewport(width, height))
	_, err := chromedp.Call(t.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

// text is what a reader sees.
func (t *tab) text() string {
	ctx, cancel := context.WithTimeout(t.ctx, 10*time.Second)
	defer cancel()
	s, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`document.body.innerText`))
	return s
}

// value is what a JavaScript expression that is a text gives.
func (t *tab) value(expression string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// waitFor waits until a JavaScript condition holds.
func (t *tab) waitFor(condition string) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(40 * time.Second); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
		var holds bool
		holds, err = chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")")) // an error: the page is on its way to another
		cancel()
		if err == nil && holds {
			return
		}
	}
	t.shoot("stopped")
	t.Fatalf("waited for %s (%v); the page says %q; complaints %q", condition, err, t.text(), t.complaints())
}

// waitText waits until the page says something.
func (t *tab) waitText(text string) {
	t.Helper()
	quoted, _ := json.Marshal(text)
	t.waitFor("document.body.innerText.includes(" + string(quoted) + ") && !document.querySelector('#splash, #drawn')")
}

// shoot takes a picture, for people to look at: go test -artifacts keeps them.
func (t *tab) shoot(name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Log(err)
		return
	}
	t.n++
	file := filepath.Join(t.ArtifactDir(), fmt.Sprintf("%s-%02d-%s.png", t.look, t.n, name))
	if err := os.WriteFile(file, png, 0o644); err != nil {
		t.Fatal(err)
	}
}

// check takes a picture of a state and judges it: no complaint, nothing that
// axe-core finds, nothing wider than the screen.
func (t *tab) check(name string) {
	t.Helper()
	t.shoot(name)
	ctx, cancel := context.WithTimeout(t.ctx, 30*time.Second)
	defer cancel()
	found, err := chromedp.Run(ctx, chromedp.Evaluate[[]string](`axe.run({resultTypes: ["violations"]}).then((r) =>
		r.violations.flatMap((v) => v.nodes.map((n) => v.id + " (" + v.impact + "): " + n.target + " " + n.failureSummary)))`,
		chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range found {
		t.Errorf("%s %s: %s", t.look, name, f)
	}
	if wide, err := chromedp.Run(ctx, chromedp.Evaluate[int](`document.documentElement.scrollWidth - innerWidth`)); err != nil || wide > 0 {
		t.Errorf("%s %s: the page is %d pixels too wide (%v)", t.look, name, wide, err)
	}
	for _, s := range t.complaints() {
		t.Errorf("%s %s: the console says %s", t.look, name, s)
	}
}

// complaints are what the page has complained about since it was last asked.
func (t *tab) complaints() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	said := t.said
	t.said = nil
	return said
}

// visit loads a page anew and gives it axe-core.
func (t *tab) visit(address string) {
	t.Helper()
	t.do(chromedp.Navigate(address))
	t.waitFor("!document.querySelector('#splash, #drawn')")
	t.arm()
}

// arm gives the page axe-core.
func (t *tab) arm() {
	t.Helper()
	axe, err := os.ReadFile("node_modules/axe-core/axe.min.js")
	if err != nil {
		t.Fatal("the browser tests need axe-core: run npm ci in web/")
	}
	t.do(chromedp.Evaluate[chromedp.Void](string(axe)))
}
