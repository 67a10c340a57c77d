package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/scalar"
)

// The inputs' names and addresses in the page. The names are those of POST
// /login, so that the form works without the app too.
const (
	userID     = "login-user"
	passwordID = "login-password"
)

// Login is where people sign in, at whichever service served the page: a page of
// its own, or a dialog over a screen whose session has ended.
type Login struct {
	app.Compo

	Desk   *identity.Desk
	Door   identity.Door
	Root   *Root
	Next   string   // the path to go to afterwards
	Notice string   // something good to know, such as having signed out
	User   string   // filled in beforehand
	Over   bool     // as a dialog over the page
	Step   string   // the step that the address names; empty: none
	Sent   *entered // sent already, from the form that came with the page; may be nil

	ctx     app.Context
	sending bool
	problem string // above the form
	noUser  string // at the field
	noPass  string
	visible bool   // the password
	opened  string // the step that the server opened, in a dialog
	others  []identity.Provider
	again   bool // a step was left: the cursor is to go back to the name
}

// OnMount puts the cursor where typing begins.
func (l *Login) OnMount(ctx app.Context) {
	defer components.Guard()
	l.ctx = ctx
	l.askProviders()
	ctx.Defer(func(app.Context) {
		if l.Over {
			l.JSValue().Call("showModal")
		}
		switch {
		case l.Sent != nil && l.step() == "":
			components.Type(userID, l.Sent.user)
			components.Type(passwordID, l.Sent.password)
			leave()
			l.ctx.Dispatch(func(app.Context) { l.Submit(l.Sent.user, l.Sent.password) })
		case l.step() != "":
		case l.User == "":
			components.Focus(userID, false)
		default:
			components.Type(userID, l.User)
			components.Focus(passwordID, false)
		}
	})
}

// Render draws the card, alone or in a dialog.
func (l *Login) Render() app.UI {
	if l.Over {
		return app.Dialog().Class("over").Aria("labelledby", "login-title").
			On("cancel", l.onCancel).Body(l.card())
	}
	return gate(l.card())
}

// gate is the page around a card when nobody is signed in.
func gate(card app.UI) app.UI {
	return app.Div().Class("gate").Body(
		app.Main().Class("gate-card").Body(
			app.Div().Class("gate-brand justify-content-center").Body(
				components.Mark(44),
				app.Span().Class("wordmark").Text(texts.Now().Common.Product),
			),
			card,
		),
	)
}

func (l *Login) card() app.UI {
	if step := l.step(); step != "" {
		return app.Div().Class("card card-md shadow-sm").Body(
			app.Div().Class("card-body").Body(&LoginStep{Desk: l.Desk, Login: l, Name: step}))
	}
	words := texts.Now().Login
	title, under := words.Title[string(l.Door.Service)], texts.Fill(words.On, "host", l.Door.Hostname)
	if l.Over {
		title, under = words.Ended, words.EndedHint
	}
	heading := app.If(l.Over, app.H2().Class("h2 mb-1").ID("login-title").Text(title)).
		Else(app.H1().Class("h2 mb-1").ID("login-title").Text(title))
	return app.Div().Class("card card-md shadow-sm").Body(
		app.Div().Class("card-body").Body(
			heading,
			app.P().Class("text-secondary breakable mb-4").Text(under),
			components.Slot(
				app.If(l.problem != "", components.Bad(l.problem, "")).
					ElseIf(l.Notice != "" && !l.sending, components.Good(l.Notice)),
			),
			l.form(),
			components.Slot(l.providers()),
		),
	)
}

func (l *Login) form() app.UI {
	words := texts.Now().Login
	user := components.Field{
		ID: userID, Name: "user", Label: words.User, AutoComplete: "username", Error: l.noUser,
	}
	if l.Door.Service == scalar.Webmail {
		user.Label = words.Address
	}
	password := components.Field{
		ID: passwordID, Name: "pass", Label: words.Password, Type: "password",
		AutoComplete: "current-password", Error: l.noPass, Beside: components.Eye(l.visible, l.onEye),
	}
	if l.visible {
		password.Type = "text"
	}
	label := app.UI(app.Text(words.SignIn))
	if l.sending {
		label = app.Span().Class("glyph-text").Body(
			app.Span().Class("spinner-border spinner-border-sm").Aria("hidden", true), app.Text(words.SigningIn))
	}
	// A plain form, should the app be too busy to take the event in time.
	return app.Form().Method("post").Action("/login").Attr("novalidate", true).OnSubmit(l.onSubmit).Body(
		user.UI(),
		password.UI(),
		app.Input().Type("hidden").Name("goto_uri").Value(l.next()),
		app.Div().Class("form-footer").Body(
			app.Button().Type("submit").Class("btn btn-primary w-100").Disabled(l.sending).Body(label),
		),
	)
}

// next is the path after signing in; the login page itself leads home.
func (l *Login) next() string {
	if l.Next == "" || strings.HasPrefix(l.Next, "/login") {
		return "/"
	}
	return l.Next
}

func (l *Login) onEye(app.Context, app.Event) { l.visible = !l.visible }

// onCancel keeps the dialog open: below it nothing works without a session.
func (l *Login) onCancel(_ app.Context, e app.Event) { e.PreventDefault() }

func (l *Login) onSubmit(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	l.Submit(components.Typed(userID), components.Typed(passwordID))
}
