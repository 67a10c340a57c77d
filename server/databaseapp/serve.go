package databaseapp

import (
	"context"
	"errors"
	"html/template"
	"io"
	"net/http"
	"path"
	"strings"
	"time"

	"postern/server/fastcgi"
	"postern/server/session"
	"postern/shared/fault"
)

const (
	maxBody  = 32 << 20        // bytes: a file that is imported, as PHP takes it
	patience = 5 * time.Minute // for one request, up and down
)

// Serve answers for the application, for a visitor whose session is the one in
// the path. q is the request as it came; sameOrigin tells that it comes from a
// page of this origin.
func (r *Room) Serve(w http.ResponseWriter, q *http.Request, who Visitor, sameOrigin bool) {
	base := who.Session.Prefix() + strings.TrimSuffix(Path, "/")
	ownHeaders(w.Header())
	raw, _, _ := strings.Cut(q.RequestURI, "?")
	switch {
	case raw == base:
		redirect(w, base+"/")
	case raw != base+"/" || path.Clean(raw) != base:
		tell(w, http.StatusNotFound, "There is no such page.")
	case q.Method != http.MethodGet && q.Method != http.MethodHead && q.Method != http.MethodPost:
		w.Header().Set("Allow", "GET, HEAD, POST")
		tell(w, http.StatusMethodNotAllowed, "Use GET or POST.")
	case q.Method == http.MethodPost && !sameOrigin:
		tell(w, http.StatusForbidden, "This form was sent by another site.")
	case q.ContentLength < 0:
		tell(w, http.StatusLengthRequired, "The request’s length is missing.")
	case q.ContentLength > maxBody:
		tell(w, http.StatusRequestEntityTooLarge, "The file is too large: at most 31 MB can be imported at once.")
	default:
		r.admit(w, q, base, who)
	}
}

// admit finds, or makes, the session's database user and lets PHP answer.
func (r *Room) admit(w http.ResponseWriter, q *http.Request, base string, who Visitor) {
	if !who.Caller.Has(feature) {
		r.refuse(w, q, fault.NoFeature(feature))
		return
	}
	if q.Method == http.MethodGet && q.URL.Query().Get("file") != "" { // Adminer's own styles and scripts
		r.program(w, q, base, who, &Access{})
		return
	}
	a, err := r.Access(q.Context(), who.Session.Name)
	if err == nil && a == nil {
		if err = r.Make(q.Context(), who.Caller); err == nil {
			a, err = r.Access(q.Context(), who.Session.Name)
		}
	}
	switch {
	case err != nil:
		r.refuse(w, q, err)
	case a == nil:
		Ended(w)
	case len(a.Databases) == 0:
		tell(w, http.StatusNotFound, "There is no database to open yet. Make one in Postern first.")
	default:
		r.program(w, q, base, who, a)
	}
}

func (r *Room) refuse(w http.ResponseWriter, q *http.Request, err error) {
	f := fault.Of(err)
	status := http.StatusForbidden
	if f.Kind == fault.Unavailable || f.Kind == fault.Internal {
		status = http.StatusServiceUnavailable
		if q.Context().Err() == nil {
			r.Log.ErrorContext(q.Context(), "the database application was not opened", "error", err)
		}
	}
	w.Header().Set("Postern-Fault", string(f.Kind))
	tell(w, status, f.Message)
}

// program hands a request to PHP and its answer to the browser.
func (r *Room) program(w http.ResponseWriter, q *http.Request, base string, who Visitor, a *Access) {
	ctx, cancel := context.WithTimeout(q.Context(), patience)
	defer cancel()
	// A long statement may take longer than an API call; an error means that this
	// connection keeps the limits of all others.
	extended := http.NewResponseController(w)
	_ = extended.SetReadDeadline(time.Now().Add(patience))
	_ = extended.SetWriteDeadline(time.Now().Add(patience))
	reply, err := fastcgi.Ask(ctx, r.FastCGI, r.params(q, base, who, a), io.LimitReader(q.Body, q.ContentLength), func(text string) {
		r.Log.WarnContext(ctx, "the database application complains", "text", session.Printable(text, 500))
	})
	if err != nil {
		if ctx.Err() == nil {
			r.Log.ErrorContext(ctx, "the database application does not answer", "error", err)
		}
		tell(w, http.StatusBadGateway, "Adminer is not running. Try again in a minute, or tell the server’s administrator.")
		return
	}
	if !passHeader(w.Header(), reply.Header, base) {
		r.Log.ErrorContext(ctx, "the database application leads elsewhere")
		tell(w, http.StatusBadGateway, "Adminer’s answer leads to another site.")
		return
	}
	w.WriteHeader(reply.Status)
	if q.Method == http.MethodHead {
		return
	}
	if _, err := io.Copy(w, reply.Body); err != nil && ctx.Err() == nil && !errors.Is(err, http.ErrHandlerTimeout) {
		r.Log.WarnContext(ctx, "the database application's answer broke off", "error", err)
	}
}

// Ended answers a request whose session is over.
func Ended(w http.ResponseWriter) {
	page(w, http.StatusUnauthorized, "You are signed out.", "/login", "Sign in")
}

func redirect(w http.ResponseWriter, to string) {
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Location", to)
	w.WriteHeader(http.StatusFound)
}

func tell(w http.ResponseWriter, status int, sentence string) {
	page(w, status, sentence, Home, "Database access")
}

var plain = template.Must(template.New("").Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Sentence}} – Adminer</title>
<h1>{{.Sentence}}</h1>
<p><a href="{{.To}}">{{.Label}}</a></p>
</html>
`))

func page(w http.ResponseWriter, status int, sentence, to, label string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = plain.Execute(w, map[string]string{"Sentence": sentence, "To": to, "Label": label}) // the browser is gone: nobody to tell
}
