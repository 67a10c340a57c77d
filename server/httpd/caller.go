package httpd

import (
	"net/http"
	"strings"

	"github.com/gorilla/sessions"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/login"
	"postern/server/session"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// caller is who asks: by Basic credentials, by an API token, or by a session's
// cookie together with its security token. Credentials in a header decide alone.
func (s *Site) caller(r *http.Request) (dispatch.Caller, error) {
	var who dispatch.Caller
	var err error
	if header := r.Header.Get("Authorization"); header != "" {
		who, err = s.credentials(r, header)
	} else {
		who, err = s.session(r)
	}
	if err != nil {
		return dispatch.Caller{}, err
	}
	who.Service, who.Address, who.TLS = s.Service, s.address(r), s.secure(r)
	return who, nil
}

// credentials reads the Authorization header. cPanel's documentation prints the
// scheme words in both cases: whm and WHM are one.
func (s *Site) credentials(r *http.Request, header string) (dispatch.Caller, error) {
	if name, secret, is := r.BasicAuth(); is {
		who, unverified, err := s.Login.Authenticate(r.Context(), login.Attempt{
			Service: s.Service, Name: name, Password: secret, Address: s.address(r), UserAgent: r.UserAgent(), Code: r.Header.Get("X-CPANEL-OTP"),
		}, s.Now())
		caller := account.ToCaller(who)
		caller.Via, caller.Unverified = dispatch.ByPassword, unverified
		return caller, err
	}
	scheme, rest, _ := strings.Cut(header, " ")
	scheme = strings.ToLower(scheme)
	name, secret, _ := strings.Cut(strings.TrimSpace(rest), ":")
	// A token's scheme belongs to its service: whm at WHM, cpanel at cPanel.
	if scheme != "whm" && scheme != "cpanel" || (scheme == "whm") != (s.Service == scalar.WHM) || s.Service == scalar.Webmail {
		return dispatch.Caller{}, fault.Denied()
	}
	who, err := s.Tokens.Caller(r.Context(), scheme, strings.ToLower(name), secret, s.address(r), s.Now())
	if fault.Is(err, fault.Stranger) {
		attempt := login.Attempt{Service: s.Service, Name: strings.ToLower(name), Address: s.address(r)}
		if err := s.Login.Refused(r.Context(), attempt, "token", dispatch.ByToken, fault.Stranger, s.Now()); err != nil {
			return dispatch.Caller{}, err
		}
	}
	who.Via = dispatch.ByToken
	return who, err
}

// session is the caller of a cookie, whose security token must stand in the path.
func (s *Site) session(r *http.Request) (dispatch.Caller, error) {
	row, err := s.row(r)
	if err != nil {
		return dispatch.Caller{}, err
	}
	if row == nil {
		return dispatch.Caller{}, fault.Denied()
	}
	if TokenOf(r.Context()) != row.Token {
		return dispatch.Caller{}, fault.BadToken()
	}
	if row.Who.Suspended {
		return dispatch.Caller{}, fault.Denied()
	}
	caller := row.Who.Caller
	caller.Via, caller.Session, caller.Possessor = dispatch.BySession, row.Name, row.Possessor
	if row.Locale != "" {
		caller.Locale = row.Locale
	}
	return caller, nil
}

// row is the session of the request's cookie; nil for a stranger.
func (s *Site) row(r *http.Request) (*session.Row, error) {
	var kept *sessions.Session
	kept, err := s.store.Get(r, s.Service.Cookie())
	if err != nil {
		return nil, err
	}
	return session.Of(kept), nil
}
