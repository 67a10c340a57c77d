package wire

import (
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
)

// answer is what is known of a type whose values are written by themselves, and not
// within another.
type answer struct {
	write  writer
	placed bool         // its values need a place: see pointed
	room   atomic.Int64 // how long the last one was
}

// answers are those that were written so far, by type.
var answers sync.Map // reflect.Type: *answer

func answerOf(t reflect.Type) *answer {
	if a, made := answers.Load(t); made {
		return a.(*answer)
	}
	a, _ := answers.LoadOrStore(t, &answer{write: writerOf(t), placed: pointed(t)})
	return a.(*answer)
}

// appendJSON appends any value.
func appendJSON(b []byte, v any) ([]byte, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return append(b, "null"...), nil
	}
	return answerOf(r.Type()).append(b, r)
}

// newJSON is a value in a slice of its own, which begins as long as the last one of
// its type was: answers of a function are mostly alike.
func newJSON(v any) ([]byte, error) {
	r := reflect.ValueOf(v)
	if !r.IsValid() {
		return []byte("null"), nil
	}
	a := answerOf(r.Type())
	b, err := a.append(make([]byte, 0, a.room.Load()+64), r)
	a.room.Store(int64(min(len(b), longest)))
	return b, err
}

// longest is the most that an answer is given at first: one may be short where the
// last one was a long list.
const longest = 4096

func (a *answer) append(b []byte, r reflect.Value) ([]byte, error) {
	if a.placed {
		place := reflect.New(r.Type()).Elem()
		place.Set(r)
		r = place
	}
	return a.write(b, r)
}

// pointed tells whether a type has methods of a pointer, or members in the same place
// that have some: they are called only where there is a place to point to.
func pointed(t reflect.Type) bool {
	if written(t) {
		return !t.Implements(appenders) && !t.Implements(marshalsJSON) && !t.Implements(marshalsText)
	}
	switch t.Kind() {
	case reflect.Array:
		return pointed(t.Elem())
	case reflect.Struct:
		return slices.ContainsFunc(reflect.VisibleFields(t), func(f reflect.StructField) bool { return pointed(f.Type) })
	}
	return false
}
