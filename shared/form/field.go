// Package form reads and writes Go structs as named texts: the arguments of an
// API call, the words of a command line, the variables of the environment.
//
// A struct's tags are the whole declaration of its parameters:
//
//	form:"name[|alias…][,required][,secret][,lines]"
//	doc:"what it means" example:"a value" default:"value when absent" choices:"a,b"
//	max:"bytes" pattern:"regular expression" allowed:"the pattern in words"
//
// It knows nothing of dialects, HTTP or functions.
package form

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Kind is how a field's value is written.
type Kind string

// The kinds of values.
const (
	Text   Kind = "text"
	Number Kind = "number" // a whole number
	Bit    Kind = "bit"    // 1 or 0
	List   Kind = "list"   // several values: name=a&name=b, or name-0=a&name-1=b
	Map    Kind = "map"    // named values: acl-list-accts=1&acl-passwd=0
)

// DefaultMax is how many bytes a value may have when its field states nothing else.
const DefaultMax = 4096

// Field is one parameter, read from a struct field and its tags.
type Field struct {
	Name     string   // as the caller writes it; a Map's name ends in *
	Aliases  []string // other names that mean the same
	Kind     Kind
	Required bool
	Secret   bool // a password or the like: never shown, no line breaks
	Lines    bool // may have line breaks
	Optional bool // a pointer: absent and empty differ
	Choices  []string
	Default  string
	Max      int // bytes of one value
	Pattern  *Pattern
	Allowed  string // what the pattern allows, in words
	Doc      string
	Example  string
	index    []int
}

var (
	reader = reflect.TypeFor[encoding.TextUnmarshaler]()
	chosen = reflect.TypeFor[interface{ Choices() []string }]()
)

// Fields reads a struct type. It panics on a declaration that makes no sense:
// such a mistake must stop the start, not a call.
func Fields(t reflect.Type) []Field {
	var fields []Field
	taken := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		tag, tagged := f.Tag.Lookup("form")
		if !tagged {
			continue
		}
		field := read(t, f, tag)
		for _, name := range append([]string{field.Name}, field.Aliases...) {
			if taken[name] {
				panic(fmt.Sprintf("form: %s: two fields are called %s", t, name))
			}
			taken[name] = true
		}
		fields = append(fields, field)
	}
	return fields
}

func read(t reflect.Type, f reflect.StructField, tag string) Field {
	bad := func(why string) { panic(fmt.Sprintf("form: %s.%s: %s", t, f.Name, why)) }
	if !f.IsExported() {
		bad("not exported")
	}
	words := strings.Split(tag, ",")
	names := strings.Split(words[0], "|")
	field := Field{
		Name: names[0], Aliases: names[1:], Max: DefaultMax, index: f.Index,
		Doc: f.Tag.Get("doc"), Example: f.Tag.Get("example"), Default: f.Tag.Get("default"), Allowed: f.Tag.Get("allowed"),
	}
	for _, w := range words[1:] {
		if !field.word(w) {
			bad("unknown word " + w)
		}
	}
	if c := f.Tag.Get("choices"); c != "" {
		field.Choices = strings.Split(c, ",")
	}
	if m := f.Tag.Get("max"); m != "" {
		n, err := strconv.Atoi(m)
		if err != nil || n < 1 {
			bad("max is a number of bytes")
		}
		field.Max = n
	}
	if p := f.Tag.Get("pattern"); p != "" {
		var err error
		if field.Pattern, err = newPattern(p); err != nil {
			bad("the pattern is no regular expression: " + err.Error())
		}
		if field.Allowed == "" {
			bad("a pattern needs its meaning in words: allowed")
		}
	}
	typ := f.Type
	if typ.Kind() == reflect.Pointer {
		field.Optional, typ = true, typ.Elem()
	}
	field.Kind = kindOf(typ)
	switch {
	case field.Name == "" || field.Kind == "":
		bad("no name, or a type that has no text")
	case (field.Kind == Map) != strings.HasSuffix(field.Name, "*"):
		bad("a map, and only a map, has a name that ends in *")
	case field.Required && (field.Optional || field.Default != ""):
		bad("required and optional exclude each other")
	}
	if field.Choices == nil && typ.Implements(chosen) {
		field.Choices = reflect.Zero(typ).Interface().(interface{ Choices() []string }).Choices()
	}
	return field
}

// word reads a word after the names in a field's tag.
func (f *Field) word(w string) (known bool) {
	switch w {
	case "required":
		f.Required = true
	case "secret":
		f.Secret = true
	case "lines":
		f.Lines = true
	default:
		return false
	}
	return true
}

// kindOf is how a type is written as text; "" if it is not.
func kindOf(t reflect.Type) Kind {
	reads := reflect.PointerTo(t).Implements(reader)
	switch k := t.Kind(); {
	case reads && (k == reflect.Slice || k == reflect.Map):
		return Text // a list of its own spelling, such as networks separated by commas
	case k == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		if one := kindOf(t.Elem()); one == "" || one == List || one == Map {
			return "" // a list's values are single texts
		}
		return List
	case k == reflect.Map && t.Key().Kind() == reflect.String && t.Elem().Kind() == reflect.String:
		return Map
	case k == reflect.Bool:
		return Bit
	case k >= reflect.Int && k <= reflect.Int64:
		return Number
	case k == reflect.String, reads:
		return Text
	}
	return ""
}
