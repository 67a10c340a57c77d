package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/fault"
)

// LoginStep is what the login page asks after the password: answers to security
// questions, new ones, or a code. It stands in the card of Login.
type LoginStep struct {
	app.Compo

	Desk  *identity.Desk
	Login *Login
	Name  string // the step that the address names; the server's word counts

	ctx       app.Context
	step      identity.Step
	sending   bool
	err       error // of asking for the step, or of an answer
	problem   string
	questions questionForm
}

// OnMount asks which step stands open.
func (s *LoginStep) OnMount(ctx app.Context) {
	defer components.Guard()
	s.ctx = ctx
	s.load("")
}

// OnUpdate asks again when another step has been opened.
func (s *LoginStep) OnUpdate(app.Context) {
	defer components.Guard()
	if s.Name != s.step.Step {
		s.load("")
	}
}

// load asks for the step; problem is what to say above it. When none is open any
// more, and nothing else is to be said, that is the news.
func (s *LoginStep) load(problem string) {
	s.ctx.Async(func() {
		defer components.Guard()
		step, answer, err := s.Desk.Step(s.ctx)
		s.ctx.Dispatch(func(ctx app.Context) {
			s.sending = false
			switch {
			case err != nil:
				s.err = err
			case answer.Message != "" && problem != "":
				s.Login.startAgain(problem)
			case answer.Message != "":
				s.Login.startAgain(Refusal(answer))
			default:
				s.step, s.err, s.problem = step, nil, problem
				ctx.Defer(func(app.Context) { components.Focus(s.first(), true) })
			}
		})
	})
}

// first is the field where typing begins.
func (s *LoginStep) first() string {
	switch {
	case s.step.Step == identity.AskQuestions && len(s.step.Questions) > 0:
		return inputs + answer(s.step.Questions[0].Slot-1)
	case s.step.Step == identity.SetUpQuestions:
		return inputs + ques(0)
	default:
		return inputs + "tfa_token"
	}
}

// Send sends an answer, and shows what came of it.
func (s *LoginStep) Send(fields url.Values) {
	if s.sending {
		return
	}
	if s.err = s.missing(fields); s.err != nil {
		components.FocusBlamed(s.ctx, inputs, s.err)
		return
	}
	s.sending, s.problem = true, ""
	s.ctx.Async(func() {
		defer components.Guard()
		reply, err := s.Desk.AnswerStep(context.Background(), fields)
		s.ctx.Dispatch(func(ctx app.Context) { s.answered(ctx, reply, err) })
	})
}

func (s *LoginStep) answered(ctx app.Context, reply identity.Answer, err error) {
	words := texts.Now().Steps
	switch {
	case err != nil:
		s.sending, s.err = false, err
		components.FocusBlamed(ctx, inputs, err)
	case reply.Status == 1:
		s.Login.Root.signedIn(reply.Redirect) // it stays busy until Root takes this page away
	case reply.Opens() != "":
		s.Login.openStep(reply.Opens())
		s.load("")
	case reply.Message == identity.Invalid && s.step.Step == identity.AskCode:
		s.load(words.WrongCode) // a few more codes may be tried
	case reply.Message == identity.Invalid:
		s.Login.startAgain(words.WrongAnswers)
	case reply.Message == identity.Locked, reply.Message == identity.Expired:
		s.Login.startAgain(Refusal(reply))
	default:
		s.sending, s.problem = false, Refusal(reply)
	}
}

// missing says which answer was left empty; an empty one would be a wrong one.
func (s *LoginStep) missing(fields url.Values) error {
	switch s.step.Step {
	case identity.AskCode:
		if strings.TrimSpace(fields.Get("tfa_token")) == "" {
			return fault.Missing("tfa_token")
		}
	case identity.AskQuestions:
		for _, q := range s.step.Questions {
			if name := answer(q.Slot - 1); strings.TrimSpace(fields.Get(name)) == "" {
				return fault.Missing(name)
			}
		}
	}
	return nil
}

// onSubmit reads the fields of the step that is shown.
func (s *LoginStep) onSubmit(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	fields := url.Values{}
	switch s.step.Step {
	case identity.SetUpQuestions:
		fields = s.questions.values()
	case identity.AskQuestions:
		for _, q := range s.step.Questions {
			fields.Set(answer(q.Slot-1), components.Typed(inputs+answer(q.Slot-1)))
		}
		remember := 0
		if components.Ticked(inputs + "remember") {
			remember = 1
		}
		fields.Set("remember", strconv.Itoa(remember))
	default:
		fields.Set("tfa_token", strings.TrimSpace(components.Typed(inputs+"tfa_token")))
	}
	s.Send(fields)
}

func (s *LoginStep) onStartAgain(app.Context, app.Event) {
	defer components.Guard()
	s.Login.startAgain("")
}

func (s *LoginStep) onRetry(app.Context, app.Event) {
	defer components.Guard()
	s.err = nil
	s.load("")
}
