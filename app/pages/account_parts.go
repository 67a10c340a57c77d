package pages

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/function"
)

// hint is the line at a screen's top: what it is for, and its buttons.
func hint(text string, buttons app.UI) app.UI {
	return app.Div().Class("screen-hint").Body(
		app.P().Class("text-secondary m-0").Text(text),
		components.Slot(buttons),
	)
}

// records is how many rows there are on all pages; negative while it is not known.
func records(s *function.Shaped) int {
	if s == nil {
		return -1
	}
	return s.Records
}

// counted says how many rows there are; nothing while it is not known.
func counted(p texts.Plural, s *function.Shaped) string {
	if s == nil {
		return ""
	}
	return p.Say(s.Records)
}

// withIcon is a button's words behind one of the icons that these screens use.
func withIcon(name, words string) app.UI {
	icon := components.Icon("plus")
	if name == "external-link" {
		icon = components.Icon("external-link")
	}
	return app.Span().Class("glyph-text").Body(icon, app.Span().Text(words))
}
