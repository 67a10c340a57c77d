package components

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Check is a box to tick. Read it with Ticked when the form is sent.
type Check struct {
	ID, Name, Label, Hint string
	On                    bool // ticked beforehand
}

// UI draws the box with its label.
func (c Check) UI() app.UI {
	box := app.Input().Class("form-check-input").Type("checkbox").ID(c.ID).Name(c.Name).Value("1").Checked(c.On)
	if c.Hint != "" {
		box = box.Aria("describedby", c.ID+"-hint")
	}
	return app.Div().Class("mb-3").Body(
		app.Div().Class("form-check mb-0").Body(
			box,
			app.Label().Class("form-check-label").For(c.ID).Text(c.Label),
		),
		app.If(c.Hint != "", app.Small().Class("form-hint").ID(c.ID+"-hint").Text(c.Hint)),
	)
}

// Ticked tells whether the box of that ID is ticked now.
func Ticked(id string) bool {
	v := app.Window().GetElementByID(id).Get("checked")
	return v.Truthy()
}
