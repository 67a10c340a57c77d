package reference

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"

	"postern/shared/scalar"
)

var (
	ownJSON = reflect.TypeFor[json.Marshaler]()
	ownText = reflect.TypeFor[encoding.TextMarshaler]()
	chosen  = reflect.TypeFor[interface{ Choices() []string }]()
)

// spelled are the types that write their own JSON.
var spelled = map[reflect.Type]object{
	reflect.TypeFor[scalar.Bit]():   {"type": "integer", "enum": []int{0, 1}},
	reflect.TypeFor[scalar.Epoch](): {"type": []string{"integer", "null"}, "description": "Seconds since 1970; null for never."},
	reflect.TypeFor[scalar.Limit](): {"type": []string{"integer", "string"}, "description": "A number, or “unlimited”."},
}

// schema is what encoding/json makes of a Go type, in JSON Schema. within holds
// the types that are being described, for types that hold themselves.
func schema(t reflect.Type, within ...reflect.Type) object {
	if s, known := spelled[t]; known {
		return clone(s)
	}
	switch {
	case t.Kind() == reflect.Pointer:
		s := schema(t.Elem(), within...)
		return nullable(s)
	case t.Implements(chosen):
		return object{"type": "string", "enum": reflect.Zero(t).Interface().(interface{ Choices() []string }).Choices()}
	case t.Implements(ownJSON) || reflect.PointerTo(t).Implements(ownJSON), slices.Contains(within, t):
		return object{} // anything
	case t.Implements(ownText):
		return object{"type": "string"}
	}
	switch k := t.Kind(); {
	case k == reflect.Bool:
		return object{"type": "boolean"}
	case k >= reflect.Int && k <= reflect.Uint64:
		return object{"type": "integer"}
	case k == reflect.Float32 || k == reflect.Float64:
		return object{"type": "number"}
	case k == reflect.String:
		return object{"type": "string"}
	case k == reflect.Slice || k == reflect.Array:
		return object{"type": "array", "items": schema(t.Elem(), within...)}
	case k == reflect.Map:
		return object{"type": "object", "additionalProperties": schema(t.Elem(), within...)}
	case k == reflect.Struct:
		return structSchema(t, append(within, t))
	}
	return object{}
}

func structSchema(t reflect.Type, within []reflect.Type) object {
	properties, needed := object{}, []string{}
	for _, m := range members(t) {
		s := schema(m.field.Type, within...)
		if k := m.field.Type.Kind(); k == reflect.Slice || k == reflect.Map {
			if !m.omitted {
				s = nullable(s) // encoding/json writes null for one that was never made
			}
		}
		if doc := m.field.Tag.Get("doc"); doc != "" {
			s["description"] = doc
		}
		properties[m.name] = s
		if !m.omitted {
			needed = append(needed, m.name)
		}
	}
	s := object{"type": "object", "properties": properties}
	if len(needed) > 0 {
		s["required"] = sorted(needed)
	}
	return s
}

// nullable also allows null.
func nullable(s object) object {
	switch t := s["type"].(type) {
	case string:
		s["type"] = []string{t, "null"}
		if e, has := s["enum"].([]string); has {
			all := []any{nil}
			for _, v := range e {
				all = append(all, v)
			}
			s["enum"] = all
		} else if e, has := s["enum"].([]int); has {
			all := []any{nil}
			for _, v := range e {
				all = append(all, v)
			}
			s["enum"] = all
		}
	}
	return s
}

func clone(s object) object {
	c := object{}
	for k, v := range s {
		c[k] = v
	}
	return c
}

// member is a field of a struct as encoding/json writes it.
type member struct {
	name    string
	field   reflect.StructField
	omitted bool // when it is empty
}

// members lists what encoding/json writes of a struct: what embedded structs
// have is the struct's own.
func members(t reflect.Type) (all []member) {
	for i := range t.NumField() {
		f := t.Field(i)
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		inner := f.Type
		if inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		switch {
		case tag == "-" && options == "":
		case f.Anonymous && tag == "" && inner.Kind() == reflect.Struct:
			all = append(all, members(inner)...)
		case f.IsExported():
			if tag == "" {
				tag = f.Name
			}
			omitted := strings.Contains(options, "omitempty") || strings.Contains(options, "omitzero")
			all = append(all, member{tag, f, omitted})
		}
	}
	return all
}
