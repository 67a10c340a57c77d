package httpd

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"postern/server/account"
	"postern/server/database"
	"postern/server/session"
	"postern/server/sso"
	"postern/server/webmail"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// openPath opens a webmail application in a session: the default one, or the one
// whose name follows after a slash.
const openPath = "/webmail/open"

// webmail answers what on Webmail belongs to single sign on and to mail
// applications, and tells whether it did. original is the request with its whole path.
func (s *Site) webmail(w http.ResponseWriter, r, original *http.Request, token string) bool {
	if s.Service != scalar.Webmail || s.SSO == nil {
		return false
	}
	path := r.URL.Path
	if sso.IsPublic(path) {
		if allowed(w, r, http.MethodGet, http.MethodHead, http.MethodPost) {
			s.signOn(w, r, token)
		}
		return true
	}
	if token == "" {
		return false
	}
	if path == "/webmail/" || path == openPath || strings.HasPrefix(path, openPath+"/") {
		return s.open(w, r, token)
	}
	mount, rest, err := s.Webmail.Mounted(r.Context(), path)
	if err != nil || mount == "" {
		return err != nil && s.broken(w, r, err)
	}
	row, who, err := s.visitor(r, token)
	switch {
	case err != nil:
		return s.broken(w, r, err)
	case row == nil:
		webmail.Ended(w, r)
	default:
		s.Webmail.Serve(w, original, mount, rest, webmail.Visitor{Session: row, Login: who}, s.address(r))
	}
	return true
}

func (s *Site) signOn(w http.ResponseWriter, r *http.Request, token string) {
	row, who, err := s.visitor(r, token)
	if err != nil {
		s.broken(w, r, err)
		return
	}
	s.SSO.Public(w, r, sso.Visitor{Session: row, Login: who, Address: s.address(r)})
}

// open sends a browser on to a webmail application. Without one for it, Webmail's
// own home is what there is.
func (s *Site) open(w http.ResponseWriter, r *http.Request, token string) bool {
	row, who, err := s.visitor(r, token)
	if err != nil {
		return s.broken(w, r, err)
	}
	if row == nil {
		return false
	}
	name := strings.TrimPrefix(strings.TrimPrefix(r.URL.Path, openPath), "/")
	if r.URL.Path == "/webmail/" {
		name = ""
	}
	place, err := s.Webmail.Open(r.Context(), who, name)
	if err != nil {
		return s.broken(w, r, err)
	}
	if place == nil || place.Path != "" && !s.Webmail.AtHome(r) {
		return false
	}
	to := place.Address
	if place.Path != "" {
		s.store.KeepToPath(w, r, row)
		to = row.Prefix() + place.Path
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
	return true
}

// home is where a one-time session of Webmail's lands.
func (s *Site) home(r *http.Request, row *session.Row) (path string, own bool, err error) {
	const home = "/webmail/"
	if s.Webmail == nil || !s.Webmail.AtHome(r) {
		return home, false, nil
	}
	who, err := account.Find(r.Context(), s.DB.Write, row.Login)
	if err != nil {
		return home, false, err
	}
	place, err := s.Webmail.Open(r.Context(), who, "")
	if err != nil || place == nil || place.Path == "" {
		return home, false, err // one with an address is gone to from home
	}
	return place.Path, true, nil
}

// mostCookies is how many cookies of the service's name a request may hold that are
// looked up: one for the service and one for a session's path.
const mostCookies = 3

// visitor is the live session that a request is about, and its login: that of the
// security token in the path, or without one the browser's. Nil for a stranger.
func (s *Site) visitor(r *http.Request, token string) (*session.Row, account.Login, error) {
	for i, c := range r.CookiesNamed(s.Service.Cookie()) {
		text, err := url.QueryUnescape(c.Value)
		if err != nil || i >= mostCookies {
			continue
		}
		row, err := s.Sessions.Find(r.Context(), text, s.Service, s.address(r), s.Now())
		if fault.Is(err, fault.Stranger) || err == nil && token != "" && row.Token != token {
			continue
		}
		if err != nil {
			return nil, account.Login{}, err
		}
		who, err := account.Find(r.Context(), s.DB.Write, row.Login)
		if err != nil || who.Suspended() {
			return nil, account.Login{}, err
		}
		return row, who, nil
	}
	return nil, account.Login{}, nil
}

// broken says that the database does not answer; it is true, for the caller to return.
func (s *Site) broken(w http.ResponseWriter, r *http.Request, err error) bool {
	if r.Context().Err() != context.Canceled {
		s.Log.ErrorContext(r.Context(), "webmail failed", "error", err)
	}
	w.Header().Set("Postern-Fault", string(fault.Of(database.Fault(err, nil, nil)).Kind))
	http.Error(w, "The server’s database does not answer. Try again in a few seconds.", http.StatusServiceUnavailable)
	return true
}
