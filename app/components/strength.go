package components

import (
	"strconv"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
	"postern/shared/catalog"
)

// Strength says how strong a password is that somebody is choosing: in words,
// which screen readers hear when they change, and as a bar with a mark where it
// is strong enough. It stands in its place from the start, or nothing would be heard.
type Strength struct {
	ID     string // of the words
	Rated  bool   // there is something to say
	Rating catalog.PasswordRating
}

// UI draws it.
func (s Strength) UI() app.UI {
	return app.Div().Body(
		Slot(app.If(s.Rated, s.bar())),
		app.Div().Class("form-hint").ID(s.ID).Attr("role", "status").Text(s.say()),
	)
}

func (s Strength) say() string {
	words := texts.Now().Account.Password
	switch {
	case !s.Rated:
		return ""
	case bool(s.Rating.Enough):
		return texts.Fill(words.Strong, "n", texts.Number(s.Rating.Strength))
	}
	return texts.Fill(words.Weak, "n", texts.Number(s.Rating.Strength), "least", texts.Number(s.Rating.Minimum))
}

func (s Strength) bar() app.UI {
	const svg = "http://www.w3.org/2000/svg"
	part := func(name string, from, wide int) app.UI {
		return app.Elem("rect").XMLNS(svg).Attr("data-part", name).Attr("x", strconv.Itoa(from)).Attr("width", strconv.Itoa(wide)).Attr("height", "4")
	}
	level := "weak"
	if s.Rating.Enough {
		level = "strong"
	}
	return app.Div().Class("strength").Aria("hidden", true).Body(
		app.Elem("svg").XMLNS(svg).Attr("viewBox", "0 0 100 4").Attr("preserveAspectRatio", "none").Attr("focusable", "false").Body(
			part(level, 0, s.Rating.Strength), part("least", s.Rating.Minimum, 1)))
}
