package web

import (
	"bytes"
	"html/template"
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// Shell serves the page of the browser app, the same for every path.
//
// version is the build's; the app offers a reload when API replies name another
// one. formActions lists, for a request, the further origins that forms may be
// sent to, and may be nil: see policy. Values that are not an origin are left
// out. Without a built app the answer is 503 and says so.
func Shell(version string, formActions func(*http.Request) []string) http.Handler {
	page, err := render(version)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		var origins []string
		if formActions != nil {
			origins = formActions(r)
		}
		h.Set("Content-Security-Policy", policy(origins))
		if !readOnly(w, r) {
			return
		}
		if err != nil {
			h.Set("Cache-Control", "no-store")
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
			return
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Length", strconv.Itoa(len(page)))
		if r.Method == http.MethodGet {
			w.Write(page)
		}
	})
}

// render fills in static/index.html once: nothing in it depends on a request.
func render(version string) ([]byte, error) {
	assets, err := built()
	if err != nil {
		return nil, err
	}
	source, err := static.ReadFile("static/index.html")
	if err != nil {
		return nil, err
	}
	page, err := template.New("index.html").Parse(string(source))
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = page.Execute(&out, map[string]string{
		"Version": version,
		"WASM":    assets["app.wasm"].path(),
		"Icons":   assets["icons.svg"].path(),
		"Mark":    assets["mark.svg"].path(),
		"CSS":     assets["app.css"].path(),
		"Loader":  assets["loader.js"].path(),
		"Exec":    assets["wasm_exec.js"].path(),
	})
	return out.Bytes(), err
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
// forms are sent for real: the login form, should the app be too busy to take
// it (a plain POST to /login, which answers 302), signing out, and the one that
// opens Webmail. The last goes to another port, hence another origin, and
// browsers hold the redirects that follow to the list as well.
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
