package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Copyable is a text that is there to be taken elsewhere, with a button that
// copies it. It is a component so that it can say for itself that it did.
type Copyable struct {
	app.Compo

	Label string // names the text to a screen reader
	Text  string
	Lines bool // the text has lines of its own

	copied bool
}

// Render draws the text and the button.
func (c *Copyable) Render() app.UI {
	words := texts.Now().Common
	label, icon := words.Copy, Icon("copy")
	if c.copied {
		label, icon = words.Copied, Icon("check")
	}
	text := app.Code().Class("copyable-text").Aria("label", c.Label).Text(c.Text)
	if c.Lines {
		text = app.Code().Class("copyable-text copyable-lines").Aria("label", c.Label).Text(c.Text)
	}
	return app.Div().Class("copyable").Body(
		text,
		app.Button().Type("button").Class("btn btn-sm").Aria("label", label+": "+c.Label).OnClick(c.onCopy).
			Body(app.Span().Class("glyph-text").Body(icon, app.Text(label))),
		app.Span().Class("visually-hidden").Attr("role", "status").Text(c.said()),
	)
}

func (c *Copyable) said() string {
	if c.copied {
		return texts.Now().Common.Copied
	}
	return ""
}

// OnUpdate forgets that another text was copied.
func (c *Copyable) OnUpdate(app.Context) { c.copied = false }

func (c *Copyable) onCopy(app.Context, app.Event) {
	defer Guard()
	clipboard := app.Window().Get("navigator").Get("clipboard")
	if !clipboard.Truthy() {
		return // not over TLS; the text can still be marked and copied by hand
	}
	clipboard.Call("writeText", c.Text)
	c.copied = true
}
