package identity

import (
	"context"
	"net/url"
)

// Answer is the reply to POST /login with login_only: the session's address if
// Status is 1, else what stands in the way.
type Answer struct {
	Status   int    `json:"status"`
	Message  string `json:"message"` // one of the words below; empty if Status is 1
	Seconds  int    `json:"seconds"` // of a lock: how long it lasts
	Redirect string `json:"redirect"`
	Token    string `json:"security_token"`
}

// What the server says of a login that did not make a session.
const (
	Invalid                = "invalid_login"
	Locked                 = "locked"
	Busy                   = "busy"
	SecondFactor           = "tfa_required"
	SecurityQuestions      = "security_questions_required"
	SecurityQuestionsSetup = "security_questions_setup_required"
)

// Door asks which service this is and who is signed in, and remembers the
// session for the calls that follow.
func (d *Desk) Door(ctx context.Context) (Door, error) {
	r, err := d.fetch(ctx, Request{Method: "GET", Path: "/login/session"})
	if err != nil {
		return Door{}, err
	}
	var door Door
	if err := decode(r, &door); err != nil {
		return Door{}, err
	}
	if r.Status != 200 || door.Service == "" {
		return Door{}, NotUnderstood(nil)
	}
	d.hold(door)
	return door, nil
}

// Overlay asks for the texts of a language, at the address that the page names.
func (d *Desk) Overlay(ctx context.Context, path string) ([]byte, error) {
	r, err := d.fetch(ctx, Request{Method: "GET", Path: path})
	if err == nil && r.Status != 200 {
		err = NotUnderstood(nil)
	}
	return r.Body, err
}

// SignIn sends a login. next is the path to go to afterwards, locale the language
// that was chosen for the session, which may be empty. An error means that no
// answer was understood; a refused login is an Answer.
func (d *Desk) SignIn(ctx context.Context, user, password, next, locale string) (Answer, error) {
	form := url.Values{"user": {user}, "pass": {password}, "goto_uri": {next}}
	if locale != "" {
		form.Set("locale", locale)
	}
	r, err := d.fetch(ctx, Request{
		Method: "POST",
		Path:   "/login?login_only=1",
		Form:   form,
	})
	if err != nil {
		return Answer{}, err
	}
	return answered(r)
}
