package httpd

import (
	"net/http"
	"strings"

	"postern/server/account"
	"postern/server/databaseapp"
	"postern/server/dispatch"
	"postern/server/login"
	"postern/server/session"
	"postern/shared/scalar"
)

// databases answers for the database application behind a session's path, and
// tells whether it did. original is the request with its whole path.
func (s *Site) databases(w http.ResponseWriter, r, original *http.Request, token string) bool {
	at := strings.TrimSuffix(databaseapp.Path, "/")
	if s.Databases == nil || s.Service == scalar.WHM || token == "" || r.URL.Path != at && !strings.HasPrefix(r.URL.Path, databaseapp.Path) {
		return false
	}
	row, who, err := s.visitor(r, token)
	switch {
	case err != nil:
		return s.broken(w, r, err)
	case row == nil:
		databaseapp.Ended(w)
	default:
		s.Databases.Serve(w, original, databaseapp.Visitor{Session: row, Caller: s.acting(r, row, who), Address: s.address(r)}, login.SameOrigin(r))
	}
	return true
}

// acting is a session's user as the caller of functions.
func (s *Site) acting(r *http.Request, row *session.Row, who account.Login) dispatch.Caller {
	c := account.ToCaller(who)
	c.Via, c.Service, c.Session, c.Possessor = dispatch.BySession, s.Service, row.Name, row.Possessor
	c.Address, c.TLS = s.address(r), s.secure(r)
	return c
}
