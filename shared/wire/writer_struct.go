package wire

import (
	"reflect"
	"slices"
	"strings"

	"postern/shared/function"
)

// part is how a struct's field is written.
type part struct {
	name  string // as a member of the object
	key   []byte // the same in JSON, and a colon
	index []int  // of the field
	skip  func(reflect.Value) bool
	write writer
}

// structWriter writes the members that a struct's tags name, or of those the ones
// that the value itself chooses: see function.WithMembers.
func structWriter(t reflect.Type) writer {
	parts, usual := parts(t)
	if !usual {
		return standard
	}
	chooses := t.Implements(chosen)
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		var names []string
		if chooses {
			names = lent(v).(function.WithMembers).Members()
		}
		b = append(b, '{')
		first := true
		for _, p := range parts {
			if len(names) > 0 && !slices.Contains(names, p.name) {
				continue
			}
			field := v
			for _, i := range p.index { // as FieldByIndex, but there is no pointer on the way
				field = field.Field(i)
			}
			if p.skip != nil && p.skip(field) {
				continue
			}
			if !first {
				b = append(b, ',')
			}
			first = false
			b = append(b, p.key...)
			if b, err = p.write(b, field); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}

// parts are a struct's members, in the order of its fields, those of embedded
// structs among them. It is not usual where encoding/json has rules of its own:
// two fields of one name, an embedded pointer, the option string.
func parts(t reflect.Type) (all []part, usual bool) {
	for _, f := range reflect.VisibleFields(t) {
		tag := f.Tag.Get("json")
		name, options, _ := strings.Cut(tag, ",")
		switch {
		case f.Anonymous && tag == "" && f.Type.Kind() == reflect.Struct && !written(f.Type):
			continue // its fields come next
		case f.Anonymous:
			return nil, false
		case !f.IsExported() || tag == "-":
			continue
		case name == "":
			name = f.Name
		}
		if slices.ContainsFunc(all, func(p part) bool { return p.name == name }) {
			return nil, false
		}
		p := part{name: name, key: append(appendText(nil, name), ':'), index: f.Index, write: writerOf(f.Type)}
		for option := range strings.SplitSeq(options, ",") {
			switch option {
			case "":
			case "omitzero":
				p.skip = reflect.Value.IsZero
				if _, own := f.Type.MethodByName("IsZero"); own {
					return nil, false
				}
			case "omitempty":
				p.skip = empty
			default:
				return nil, false
			}
		}
		all = append(all, p)
	}
	return all, true
}

// written tells whether a type has a way of its own to be written.
func written(t reflect.Type) bool {
	place := reflect.PointerTo(t)
	return t.Implements(appenders) || place.Implements(marshalsJSON) || place.Implements(marshalsText)
}

// empty is what omitempty leaves out.
func empty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}
