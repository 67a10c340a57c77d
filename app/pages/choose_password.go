package pages

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// ChoosePassword is a field in which somebody chooses a password. When they pause,
// the server rates what stands there as it will when the form is sent; it also
// makes one up. What was typed stays in the page and is kept nowhere else.
type ChoosePassword struct {
	app.Compo

	Field components.Field
	By    client.Carrier
	Whose func() catalog.RatePasswordRequest // whose it will be, as the form says now
	Again string                             // the ID of the field where it is typed again; empty: there is none

	ctx     app.Context
	visible bool
	rating  catalog.PasswordRating
	rated   bool
	turn    int // grows with each key: what was asked before is no answer any more
}

// pause is how long nothing is typed before the password is rated.
const pause = 400 * time.Millisecond

// choosePassword has a field drawn as a ChoosePassword.
func choosePassword(f components.Field, by client.Carrier, again string, whose func() catalog.RatePasswordRequest) components.Field {
	f.AutoComplete = "new-password"
	f.As = func(f components.Field) app.UI {
		return &ChoosePassword{Field: f, By: by, Whose: whose, Again: again}
	}
	return f
}

// OnMount keeps the context.
func (c *ChoosePassword) OnMount(ctx app.Context) { c.ctx = ctx }

// OnUpdate begins anew where the form has emptied the field.
func (c *ChoosePassword) OnUpdate(app.Context) {
	defer components.Guard()
	if components.Typed(c.Field.ID) == "" {
		c.turn++
		c.visible, c.rated = false, false
	}
}

// Render draws the field.
func (c *ChoosePassword) Render() app.UI {
	f := c.Field
	f.Type = "password"
	if c.visible {
		f.Type = "text"
	}
	strength := components.Strength{ID: f.ID + "-strength", Rated: c.rated, Rating: c.rating}
	f.Input, f.Below, f.DescribedBy = c.onInput, strength.UI(), strength.ID
	f.Beside = app.Span().Class("d-flex gap-2 align-items-center").Body(
		components.Eye(c.visible, c.onEye),
		app.Button().Type("button").Class("btn btn-sm").OnClick(c.onGenerate).Text(texts.Now().Account.Password.Generate),
	)
	return f.UI()
}

// Typed asks, after a pause, how strong what stands in the field is.
func (c *ChoosePassword) Typed(after time.Duration) {
	c.turn++
	mine := c.turn
	if components.Typed(c.Field.ID) == "" {
		c.rated = false
		return
	}
	c.ctx.After(after, func(app.Context) {
		if mine == c.turn {
			c.Rate(components.Typed(c.Field.ID))
		}
	})
}

// Rate asks how strong a password is. When nobody can tell, nothing is said: the
// form's own answer will.
func (c *ChoosePassword) Rate(password string) {
	mine, by, request := c.turn, c.By, c.Whose()
	request.Password = password
	c.ctx.Async(func() {
		defer components.Guard()
		rating, err := client.Call(c.ctx, by, catalog.RatePassword, request)
		c.ctx.Dispatch(func(app.Context) {
			if mine == c.turn {
				c.rating, c.rated = rating, err == nil
			}
		})
	})
}

func (c *ChoosePassword) onInput(app.Context, app.Event) {
	defer components.Guard()
	c.Typed(pause)
}

func (c *ChoosePassword) onEye(app.Context, app.Event) { c.visible = !c.visible }

// onGenerate writes a strong password into the field, for all to see: it has to be
// kept, or passed on.
func (c *ChoosePassword) onGenerate(app.Context, app.Event) {
	defer components.Guard()
	c.visible = true
	made := components.NewPassword()
	components.Type(c.Field.ID, made)
	if c.Again != "" {
		components.Type(c.Again, made)
	}
	c.Typed(0)
}
