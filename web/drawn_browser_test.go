package web_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"postern/app/identity"
	"postern/app/pages"
	"postern/app/texts"
	"postern/web"
)

// drawing draws the first screen into the page, as package httpd does, keeps the app
// back until it is let go, and notes what the list is asked for.
type drawing struct {
	*httptest.Server
	mu        sync.Mutex
	questions []string
	holds     string        // the end of the address of what is kept back, /app.wasm if nothing else
	held      chan struct{} // closed: it may come
	broken    bool          // the app does not come at all
	tell      bool          // the page has the answers
	another   bool          // they are of another session
	locale    string        // the page's language
	zone      string        // the reader's time zone, as the page was asked for
}

func newDrawing(t *testing.T, behind *canned) *drawing {
	d := &drawing{holds: "/app.wasm", held: make(chan struct{}), tell: true}
	d.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/json-api/listaccts") {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			d.mu.Lock()
			d.questions = append(d.questions, r.PostForm.Encode())
			d.mu.Unlock()
		}
		if r.Method != http.MethodGet && !strings.HasPrefix(r.URL.Path, token) {
			t.Errorf("the browser sent a form to %s", r.URL.Path)
		}
		switch {
		case strings.HasSuffix(r.URL.Path, d.holds):
			d.mu.Lock()
			held, broken := d.held, d.broken
			d.mu.Unlock()
			select {
			case <-held:
			case <-r.Context().Done():
			}
			if broken {
				http.Error(w, "Not now.", http.StatusServiceUnavailable)
				return
			}
		case r.URL.Path == "/admin/accounts" || r.URL.Path == "/account/password" || r.URL.Path == "/":
			behind.front.Show(w, r, web.Page{Locale: d.locale, Draw: d.draw(t, behind, r)})
			return
		}
		behind.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(d.Close)
	t.Cleanup(d.release)
	return d
}

func (d *drawing) draw(t *testing.T, behind *canned, r *http.Request) func(*texts.Texts, map[string]string) *web.Drawn {
	return func(language *texts.Texts, addresses map[string]string) *web.Drawn {
		told := identity.Told{}
		ask := func(_ context.Context, q identity.Request) (identity.Response, error) {
			w := httptest.NewRecorder()
			behind.Config.Handler.ServeHTTP(w, httptest.NewRequest(q.Method, q.Path, strings.NewReader(q.Form.Encode())))
			response := identity.Response{Status: w.Code, Body: w.Body.Bytes()}
			d.mu.Lock()
			defer d.mu.Unlock()
			switch {
			case d.tell && d.another:
				told[strings.Replace(q.Key(), token, "/cpsess0000000000", 1)] = response
			case d.tell:
				told[q.Key()] = response
			}
			return response, nil
		}
		drawn, err := pages.Draw(r.Context(), identity.NewDesk(ask), r.URL, pages.Reader{Language: language, Zone: d.zone}, addresses)
		if err != nil {
			t.Error(err)
			return nil
		}
		return &web.Drawn{Title: drawn.Title, HTML: drawn.HTML, Told: told}
	}
}

// hold keeps the app back from now on.
func (d *drawing) hold() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = make(chan struct{})
}

// release lets it come.
func (d *drawing) release() {
	d.mu.Lock()
	defer d.mu.Unlock()
	select {
	case <-d.held:
	default:
		close(d.held)
	}
}

// take gives the questions since it was last asked.
func (d *drawing) take() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := d.questions
	d.questions = nil
	return list
}

// open loads the list, without the app yet.
func (d *drawing) open(t *tab) {
	t.Helper()
	d.begin(t, "/admin/accounts?q=client&sort=domain")
	t.waitFor(`document.getElementById("drawn")?.innerText.includes("a-long-domain-name-15.example.com")`)
	t.arm()
}

// begin loads a page, without the app yet, and waits for nothing of it.
func (d *drawing) begin(t *tab, path string) {
	t.Helper()
	d.hold()
	// What the browser has kept would come whether it is held back or not.
	if _, err := chromedp.Call(t.ctx, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true}); err != nil {
		t.Fatal(err)
	}
	t.do(chromedp.Navigate("about:blank"))
	// The app is kept back, so the page is never loaded whole: nobody waits for that.
	t.do(chromedp.Evaluate[chromedp.Void](`location.assign(` + quoted(d.URL+path) + `)`))
}

func quoted(text string) string {
	q, _ := json.Marshal(text) // a string
	return string(q)
}

const toTheEnd = `document.getElementById("list-search").focus(); document.getElementById("list-search").setSelectionRange(6, 6)`

const running = `!document.getElementById("drawn") && document.querySelector("main #list-search")`

// TestWhatTheServerDrewIsOfUseBeforeTheApp: and what was done in it is not lost.
func TestWhatTheServerDrewIsOfUseBeforeTheApp(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	tb := openTab(t)

	d.open(tb)
	tb.waitFor(`document.title == "Accounts · WHM · host.example.com · Postern"`)
	tb.waitFor(`document.querySelector("#drawn [data-day]").textContent == new Intl.DateTimeFormat(navigator.language, {dateStyle: "medium"}).format(1772611200000)`)
	tb.check("drawn")
	tb.do(chromedp.Evaluate[chromedp.Void](toTheEnd), chromedp.KeyEvent("42"))
	tb.do(chromedp.Evaluate[chromedp.Void](`document.getElementById("list-search").setSelectionRange(2, 4)`))
	const look = `[...document.body.querySelectorAll("#drawn > div, body > div:first-child")].filter((e) => e.checkVisibility())[0].getBoundingClientRect().height + " " + document.querySelectorAll("tbody tr").length`
	tb.do(chromedp.Evaluate[chromedp.Void](`globalThis.before = ` + look))
	d.take()
	d.release()
	tb.waitFor(running)
	tb.waitFor(`before == ` + look)
	tb.waitFor(`document.activeElement.id == "list-search" && document.activeElement.value == "client42" && document.activeElement.selectionStart == 2 && document.activeElement.selectionEnd == 4`)
	tb.check("taken over")
	if asked := d.take(); len(asked) > 0 {
		t.Errorf("the app has the answers, and asked %q", asked)
	}
	tb.do(chromedp.KeyEvent("\r"))
	tb.waitFor(`location.search.includes("q=client42")`)
	if asked := d.take(); len(asked) != 1 || !strings.Contains(asked[0], "client42") {
		t.Errorf("a search: %q", asked)
	}

	// A button that was pressed, and a choice that was made, are done when the app is there.
	d.open(tb)
	tb.do(chromedp.Click(chromedp.ID("create")))
	d.release()
	tb.waitFor(`document.querySelector("dialog[open] #field-username")`)
	d.open(tb)
	tb.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#drawn #list-state").value = "1"`))
	d.release()
	tb.waitFor(`!document.getElementById("drawn") && location.search == "?q=client&sort=domain&state=1" && document.getElementById("list-state").value == "1"`)
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestADrawnPageIsEnough where the app does not come: links lead on, and a search
// keeps the rest of the place.
func TestADrawnPageIsEnough(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	d.broken = true
	tb := openTab(t)
	d.open(tb)
	tb.do(chromedp.Click(chromedp.ID("create")))
	tb.waitFor(`document.getElementById("create").ariaBusy == "true"`)
	d.release()
	tb.waitFor(`!document.getElementById("stopped").hidden && document.getElementById("drawn").checkVisibility()`)
	tb.do(chromedp.Click(chromedp.ID("create")))
	tb.waitFor(`document.getElementById("create").ariaBusy != "true"`) // or one would wait for it for ever
	tb.shoot("no app")
	tb.complaints() // that it did not come
	tb.do(chromedp.Evaluate[chromedp.Void](toTheEnd), chromedp.KeyEvent("7\r"))
	tb.waitFor(`location.search == "?q=client7&sort=domain" && document.getElementById("list-search")?.value == "client7"`)
	tb.waitFor(`!document.getElementById("stopped").hidden`) // which makes place for itself
	tb.do(chromedp.Evaluate[chromedp.Void](`scrollTo(0, document.body.scrollHeight)`), chromedp.Click(chromedp.ID("page-next")))
	tb.waitFor(`location.search.includes("page=2") && !document.getElementById("stopped").hidden`)
	tb.dress(1280, 700, "light")
	tb.waitFor(`(() => {
		const out = document.querySelector("#drawn #sign-out");
		out.scrollIntoView({behavior: "instant"});
		const at = out.getBoundingClientRect();
		return out.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2));
	})()`) // the notice does not lie over it
}

// TestAnswersInThePage are good for their own session, once, and needed by nobody.
func TestAnswersInThePage(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	d.release()
	tb := openTab(t)
	for _, c := range []struct {
		tell, another bool
		asked         int // beside the server itself, to draw
	}{{true, false, 0}, {false, false, 1}, {true, true, 1}} {
		d.tell, d.another = c.tell, c.another
		d.take()
		tb.visit(d.URL + "/admin/accounts")
		tb.waitText("a-long-domain-name-1.example.com")
		if asked := d.take(); len(asked) != c.asked {
			t.Errorf("%+v: asked %q", c, asked)
		}
	}

	// The session ended between the two: that is noticed.
	server.set(func(c *canned) { c.over = true })
	tb.visit(d.URL + "/admin/accounts")
	tb.waitFor(`document.querySelector("dialog[open] input[type=password]")`)
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}

// TestThePhonesMenuOpensBeforeTheApp, and stays open.
func TestThePhonesMenuOpensBeforeTheApp(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	d := newDrawing(t, server)
	tb := openTab(t)
	tb.dress(390, 844, "light")
	d.open(tb)
	tb.do(chromedp.Click(chromedp.CSS("#drawn .navbar-toggler")))
	tb.waitFor(`document.querySelector("#drawn #sign-out").checkVisibility() && document.querySelector("#drawn .navbar-toggler").ariaExpanded == "true"`)
	tb.check("menu drawn")
	d.release()
	tb.waitFor(running)
	tb.waitFor(`document.getElementById("sign-out").checkVisibility()`)
}
