package web

import (
	"bytes"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"postern/app/texts"
)

// Page is the one page of the browser app, as it is sent to one reader.
type Page struct {
	// Locale is the language that a session or the address asks for, such as de;
	// empty, or one that the app does not speak: the browser's.
	Locale   string
	Entrance *Entrance // for who is not signed in; nil: the app shows what there is
	// Draw draws what is in sight until the app runs, in the page's language and with
	// the addresses that its <html> element carries; nil, and a nil answer: a splash is.
	Draw func(language *texts.Texts, addresses map[string]string) *Drawn
}

// Drawn is for who is signed in. It holds what only they may see: no page with it is kept.
type Drawn struct {
	Title string // the tab's
	HTML  string // as it is: whoever drew it has encoded what is not HTML
	Told  any    // what the app asks first, and the answers
}

// Front sends the page, whose language and login form differ from reader to reader.
type Front struct {
	version     string
	formActions func(*http.Request) []string
	printed
	err error // the app is not built
}

// Shell is the page of the browser app, the same for every path.
//
// version is the build's; the app offers a reload when API replies name another
// one. formActions lists, for a request, the further origins that forms may be
// sent to, and may be nil: see policy. Values that are not an origin are left
// out. Without a built app the answer is 503 and says so.
func Shell(version string, formActions func(*http.Request) []string) *Front {
	f := &Front{version: version, formActions: formActions}
	f.printed, f.err = printedOnce()
	return f
}

// printed is what the pages of all services are made of, and no page changes.
type printed struct {
	languages *languages
	page      *template.Template
	assets    map[string]asset
}

var printedOnce = sync.OnceValues(func() (p printed, err error) {
	if p.assets, err = built(); err != nil {
		return p, err
	}
	if p.languages, err = readLanguages(p.assets); err != nil {
		return p, err
	}
	p.page, err = template.ParseFS(static, "static/index.html")
	return p, err
})

// ServeHTTP sends the page to who is signed in, or is at a step of it.
func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.Show(w, r, Page{}) }

// Show sends the page. An entrance's status is the reply's, and POST is allowed
// where it is the reply to a login that was refused.
func (f *Front) Show(w http.ResponseWriter, r *http.Request, p Page) {
	h := w.Header()
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-cache")
	}
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Add("Vary", "Accept-Language, Cookie")
	var origins []string
	if f.formActions != nil {
		origins = f.formActions(r)
	}
	h.Set("Content-Security-Policy", policy(origins))
	if (p.Entrance == nil || p.Entrance.Status == 0) && !readOnly(w, r) {
		return
	}
	page, private, err := f.render(r, p)
	if private {
		h.Set("Cache-Control", "no-store")
	}
	if err != nil {
		h.Set("Cache-Control", "no-store")
		http.Error(w, err.Error(), http.StatusServiceUnavailable)
		return
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(len(page)))
	if p.Entrance != nil && p.Entrance.Status != 0 {
		w.WriteHeader(p.Entrance.Status)
	}
	if r.Method != http.MethodHead {
		_, _ = w.Write(page) // an error here means that the client is gone: nobody to tell
	}
}

// render fills in static/index.html for one reader; private: nobody else's.
func (f *Front) render(r *http.Request, p Page) (page []byte, private bool, err error) {
	if f.err != nil {
		return nil, false, f.err
	}
	l := f.languages.pick(p.Locale, r.Header.Values("Accept-Language"))
	v := view{
		Lang: l.tag(), Direction: l.direction, Version: f.version, Title: l.words.Common.Product, Words: l.words,
		WASM: f.path("app.wasm"), Icons: f.path("icons.svg"), Mark: f.path("mark.svg"), CSS: f.path(l.sheet()),
		Loader: f.path("loader.js"), Exec: f.path("wasm_exec.js"), Overlay: l.path,
		Languages: f.languages.list(), Sheets: "ltr=" + f.path("app.css") + " rtl=" + f.path("app.rtl.css"),
	}
	if p.Entrance != nil {
		v.Entrance = p.Entrance.draw(l, f.languages)
		v.Title = p.Entrance.Service.Title() + " · " + p.Entrance.Host + " · " + v.Title
	}
	if p.Draw != nil {
		if d := p.Draw(l.words, map[string]string{"icons": v.Icons, "mark": v.Mark}); d != nil {
			v.Title, v.Drawn, v.Told = d.Title, template.HTML(d.HTML), d.Told
		}
	}
	var out bytes.Buffer
	err = f.page.Execute(&out, v)
	return out.Bytes(), v.Drawn != "", err
}

func (f *Front) path(name string) string { return f.assets[name].path() }

// view is what static/index.html shows.
type view struct {
	Lang, Direction, Version, Title      string
	WASM, Icons, Mark, CSS, Loader, Exec string // addresses
	Overlay                              string // the address of the language's texts; empty: English, which the app has
	Languages, Sheets                    string // what the app may change to: code=address, and direction=address
	Words                                *texts.Texts
	Entrance                             *drawnEntrance
	Drawn                                template.HTML // see Page
	Told                                 any
}

// directives are the content security policy but for form-action: nothing
// inline, nothing from elsewhere, and no text becomes HTML or script.
// 'wasm-unsafe-eval' lets app.wasm be compiled; data: is for the small images
// inside Tabler's styles.
var directives = []string{
	"default-src 'none'",
	"script-src 'self' 'wasm-unsafe-eval'",
	"style-src 'self'",
	"img-src 'self' data:",
	"font-src 'self'",
	"connect-src 'self'",
	"base-uri 'none'",
	"frame-ancestors 'none'",
	"require-trusted-types-for 'script'",
	"trusted-types 'none'",
}

// policy is the whole policy. form-action is 'self', not 'none', because three
// forms are sent for real: the login form before the app is there (a plain POST
// to /login, which answers 302), signing out, and the one that opens Webmail.
// The last goes to another port, hence another origin, and browsers hold the
// redirects that follow to the list as well.
func policy(origins []string) string {
	form := "form-action 'self'"
	for _, o := range origins {
		if origin.MatchString(o) {
			form += " " + o
		}
	}
	return strings.Join(directives, "; ") + "; " + form
}

// origin is what may stand in the policy. A request's Host header may be where
// it comes from, so anything that could end or widen the directive is kept out.
var origin = regexp.MustCompile(`^https?://([a-zA-Z0-9]([a-zA-Z0-9.-]{0,252}[a-zA-Z0-9])?|\[[0-9a-fA-F:.]{2,45}\])(:[0-9]{1,5})?$`)
