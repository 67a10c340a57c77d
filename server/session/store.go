package session

import (
	"net/http"
	"net/netip"
	"net/url"
	"time"

	"github.com/gorilla/sessions"

	"postern/shared/fault"
	"postern/shared/scalar"
)

// Store is gorilla's sessions.Store over the room's rows: the cookie's name is
// the service's, and Values holds one thing, the *Row.
type Store struct {
	Room    *Room
	Service scalar.Service
	Address func(*http.Request) netip.Addr
	Secure  func(*http.Request) bool
	Now     func() time.Time
}

type rowKey struct{}

// Of is the row of a session; nil for a stranger.
func Of(s *sessions.Session) *Row {
	row, _ := s.Values[rowKey{}].(*Row)
	return row
}

// Put gives a session its row; Save then sends the cookie.
func Put(s *sessions.Session, row *Row) { s.Values[rowKey{}] = row }

// Get is the request's session, looked up once a request.
func (st *Store) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(st, name)
}

// New looks the request's cookie up. A stranger gets an empty session and no
// error: nothing is stored for a stranger.
func (st *Store) New(r *http.Request, name string) (*sessions.Session, error) {
	s := sessions.NewSession(st, name)
	s.IsNew = true
	cookie, err := r.Cookie(name)
	if err != nil {
		return s, nil
	}
	text, err := url.QueryUnescape(cookie.Value)
	if err != nil {
		return s, nil
	}
	row, err := st.Room.Find(r.Context(), text, st.Service, st.Address(r), st.Now())
	if fault.Is(err, fault.Stranger) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	s.IsNew, s.ID = false, row.Name
	Put(s, row)
	return s, nil
}

// Save sends the cookie of a row that was just made. With Options.MaxAge below
// zero it ends the session and takes the cookie back.
func (st *Store) Save(r *http.Request, w http.ResponseWriter, s *sessions.Session) error {
	row := Of(s)
	cookie := &http.Cookie{Name: s.Name(), Path: "/", HttpOnly: true, Secure: st.Secure(r), SameSite: http.SameSiteLaxMode}
	if s.Options != nil && s.Options.MaxAge < 0 {
		if row == nil {
			cookie.MaxAge = -1
			http.SetCookie(w, cookie)
			return nil
		}
		Forget(w, r, st.Service, row)
		return st.Room.End(r.Context(), row.Name)
	}
	if row == nil || row.secret == "" {
		return nil // a stranger, or a session whose cookie the browser has
	}
	// user:NAME,SECRET in URL encoding, as cPanel's cookies are: anna%3aNAME%2cSECRET
	cookie.Value = url.QueryEscape(row.Cookie())
	http.SetCookie(w, cookie)
	return nil
}

// KeepToPath gives the browser the cookie of a session, which it has for the whole
// service, for the session's own path too. There the session is found even after
// another one has taken the service's cookie.
func (st *Store) KeepToPath(w http.ResponseWriter, r *http.Request, row *Row) {
	for _, c := range r.CookiesNamed(st.Service.Cookie()) {
		text, err := url.QueryUnescape(c.Value)
		if _, name, _, ok := Parse(text); err == nil && ok && name == row.Name {
			http.SetCookie(w, row.pathCookie(st.Service, c.Value))
			return
		}
	}
}

// PathCookie is the cookie of a session that was just made or activated, for its
// own path.
func (s *Row) PathCookie(service scalar.Service) *http.Cookie {
	return s.pathCookie(service, url.QueryEscape(s.Cookie()))
}

func (s *Row) pathCookie(service scalar.Service, value string) *http.Cookie {
	return &http.Cookie{Name: service.Cookie(), Value: value, Path: s.Prefix(), HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode}
}

// Forget takes the cookies of a session back that has ended: the one of its own
// path, and the service's, unless that one is of another session that goes on
// beside it in the same browser.
func Forget(w http.ResponseWriter, r *http.Request, service scalar.Service, row *Row) {
	mine, another := 0, false
	for _, c := range r.CookiesNamed(service.Cookie()) {
		text, err := url.QueryUnescape(c.Value)
		_, name, _, ok := Parse(text)
		switch {
		case err != nil || !ok:
		case name == row.Name:
			mine++
		default:
			another = true
		}
	}
	paths := []string{"/"}
	switch {
	case another:
		paths = []string{row.Prefix()}
	case mine > 1:
		paths = []string{row.Prefix(), "/"}
	}
	for _, path := range paths {
		http.SetCookie(w, &http.Cookie{Name: service.Cookie(), Path: path, MaxAge: -1, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
	}
}
