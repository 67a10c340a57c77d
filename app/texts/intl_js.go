//go:build js

package texts

import (
	"syscall/js"
	"time"
)

// Go's wasm knows only the browser's present offset from UTC, not its time
// zone, so time.Local is wrong across a change of clocks. The browser's Intl
// knows, and the language's way of writing as well.
var (
	intl     = js.Global().Get("Intl")
	language = js.Global().Get("document").Get("documentElement").Get("lang")
	plurals  = intl.Get("PluralRules").New(language)
	numbers  = intl.Get("NumberFormat").New(language)
	moments  = intl.Get("DateTimeFormat").New(js.Undefined(), map[string]any{"dateStyle": "medium", "timeStyle": "short"})
	days     = intl.Get("DateTimeFormat").New(js.Undefined(), map[string]any{"dateStyle": "medium"})
)

func category(n int) string { return plurals.Call("select", n).String() }

// Number writes a number in the language in use.
func Number(n int) string { return numbers.Call("format", n).String() }

// Moment writes a day and a time in the reader's own time zone.
func Moment(t time.Time) string { return moments.Call("format", t.UnixMilli()).String() }

// Day writes a day in the reader's own time zone.
func Day(t time.Time) string { return days.Call("format", t.UnixMilli()).String() }
