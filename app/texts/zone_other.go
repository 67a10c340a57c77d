//go:build !js

package texts

import (
	"strconv"
	"time"
)

// Zone is the reader's time zone by its IANA name; outside a browser it is not known.
func Zone() string { return "" }

// Date writes a day of the calendar.
func Date(t time.Time) string { return t.Format(time.DateOnly) }

// EndOfDay is the last second of a day such as 2026-03-04 in the reader's zone,
// in seconds since 1970; what is no day is given back.
func EndOfDay(day string) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return strconv.FormatInt(t.Unix()+86399, 10)
}
