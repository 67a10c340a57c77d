package httpd

import (
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"

	"postern/app/identity"
	"postern/server/login"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// front shows the app. The app lives on stable paths: a page under a session's
// security token answers with a redirect to its stable path, so that no token
// stays in a browser's history or referrers.
func (s *Site) front(w http.ResponseWriter, r *http.Request, token string) {
	if !allowed(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	if token == "" {
		s.page(w, r, login.Said{})
		return
	}
	row, err := s.row(r)
	switch {
	case err != nil:
		s.Log.ErrorContext(r.Context(), "session not read", "error", err)
		s.page(w, r, login.Said{Status: http.StatusServiceUnavailable, Kind: fault.Unavailable, Sentence: "The server’s database does not answer. Try again in a few seconds."})
	case row == nil || row.Token != token:
		s.page(w, r, login.Said{Status: http.StatusUnauthorized, Sentence: "Sign in to go on."})
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
	out := identity.Door{Service: s.Service, Hostname: s.Config.Hostname, Version: s.Version, Ports: map[string]int{}}
	for _, service := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail} {
		out.Ports[string(service)] = s.Port(service)
	}
	row, err := s.row(r)
	if err == nil && row != nil {
		out.Session = &identity.Session{
			User: row.Login, Kind: string(row.Who.Kind), Token: row.Prefix(), Address: row.Address, Created: scalar.At(row.CreatedAt),
			Expires: scalar.At(row.Ends()), Locale: localeOf(row), Privileges: row.Who.Privileges, Possessor: row.Possessor,
		}
		out.Session.Databases, err = s.MayDatabases(r.Context(), row.Who.Caller)
	}
	if err != nil {
		s.Log.ErrorContext(r.Context(), "session not read", "error", err)
		http.Error(w, "The server’s database does not answer.", http.StatusServiceUnavailable)
		return
	}
	h.Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(out) // the client is gone: nobody to tell
}
