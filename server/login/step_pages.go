package login

import (
	"encoding/json"
	"net/http"
	"net/url"

	"postern/server/sourceip"
	"postern/shared/fault"
)

// Step answers GET and POST of /login/step: what an open step asks, and the
// answer to it, which is like that of POST /login with login_only=1. It is the
// app's alone: another site's page can neither read the questions nor answer.
func (p *Pages) Step(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	if !SameOrigin(r) {
		http.Error(w, "This address answers its own pages alone.", http.StatusForbidden)
		return
	}
	cookie, err := r.Cookie(p.stepCookieName())
	if err != nil {
		cookie = &http.Cookie{}
	}
	if r.Method != http.MethodPost {
		p.show(w, r, cookie.Value)
		return
	}
	args, err := p.Arguments(w, r)
	if err != nil {
		p.refuse(w, r, url.Values{"login_only": {"1"}}, err)
		return
	}
	args.Set("login_only", "1")
	outcome, err := p.Room.Answer(r.Context(), cookie.Value, p.Service, p.Address(r), args, p.Now())
	if outcome.Session != nil && args.Get("goto_uri") == "" {
		args.Set("goto_uri", outcome.Session.GotoURI)
	}
	p.goOn(w, r, args, outcome, err)
}

// shownStep is what the app needs to ask.
type shownStep struct {
	Step      string              `json:"step"` // security_questions, security_questions_setup, tfa
	User      string              `json:"user"`
	Questions []sourceip.Question `json:"questions"`
	Remember  bool                `json:"remember"` // whether the address is listed unless the user says otherwise
	Expires   int64               `json:"expires"`  // when the step closes, in seconds since 1970
}

func (p *Pages) show(w http.ResponseWriter, r *http.Request, cookie string) {
	open, err := p.Room.Pending(r.Context(), cookie, p.Service, p.Address(r), p.Now())
	if fault.Is(err, fault.Stranger) {
		w.Header().Set("Postern-Fault", string(fault.Stranger))
		answer(w, http.StatusUnauthorized, reply{Message: "step_expired", Redirect: "/login"})
		return
	}
	if err != nil {
		p.refuse(w, r, url.Values{"login_only": {"1"}}, err)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	_ = json.NewEncoder(w).Encode(shownStep{open.Step, open.Name, open.Questions, open.Remember, open.Expires.Unix()}) // the client is gone: nobody to tell
}

// stepCookieName is one for each service: a browser sends a host's cookies to all its ports.
func (p *Pages) stepCookieName() string { return p.Service.Cookie() + "_step" }

func (p *Pages) stepCookie(value string, maxAge int) *http.Cookie {
	return &http.Cookie{Name: p.stepCookieName(), Value: value, Path: "/login", MaxAge: maxAge,
		HttpOnly: true, Secure: true, SameSite: http.SameSiteStrictMode}
}

// SameOrigin tells whether a browser's request comes from this origin's own
// pages. Clients that are no browsers send neither header; what they know they
// know without us.
func SameOrigin(r *http.Request) bool {
	if site := r.Header.Get("Sec-Fetch-Site"); site != "" {
		return site == "same-origin"
	}
	if origin := r.Header.Get("Origin"); origin != "" {
		u, err := url.Parse(origin)
		return err == nil && u.Host == r.Host
	}
	return true
}
