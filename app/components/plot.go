package components

import (
	"strconv"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Plot shows two numbers for each of some steps in time, one column on the other.
type Plot struct {
	Label         string    // says what is shown, to a screen reader too
	First, Second string    // what the two numbers are
	Step          string    // what a step is: the heading of a day
	Steps         []PlotDay // the oldest first
}

// PlotDay is a step of a Plot.
type PlotDay struct {
	Day           string // of the calendar: 2026-03-04
	First, Second int
}

// name is the day for people; what is no day is as it is.
func (d PlotDay) name() app.UI {
	if t, err := time.Parse(time.DateOnly, d.Day); err == nil {
		return Date(t)
	}
	return app.Span().Text(d.Day)
}

// said is the same where there are words alone.
func (d PlotDay) said() string {
	if t, err := time.Parse(time.DateOnly, d.Day); err == nil {
		return texts.Date(t)
	}
	return d.Day
}

// plotHeight is the drawing's own height; the page stretches it.
const plotHeight = 100

// UI draws the columns, their legend, and the same numbers as a table that opens.
func (p Plot) UI() app.UI {
	most := 1
	for _, d := range p.Steps {
		most = max(most, d.First+d.Second)
	}
	most = round(most)
	return app.Div().Class("plot").Body(
		app.Div().Class("plot-legend text-secondary").Body(
			app.Span().Class("glyph-text").Body(app.Span().Class("plot-key plot-key-first").Aria("hidden", true), app.Text(p.First)),
			app.Span().Class("glyph-text").Body(app.Span().Class("plot-key plot-key-second").Aria("hidden", true), app.Text(p.Second)),
		),
		app.Div().Class("plot-area").Body(
			app.Div().Class("plot-scale text-secondary numbers").Aria("hidden", true).Body(
				app.Span().Text(texts.Number(most)), app.Span().Text(texts.Number(most/2)), app.Span().Text("0"),
			),
			p.drawing(most),
		),
		app.Div().Class("plot-ends text-secondary small").Aria("hidden", true).Body(p.ends()),
		p.numbers(),
	)
}

// drawing is the columns. go-app sets className, which SVG elements lack: the
// styles know them by data-series.
func (p Plot) drawing(most int) app.UI {
	const svg = "http://www.w3.org/2000/svg"
	const wide = 10 // a step's width, of which a fifth is left free
	bar := func(series string, i, from, to int) app.UI {
		top, bottom := scaled(to, most), scaled(from, most)
		return app.Elem("rect").XMLNS(svg).Attr("data-series", series).Attr("x", strconv.Itoa(i*wide+1)).Attr("width", strconv.Itoa(wide-2)).
			Attr("y", strconv.FormatFloat(plotHeight-top, 'f', 2, 64)).Attr("height", strconv.FormatFloat(top-bottom, 'f', 2, 64))
	}
	var columns []app.UI
	for i, d := range p.Steps {
		columns = append(columns, app.Elem("g").XMLNS(svg).Body(
			app.Elem("title").XMLNS(svg).Body(app.Text(d.said()+": "+p.First+" "+texts.Number(d.First)+", "+p.Second+" "+texts.Number(d.Second))),
			// The whole height answers to the pointer, however low the column is.
			app.Elem("rect").XMLNS(svg).Attr("data-series", "behind").Attr("x", strconv.Itoa(i*wide)).Attr("width", strconv.Itoa(wide)).
				Attr("y", "0").Attr("height", strconv.Itoa(plotHeight)),
			bar("first", i, 0, d.First), bar("second", i, d.First, d.First+d.Second),
		))
	}
	return app.Div().Class("plot-drawing").Attr("role", "img").Aria("label", p.Label).Body(
		app.Elem("svg").XMLNS(svg).Attr("viewBox", "0 0 "+strconv.Itoa(max(len(p.Steps), 1)*wide)+" "+strconv.Itoa(plotHeight)).
			Attr("preserveAspectRatio", "none").Attr("focusable", "false").Body(columns...),
	)
}

func scaled(n, most int) float64 { return float64(n) * plotHeight / float64(most) }

func (p Plot) ends() app.UI {
	if len(p.Steps) == 0 {
		return app.Span()
	}
	return app.Div().Class("d-flex justify-content-between").Body(
		p.Steps[0].name(), p.Steps[len(p.Steps)-1].name())
}

// numbers is the same for those who cannot see it, or want to know exactly.
func (p Plot) numbers() app.UI {
	return app.Elem("details").Class("mt-2").Body(
		app.Elem("summary").Class("text-secondary small").Text(texts.Now().Admin.AsNumbers),
		app.Table().Class("table table-sm mt-2").Aria("label", p.Label).Body(
			app.THead().Body(app.Tr().Body(
				app.Th().Scope("col").Text(p.Step), app.Th().Scope("col").Text(p.First), app.Th().Scope("col").Text(p.Second))),
			app.TBody().Body(app.Range(p.Steps).Slice(func(i int) app.UI {
				d := p.Steps[i]
				return app.Tr().Body(
					app.Td().Body(d.name()), app.Td().Class("numbers").Text(texts.Number(d.First)), app.Td().Class("numbers").Text(texts.Number(d.Second)))
			})),
		),
	)
}

// round is the next number that looks well beside a scale, and is even: 2, 4, 6, 10, 20, 40 …
func round(n int) int {
	for step := 1; ; step *= 10 {
		for _, nice := range []int{2, 4, 6, 10} {
			if nice*step >= n {
				return nice * step
			}
		}
	}
}
