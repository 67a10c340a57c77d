package wire

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"postern/shared/function"
	"postern/shared/scalar"
)

// writer appends a value of one type as JSON, to the byte as encoding/json's
// Encoder does without escaping for HTML, but that methods of a pointer are called
// for members of a struct too that is given by value. What a type needs is found out
// once, for answers are long and always of the same types; what is unusual is left
// to encoding/json itself.
type writer func(b []byte, v reflect.Value) ([]byte, error)

// writers are those made so far, by type.
var writers sync.Map // reflect.Type: writer

// appender is a value that appends itself: those of package scalar.
type appender interface{ AppendJSON(b []byte) []byte }

var (
	appenders    = reflect.TypeFor[appender]()
	marshalsJSON = reflect.TypeFor[json.Marshaler]()
	marshalsText = reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()
	chosen       = reflect.TypeFor[function.WithMembers]()
)

func writerOf(t reflect.Type) writer {
	if w, made := writers.Load(t); made {
		return w.(writer)
	}
	// A type that holds itself finds this one while its own is being made.
	var made sync.WaitGroup
	made.Add(1)
	var own writer
	later := writer(func(b []byte, v reflect.Value) ([]byte, error) { made.Wait(); return own(b, v) })
	if w, twice := writers.LoadOrStore(t, later); twice {
		return w.(writer)
	}
	own = newWriter(t)
	made.Done()
	writers.Store(t, own)
	return own
}

func newWriter(t reflect.Type) writer {
	switch {
	case t == reflect.TypeFor[scalar.Bit]():
		return func(b []byte, v reflect.Value) ([]byte, error) { return scalar.Bit(v.Bool()).AppendJSON(b), nil }
	case t.Implements(appenders):
		return appended
	case t.Implements(chosen) && t.Kind() == reflect.Struct:
		return structWriter(t)
	case written(t):
		return standard
	}
	switch t.Kind() {
	case reflect.Bool:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendBool(b, v.Bool()), nil }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendInt(b, v.Int(), 10), nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return func(b []byte, v reflect.Value) ([]byte, error) { return strconv.AppendUint(b, v.Uint(), 10), nil }
	case reflect.String:
		if t == reflect.TypeFor[json.Number]() {
			return standard
		}
		return func(b []byte, v reflect.Value) ([]byte, error) { return appendText(b, v.String()), nil }
	case reflect.Struct:
		return structWriter(t)
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 { // encoding/json has Base64 for bytes
			return listWriter(t)
		}
	case reflect.Map:
		switch {
		case t == reflect.TypeFor[map[string]string]():
			return func(b []byte, v reflect.Value) ([]byte, error) {
				return appendMap(b, v.Interface().(map[string]string), appendText), nil
			}
		case t == reflect.TypeFor[map[string]scalar.Bit]():
			return func(b []byte, v reflect.Value) ([]byte, error) {
				return appendMap(b, v.Interface().(map[string]scalar.Bit), func(b []byte, is scalar.Bit) []byte { return is.AppendJSON(b) }), nil
			}
		case t.Key().Kind() == reflect.String && !t.Key().Implements(marshalsText):
			return mapWriter(t)
		}
	case reflect.Pointer:
		return func(b []byte, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return append(b, "null"...), nil
			}
			return writerOf(t.Elem())(b, v.Elem())
		}
	case reflect.Interface:
		return func(b []byte, v reflect.Value) ([]byte, error) {
			if v.IsNil() {
				return append(b, "null"...), nil
			}
			return appendJSON(b, v.Interface())
		}
	}
	return standard
}

// standard leaves a value to encoding/json.
func standard(b []byte, v reflect.Value) ([]byte, error) {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(lent(v)); err != nil {
		return b, err
	}
	return append(b, bytes.TrimRight(text.Bytes(), "\n")...), nil
}

// appended is for values that append themselves.
func appended(b []byte, v reflect.Value) ([]byte, error) {
	return lent(v).(appender).AppendJSON(b), nil
}

// lent is a value for a call of its methods, without a copy: by its place if it has
// one; one that has none is nobody's to change.
func lent(v reflect.Value) any {
	if v.CanAddr() {
		return v.Addr().Interface()
	}
	return v.Interface()
}

func appendText(b []byte, s string) []byte {
	if plain(s) {
		return append(append(append(b, '"'), s...), '"')
	}
	b, _ = standard(b, reflect.ValueOf(s)) // any text can be written
	return b
}

func listWriter(t reflect.Type) writer {
	one := writerOf(t.Elem())
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		b = append(b, '[')
		for i := range v.Len() {
			if i > 0 {
				b = append(b, ',')
			}
			if b, err = one(b, v.Index(i)); err != nil {
				return b, err
			}
		}
		return append(b, ']'), nil
	}
}

// appendMap is mapWriter for the commonest maps, whose type is known.
func appendMap[V any](b []byte, m map[string]V, one func([]byte, V) []byte) []byte {
	if m == nil {
		return append(b, "null"...)
	}
	var some [16]string // most have fewer
	keys := slices.AppendSeq(some[:0], maps.Keys(m))
	slices.Sort(keys)
	b = append(b, '{')
	for i, key := range keys {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(append(appendText(b, key), ':'), m[key])
	}
	return append(b, '}')
}

func mapWriter(t reflect.Type) writer {
	one := writerOf(t.Elem())
	return func(b []byte, v reflect.Value) (_ []byte, err error) {
		if v.IsNil() {
			return append(b, "null"...), nil
		}
		type pair struct {
			key   string
			value reflect.Value
		}
		pairs := make([]pair, 0, v.Len())
		for all := v.MapRange(); all.Next(); {
			pairs = append(pairs, pair{all.Key().String(), all.Value()})
		}
		slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.key, b.key) })
		b = append(b, '{')
		for i, p := range pairs {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(appendText(b, p.key), ':')
			if b, err = one(b, p.value); err != nil {
				return b, err
			}
		}
		return append(b, '}'), nil
	}
}
