package node_test

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

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"

	"postern/server/testkit"
	"postern/web"
)

// TestBrowserSignsInByHand does at a running Postern what people do: an
// account's owner signs in, sees who they are, opens a mailbox's Webmail, which
// is another service and another tab, and signs out of both; root signs in.
func TestBrowserSignsInByHand(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	p := start(t, testkit.URL(t))
	settle(t, p, "anna", "example.com", "bob")
	cpanel := openTab(t)

	cpanel.visit(p.addresses["cPanel"] + "/")
	cpanel.waitText("Sign in to cPanel")
	cpanel.signIn("anna", "wrong")
	cpanel.waitText("The login is invalid.")
	cpanel.shoot("wrong-password")
	cpanel.signIn("anna", passwordOf("anna"))
	cpanel.waitText("Account owner")
	cpanel.waitText("bob@example.com")
	cpanel.waitFor(`location.pathname == "/"`) // no token stays in the address
	cpanel.shoot("cpanel-home")

	webmail := cpanel.opens(func() {
		cpanel.do(chromedp.Click(chromedp.CSS(`button[aria-label="Open Webmail: bob@example.com"]`)))
	})
	webmail.waitText("Mailbox owner")
	webmail.waitFor(`location.origin == "` + p.addresses["Webmail"] + `" && !location.pathname.includes("cpsess")`)
	webmail.reload() // the session is in the cookie, and now the tab is listened to from its start
	webmail.waitText("bob@example.com")
	webmail.shoot("webmail-home")
	webmail.signOut()
	webmail.visit(p.addresses["Webmail"] + "/")
	webmail.waitText("Sign in to Webmail")

	// Signing out of one service leaves the other's session alone.
	if _, err := chromedp.Call(cpanel.ctx, page.BringToFront, cdp.Empty{}); err != nil { // a page behind another does not end to load
		t.Fatal(err)
	}
	cpanel.reload()
	cpanel.waitText("Account owner")
	cpanel.signOut()

	// Not visit: behind another tab Chromium leaves the load event out, and visit waits for it.
	cpanel.do(chromedp.Evaluate[chromedp.Void](`location.assign("` + p.addresses["WHM"] + `/")`))
	cpanel.waitText("Sign in to WHM")
	cpanel.signIn("root", passwordOf("root"))
	cpanel.waitText("Sign-in protection")
	cpanel.waitText("PostgreSQL")
	cpanel.shoot("whm-home")
	cpanel.signOut()
}

// tab is a browser's tab that fails its test on an error or a warning in its
// console, an exception, or a violation of the content security policy.
type tab struct {
	*testing.T
	ctx      context.Context
	pictures *pictures

	mu   sync.Mutex
	said []string
}

// pictures is where pictures go, for people to look at.
type pictures struct {
	folder string
	n      int
}

// screen is wide enough for the menu to be in sight.
var screen = chromedp.EmulateViewport(1280, 800)

// openTab starts a browser with an empty profile.
func openTab(t *testing.T) *tab {
	t.Helper()
	chromium, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("The browser tests need Debian's chromium: apt-get install chromium.")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(chromium), chromedp.DisableGPU, chromedp.IgnoreCertErrors, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-GB"))
	if os.Geteuid() == 0 {
		options = append(options, chromedp.NoSandbox) // Chromium refuses to sandbox root
	}
	allocated, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, closeTab := chromedp.NewContext(allocated)
	t.Cleanup(func() {
		if err := chromedp.Cancel(ctx); err != nil {
			t.Log(err)
		}
		closeTab()
		stop()
	})
	folder := os.Getenv("POSTERN_TEST_PICTURES")
	if folder == "" {
		folder = t.TempDir()
	}
	b := &tab{T: t, ctx: ctx, pictures: &pictures{folder: folder}}
	b.listen()
	b.do(screen)
	return b
}

// listen hears complaints from the next page on.
func (t *tab) listen() {
	t.Helper()
	err := chromedp.Listen(t.ctx, t.hear)
	if err == nil {
		_, err = chromedp.Call(t.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{
			Source: `addEventListener("securitypolicyviolation", (e) => console.error("policy", e.violatedDirective, e.blockedURI))`,
		})
	}
	if err != nil {
		t.Fatal(err)
	}
}

// hear keeps what the page complains about. A refused sign in has the status
// 401, and an answer to a step of it that can be mended 400, which the console
// tells as network errors: those are wanted.
func (t *tab) hear(event any) {
	var text string
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			for _, a := range e.Args {
				text += string(a.Value) + a.Description + " "
			}
		}
	case *runtime.EventExceptionThrown:
		text = e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
	case *log.EventEntryAdded:
		mended := strings.Contains(e.Entry.Text, "400") && strings.HasSuffix(e.Entry.URL, "/login/step")
		unwanted := e.Entry.Source != "network" || !strings.Contains(e.Entry.Text, "401") && !mended
		if unwanted && (e.Entry.Level == "error" || e.Entry.Level == "warning") {
			text = fmt.Sprintf("%s: %s %s", e.Entry.Source, e.Entry.Text, e.Entry.URL)
		}
	}
	if text != "" {
		t.mu.Lock()
		t.said = append(t.said, text)
		t.mu.Unlock()
	}
}

// complaints are what the page has complained about so far.
func (t *tab) complaints() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.said
}

// do runs steps and stops the test if one fails.
func (t *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, time.Minute)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		t.stop(err.Error())
	}
}

func (t *tab) stop(why string) {
	t.Helper()
	t.shoot("stopped")
	ctx, cancel := context.WithTimeout(t.ctx, 10*time.Second)
	defer cancel()
	text, _ := chromedp.Run(ctx, chromedp.Evaluate[string](`location.href + "\n" + document.body.innerText`)) // there may be no page
	t.Fatalf("%s; complaints %q; the page says %s", why, t.complaints(), text)
}

// visit loads a page anew.
func (t *tab) visit(address string) {
	t.Helper()
	t.do(chromedp.Navigate(address))
}

// reload loads the page anew and waits until the old one is gone.
func (t *tab) reload() {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`window.old = true, location.reload()`))
	t.waitFor(`!window.old`)
}

// waitFor waits until a JavaScript condition holds, and stops at a complaint.
func (t *tab) waitFor(condition string) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(30 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+condition+")")) // an error: the page is on its way to another
		cancel()
		if said := t.complaints(); len(said) > 0 {
			t.stop("the console complains")
		}
		if err == nil && holds {
			return
		}
	}
	t.stop("waited for " + condition)
}

// waitText waits until the app runs and the page says something.
func (t *tab) waitText(text string) {
	t.Helper()
	quoted, _ := json.Marshal(text) // a string
	t.waitFor("document.body.innerText.includes(" + string(quoted) + ") && !document.querySelector('#splash, #drawn') && (!document.getElementById('entrance') || window.posternTake)")
}

// signIn types a login over what stands there, and sends it with the Enter key.
func (t *tab) signIn(user, password string) {
	t.Helper()
	for _, field := range [][2]string{{"login-user", user}, {"login-password", password}} {
		t.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("`+field[0]+`").select()`),
			chromedp.SendKeys(chromedp.ID(field[0]), field[1]))
	}
	t.do(chromedp.SendKeys(chromedp.ID("login-password"), "\r"))
}

// comeIn opens a service's page of signing in, and signs in there.
func (t *tab) comeIn(p *process, service, user string) {
	t.Helper()
	t.visit(p.addresses[service] + "/")
	t.waitText("Sign in to " + service)
	t.signIn(user, passwordOf(user))
}

func (t *tab) signOut() {
	t.Helper()
	t.do(chromedp.Click(chromedp.ID("sign-out")))
	t.waitText("You are signed out.")
}

// opens is the tab that an action opens.
func (t *tab) opens(action func()) *tab {
	t.Helper()
	opened := chromedp.WaitNewTarget(t.ctx, func(i *target.Info) bool { return i.Type == "page" })
	action()
	select {
	case id := <-opened:
		ctx, closeTab := chromedp.NewContext(t.ctx, chromedp.WithTargetID(id))
		t.Cleanup(closeTab)
		other := &tab{T: t.T, ctx: ctx, pictures: t.pictures}
		other.listen()
		other.do(screen)
		return other
	case <-time.After(time.Minute):
		t.stop("no tab was opened")
		return nil
	}
}

// shoot takes a picture.
func (t *tab) shoot(name string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Log(err)
		return
	}
	t.pictures.n++
	if err := os.WriteFile(filepath.Join(t.pictures.folder, fmt.Sprintf("%02d-%s.png", t.pictures.n, name)), png, 0o644); err != nil {
		t.Error(err)
	}
}
