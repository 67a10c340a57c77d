package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// NewVersion offers to reload the page, as the server runs another version.
func NewVersion(reload app.EventHandler) app.UI {
	return app.Div().Class("alert alert-info alert-row").Attr("role", "status").Body(
		Icon("refresh"),
		app.Div().Class("flex-fill").Body(
			app.Div().Class("alert-title").Text(texts.Now().Common.NewVersion),
		),
		app.Button().Type("button").Class("btn btn-sm").OnClick(reload).Text(texts.Now().Common.Reload),
	)
}

// NotFound is the content of a path that is no screen's.
func NotFound() app.UI {
	return app.Div().Class("card").Body(
		app.Div().Class("empty").Body(
			app.Div().Class("empty-icon").Body(Icon("map-question")),
			app.P().Class("empty-subtitle text-secondary").Text(texts.Now().Common.NotFoundHint),
			app.Div().Class("empty-action").Body(
				app.A().Class("btn btn-primary").Href("/").Text(texts.Now().Common.BackHome),
			),
		),
	)
}

// Card is a titled box; beside, which may be nil, stands at the title's end.
func Card(title string, beside, content app.UI) app.UI {
	header := app.Div().Class("card-header").Body(
		app.H2().Class("card-title").Text(title),
		app.Div().Class("card-actions text-secondary").Body(beside),
	)
	return app.Section().Class("card mb-3").Aria("label", title).Body(header, content)
}
