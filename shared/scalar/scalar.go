// Package scalar holds values as cPanel spells them: 1 and 0 for yes and no,
// seconds since 1970 for a time, "unlimited" for no limit, the daemons' names
// for the three services. It knows nothing of what the values are used for.
package scalar

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Bit is a boolean on the wire: the number 1 or 0.
// cPanel's introduction to WHM API 1: the words true and false are not understood.
type Bit bool

// MarshalJSON writes the number 1 or 0.
func (b Bit) MarshalJSON() ([]byte, error) { return b.AppendJSON(nil), nil }

// AppendJSON appends what MarshalJSON writes.
func (b Bit) AppendJSON(text []byte) []byte { return append(text, b.String()...) }

// UnmarshalJSON reads 1, 0, "1", "0", null.
func (b *Bit) UnmarshalJSON(text []byte) error {
	s := strings.Trim(string(text), `"`)
	if s == "null" || s == "" {
		*b = false
		return nil
	}
	return b.UnmarshalText([]byte(s))
}

// MarshalText writes 1 or 0.
func (b Bit) MarshalText() ([]byte, error) { return []byte(b.String()), nil }

// UnmarshalText reads 1 or 0.
func (b *Bit) UnmarshalText(text []byte) error {
	switch string(text) {
	case "1":
		*b = true
	case "0":
		*b = false
	default:
		return fmt.Errorf("use 1 for yes or 0 for no")
	}
	return nil
}

func (b Bit) String() string {
	if b {
		return "1"
	}
	return "0"
}

// Epoch is a moment in seconds since 1970; the zero value is "never" and prints as null.
type Epoch int64

// At is the Epoch of a time; the zero time is never.
func At(t time.Time) Epoch {
	if t.IsZero() {
		return 0
	}
	return Epoch(t.Unix())
}

// Time is the moment in UTC; never is the zero time.
func (e Epoch) Time() time.Time {
	if e == 0 {
		return time.Time{}
	}
	return time.Unix(int64(e), 0).UTC()
}

// MarshalJSON writes the seconds, and null for never.
func (e Epoch) MarshalJSON() ([]byte, error) { return e.AppendJSON(nil), nil }

// AppendJSON appends what MarshalJSON writes.
func (e Epoch) AppendJSON(text []byte) []byte {
	if e == 0 {
		return append(text, "null"...)
	}
	return strconv.AppendInt(text, int64(e), 10)
}

// UnmarshalJSON reads seconds, as a number or a text, and null.
func (e *Epoch) UnmarshalJSON(text []byte) error {
	s := strings.Trim(string(text), `"`)
	if s == "null" || s == "" {
		*e = 0
		return nil
	}
	return e.UnmarshalText([]byte(s))
}

// MarshalText writes the seconds; never is 0.
func (e Epoch) MarshalText() ([]byte, error) { return strconv.AppendInt(nil, int64(e), 10), nil }

// UnmarshalText reads seconds since 1970, from 0 (never) to the year 9999.
func (e *Epoch) UnmarshalText(text []byte) error {
	n, err := strconv.ParseInt(string(text), 10, 64)
	if err != nil || n < 0 || n > 253402300799 {
		return fmt.Errorf("use a time in seconds since 1970, or 0 for never")
	}
	*e = Epoch(n)
	return nil
}

// Limit is a number with a word for none: it prints "unlimited" for no limit.
type Limit struct {
	N   int64
	Set bool // false: unlimited
}

// Limited is a limit of n.
func Limited(n int64) Limit { return Limit{N: n, Set: true} }

func (l Limit) String() string {
	if !l.Set {
		return "unlimited"
	}
	return strconv.FormatInt(l.N, 10)
}

// MarshalJSON writes the number, or the text "unlimited".
func (l Limit) MarshalJSON() ([]byte, error) { return l.AppendJSON(nil), nil }

// AppendJSON appends what MarshalJSON writes.
func (l Limit) AppendJSON(text []byte) []byte {
	if !l.Set {
		return append(text, `"unlimited"`...)
	}
	return strconv.AppendInt(text, l.N, 10)
}

// UnmarshalJSON reads a number, a number in quotes, "unlimited" or null.
func (l *Limit) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*l = Limit{}
		return nil
	}
	var n json.Number
	if json.Unmarshal(text, &n) == nil {
		return l.UnmarshalText([]byte(n))
	}
	return l.UnmarshalText([]byte(strings.Trim(string(text), `"`)))
}

// MarshalText writes the number or "unlimited".
func (l Limit) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads a whole number of at least 0, "unlimited" or "null".
func (l *Limit) UnmarshalText(text []byte) error {
	s := strings.ToLower(string(text))
	if s == "unlimited" || s == "null" {
		*l = Limit{}
		return nil
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 {
		return fmt.Errorf("use a whole number of at least 0, or “unlimited”")
	}
	*l = Limited(n)
	return nil
}
