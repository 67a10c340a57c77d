package reference

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"postern/shared/form"
)

// fieldSchema is what a parameter's text may be.
func fieldSchema(f *form.Field) object {
	switch f.Kind {
	case form.List:
		return object{"type": "array", "items": textSchema(f)}
	case form.Map:
		return object{"type": "object", "propertyNames": object{"pattern": mapPattern(f)}, "additionalProperties": object{"type": "string"}}
	}
	s := textSchema(f)
	if f.Default != "" {
		s["default"] = typed(f, f.Default)
	}
	return s
}

// textSchema is one value. A length in bytes bounds the length in characters.
func textSchema(f *form.Field) object {
	s := object{}
	switch f.Kind {
	case form.Number:
		s["type"] = "integer"
	case form.Bit:
		s["type"], s["enum"] = "integer", []int{0, 1}
		return s
	default:
		s["type"], s["maxLength"] = "string", f.Max
	}
	if f.Choices != nil {
		choices := []any{}
		for _, c := range f.Choices {
			choices = append(choices, typed(f, c))
		}
		s["enum"] = choices
	}
	if f.Pattern != nil {
		// Go's \A and \z are JSON Schema's ^ and $.
		p := strings.TrimSuffix(strings.TrimPrefix(f.Pattern.String(), `\A(?:`), `)\z`)
		s["pattern"] = "^(?:" + p + ")$"
	}
	if f.Secret {
		s["format"] = "password"
	}
	return s
}

// example is a field's example as its schema has it.
func example(f *form.Field) (any, bool) {
	switch {
	case f.Example == "":
		return nil, false
	case f.Kind == form.List:
		return []any{f.Example}, true
	case f.Kind == form.Map:
		name := strings.TrimSuffix(f.Name, "*") + "…"
		if key, value, has := strings.Cut(f.Example, "="); has {
			return object{key: value}, true
		}
		return object{name: f.Example}, true
	}
	return typed(f, f.Example), true
}

// typed is a text as JSON has the field's values.
func typed(f *form.Field, text string) any {
	if f.Kind == form.Number || f.Kind == form.Bit {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil {
			return n
		}
	}
	return text
}

// mapPattern is the names that a map's members have.
func mapPattern(f *form.Field) string {
	return "^" + regexp.QuoteMeta(strings.TrimSuffix(f.Name, "*")) + ".+$"
}

func sorted(list []string) []string {
	slices.Sort(list)
	return list
}
