//go:build !js

package components

import (
	"errors"
	"html"
	"slices"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// HTML is what a browser would show of something, as the server can send it: the
// same elements, without what is done when they are used.
//
// go-app v9.8.0 can write a tree, but not so that it is HTML: a value in quotes is
// written as Go would, with \" for a quote, which ends it in HTML; a value "true" is
// left out, which turns aria-hidden off; a false checked is there, which ticks the
// box; and there is a line's end between elements, which shows as a space. Its own
// writing can be told apart without doubt, so it is read here and written anew.
func HTML(something app.UI) (string, error) {
	w := rewriter{rest: app.HTMLString(something)}
	for w.rest != "" {
		if err := w.next(); err != nil {
			return "", err
		}
	}
	if len(w.open) > 0 {
		return "", errNotWritten
	}
	return w.out.String(), nil
}

var errNotWritten = errors.New("go-app wrote something that it does not write")

// rewriter reads go-app's writing.
type rewriter struct {
	rest string
	out  strings.Builder
	open []element // the innermost last
}

// element is one whose end is to come.
type element struct {
	tag string
	// several tells that it has more than one child: then there is a line's end
	// before each of them, and before its own end.
	several bool
}

// next reads a tag, or the text before it.
func (w *rewriter) next() error {
	if n := len(w.open); n > 0 && w.open[n-1].several {
		rest, is := strings.CutPrefix(w.rest, "\n")
		if !is {
			return errNotWritten
		}
		w.rest = rest
	}
	if text, _, _ := strings.Cut(w.rest, "<"); text != "" {
		return w.text(text)
	}
	if rest, is := strings.CutPrefix(w.rest, "</"); is {
		return w.end(rest)
	}
	return w.begin(w.rest[1:])
}

// text reads what is HTML already.
func (w *rewriter) text(text string) error {
	if strings.ContainsAny(text, `>"'`) {
		return errNotWritten
	}
	if n := len(w.open); n > 0 && w.open[n-1].several {
		var followed bool
		if text, followed = strings.CutSuffix(text, "\n"); !followed { // by what comes next
			return errNotWritten
		}
	}
	w.out.WriteString(text)
	w.rest = w.rest[len(text):]
	return nil
}

// end reads what follows </.
func (w *rewriter) end(rest string) error {
	tag, rest, found := strings.Cut(rest, ">")
	n := len(w.open)
	if !found || n == 0 || w.open[n-1].tag != tag {
		return errNotWritten
	}
	w.open, w.rest = w.open[:n-1], rest
	w.out.WriteString("</" + tag + ">")
	return nil
}

// begin reads what follows the < of an element's beginning.
func (w *rewriter) begin(rest string) error {
	at := strings.IndexAny(rest, " >")
	if at < 1 || !plain(rest[:at]) {
		return errNotWritten
	}
	tag, rest := rest[:at], rest[at:]
	w.out.WriteString("<" + tag)
	var all []string
	for strings.HasPrefix(rest, " ") {
		attribute, after, err := oneAttribute(rest[1:])
		if err != nil {
			return err
		}
		rest = after
		if attribute != "" {
			all = append(all, attribute)
		}
	}
	slices.Sort(all) // go-app keeps them in a map
	for _, attribute := range all {
		w.out.WriteString(" " + attribute)
	}
	var is bool
	if w.rest, is = strings.CutPrefix(rest, ">"); !is {
		return errNotWritten
	}
	w.out.WriteByte('>')
	if !slices.Contains(void, tag) {
		w.open = append(w.open, element{tag, strings.HasPrefix(w.rest, "\n")})
	}
	return nil
}

// oneAttribute reads a name, and a value if it has one; empty: it is not to be there.
func oneAttribute(text string) (attribute, rest string, err error) {
	at := strings.IndexAny(text, "= >")
	if at < 1 || !plain(text[:at]) {
		return "", "", errNotWritten
	}
	name, rest := text[:at], text[at:]
	if rest[0] != '=' {
		if strings.HasPrefix(name, "aria-") || slices.Contains(yesOrNo, name) {
			return name + `="true"`, rest, nil
		}
		return name, rest, nil
	}
	quoted, err := strconv.QuotedPrefix(rest[1:])
	if err != nil {
		return "", "", errNotWritten
	}
	value, err := strconv.Unquote(quoted)
	if err != nil || strings.HasPrefix(name, "on") {
		return "", "", errNotWritten
	}
	rest = rest[1+len(quoted):]
	if slices.Contains(switches, name) {
		if on, _ := strconv.ParseBool(value); !on {
			return "", rest, nil
		}
		return name, rest, nil
	}
	return name + `="` + html.EscapeString(value) + `"`, rest, nil
}

// plain tells whether something can be the name of an element or an attribute.
func plain(name string) bool {
	for _, c := range []byte(name) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return name != ""
}

// What HTML says of names (https://html.spec.whatwg.org/multipage/indices.html):
// elements without an end, attributes that are there or not, and some of those
// that say "true" and "false" in words.
var (
	void     = []string{"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
	switches = []string{"async", "autofocus", "autoplay", "checked", "controls", "default", "defer", "disabled", "hidden", "ismap", "loop",
		"multiple", "muted", "novalidate", "open", "readonly", "required", "reversed", "selected"}
	yesOrNo = []string{"contenteditable", "draggable", "spellcheck"}
)
