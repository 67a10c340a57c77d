//go:build !js

package texts

import (
	"strconv"
	"time"
)

// Outside a browser, in tests, there is no Intl: English plurals, plain digits, UTC.

func useIntl(string) {}

func category(n int) string {
	if n == 1 {
		return "one"
	}
	return "other"
}

// Number writes a number in the language in use.
func Number(n int) string { return strconv.Itoa(n) }

// Moment writes a day and a time in the reader's own time zone.
func Moment(t time.Time) string { return t.UTC().Format("2 Jan 2006, 15:04") }

// Day writes a day in the reader's own time zone.
func Day(t time.Time) string { return t.UTC().Format("2 Jan 2006") }
