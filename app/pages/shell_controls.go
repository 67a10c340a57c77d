package pages

import (
	"reflect"
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/function"
)

// columns are the members of the rows that a function answers with; none if its
// answer is no list.
func columns(result reflect.Type) []string {
	row := rowOf(result, true)
	if row == nil {
		return nil
	}
	var names []string
	for _, f := range reflect.VisibleFields(row) {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.IsExported() && !f.Anonymous && name != "" && name != "-" {
			names = append(names, name)
		}
	}
	return names
}

// rowOf is the type of the rows: of a list, or of the list in a hash.
func rowOf(t reflect.Type, deeper bool) reflect.Type {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch {
	case t.Kind() == reflect.Slice:
		row := t.Elem()
		for row.Kind() == reflect.Pointer {
			row = row.Elem()
		}
		if row.Kind() == reflect.Struct {
			return row
		}
	case t.Kind() == reflect.Struct && deeper:
		for _, f := range reflect.VisibleFields(t) {
			if f.IsExported() && f.Tag.Get("json") != "" && f.Tag.Get("json") != "-" {
				if row := rowOf(f.Type, false); row != nil {
					return row
				}
			}
		}
	}
	return nil
}

// tests are the filters that all dialects know.
var tests = []function.Test{function.Contains, function.Begins, function.Equal, function.Less, function.Greater}

// shape reads the output controls' inputs.
func (p *Shell) shape() function.Shape {
	var s function.Shape
	if len(columns(p.of.Result)) == 0 {
		return s
	}
	if column := components.Typed("shape-filter"); column != "" {
		s.Filters = append(s.Filters, function.Filter{Column: column, Test: function.Test(components.Typed("shape-test")), Term: components.Typed("shape-term")})
	}
	if column := components.Typed("shape-sort"); column != "" {
		s.Sorts = append(s.Sorts, function.Sort{Column: column, Method: function.Method(components.Typed("shape-method")), Reverse: components.Ticked("shape-reverse")})
	}
	if size, err := strconv.Atoi(components.Typed("shape-size")); err == nil && size > 0 {
		start, _ := strconv.Atoi(components.Typed("shape-start"))
		s.Page = function.Page{On: true, Start: max(start, 1), Size: size}
	}
	for name := range strings.FieldsFuncSeq(components.Typed("shape-columns"), func(r rune) bool { return r == ',' || r == ' ' }) {
		s.Columns = append(s.Columns, function.Column{Name: name})
	}
	return s
}

// controls draws the output controls, closed at first.
func (p *Shell) controls() app.UI {
	words := texts.Now().Admin.Shell
	names := columns(p.of.Result)
	if len(names) == 0 {
		return components.Slot()
	}
	choices := append([]string{""}, names...)
	var compare []string
	for _, t := range tests {
		compare = append(compare, string(t))
	}
	pair := func(list ...components.Field) app.UI {
		var cells []app.UI
		for _, f := range list {
			cells = append(cells, app.Div().Class("col-sm-4").Body(f.UI()))
		}
		return app.Div().Class("row").Body(cells...)
	}
	return components.Slot(app.Elem("details").Class("mb-3").Body(
		app.Elem("summary").Class("text-secondary mb-2").Text(words.Controls),
		pair(
			components.Field{ID: "shape-filter", Label: words.FilterBy, Type: "select", Choices: choices},
			components.Field{ID: "shape-test", Label: words.Test, Type: "select", Choices: compare},
			components.Field{ID: "shape-term", Label: words.Term},
		),
		pair(
			components.Field{ID: "shape-sort", Label: words.SortBy, Type: "select", Choices: choices},
			components.Field{ID: "shape-method", Label: words.Method, Type: "select",
				Choices: []string{string(function.Lexicographic), string(function.Numeric), string(function.NumericZeroAsMax), string(function.IPv4)}},
		),
		components.Check{ID: "shape-reverse", Label: words.Reverse}.UI(),
		pair(
			components.Field{ID: "shape-size", Label: words.Size, Type: "number", Hint: words.SizeHint},
			components.Field{ID: "shape-start", Label: words.Start, Type: "number"},
			components.Field{ID: "shape-columns", Label: words.Columns, Hint: words.ColumnsHint},
		),
	))
}
