package httpd

import (
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/login"
	"postern/shared/scalar"
	"postern/web"
)

// front shows the app. The app lives on stable paths: a page under a session's
// security token answers with a redirect to its stable path, so that no token
// stays in a browser's history or referrers.
func (s *Site) front(w http.ResponseWriter, r *http.Request, token string) {
	if !allowed(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	if token == "" {
		s.shell.ServeHTTP(w, r)
		return
	}
	row, err := s.row(r)
	switch {
	case err != nil:
		s.Log.ErrorContext(r.Context(), "session not read", "error", err, "request", RequestID(r.Context()))
		s.page(w, r, http.StatusServiceUnavailable, "The server’s database does not answer. Try again in a few seconds.")
	case row == nil || row.Token != token:
		s.page(w, r, http.StatusUnauthorized, "Sign in to go on.")
	default:
		// A path of two slashes would be another host to a browser.
		to := url.URL{Path: "/" + trimSlashes(r.URL.Path), RawQuery: r.URL.RawQuery}
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusFound)
	}
}

func trimSlashes(path string) string {
	for path != "" && (path[0] == '/' || path[0] == '\\') {
		path = path[1:]
	}
	return path
}

// plainPage is the login page for those whose browser does not run the app, and
// the one that refuses: it works without a script.
var plainPage = template.Must(template.New("login").Parse(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{{.Heading}} – {{.Title}}</title>
{{with .CSS}}<link rel="stylesheet" href="{{.}}">{{end}}
</head>
<body>
<div class="gate"><main class="gate-card"><div class="card card-md shadow-sm"><div class="card-body">
<h1 class="h2 mb-1">{{.Heading}}</h1>
<p role="alert">{{.Sentence}}</p>
<form method="post" action="/login">
<p><label class="form-label" for="user">Name</label>
<input class="form-control" id="user" name="user" autocomplete="username" required></p>
<p><label class="form-label" for="pass">Password</label>
<input class="form-control" id="pass" name="pass" type="password" autocomplete="current-password" required></p>
<p><button class="btn btn-primary w-100">Sign in</button></p>
<p><a href="/login">Open the sign-in page</a></p>
</form>
</div></div></main></div>
</body>
</html>
`))

// page is the app, or with a sentence the plain login page that says it.
func (s *Site) page(w http.ResponseWriter, r *http.Request, status int, sentence string) {
	if sentence == "" {
		s.shell.ServeHTTP(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	heading := "Sign in"
	if status == http.StatusTooManyRequests {
		heading = "Brute Force Protection" // what clients that read cPanel's page look for
	}
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		// An error here means that the client is gone: nobody to tell.
		_ = plainPage.Execute(w, map[string]string{"Title": s.Service.Title(), "Heading": heading, "Sentence": sentence, "CSS": web.Path("app.css")})
	}
}

// formActions is where the app's forms may go besides this service: to Webmail,
// to open a mailbox with a session that was made for it, and from there to the
// mail applications, since browsers hold a form's redirects to this list too.
func (s *Site) formActions(r *http.Request) []string {
	host := r.Host
	if h, _, err := net.SplitHostPort(r.Host); err == nil {
		host = h
	}
	to := []string{"https://" + bracket(host) + ":" + strconv.Itoa(s.Port(scalar.Webmail))}
	if s.Webmail != nil {
		to = append(to, s.Webmail.Origins(r.Context())...)
	}
	return to
}

func bracket(host string) string {
	if ip := net.ParseIP(host); ip != nil && ip.To4() == nil {
		return "[" + host + "]"
	}
	return host
}

// Identity is what the app asks first: which service this is and who is signed in.
type Identity struct {
	Service  scalar.Service         `json:"service"`
	Hostname string                 `json:"hostname"`
	Version  string                 `json:"version"`
	Ports    map[scalar.Service]int `json:"ports"`
	Session  *SignedIn              `json:"session"`
}

// SignedIn is a session as its own user sees it.
type SignedIn struct {
	User       string        `json:"user"`
	Kind       dispatch.Kind `json:"kind"`
	Token      string        `json:"token"`
	Address    string        `json:"address"`
	Created    int64         `json:"created"`
	Expires    int64         `json:"expires"`
	Locale     string        `json:"locale"`
	Privileges []string      `json:"privileges"`
	Possessor  string        `json:"possessor"`
}

// identity gives the app its security token. Another site's page must not get
// it: a browser says where a request comes from, and that must be this origin.
func (s *Site) identity(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Vary", "Cookie, Sec-Fetch-Site, Origin")
	if !login.SameOrigin(r) {
		http.Error(w, "This address answers its own pages alone.", http.StatusForbidden)
		return
	}
	out := Identity{Service: s.Service, Hostname: s.Config.Hostname, Version: s.Version, Ports: map[scalar.Service]int{}}
	for _, service := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail} {
		out.Ports[service] = s.Port(service)
	}
	row, err := s.row(r)
	if err == nil && row != nil {
		var who account.Login
		if who, err = account.Find(r.Context(), s.DB.Write, row.Login); err == nil {
			caller := account.ToCaller(who)
			out.Session = &SignedIn{
				User: row.Login, Kind: caller.Kind, Token: row.Prefix(), Address: row.Address, Created: row.CreatedAt.Unix(),
				Expires: row.Ends().Unix(), Locale: row.Locale, Privileges: caller.Privileges, Possessor: row.Possessor,
			}
		}
	}
	if err != nil {
		s.Log.ErrorContext(r.Context(), "session not read", "error", err, "request", RequestID(r.Context()))
		http.Error(w, "The server’s database does not answer.", http.StatusServiceUnavailable)
		return
	}
	h.Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // the client is gone: nobody to tell
}
