package webmail

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"postern/server/fastcgi"
	"postern/server/session"
	"postern/shared/scalar"
)

const (
	maxBody  = 32 << 20        // bytes: an attachment and its envelope
	patience = 5 * time.Minute // for one request, up and down
)

// Serve answers for the application mounted at mount, for a visitor whose session
// is the one in the path. rest is what of the path is left.
func (r *Room) Serve(w http.ResponseWriter, q *http.Request, mount, rest string, who Visitor, from netip.Addr) {
	base := who.Session.Prefix() + mount
	ownHeaders(w.Header())
	raw, _, _ := strings.Cut(q.RequestURI, "?")
	switch {
	case !plainPath(raw):
		notFound(w)
	case !r.AtHome(q):
		refuse(w, http.StatusMisdirectedRequest, "Open Webmail under its own name: "+r.Issuer())
	case rest == "":
		redirect(w, base+"/")
	case rest != "/" && rest != "/index.php" && rest != "/index.php/login/oauth":
		r.file(w, q, rest)
	case r.lostSession(q):
		// The application lost its session and Postern's lives: signing in again asks
		// nobody. Its own sign-in page would only be in the way.
		redirect(w, base+"/?_task=login&_action=oauth")
	default:
		r.program(w, q, base, rest, who, from)
	}
}

// lostSession tells whether the application asks for a sign in because its own
// session is gone.
func (r *Room) lostSession(q *http.Request) bool {
	args := q.URL.Query()
	return q.Method == http.MethodGet && args.Get("_task") == "login" && args.Get("_err") == "session" && args.Get("_remote") == ""
}

// program hands a request to the application's program and its answer to the browser.
func (r *Room) program(w http.ResponseWriter, q *http.Request, base, rest string, who Visitor, from netip.Addr) {
	switch q.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		refuse(w, http.StatusMethodNotAllowed, "Use GET or POST.")
		return
	}
	if q.ContentLength < 0 {
		refuse(w, http.StatusLengthRequired, "The request’s length is missing.")
		return
	}
	if q.ContentLength > maxBody {
		refuse(w, http.StatusRequestEntityTooLarge, "The request is too large.")
		return
	}
	ctx, cancel := context.WithTimeout(q.Context(), patience)
	defer cancel()
	// An attachment may take longer than an API call; an error means that this
	// connection keeps the limits of all others.
	extended := http.NewResponseController(w)
	_ = extended.SetReadDeadline(time.Now().Add(patience))
	_ = extended.SetWriteDeadline(time.Now().Add(patience))
	a, err := fastcgi.Ask(ctx, r.FastCGI, r.params(q, base, rest, who, from), io.LimitReader(q.Body, q.ContentLength), func(text string) {
		r.Log.WarnContext(ctx, "the mounted application complains", "text", session.Printable(text, 500))
	})
	if err != nil {
		if ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "the mounted application does not answer", "error", err)
		}
		refuse(w, http.StatusBadGateway, "The mail application is not running. Try again in a minute.")
		return
	}
	if signedOut(q, a) {
		r.signOut(w, q, base, who)
		return
	}
	passHeader(w.Header(), a.Header, who.Session.Prefix())
	w.WriteHeader(a.Status)
	if q.Method == http.MethodHead {
		return
	}
	if _, err := io.Copy(w, a.Body); err != nil && ctx.Err() == nil && !errors.Is(err, http.ErrHandlerTimeout) {
		r.Log.WarnContext(ctx, "the mounted application's answer broke off", "error", err)
	}
}

// signedOut tells whether the application has signed somebody out: it was asked
// to, and takes its cookie back. A request that another site made lacks the
// application's own token, and it does not.
func signedOut(q *http.Request, a *fastcgi.Reply) bool {
	if q.URL.Query().Get("_task") != "logout" {
		return false
	}
	for _, line := range a.Header["Set-Cookie"] {
		if c, err := http.ParseSetCookie(line); err == nil && strings.HasSuffix(c.Name, "_sessauth") && (c.Value == "-del-" || c.MaxAge < 0) {
			return true
		}
	}
	return false
}

// signOut ends Postern's session too, and with it all tokens.
func (r *Room) signOut(w http.ResponseWriter, q *http.Request, base string, who Visitor) {
	if err := r.End(q.Context(), who.Session.Name); err != nil {
		r.Log.ErrorContext(q.Context(), "the session was not ended", "error", err)
		refuse(w, http.StatusServiceUnavailable, "The server’s database does not answer. Try again in a few seconds.")
		return
	}
	session.Forget(w, q, scalar.Webmail, who.Session)
	for _, c := range q.Cookies() {
		if !ownCookie(c.Name) && strings.HasPrefix(c.Name, "roundcube_") {
			http.SetCookie(w, &http.Cookie{Name: c.Name, Path: who.Session.Prefix() + "/", MaxAge: -1, Secure: true, HttpOnly: true})
		}
	}
	redirect(w, "/login?signed_out=1")
}

// Ended answers a request for a mounted application whose session is over. A page
// that is still open asks by script: it is told, in its own words, to leave.
func Ended(w http.ResponseWriter, q *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if q.URL.Query().Get("_remote") == "1" || q.Header.Get("X-Requested-With") == "XMLHttpRequest" {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_, _ = io.WriteString(w, `{"action":"ended","exec":"this.session_error(\"/login\");"}`)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(http.StatusUnauthorized)
	_, _ = io.WriteString(w, `<!doctype html><html lang="en"><meta charset="utf-8"><title>Signed out – Webmail</title>`+
		`<h1>You are signed out.</h1><p>This mailbox’s session is over. <a href="/login">Sign in</a></p>`)
}

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
}

func notFound(w http.ResponseWriter) { refuse(w, http.StatusNotFound, "There is no such page.") }

func refuse(w http.ResponseWriter, status int, sentence string) {
	w.Header().Set("Cache-Control", "no-store")
	http.Error(w, sentence, status)
}
