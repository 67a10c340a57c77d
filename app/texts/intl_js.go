//go:build js

package texts

import (
	"strings"
	"syscall/js"
	"time"
)

// Go's wasm knows only the browser's present offset from UTC, not its time
// zone, so time.Local is wrong across a change of clocks. The browser's Intl
// knows, and the language's way of writing as well.
var (
	intl                            = js.Global().Get("Intl")
	plurals, numbers, moments, days js.Value
	calendar                        js.Value // writes days that are in no zone: days of the calendar
)

func init() { useIntl(js.Global().Get("document").Get("documentElement").Get("lang").String()) }

// useIntl writes times and numbers a language's way: the way of the reader's own
// country if that is where one of the browser's languages with this name is spoken.
func useIntl(tag string) {
	wanted, _, _ := strings.Cut(tag, "-")
	liked := js.Global().Get("navigator").Get("languages")
	for i := range liked.Length() {
		one := liked.Index(i).String()
		if base, _, _ := strings.Cut(one, "-"); one != tag && base == wanted && tag == wanted {
			tag = one
			break
		}
	}
	plurals = intl.Get("PluralRules").New(tag)
	numbers = intl.Get("NumberFormat").New(tag)
	moments = intl.Get("DateTimeFormat").New(tag, map[string]any{"dateStyle": "medium", "timeStyle": "short"})
	days = intl.Get("DateTimeFormat").New(tag, map[string]any{"dateStyle": "medium"})
	calendar = intl.Get("DateTimeFormat").New(tag, map[string]any{"dateStyle": "medium", "timeZone": "UTC"})
}

func category(n int) string { return plurals.Call("select", n).String() }

// Number writes a number in the language in use.
func Number(n int) string { return numbers.Call("format", n).String() }

// Moment writes a day and a time in the reader's own time zone.
func Moment(t time.Time) string { return moments.Call("format", t.UnixMilli()).String() }

// Day writes a day in the reader's own time zone.
func Day(t time.Time) string { return days.Call("format", t.UnixMilli()).String() }
