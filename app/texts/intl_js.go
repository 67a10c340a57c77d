//go:build js

package texts

import (
	"syscall/js"
	"time"
)

// writer is one of the browser's own for times and numbers. Go's wasm knows only
// the browser's present offset from UTC, not its time zone, so time.Local is wrong
// across a change of clocks. The browser's Intl knows, and the language's way of
// writing as well. To make one takes the browser long, so it is made when it is needed.
type writer struct {
	kind    string
	options map[string]any
	made    js.Value // in the language written
	written string
}

var (
	tongue   string // the language in use, as a tag
	plurals  = &writer{kind: "PluralRules"}
	numbers  = &writer{kind: "NumberFormat"}
	moments  = &writer{kind: "DateTimeFormat", options: map[string]any{"dateStyle": "medium", "timeStyle": "short"}}
	days     = &writer{kind: "DateTimeFormat", options: map[string]any{"dateStyle": "medium"}}
	calendar = &writer{kind: "DateTimeFormat", options: map[string]any{"dateStyle": "medium", "timeZone": "UTC"}} // days that are in no zone
)

// Call calls a method of the browser's writer for the language in use.
func (w *writer) Call(method string, args ...any) js.Value {
	if w.made.IsUndefined() || w.written != tongue {
		w.made, w.written = js.Global().Get("Intl").Get(w.kind).New(tongue, w.options), tongue
	}
	return w.made.Call(method, args...)
}

func init() { useIntl(js.Global().Get("document").Get("documentElement").Get("lang").String()) }

// useIntl writes times and numbers a language's way; the loader knows the reader's country.
func useIntl(tag string) { tongue = js.Global().Call("posternTongue", tag).String() }

func category(n int) string { return plurals.Call("select", n).String() }

// Number writes a number in the language in use.
func Number(n int) string { return numbers.Call("format", n).String() }

// Moment writes a day and a time in the reader's own time zone.
func Moment(t time.Time) string { return moments.Call("format", t.UnixMilli()).String() }

// Day writes a day in the reader's own time zone.
func Day(t time.Time) string { return days.Call("format", t.UnixMilli()).String() }
