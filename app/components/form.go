package components

import (
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
	"postern/shared/fault"
	"postern/shared/form"
)

// Form is fields and the button that sends them. A failure that names one of the
// fields is said there; any other above them.
type Form struct {
	Fields      []Field
	Intro       app.UI // above the fields; may be nil
	More        app.UI // below the fields; may be nil
	Action      string // the button's words
	Busy        bool
	Err         error
	InDialog    bool // with a Cancel button that closes the dialog around it
	Submit      app.EventHandler
	SubmitScope string // differs when what Submit captures does
}

// UI draws the form. Submit has to prevent the event's default.
func (f Form) UI() app.UI {
	fields := make([]Field, len(f.Fields))
	copy(fields, f.Fields)
	named, said := Blamed(f.Err), false
	for i := range fields {
		if named != "" && fields[i].Name == named {
			fields[i].Error, said = Blame(f.Err), true
		}
	}
	return app.Form().Method("post").Attr("novalidate", true).OnSubmit(f.Submit, f.SubmitScope).Body(
		Slot(app.If(f.Err != nil && !said, Bad(sentence(f.Err), ""))),
		Slot(f.Intro),
		app.Div().Body(app.Range(fields).Slice(func(i int) app.UI { return fields[i].UI() })),
		Slot(f.More),
		f.buttons(),
	)
}

func (f Form) buttons() app.UI {
	send := app.Button().Type("submit").Class("btn btn-primary").Disabled(f.Busy).Body(Busy(f.Busy, f.Action))
	if !f.InDialog {
		return app.Div().Class("mt-3").Body(send)
	}
	return app.Div().Class("dialog-buttons").Body(
		app.Button().Type("button").Class("btn").OnClick(onCancel).Text(texts.Now().Common.Cancel), send)
}

// Blamed is the parameter that a failure names; empty if it names none.
func Blamed(err error) string {
	if !fault.Is(err, fault.Invalid) {
		return ""
	}
	name, _ := fault.Parameter(fault.Of(err).Message)
	return name
}

// Blame is what a failure says of the parameter that it names, to stand at the
// parameter's field: “Use 3 to 127 bytes.”
func Blame(err error) string {
	message := fault.Of(err).Message
	switch name, allowed := fault.Parameter(message); {
	case name == "":
		return told(message)
	case allowed == "":
		return texts.Now().Common.Needed
	default:
		allowed = told(allowed)
		first, size := utf8.DecodeRuneInString(allowed)
		return string(unicode.ToUpper(first)) + allowed[size:]
	}
}

// FocusBlamed puts the cursor into the field that a failure names, once that is
// drawn: one whose ID is the prefix and the name.
func FocusBlamed(ctx app.Context, prefix string, err error) {
	if named := Blamed(err); named != "" {
		ctx.Defer(func(app.Context) { Focus(prefix+named, true) })
	}
}

// Declared are the fields for the declared parameters of a function.
func Declared(parameters []form.Field) []Field {
	fields := make([]Field, len(parameters))
	for i, p := range parameters {
		fields[i] = For(p, "")
	}
	return fields
}

// Entered is what stands in the fields of Declared now, as a call's arguments:
// what was left empty is not sent, a list's and a map's values stand on lines of
// their own, the map's as name=value.
func Entered(parameters []form.Field) url.Values {
	args := url.Values{}
	for _, p := range parameters {
		text := Typed(For(p, "").ID)
		if text == "" {
			continue
		}
		switch p.Kind {
		case form.List:
			for line := range strings.Lines(text) {
				if line = strings.TrimSpace(line); line != "" {
					args.Add(p.Name, line)
				}
			}
		case form.Map:
			for line := range strings.Lines(text) {
				if name, value, has := strings.Cut(strings.TrimSpace(line), "="); has {
					args.Set(strings.TrimSuffix(p.Name, "*")+strings.TrimSpace(name), strings.TrimSpace(value))
				}
			}
		default:
			args.Set(p.Name, text)
		}
	}
	return args
}
