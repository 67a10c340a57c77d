//go:build !js

package texts

import (
	"strconv"
	"sync"
	"time"
)

// Outside a browser, on the server and in tests, there is no Intl: English plurals,
// and days in UTC, which the page's loader writes the reader's way.

func useIntl(string) {}

var speaking sync.Mutex

// Speak has do draw something in a language, one at a time: Now is that language
// meanwhile. The rest of the server names the language that it means.
func Speak(language *Texts, do func()) {
	speaking.Lock()
	defer speaking.Unlock()
	defer current.Store(current.Swap(language))
	do()
}

func category(n int) string {
	if n == 1 {
		return "one"
	}
	return "other"
}

// Number writes a number in the language in use.
func Number(n int) string {
	digits := strconv.Itoa(n)
	for at := len(digits) - 3; at > 0 && digits[at-1] != '-'; at -= 3 {
		digits = digits[:at] + Now().Common.Thousands + digits[at:]
	}
	return digits
}

// Moment writes a day and a time in the reader's own time zone.
func Moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }

// Day writes a day in the reader's own time zone.
func Day(t time.Time) string { return t.UTC().Format(time.DateOnly) }
