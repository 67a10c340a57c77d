package components

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// Icon draws one of Tabler's icons in the text's size and colour; it says
// nothing to a screen reader. The build finds its name in the source, so it
// must be a literal: Icon("mail").
func Icon(name string) app.UI {
	const svg = "http://www.w3.org/2000/svg"
	// The class is on the span: go-app sets className, which SVG elements lack.
	return app.Span().Class("glyph").Attr("aria-hidden", "true").Body(
		app.Elem("svg").XMLNS(svg).Attr("viewBox", "0 0 24 24").Attr("focusable", "false").Body(
			app.Elem("use").XMLNS(svg).Attr("href", sprite()+"#"+name),
		),
	)
}

// Mark is Postern's own sign, in a size in pixels.
func Mark(size int) app.UI {
	return app.Img().Src(pageData("mark")).Alt("").Width(size).Height(size)
}

// Version is the build that this page came from.
func Version() string { return pageData("version") }
