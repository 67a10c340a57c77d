package components

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// rawMost is how many bytes of a reply are shown: more would hold the page up.
const rawMost = 200_000

// Raw shows a reply as it came, in a box of its own that scrolls.
func Raw(label, text string) app.UI {
	cut := len(text) > rawMost
	if cut {
		text = strings.ToValidUTF8(text[:rawMost], "")
	}
	return app.Div().Body(
		app.Elem("pre").Class("raw").ID("raw").TabIndex(0).Attr("role", "region").Aria("label", label).Body(app.Text(text)),
		app.If(cut, app.P().Class("form-hint").Text(texts.Now().Admin.CutReply)),
	)
}

// IndentXML puts each element of XML on a line of its own. It is for the
// server's XML, which has elements and text and nothing else.
func IndentXML(text string) string {
	var b strings.Builder
	depth, opened := 0, false
	for i, part := range strings.Split(strings.TrimSpace(text), "<") {
		switch {
		case i == 0:
			continue // before the first <
		case part == "" || part[0] == '?':
			b.WriteString("<" + strings.TrimSpace(part))
			continue
		case part[0] == '/':
			depth--
			if !opened {
				newLine(&b, depth)
			}
			b.WriteString("<" + part)
			opened = false
		default:
			newLine(&b, depth)
			b.WriteString("<" + part)
			depth, opened = depth+1, true
		}
	}
	return b.String()
}

func newLine(b *strings.Builder, depth int) {
	if b.Len() > 0 {
		b.WriteString("\n" + strings.Repeat("  ", max(depth, 0)))
	}
}
