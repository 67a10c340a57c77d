package pages

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
)

// Render draws the step inside the login's card.
func (s *LoginStep) Render() app.UI {
	words := texts.Now().Steps
	switch {
	case s.step.Step == "" && s.err != nil:
		return app.Div().Body(components.Failed(s.err, s.onRetry), s.again())
	case s.step.Step == "":
		return app.Div().Class("text-center py-4").Aria("busy", true).Body(
			app.Span().Class("spinner-border").Attr("role", "status").Body(
				app.Span().Class("visually-hidden").Text(texts.Now().Common.Loading)))
	}
	f := components.Form{Action: words.Continue, Busy: s.sending, Err: s.err, Submit: s.onSubmit}
	title, hint := words.Code, words.CodeHint
	switch s.step.Step {
	case identity.AskQuestions:
		title, hint = words.Questions, words.QuestionsHint
		f.Fields, f.More = s.asked(), s.remember()
	case identity.SetUpQuestions:
		title, hint, f.Action = words.Setup, words.SetupHint, words.Save
		f.Intro = app.P().Class("text-secondary").Text(words.AnswerHint)
		f.More = s.questions.UI(s.err)
		if components.Blamed(s.err) != "" {
			f.Err = nil // it is said at the field
		}
	default:
		f.Fields = []components.Field{{
			ID: inputs + "tfa_token", Name: "tfa_token", Label: words.CodeLabel, Hint: words.CodeTip, Type: "text",
			AutoComplete: "one-time-code",
		}}
	}
	heading := app.If(s.Login.Over, app.H2().Class("h2 mb-1").ID("login-title").Text(title)).
		Else(app.H1().Class("h2 mb-1").ID("login-title").Text(title))
	return app.Div().Body(
		heading,
		app.P().Class("text-secondary breakable mb-4").Text(texts.Fill(hint, "user", s.step.User)),
		components.Slot(app.If(s.problem != "", components.Bad(s.problem, ""))),
		f.UI(),
		s.again(),
	)
}

// asked are the fields for the questions that are asked.
func (s *LoginStep) asked() []components.Field {
	fields := make([]components.Field, len(s.step.Questions))
	for i, q := range s.step.Questions {
		name := answer(q.Slot - 1)
		fields[i] = components.Field{ID: inputs + name, Name: name, Label: texts.Now().Ask(q.Text), AutoComplete: "off"}
	}
	return fields
}

func (s *LoginStep) remember() app.UI {
	words := texts.Now().Steps
	return components.Check{
		ID: inputs + "remember", Name: "remember", Label: words.Remember, Hint: words.RememberHint, On: s.step.Remember,
	}.UI()
}

// again leads back to name and password.
func (s *LoginStep) again() app.UI {
	return app.Div().Class("text-center mt-3").Body(
		app.Button().Type("button").Class("btn btn-link").OnClick(s.onStartAgain).Text(texts.Now().Steps.StartAgain))
}
