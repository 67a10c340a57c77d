package identity

import (
	"context"
	"net/url"

	"postern/shared/fault"
	"postern/shared/scalar"
)

// Step is what stands between the password and the session: the reply of GET /login/step.
type Step struct {
	Step      string       `json:"step"` // one of the names below
	User      string       `json:"user"` // as typed
	Questions []Question   `json:"questions"`
	Remember  bool         `json:"remember"` // whether the address is listed unless the user says otherwise
	Expires   scalar.Epoch `json:"expires"`
}

// Question is one of the security questions that are asked.
type Question struct {
	Slot int    `json:"slot"` // its answer is the field q1answer of slot 1
	Text string `json:"text"`
}

// The steps that there are; each has its page at /login/ and its name.
const (
	AskQuestions   = "security_questions"
	SetUpQuestions = "security_questions_setup"
	AskCode        = "tfa"
)

// Expired is the message when there is no open step any more.
const Expired = "step_expired"

// Opens is the step that an answer says stands open; empty if none does.
func (a Answer) Opens() string {
	switch a.Message {
	case SecurityQuestions:
		return AskQuestions
	case SecurityQuestionsSetup:
		return SetUpQuestions
	case SecondFactor:
		return AskCode
	}
	return ""
}

// Step asks which step stands open. When none does, the answer says so and the
// step is empty. An error means that no answer was understood.
func (d *Desk) Step(ctx context.Context) (Step, Answer, error) {
	r, err := d.fetch(ctx, Request{Method: "GET", Path: "/login/step"})
	if err != nil {
		return Step{}, Answer{}, err
	}
	if r.Status != 200 {
		a, err := answered(r)
		return Step{}, a, err
	}
	var s Step
	if err := decode(r, &s); err != nil {
		return Step{}, Answer{}, err
	}
	if s.Step == "" {
		return Step{}, Answer{}, NotUnderstood(nil)
	}
	return s, Answer{}, nil
}

// AnswerStep sends the answer to the open step: qNanswer and remember; qNques and
// qNanswer for N from 1 to 4; or tfa_token. What is not allowed is a
// fault.Invalid that names the field; the step is still open then.
func (d *Desk) AnswerStep(ctx context.Context, fields url.Values) (Answer, error) {
	r, err := d.fetch(ctx, Request{Method: "POST", Path: "/login/step", Form: fields})
	if err != nil {
		return Answer{}, err
	}
	return answered(r)
}

// answered reads the reply of a login or of a step of one.
func answered(r Response) (a Answer, err error) {
	if err := decode(r, &a); err != nil {
		return Answer{}, err
	}
	if a.Status != 1 && a.Message == "" {
		return Answer{}, NotUnderstood(nil)
	}
	if r.Fault == fault.Invalid {
		return Answer{}, fault.New(fault.Invalid, "%s", a.Message)
	}
	return a, nil
}
