//go:build js

package texts

import (
	"strconv"
	"strings"
	"syscall/js"
	"time"
)

// Zone is the reader's time zone by its IANA name; UTC if the browser tells none.
func Zone() string {
	zone := moments.Call("resolvedOptions").Get("timeZone")
	if !zone.Truthy() {
		return "UTC"
	}
	return zone.String()
}

// Date writes a day of the calendar.
func Date(t time.Time) string { return calendar.Call("format", t.UnixMilli()).String() }

// EndOfDay is the last second of a day such as 2026-03-04 in the reader's zone,
// in seconds since 1970; what is no day is given back.
func EndOfDay(day string) string {
	parts := strings.Split(day, "-")
	if len(parts) != 3 {
		return day
	}
	var n [3]int
	for i, part := range parts {
		var err error
		if n[i], err = strconv.Atoi(part); err != nil {
			return day
		}
	}
	next := js.Global().Get("Date").New(n[0], n[1]-1, n[2]+1)
	return strconv.FormatInt(int64(next.Call("getTime").Float())/1000-1, 10)
}
