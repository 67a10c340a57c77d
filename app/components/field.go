package components

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
	"postern/shared/form"
)

// Field is one labelled input. What was typed is read from the page by the
// input's ID when the form is sent: a bound value would be trimmed, and a
// password has no business in the app's state.
type Field struct {
	ID, Name, Label string
	Type            string // text, password, email, number, file, textarea or select; empty: text
	AutoComplete    string
	Hint, Error     string
	Placeholder     string
	Choices         []string         // of a select; an empty one first is "not given"
	Words           []string         // how the choices are shown; nil: as they are
	Value           string           // there beforehand; never of a password
	InputMode       string           // numeric for digits
	Change          app.EventHandler // of a select; may be nil
	Required        bool
	AutoFocus       bool
	Disabled        bool
	Beside          app.UI           // stands at the input's end; may be nil
	Input           app.EventHandler // of an input, at each key; may be nil
	Below           app.UI           // stands below the input, and DescribedBy is the ID of its words; may be nil
	DescribedBy     string
	As              func(Field) app.UI // draws the field in place of UI; may be nil
}

// For is the field for a declared parameter of an API function.
func For(f form.Field, problem string) Field {
	field := Field{
		ID: "field-" + strings.TrimSuffix(f.Name, "*"), Name: f.Name, Label: f.Name, Type: "text",
		Hint: f.Doc, Error: problem, Placeholder: f.Example, Choices: f.Choices, Required: f.Required,
	}
	switch {
	case f.Secret:
		field.Type, field.AutoComplete, field.Placeholder = "password", "off", ""
	case f.Kind == form.Bit:
		field.Type, field.Choices = "select", []string{"1", "0"}
	case len(f.Choices) > 0:
		field.Type = "select"
	case f.Kind == form.Number:
		field.Type = "number"
	case f.Lines, f.Kind == form.List, f.Kind == form.Map:
		field.Type = "textarea" // a value on each line
	}
	if field.Type == "select" && !f.Required {
		field.Choices = append([]string{""}, field.Choices...)
	}
	return field
}

// UI draws the field with its label, hint and error, tied together for screen readers.
func (f Field) UI() app.UI {
	if as := f.As; as != nil {
		f.As = nil
		return as(f)
	}
	label := app.Label().Class("form-label").For(f.ID).Text(f.Label)
	if f.Required {
		label = label.Class("required")
	}
	return app.Div().Class("mb-3").Body(
		label,
		app.If(f.Beside != nil, app.Div().Class("input-group input-group-flat").Body(f.input(), f.beside())).
			Else(f.input()),
		app.If(f.Below != nil, f.Below),
		app.If(f.Error != "", app.Div().Class("invalid-feedback d-block").ID(f.ID+"-error").Text(f.Error)),
		app.If(f.Hint != "", app.Small().Class("form-hint").ID(f.ID+"-hint").Text(f.Hint)),
	)
}

func (f Field) beside() app.UI {
	if f.Beside == nil {
		return app.Span()
	}
	return app.Span().Class("input-group-text").Body(f.Beside)
}

func (f Field) input() app.UI {
	switch f.Type {
	case "textarea":
		return f.textarea()
	case "select":
		return f.selection()
	}
	kind := f.Type
	if kind == "" {
		kind = "text"
	}
	e := app.Input().Class("form-control").ID(f.ID).Name(f.Name).Type(kind).
		AutoFocus(f.AutoFocus).Required(f.Required).Disabled(f.Disabled).
		Attr("autocapitalize", "none").Spellcheck(false)
	if f.Placeholder != "" {
		e = e.Placeholder(f.Placeholder)
	}
	if f.AutoComplete != "" {
		e = e.Attr("autocomplete", f.AutoComplete)
	}
	if f.InputMode != "" {
		e = e.Attr("inputmode", f.InputMode)
	}
	if f.Value != "" && f.Type != "password" {
		e = e.Value(f.Value)
	}
	if kind == "file" {
		e = e.OnChange(onFile)
	}
	if f.Input != nil {
		e = e.OnInput(f.Input)
	}
	if f.Error != "" {
		e = e.Class("is-invalid").Aria("invalid", true)
	}
	if by := f.describedBy(); by != "" {
		e = e.Aria("describedby", by)
	}
	return e
}

func (f Field) textarea() app.UI {
	e := app.Textarea().Class("form-control").ID(f.ID).Name(f.Name).Rows(3).
		Required(f.Required).Disabled(f.Disabled).Spellcheck(false)
	if f.Error != "" {
		e = e.Class("is-invalid").Aria("invalid", true)
	}
	if by := f.describedBy(); by != "" {
		e = e.Aria("describedby", by)
	}
	return e
}

func (f Field) selection() app.UI {
	e := app.Select().Class("form-select").ID(f.ID).Name(f.Name).Required(f.Required).Disabled(f.Disabled)
	if f.Error != "" {
		e = e.Class("is-invalid").Aria("invalid", true)
	}
	if by := f.describedBy(); by != "" {
		e = e.Aria("describedby", by)
	}
	if f.Change != nil {
		e = e.OnChange(f.Change, f.ID)
	}
	return e.Body(app.Range(f.Choices).Slice(func(i int) app.UI {
		if i < len(f.Words) {
			return app.Option().Value(f.Choices[i]).Text(f.Words[i]).Selected(f.Choices[i] == f.Value)
		}
		return app.Option().Value(f.Choices[i]).Text(f.choice(f.Choices[i])).Selected(f.Choices[i] == f.Value)
	}))
}

// choice is how a value is shown: 1 and 0 as words.
func (f Field) choice(value string) string {
	switch {
	case value == "1" && len(f.Choices) <= 3:
		return texts.Now().Common.Yes
	case value == "0" && len(f.Choices) <= 3:
		return texts.Now().Common.No
	}
	return value
}

func (f Field) describedBy() string {
	var ids []string
	if f.Error != "" {
		ids = append(ids, f.ID+"-error")
	}
	if f.DescribedBy != "" {
		ids = append(ids, f.DescribedBy)
	}
	if f.Hint != "" {
		ids = append(ids, f.ID+"-hint")
	}
	return strings.Join(ids, " ")
}

// Typed is what stands in the input of that ID now; nothing if there is none, as
// for what a form leaves out.
func Typed(id string) string {
	e := app.Window().GetElementByID(id)
	if !e.Truthy() {
		return ""
	}
	v := e.Get("value")
	if !v.Truthy() {
		return ""
	}
	return v.String()
}

// Type writes into the input of that ID, as a person would.
func Type(id, text string) { app.Window().GetElementByID(id).Set("value", text) }

// Focus puts the cursor into the element of that ID; mark selects what is in it.
func Focus(id string, mark bool) {
	defer Guard()
	e := app.Window().GetElementByID(id)
	if !e.Truthy() {
		return
	}
	e.Call("focus")
	if mark && e.Get("select").Truthy() { // a list of choices has nothing to mark
		e.Call("select")
	}
}
