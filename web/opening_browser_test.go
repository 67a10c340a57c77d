package web_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"

	"postern/web"
)

// asked notes the list's questions on their way to a server, each as the shell
// page would name it, and can put the first of them into the page.
type asked struct {
	*httptest.Server
	mu        sync.Mutex
	questions []string
	first     string
}

func newAsked(t *testing.T, behind *canned) *asked {
	a := &asked{}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if path, is := strings.CutSuffix(r.URL.Path, "/json-api/listaccts"); is {
			if err := r.ParseForm(); err != nil {
				t.Error(err)
			}
			a.mu.Lock()
			a.questions = append(a.questions, strings.TrimPrefix(r.URL.Path, path)+"?"+r.PostForm.Encode())
			a.mu.Unlock()
		}
		if r.URL.Path == "/admin/accounts" {
			a.mu.Lock()
			defer a.mu.Unlock()
			behind.front.Show(w, r, web.Page{First: a.first})
			return
		}
		behind.Config.Handler.ServeHTTP(w, r)
	}))
	t.Cleanup(a.Close)
	return a
}

// take gives the questions since it was last asked.
func (a *asked) take() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	list := a.questions
	a.questions = nil
	return list
}

// TestTheFirstQuestionIsAskedOnce by the loader, and the app takes the answer; what
// is asked later goes to the server, and so does what was not foreseen.
func TestTheFirstQuestionIsAskedOnce(t *testing.T) {
	server := newCanned(t)
	server.set(func(c *canned) { c.service, c.signedIn, c.version, c.accounts = "whostmgrd", true, "7", 38 })
	a := newAsked(t, server)
	tb := openTab(t)
	list := a.URL + "/admin/accounts"

	tb.visit(list)
	tb.waitText("a-long-domain-name-1.example.com")
	plain := a.take()
	if len(plain) != 1 {
		t.Fatal("without a question in the page:", plain)
	}

	a.first = plain[0]
	tb.visit(list)
	tb.waitText("a-long-domain-name-1.example.com")
	if got := a.take(); len(got) != 1 || got[0] != plain[0] {
		t.Errorf("with it: %q", got)
	}
	server.set(func(c *canned) { c.accounts = 1 })
	again := `[...document.querySelectorAll("main form button[type=submit]")][0].click()`
	tb.do(chromedp.SendKeys(chromedp.ID("list-search"), "client1"), chromedp.Evaluate[chromedp.Void](again))
	tb.waitFor(`!document.body.innerText.includes("a-long-domain-name-2.example.com")`)
	if got := a.take(); len(got) != 1 || !strings.Contains(got[0], "client1") {
		t.Errorf("a search: %q", got)
	}

	a.first = "/json-api/listaccts?api.version=1"
	server.set(func(c *canned) { c.accounts = 38 })
	tb.visit(list)
	tb.waitText("a-long-domain-name-2.example.com")
	if got := a.take(); len(got) != 2 {
		t.Errorf("another question in the page: %q", got)
	}

	server.set(func(c *canned) { c.over = true })
	a.first = plain[0]
	tb.visit(list)
	tb.waitFor(`document.querySelector("dialog[open] input[type=password]")`) // a session that ended is noticed
	if said := tb.complaints(); len(said) > 0 {
		t.Error(said)
	}
}
