package pages

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
)

// OwnQuestions is the screen on which people see, set up and remove their own
// security questions.
type OwnQuestions struct {
	app.Compo
	start

	Desk    *identity.Desk
	Session identity.Session

	saved   Load[[]catalog.SecQuestion]
	asking  Asking
	editing bool
	form    questionForm
	saving  Change
}

func (q *OwnQuestions) wants(*url.URL) []inquiry {
	desk, user, all := q.Desk, q.Session.User, "1"
	return []inquiry{q.saved.From(func(ctx context.Context) ([]catalog.SecQuestion, error) {
		return client.Call(ctx, desk, catalog.LoadSecQuestions,
			catalog.LoadSecQuestionsRequest{Account: user, Q1: &all, Q2: &all, Q3: &all, Q4: &all})
	})}
}

// set tells whether all questions are there.
func (q *OwnQuestions) set() bool {
	for _, one := range q.saved.Value {
		if one.Question == "" {
			return false
		}
	}
	return len(q.saved.Value) == catalog.QuestionSlots
}

// Render draws the questions, or the form that sets them up.
func (q *OwnQuestions) Render() app.UI {
	words := texts.Now().Account.Questions
	outcome := q.asking.Outcome()
	if q.saving.Done != "" {
		outcome = components.Outcome(nil, q.saving.Done)
	}
	var content app.UI
	switch {
	case fault.Is(q.saved.Err, fault.Forbidden) && !q.saved.Have:
		content = app.Div().Class("card-body").Body(components.News(words.OnlyYou, ""))
	case q.saved.Err != nil && !q.saved.Have:
		content = components.Failed(q.saved.Err, q.onAgain)
	case !q.saved.Have:
		content = components.Table{Loading: true}.UI()
	case q.editing:
		content = app.Div().Class("card-body").Body(q.setUp())
	case q.set():
		content = q.list()
	default:
		content = app.Div().Class("empty").Body(
			app.Div().Class("empty-icon").Body(components.Icon("help-hexagon")),
			app.P().Class("empty-title").Text(words.Unset),
			app.P().Class("empty-subtitle text-secondary").Text(words.UnsetHint),
			app.Div().Class("empty-action").Body(
				app.Button().Type("button").Class("btn btn-primary").ID("edit-questions").OnClick(q.onEdit).Text(words.SetUp)),
		)
	}
	return app.Div().Body(outcome, components.Card(words.Set, nil, content), components.Slot(q.dialog()))
}

// list is the questions that are saved. Their answers nobody can show.
func (q *OwnQuestions) list() app.UI {
	words := texts.Now().Account.Questions
	return app.Div().Body(
		app.Div().Class("card-body").Body(
			app.Ol().Class("mb-0 question-list").Body(app.Range(q.saved.Value).Slice(func(i int) app.UI {
				return app.Li().Class("breakable").Text(texts.Now().Ask(q.saved.Value[i].Question))
			})),
		),
		app.Div().Class("card-footer buttons").Body(
			app.Button().Type("button").Class("btn btn-primary").ID("edit-questions").OnClick(q.onEdit).Text(words.Change),
			app.Button().Type("button").Class("btn").OnClick(q.onRemove).Text(words.Remove),
		),
	)
}

func (q *OwnQuestions) setUp() app.UI {
	err := q.saving.Err
	f := components.Form{
		Intro: app.P().Class("text-secondary").Text(texts.Now().Account.Questions.Hint + " " + texts.Now().Steps.AnswerHint),
		More:  q.form.UI(err), Action: texts.Now().Common.Save, Busy: q.saving.Busy, Submit: q.onSubmit,
	}
	if components.Blamed(err) == "" {
		f.Err = err
	}
	return app.Div().Body(f.UI(),
		app.Button().Type("button").Class("btn btn-link mt-2 px-0").OnClick(q.onCancel).Text(texts.Now().Common.Cancel))
}

func (q *OwnQuestions) dialog() app.UI {
	if q.asking.Which == "" {
		return nil
	}
	words := texts.Now().Account.Questions
	return components.Confirm{
		ID: askingID, Title: words.RemoveTitle, Text: words.RemoveText, Action: words.Remove, Danger: true,
		Busy: q.asking.Change.Busy, Err: q.asking.Change.Err, Yes: q.onRemoveYes, Closed: q.asking.onClosed,
	}.UI()
}

func (q *OwnQuestions) onEdit(app.Context, app.Event) {
	defer components.Guard()
	q.editing, q.saving, q.asking, q.form = true, Change{}, Asking{}, questionForm{}
	q.form.take(q.saved.Value)
	q.ctx.Defer(func(app.Context) { components.Focus(inputs+ques(0), false) })
}

func (q *OwnQuestions) onCancel(app.Context, app.Event) {
	defer components.Guard()
	q.editing, q.saving = false, Change{}
	q.ctx.Defer(func(app.Context) { components.Focus("edit-questions", false) })
}

func (q *OwnQuestions) onSubmit(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	args := q.form.values()
	args.Set("account", q.Session.User)
	q.Save(args)
}

// Save sends four questions and their answers.
func (q *OwnQuestions) Save(args map[string][]string) {
	request, err := catalog.SaveSecQuestions.Read(args)
	if err != nil {
		q.saving = Change{Err: err}
		components.FocusBlamed(q.ctx, inputs, err)
		return
	}
	q.saving.Start(q.ctx, func(ctx context.Context) error {
		rows, err := client.Call(ctx, q.Desk, catalog.SaveSecQuestions, request)
		if err == nil && len(rows) > 0 && rows[0].Status == 0 {
			err = fault.New(fault.Invalid, "%s", rows[0].Reason)
		}
		return err
	}, func(ctx app.Context) string {
		q.editing = false
		q.load()
		components.ShowOutcome(ctx)
		return texts.Now().Account.Questions.Saved
	})
}

func (q *OwnQuestions) onRemove(app.Context, app.Event) {
	defer components.Guard()
	q.saving = Change{}
	q.asking.Open(q.ctx, "remove", "")
}

func (q *OwnQuestions) onRemoveYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	q.asking.Do(q.ctx, func(ctx context.Context) error {
		rows, err := client.Call(ctx, q.Desk, catalog.ResetSecQuestions, catalog.AccountRequest{})
		if err == nil && len(rows) > 0 && rows[0].Reason != "" {
			err = fault.New(fault.Invalid, "%s", rows[0].Reason)
		}
		return err
	}, func(app.Context) string {
		q.load()
		return texts.Now().Account.Questions.Removed
	})
}
