package wire

import (
	"bytes"
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	_ "postern/shared/catalog"
	"postern/shared/function"
)

// standardJSON is what encoding/json writes.
func standardJSON(t *testing.T, v any) string {
	t.Helper()
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatalf("%T: %v", v, err)
	}
	return strings.TrimRight(text.String(), "\n")
}

func sameAsStandard(t *testing.T, v any) {
	t.Helper()
	text, err := appendJSON(nil, v)
	if want := standardJSON(t, v); err != nil || string(text) != want {
		t.Fatalf("%T: %v\n%s\nencoding/json:\n%s", v, err, text, want)
	}
}

// some fills a value with anything, a third of it with nothing.
func some(r *rand.Rand, v reflect.Value, depth int) {
	if r.IntN(3) == 0 || depth > 6 {
		return
	}
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(r.Int64N(100) - 50)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(r.Uint64N(100))
	case reflect.Float64:
		v.SetFloat(r.NormFloat64())
	case reflect.String:
		v.SetString([]string{"plain", `"quoted"\`, "<a&b>", "Straße\u2028", "\x00\n\t\x7f", "\xff\xfe"}[r.IntN(6)])
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`{"a":1}`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), r.IntN(3), 3))
		for i := range v.Len() {
			some(r, v.Index(i), depth+1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range r.IntN(4) {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			some(r, key, depth+1)
			some(r, value, depth+1)
			v.SetMapIndex(key, value)
		}
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		some(r, v.Elem(), depth+1)
	case reflect.Interface:
		if v.NumMethod() == 0 {
			v.Set(reflect.ValueOf([]any{1, "text", true, map[string]any{"b": 1, "a": nil}, 1.5}[r.IntN(5)]))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() && f.Tag.Get("json") != "-" {
				some(r, v.Field(i), depth+1)
			}
		}
	}
}

// TestWriterIsStandard: the answers of all functions, filled with anything, are
// written as encoding/json writes them.
func TestWriterIsStandard(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	seen := map[reflect.Type]bool{}
	for _, f := range function.All() {
		if f.Result == nil || seen[f.Result] || f.Result == reflect.TypeFor[Envelope]() {
			continue
		}
		seen[f.Result] = true
		for range 20 {
			v := reflect.New(f.Result).Elem()
			some(r, v, 0)
			sameAsStandard(t, v.Interface())
		}
	}
	if len(seen) < 100 {
		t.Errorf("only %d kinds of answers were written", len(seen))
	}
}

type inner struct {
	A int    `json:"a"`
	B string `json:"b,omitempty"`
}

type shadowing struct {
	inner
	A string `json:"a"`
}

type recursive struct {
	Name string       `json:"name"`
	Next *recursive   `json:"next,omitempty"`
	All  []*recursive `json:"all"`
}

type byPointer struct{ n int }

func (b *byPointer) MarshalJSON() ([]byte, error) { return []byte(`"by pointer"`), nil }

// TestWriterOfTheUnusual: what encoding/json has rules of its own for.
func TestWriterOfTheUnusual(t *testing.T) {
	loop := &recursive{Name: "1", Next: &recursive{Name: "2"}, All: []*recursive{nil, {Name: "3"}}}
	for _, v := range []any{
		nil, 1, "text", true, 1.5, 1e30, json.Number("12"), []byte("bytes"), [2]int{1, 2}, time.Unix(0, 0).UTC(), []int(nil), map[string]int(nil), (*inner)(nil),
		shadowing{inner{1, "x"}, "y"}, struct{ inner }{inner{1, ""}}, struct{ *inner }{&inner{2, "z"}},
		struct {
			N       int       `json:",string"`
			T       time.Time `json:"t,omitzero"`
			U       time.Time `json:"u,omitempty"`
			F       float32   `json:"f"`
			private int
		}{N: 1, private: 2},
		loop, *loop, map[int]string{2: "b", 1: "a"}, map[string]byPointer{"k": {}}, []byPointer{{1}}, &struct{ P byPointer }{},
		[]any{nil, 1, "x", []string{"y"}, map[string]any{"k": loop}}, json.RawMessage(`{"k" : 1}`), struct{}{},
	} {
		sameAsStandard(t, v)
	}
	if _, err := appendJSON(nil, map[string]any{"broken": func() {}}); err == nil {
		t.Error("a function was written")
	}
}

// choosing tells the members that are named.
type choosing struct {
	inner
	C     []int    `json:"c"`
	Names []string `json:"-"`
}

func (c choosing) Members() []string { return c.Names }

// TestChosenMembers: those that are named, in the type's order; what does not exist is left out.
func TestChosenMembers(t *testing.T) {
	for want, names := range map[string][]string{
		`{"a":1,"b":"x","c":null}`: nil,
		`{"a":1,"c":null}`:         {"c", "a"},
		`{}`:                       {"d"},
	} {
		v := choosing{inner{1, "x"}, nil, names}
		if text, err := appendJSON(nil, v); err != nil || string(text) != want {
			t.Errorf("%v: %s %v", names, text, err)
		}
		if text, err := appendJSON(nil, []*choosing{&v, nil}); err != nil || string(text) != "["+want+",null]" {
			t.Errorf("%v in a list: %s %v", names, text, err)
		}
	}
}

// TestWritersTogether: many meet a type for the first time at the same moment.
func TestWritersTogether(t *testing.T) {
	type fresh struct {
		Next *fresh `json:"next"`
		N    int    `json:"n"`
	}
	done := make(chan string)
	for range 16 {
		go func() {
			text, _ := appendJSON(nil, fresh{Next: &fresh{N: 2}, N: 1})
			done <- string(text)
		}()
	}
	for range 16 {
		if text := <-done; text != `{"next":{"next":null,"n":2},"n":1}` {
			t.Error(text)
		}
	}
}
