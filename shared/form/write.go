package form

import (
	"encoding"
	"net/url"
	"reflect"
	"strconv"
	"strings"
)

// Write is the inverse of Read: the named texts from which Read makes the same struct.
// What Read would fill in by itself is left out.
func Write(fields []Field, from any) url.Values {
	args := url.Values{}
	v := reflect.ValueOf(from)
	if v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	for i := range fields {
		fields[i].write(args, v.FieldByIndex(fields[i].index))
	}
	return args
}

func (f *Field) write(args url.Values, v reflect.Value) {
	switch {
	case f.Kind == List:
		for i := range v.Len() {
			args.Add(f.Name, textOf(v.Index(i)))
		}
	case f.Kind == Map:
		for _, k := range v.MapKeys() {
			args.Set(strings.TrimSuffix(f.Name, "*")+k.String(), v.MapIndex(k).String())
		}
	case f.Optional:
		if !v.IsNil() {
			args.Set(f.Name, textOf(v.Elem()))
		}
	default:
		// A zero value without a default is what Read leaves when nothing is said.
		if t := textOf(v); !v.IsZero() || f.Default != "" {
			args.Set(f.Name, t)
		}
	}
}

func textOf(v reflect.Value) string {
	addressed := reflect.New(v.Type()) // for types that write themselves by pointer
	addressed.Elem().Set(v)
	if w, writes := addressed.Interface().(encoding.TextMarshaler); writes {
		t, err := w.MarshalText()
		if err != nil {
			return ""
		}
		return string(t)
	}
	switch v.Kind() {
	case reflect.String:
		return v.String()
	case reflect.Bool:
		if v.Bool() {
			return "1"
		}
		return "0"
	default:
		return strconv.FormatInt(v.Int(), 10)
	}
}
