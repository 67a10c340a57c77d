package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Bad is a notice of something that failed; it is announced at once. Title is
// the sentence; hint, which may be empty, says what to do.
func Bad(title, hint string) app.UI {
	return notice("alert alert-danger alert-row", "alert", Icon("alert-circle"), title, hint)
}

// Good is a notice of something that went well.
func Good(title string) app.UI {
	return notice("alert alert-success alert-row", "status", Icon("circle-check"), title, "")
}

// News is a notice of something worth knowing.
func News(title, hint string) app.UI {
	return notice("alert alert-info alert-row", "status", Icon("info-circle"), title, hint)
}

// Slot is the place of something that comes and goes. go-app tells siblings apart
// by their position, so a notice that came between others would make it draw all
// that follows anew: forms would lose what was typed, screens their state.
func Slot(something ...app.UI) app.UI { return app.Div().Body(something...) }

func notice(class, role string, icon app.UI, title, hint string) app.UI {
	return app.Div().Class(class).Attr("role", role).Body(
		icon,
		app.Div().Body(
			app.Div().Class("alert-title").Text(title),
			app.If(hint != "", app.Div().Class("alert-description").Text(hint)),
		),
	)
}

// Failed is a notice of a failed call with a way to try again. As go-app
// compares handlers by their line, again must not capture anything that differs
// from one drawing to the next.
func Failed(err error, again app.EventHandler) app.UI {
	return app.Div().Class("card-body").Body(
		Bad(Sentence(err), ""),
		app.Button().Type("button").Class("btn").OnClick(again).Body(
			app.Span().Class("glyph-text").Body(Icon("refresh"), app.Text(texts.Now().Common.TryAgain)),
		),
	)
}
