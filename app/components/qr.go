package components

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"rsc.io/qr/coding"
)

// quiet is the white margin of a QR code, in modules; scanners need it.
const quiet = 4

// QR draws a text as a QR code, black on white in either colour scheme; label
// says to a screen reader what it is. A text that is too long gives nothing: the
// text must stand beside it anyway, for those who cannot scan.
func QR(text, label string) app.UI {
	drawing, size := modules(text)
	if size == 0 {
		return Slot()
	}
	const svg = "http://www.w3.org/2000/svg"
	side := strconv.Itoa(size + 2*quiet)
	return app.Div().Class("qr").Attr("role", "img").Aria("label", label).Body(
		app.Elem("svg").XMLNS(svg).Attr("viewBox", "0 0 "+side+" "+side).Attr("shape-rendering", "crispEdges").Attr("focusable", "false").Body(
			app.Elem("path").XMLNS(svg).Attr("fill", "#fff").Attr("d", "M0 0h"+side+"v"+side+"H0z"),
			app.Elem("path").XMLNS(svg).Attr("fill", "#000").Attr("d", drawing),
		),
	)
}

// modules is the SVG path of a code's black modules and the code's width; 0 if
// the text does not fit into any.
func modules(text string) (path string, size int) {
	encoding := coding.String(text)
	version := coding.Version(coding.MinVersion)
	for encoding.Bits(version) > version.DataBytes(coding.M)*8 {
		if version++; version > coding.MaxVersion {
			return "", 0
		}
	}
	plan, err := coding.NewPlan(version, coding.M, 0)
	if err != nil {
		return "", 0
	}
	code, err := plan.Encode(encoding)
	if err != nil {
		return "", 0
	}
	var d strings.Builder
	for y := range code.Size {
		for x := 0; x < code.Size; x++ {
			begin := x
			for x < code.Size && code.Black(x, y) {
				x++
			}
			if run := strconv.Itoa(x - begin); x > begin {
				d.WriteString("M" + strconv.Itoa(begin+quiet) + " " + strconv.Itoa(y+quiet) + "h" + run + "v1h-" + run + "z")
			}
		}
	}
	return d.String(), code.Size
}
