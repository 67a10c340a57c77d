package httpd

import (
	"cmp"
	"net/http"
	"strings"

	"postern/app/texts"
	"postern/server/login"
	"postern/server/session"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/web"
)

// page shows the app: to who is signed in, or at a step of it, as the app itself
// draws it; to all others with the login form in it, which works before the app
// runs and without it. A refusal always comes with the form.
func (s *Site) page(w http.ResponseWriter, r *http.Request, said login.Said) {
	locale := cmp.Or(said.Locale, askedLocale(r))
	if said.Status == 0 {
		row, err := s.row(r)
		if err != nil { // the app will find that out too, and say so
			s.Log.ErrorContext(r.Context(), "session not read", "error", err)
		}
		if row != nil {
			locale = localeOf(row)
		}
		step := strings.TrimPrefix(r.URL.Path, "/login/")
		if err != nil || row != nil || step != "" && step != r.URL.Path {
			p := web.Page{Locale: locale}
			if row != nil && step == r.URL.Path {
				p.Draw = s.drawn(r)
			}
			s.shell.Show(w, r, p)
			return
		}
		if to := r.URL.Query().Get("goto_uri"); login.LocalPath(to) {
			said.Next = to
		}
	}
	e := &web.Entrance{Service: s.Service, Host: s.Config.Hostname, Status: said.Status, User: said.User, Next: next(r, said.Next), Locale: locale}
	s.tell(r, said, e)
	if said.Status != 0 {
		w.Header().Set("Cache-Control", "no-store")
	}
	s.shell.Show(w, r, web.Page{Locale: locale, Entrance: e})
}

// tell puts into the entrance what there is to say, and who else lets people in.
func (s *Site) tell(r *http.Request, said login.Said, e *web.Entrance) {
	switch {
	case said.Status != 0:
		e.Problem = func(t *texts.Texts) string { return refusal(t, said) }
		if said.Kind == fault.Locked {
			e.Heading = "Brute Force Protection" // what clients that read cPanel's page look for
		}
	case r.URL.Query().Get("signed_out") != "":
		e.Notice = func(t *texts.Texts) string { return t.Login.SignedOut }
	}
	others, err := s.pages.Others(r.Context())
	if err != nil { // name and password do without them
		s.Log.WarnContext(r.Context(), "login providers not read", "error", err)
	}
	for _, o := range others {
		e.Others = append(e.Others, web.Other{ButtonFace: o.ButtonFace, Link: o.Link})
	}
}

// refusal is why there is no session, in the reader's language where the app has
// the sentence too.
func refusal(t *texts.Texts, said login.Said) string {
	switch {
	case said.Sentence == login.Invalid:
		return t.Login.Invalid
	case said.Kind == fault.Locked && said.Seconds > 0:
		return t.Login.Locked.Say((said.Seconds + 59) / 60)
	case said.Kind == fault.Locked:
		return t.Login.LockedSoon
	default:
		return said.Sentence
	}
}

// next is where a sign in leads: to the page that was asked for.
func next(r *http.Request, asked string) string {
	to := r.URL.Path
	if r.URL.RawQuery != "" {
		to += "?" + r.URL.RawQuery
	}
	switch {
	case asked != "":
		return asked
	case r.Method == http.MethodPost, to == "/logout", strings.HasPrefix(to, "/login"), !login.LocalPath(to):
		return "/"
	}
	return to
}

// askedLocale is what the address asks for, or did within the year.
func askedLocale(r *http.Request) string {
	if asked := r.URL.Query().Get("locale"); asked != "" {
		if l, known := catalog.FindLocale(asked); known {
			return l.Locale
		}
	}
	if kept, err := r.Cookie("session_locale"); err == nil {
		if l, known := catalog.FindLocale(kept.Value); known {
			return l.Locale
		}
	}
	return ""
}

// localeOf is the language of a session: what was asked for when it began, else
// what its login has chosen; empty if neither did, as the default is nobody's choice.
func localeOf(row *session.Row) string {
	if row.Locale == "" && row.Who.Locale != catalog.DefaultLocale {
		return row.Who.Locale
	}
	return row.Locale
}
