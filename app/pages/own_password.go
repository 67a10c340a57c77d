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

// passwordPath is the screen's address.
const passwordPath = "/account/password"

// OwnPassword is the screen on which people change the password that they sign in with.
type OwnPassword struct {
	app.Compo
	start

	Desk    *identity.Desk
	Session identity.Session

	change Change
}

// wants nothing: the form is all there is.
func (p *OwnPassword) wants(*url.URL) []inquiry { return nil }

// Render draws the form.
func (p *OwnPassword) Render() app.UI {
	words := texts.Now().Account.Password
	f := components.Form{
		Intro: app.P().Class("text-secondary").Text(words.Hint),
		Fields: []components.Field{
			{ID: inputs + "old_password", Name: "old_password", Type: "password", Label: words.Old, AutoComplete: "current-password"},
			choosePassword(components.Field{ID: inputs + "new_password", Name: "new_password", Label: words.New}, p.Desk, inputs+"again",
				func() catalog.RatePasswordRequest { return catalog.RatePasswordRequest{} }),
			{ID: inputs + "again", Name: "again", Type: "password", Label: words.Again, AutoComplete: "new-password"},
		},
		// So that a password manager knows whose password it is.
		More: app.Input().Type("text").Name("username").Value(p.Session.User).Attr("autocomplete", "username").
			Class("visually-hidden").TabIndex(-1).Aria("hidden", true).ReadOnly(true),
		Action: words.Change, Busy: p.change.Busy, Err: p.change.Err, Submit: p.onSubmit,
	}
	return app.Div().Body(
		components.Outcome(nil, p.change.Done),
		components.Card(words.Title, nil, app.Div().Class("card-body narrow").Body(f.UI())),
	)
}

// Set changes the password; the session goes on, all others end.
func (p *OwnPassword) Set(old, password, again string) {
	words := texts.Now().Account.Password
	var wrong error
	switch {
	case old == "":
		wrong = fault.Missing("old_password")
	case password == "":
		wrong = fault.Missing("new_password")
	case password != again:
		wrong = fault.Bad("again", words.Differ)
	}
	if wrong != nil {
		p.change = Change{Err: wrong}
		components.FocusBlamed(p.ctx, inputs, wrong)
		return
	}
	p.change.Start(p.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, p.Desk, catalog.ChangePassword, catalog.ChangePasswordRequest{Old: old, New: password}))
	}, func(ctx app.Context) string {
		for _, field := range []string{"old_password", "new_password", "again"} {
			components.Type(inputs+field, "")
		}
		components.ShowOutcome(ctx)
		return words.Changed
	})
}

func (p *OwnPassword) onSubmit(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	p.Set(components.Typed(inputs+"old_password"), components.Typed(inputs+"new_password"), components.Typed(inputs+"again"))
}
