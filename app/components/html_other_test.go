//go:build !js

package components

import (
	"strings"
	"testing"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
	"golang.org/x/net/html"
)

func TestHTMLIsWhatABrowserWouldShow(t *testing.T) {
	for name, c := range map[string]struct {
		something app.UI
		want      string
	}{
		"quotes, marks and lines in a value": {app.A().Href("/?a=\"'<>&lt;\\\n\tü").Text("x"), "<a href=\"/?a=&#34;&#39;&lt;&gt;&amp;lt;\\\n\tü\">x</a>"},
		"a text's marks":                     {app.P().Text(`<b>&lt;"`), "<p>&lt;b&gt;&amp;lt;&#34;</p>"},
		"nothing between neighbours":         {app.P().Body(app.Text("a"), app.B().Text("b\n"), app.Text("\nc\n"), app.I()), "<p>a<b>b\n</b>\nc\n<i></i></p>"},
		"neighbours without words":           {app.P().Body(app.Text(""), app.B(), app.Text("")), "<p><b></b></p>"},
		"what is true in words":              {app.Span().Aria("hidden", true).Aria("busy", false).Spellcheck(true), `<span aria-busy="false" aria-hidden="true" spellcheck="true"></span>`},
		"switches":                           {app.Input().Checked(false).Disabled(true).Required(false), "<input disabled>"},
		"elements without an end":            {app.P().Body(app.Br(), app.Img().Src("/a"), app.Text("x")), `<p><br><img src="/a">x</p>`},
		"elements of SVG":                    {app.Elem("svg").XMLNS("http://www.w3.org/2000/svg").Attr("viewBox", "0 0 24 24"), `<svg viewBox="0 0 24 24"></svg>`},
	} {
		if got, err := HTML(c.something); err != nil || got != c.want {
			t.Errorf("%s: %s, %v, want %s", name, got, err, c.want)
		}
	}
}

// TestHTMLRefusesWhatItCannotTell apart for sure.
func TestHTMLRefusesWhatItCannotTell(t *testing.T) {
	for name, something := range map[string]app.UI{
		"a name with a space":     app.P().Attr("x onclick", "y"),
		"a name that ends a tag":  app.P().Attr("x>", "y"),
		"what is done":            app.P().Attr("onclick", "alert(1)"),
		"a line before the words": app.P().Text("\nx"),
	} {
		if got, err := HTML(something); err == nil {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// FuzzHTML reads what was written as a browser does, and finds what was meant.
func FuzzHTML(f *testing.F) {
	f.Add("a", "b", "c")
	f.Add(`" onclick="x`, "</p><script>", "\\")
	f.Add("\n", "&amp;", "true")
	f.Fuzz(func(t *testing.T, title, first, second string) {
		written, err := HTML(app.P().Title(title).Body(app.B().Text(first), app.I().Text(second)))
		if err != nil {
			return
		}
		nodes, err := html.ParseFragment(strings.NewReader(written), nil)
		if err != nil {
			t.Fatal(err)
		}
		var tags, words []string
		var walk func(n *html.Node)
		walk = func(n *html.Node) {
			switch n.Type {
			case html.ElementNode:
				tags = append(tags, n.Data)
				if n.Data == "p" && (len(n.Attr) > 1 || len(n.Attr) == 1 && n.Attr[0].Key != "title") {
					t.Errorf("%q became %v", title, n.Attr)
				}
			case html.TextNode:
				words = append(words, n.Data)
			}
			for c := n.FirstChild; c != nil; c = c.NextSibling {
				walk(c)
			}
		}
		for _, n := range nodes {
			walk(n)
		}
		if got := strings.Join(tags, " "); got != "html head body p b i" {
			t.Errorf("%s has %s", written, got)
		}
		if clean := func(s string) string {
			return strings.ToValidUTF8(strings.NewReplacer("\r", "", "\n", "", "\x00", "", "\ufffd", "").Replace(s), "")
		}; clean(strings.Join(words, "")) != clean(first+second) {
			t.Errorf("%q and %q became %q", first, second, words)
		}
	})
}
