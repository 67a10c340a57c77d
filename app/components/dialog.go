package components

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Dialog is a native <dialog> over the page. A screen draws it while it wants it
// open, calls ShowDialog after that first drawing, and takes it away in Closed:
// Esc, the Cancel button and CloseDialog all end there, and the browser gives the
// focus back to where it was.
type Dialog struct {
	ID, Title string
	Body      app.UI
	Closed    app.EventHandler
}

// UI draws the dialog; it is seen once ShowDialog was called.
func (d Dialog) UI() app.UI {
	return app.Dialog().Class("over").ID(d.ID).Aria("labelledby", d.ID+"-title").On("close", d.Closed).Body(
		app.Div().Class("card").Body(
			app.Div().Class("card-body").Body(
				app.H2().Class("h2 mb-3 breakable").ID(d.ID+"-title").Text(d.Title),
				d.Body,
			),
		),
	)
}

// ShowDialog opens a dialog that is about to be drawn, and puts the cursor into
// the field of the ID given, or where the browser puts it when that is empty.
func ShowDialog(ctx app.Context, id, field string) {
	ctx.Defer(func(app.Context) {
		e := app.Window().GetElementByID(id)
		if app.IsServer || !e.Truthy() || e.Get("open").Bool() {
			return
		}
		e.Call("showModal")
		if field != "" {
			Focus(field, true)
		}
	})
}

// CloseDialog closes a dialog, as the Esc key does.
func CloseDialog(id string) {
	if e := app.Window().GetElementByID(id); !app.IsServer && e.Truthy() {
		e.Call("close")
	}
}

// onCancel closes the dialog that the button stands in.
func onCancel(ctx app.Context, _ app.Event) {
	defer Guard()
	ctx.JSSrc().Call("closest", "dialog").Call("close")
}

// literal quotes what a regular expression of the browser's would not take as it
// is. Package regexp would make the app a twelfth larger.
var literal = strings.NewReplacer(`\`, `\\`, ".", `\.`, "+", `\+`, "*", `\*`, "?", `\?`, "(", `\(`, ")", `\)`, "|", `\|`,
	"[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`, "^", `\^`, "$", `\$`, "/", `\/`)

// Confirm asks before something is done that cannot be undone.
type Confirm struct {
	ID, Title, Text string
	Action          string // the button's words: the deed, not “OK”
	Danger          bool   // the button is red
	Word            string // has to be typed first; empty: nothing has
	Busy            bool   // it is being done
	Err             error  // it failed
	Yes, Closed     app.EventHandler
}

// UI draws the question in a Dialog. Yes is the handler of a form's submit: it
// has to prevent the event's default.
func (c Confirm) UI() app.UI {
	var typed app.UI
	if c.Word != "" {
		typed = app.Div().Class("mb-3").Body(
			app.Label().Class("form-label").For(c.ID+"-word").Text(texts.Fill(texts.Now().Common.TypeToConfirm, "word", c.Word)),
			// The browser itself keeps the form from being sent until the word is there.
			app.Input().Class("form-control").ID(c.ID+"-word").Type("text").Required(true).
				Attr("pattern", literal.Replace(c.Word)).Title(c.Word).
				Attr("autocomplete", "off").Attr("autocapitalize", "none").Spellcheck(false),
		)
	}
	button := "btn btn-primary"
	if c.Danger {
		button = "btn btn-danger"
	}
	return Dialog{ID: c.ID, Title: c.Title, Closed: c.Closed, Body: app.Form().Method("post").OnSubmit(c.Yes).Body(
		app.P().Class("breakable").Text(c.Text),
		Slot(app.If(c.Err != nil, Bad(sentence(c.Err), ""))),
		Slot(typed),
		app.Div().Class("dialog-buttons").Body(
			app.Button().Type("button").Class("btn").OnClick(onCancel).Text(texts.Now().Common.Cancel),
			app.Button().Type("submit").Class(button).Disabled(c.Busy).Body(Busy(c.Busy, c.Action)),
		),
	)}.UI()
}

// Busy is a button's words, with a sign in front of them while it is at work.
func Busy(busy bool, words string) app.UI {
	return app.Span().Class("glyph-text").Body(
		app.If(busy, app.Span().Class("spinner-border spinner-border-sm").Aria("hidden", true)),
		app.Span().Text(words),
	)
}
