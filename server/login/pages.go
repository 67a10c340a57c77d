package login

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gorilla/sessions"

	"postern/server/bruteforce"
	"postern/server/database"
	"postern/server/provider"
	"postern/server/session"
	"postern/shared/fault"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// Pages are the login pages of one service.
type Pages struct {
	Room    *Room
	Store   sessions.Store
	Service scalar.Service
	Address func(*http.Request) netip.Addr
	Now     func() time.Time
	// Arguments reads a request's query and body within the usual limits.
	Arguments func(http.ResponseWriter, *http.Request) (url.Values, error)
	// Home is where a one-time session lands that names no place: a path behind the
	// session's. own says that the session keeps to its own path there, so that
	// several may be open in one browser. Nil: the service's home.
	Home func(r *http.Request, row *session.Row) (path string, own bool, err error)
	// Page shows the login form, with what there is to say; the app takes it over.
	Page func(w http.ResponseWriter, r *http.Request, said Said)
}

// Invalid is what is said of every login that is not good, whatever is wrong with it.
const Invalid = "The login is invalid."

// Said is what the login form comes with.
type Said struct {
	Status   int        // of the reply; 0: nobody was refused
	Kind     fault.Kind // of the refusal
	Seconds  int        // of a lock: how long it lasts
	Sentence string     // why, in English
	User     string     // as it was typed
	Next     string     // the path to go to afterwards; empty: the service's home
	Locale   string     // that was asked for; may be empty
}

// said is a refusal with what the form was filled in with.
func said(status int, f *fault.Fault, sentence string, args url.Values) Said {
	s := Said{Status: status, Kind: f.Kind, Sentence: sentence, User: args.Get("user"), Locale: locale(args)}
	if to := args.Get("goto_uri"); LocalPath(to) {
		s.Next = to
	}
	return s
}

// Login answers GET and POST of /login and /login/, with the security token
// before it or not. The fields: user and pass, or session; goto_uri, locale,
// login_only. GET with credentials is what older clients do.
func (p *Pages) Login(w http.ResponseWriter, r *http.Request, token string) {
	w.Header().Set("Cache-Control", "no-store")
	args, err := p.Arguments(w, r)
	if err != nil {
		p.refuse(w, r, args, err)
		return
	}
	switch {
	case args.Get("session") != "":
		p.oneTime(w, r, args, token)
	case args.Get("user") != "" || args.Get("pass") != "" || r.Method == http.MethodPost:
		p.password(w, r, args)
	default:
		p.Page(w, r, Said{})
	}
}

func (p *Pages) password(w http.ResponseWriter, r *http.Request, args url.Values) {
	outcome, err := p.Room.SignIn(r.Context(), Attempt{
		Service: p.Service, Name: args.Get("user"), Password: args.Get("pass"), Address: p.Address(r),
		UserAgent: r.UserAgent(), Locale: locale(args), GotoURI: args.Get("goto_uri"), Code: args.Get("tfa_token"),
	}, p.Now())
	p.goOn(w, r, args, outcome, err)
}

// goOn answers with what came of a step: a session, the next step, a refusal.
func (p *Pages) goOn(w http.ResponseWriter, r *http.Request, args url.Values, outcome Outcome, err error) {
	switch {
	case err != nil:
		p.refuse(w, r, args, err)
	case outcome.Session == nil:
		p.open(w, r, args, outcome.Open)
	default:
		p.enter(w, r, args, outcome.Session, p.land(args, "/"), false)
	}
}

// oneTime activates a session that an API call made. No lock stands before it:
// its secret has 128 bits, which no number of tries finds.
func (p *Pages) oneTime(w http.ResponseWriter, r *http.Request, args url.Values, token string) {
	a := Attempt{Service: p.Service, Address: p.Address(r), UserAgent: r.UserAgent()}
	row, err := p.Room.OneTime(r.Context(), args.Get("session"), token, a, p.Now())
	if err != nil {
		p.refuse(w, r, args, err)
		return
	}
	if l := locale(args); l != "" {
		// cPanel's documentation of single sign on: a locale cookie lasts one year.
		http.SetCookie(w, &http.Cookie{Name: "session_locale", Value: l, Path: "/", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: true, SameSite: http.SameSiteLaxMode})
	}
	home, own := "/", false
	if p.Service == scalar.Webmail {
		home = "/webmail/"
	}
	if row.GotoURI != "" && args.Get("goto_uri") == "" {
		args.Set("goto_uri", row.GotoURI)
	}
	if p.Home != nil && !LocalPath(args.Get("goto_uri")) {
		if home, own, err = p.Home(r, row); err != nil {
			p.refuse(w, r, args, err)
			return
		}
	}
	if own {
		http.SetCookie(w, row.PathCookie(p.Service))
		p.enter(w, r, args, row, home, own)
		return
	}
	p.enter(w, r, args, row, p.land(args, home), false)
}

// enter ends the browser's old session of this service, if it has one, and gives it
// the new one. One that keeps to its own path leaves alone what came in that way too.
func (p *Pages) enter(w http.ResponseWriter, r *http.Request, args url.Values, row *session.Row, landing string, own bool) {
	s, err := p.Store.Get(r, p.Service.Cookie())
	if err != nil {
		p.refuse(w, r, args, err)
		return
	}
	if old := session.Of(s); old != nil && old.Name != row.Name && !(own && !old.SignedIn()) {
		if err := p.Room.Sessions.End(r.Context(), old.Name); err != nil {
			p.refuse(w, r, args, err)
			return
		}
	}
	session.Put(s, row)
	if err := p.Store.Save(r, w, s); err != nil {
		p.refuse(w, r, args, err)
		return
	}
	if _, err := r.Cookie(p.stepCookieName()); err == nil {
		http.SetCookie(w, p.stepCookie("", -1))
	}
	target := row.Prefix() + landing
	// Clients read the token as the first segment of Location, also with login_only
	// where the vendor's own client reads Location of a 200.
	w.Header().Set("Location", target)
	if args.Get("login_only") == "1" {
		answer(w, http.StatusOK, reply{Status: 1, Redirect: target, SecurityToken: row.Prefix()})
		return
	}
	w.WriteHeader(http.StatusFound)
}

// open says which step is open, and gives the browser the cookie that goes on with it.
func (p *Pages) open(w http.ResponseWriter, r *http.Request, args url.Values, step *Open) {
	http.SetCookie(w, p.stepCookie(step.Cookie, int(step.Expires.Sub(p.Now()).Seconds())))
	page := "/login/" + step.Step
	if args.Get("login_only") == "1" {
		answer(w, http.StatusOK, reply{Message: step.Step + "_required", Redirect: page})
		return
	}
	w.Header().Set("Location", page)
	w.WriteHeader(http.StatusFound)
}

// refuse tells why somebody does not come in. Unknown name, wrong password and
// suspended are one answer.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, args url.Values, err error) {
	err = database.Fault(err, nil, nil)
	f := fault.Of(err)
	status, body := http.StatusInternalServerError, reply{Message: "internal"}
	sentence := "Something went wrong on the server. Try again later."
	switch f.Kind {
	case fault.Stranger:
		status, body.Message, sentence = http.StatusUnauthorized, "invalid_login", Invalid
	case fault.Locked:
		status, body.Message, sentence = http.StatusTooManyRequests, "locked", f.Message
		if lock := (*bruteforce.Lock)(nil); errors.As(err, &lock) {
			w.Header().Set("Retry-After", strconv.Itoa(lock.Seconds()))
			body.Seconds = lock.Seconds()
		}
	case fault.Unavailable:
		w.Header().Set("Retry-After", "5")
		status, body.Message, sentence = http.StatusServiceUnavailable, "busy", f.Message
	case fault.Invalid:
		status, body.Message, sentence = http.StatusBadRequest, f.Message, f.Message
	}
	if status >= http.StatusInternalServerError { // a reply of 500 or more has its line in the log
		p.Room.Log.ErrorContext(r.Context(), "sign in failed", "kind", f.Kind, "error", err)
	}
	w.Header().Set("Postern-Fault", string(f.Kind))
	if args.Get("login_only") == "1" {
		answer(w, status, body)
		return
	}
	form := said(status, f, sentence, args)
	form.Seconds = body.Seconds
	p.Page(w, r, form)
}

// Logout ends the session. It changes nothing for somebody who has none, and
// nothing when the security token in the path is not the session's: another
// site's page cannot sign people out.
func (p *Pages) Logout(w http.ResponseWriter, r *http.Request, token string) {
	s, err := p.Store.Get(r, p.Service.Cookie())
	if err != nil {
		p.refuse(w, r, nil, err)
		return
	}
	if row := session.Of(s); row != nil {
		if row.Token != token {
			p.Page(w, r, Said{Status: http.StatusUnauthorized, Kind: fault.Forbidden, Sentence: "Sign out from the page itself: this link is not of your session."})
			return
		}
		if err := p.Room.SignOut(r.Context(), row, Attempt{Service: p.Service, Address: p.Address(r)}, p.Now()); err != nil {
			p.refuse(w, r, nil, err)
			return
		}
		s.Options = &sessions.Options{MaxAge: -1}
		if err := p.Store.Save(r, w, s); err != nil {
			p.refuse(w, r, nil, err)
			return
		}
	}
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", "/login?signed_out=1")
	w.WriteHeader(http.StatusFound)
}

// land is where a sign in ends: goto_uri if that is a path of this server's, else home.
func (p *Pages) land(args url.Values, home string) string {
	if to := args.Get("goto_uri"); LocalPath(to) {
		return to
	}
	return home
}

// LocalPath tells whether a text is a path on this very server to which people may
// be sent: what a browser would read as another host (//host, /\host) is none, and
// what does something when it is asked for is none either.
func LocalPath(to string) bool {
	if len(to) > 2000 || !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.IndexFunc(to, strange) >= 0 {
		return false
	}
	u, err := url.Parse(to)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && !acts(u.Path)
}

// strange is what no path of ours has: a browser reads \ as a slash and leaves line
// breaks and tabs out, and what is no UTF-8 is no text.
func strange(r rune) bool { return r == '\\' || r == utf8.RuneError || unicode.IsControl(r) }

// acts tells whether something is done when a session asks for a path. A sign in
// puts the session's security token before the place it leads to, which anybody's
// link may name: that must not be a call of a function, the way to link an identity,
// or a sign in as somebody else. The path is read as it stands, and as browsers do,
// who resolve dots, also those that are written %2e.
func acts(to string) bool {
	for _, read := range []string{to, path.Clean(to)} {
		first, _, _ := strings.Cut(strings.TrimLeft(read, "/"), "/")
		switch first {
		case string(wire.Execute), string(wire.JSONAPI), string(wire.XMLAPI), "login", "logout",
			strings.Trim(provider.Link, "/"), strings.Trim(provider.Callback, "/"):
			return true
		}
	}
	return false
}

func locale(args url.Values) string {
	l := args.Get("locale")
	if len(l) > 20 || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz_-") != "" {
		return ""
	}
	return l
}

// reply is what login_only=1 gets.
type reply struct {
	Status        int    `json:"status"` // 1: signed in
	Message       string `json:"message,omitempty"`
	Seconds       int    `json:"seconds,omitempty"` // how long a lock lasts
	Redirect      string `json:"redirect,omitempty"`
	SecurityToken string `json:"security_token,omitempty"`
}

func answer(w http.ResponseWriter, status int, body reply) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client is gone: nobody to tell
}
