package account

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"postern/shared/scalar"
)

// read reads settings as PostgreSQL writes jsonb. Every call of get_user_information
// does, and for encoding/json it is a tenth of such a call: so what is plain, which is
// nearly all there is, is read here, and the whole document by encoding/json as soon
// as a member is not.
func (s *settings) read(written string) error {
	if s.readPlain(written) {
		return nil
	}
	*s = settings{}
	return json.Unmarshal([]byte(written), s)
}

// settingFields are the places of the members in settings, by name.
var settingFields = sync.OnceValue(func() map[string][]int {
	fields := map[string][]int{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[settings]()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			fields[name] = f.Index
		}
	}
	return fields
})

// readPlain reads an object of whole numbers and of texts that are plain:
//
//	{"cgi": 1, "maxpop": "unlimited", "theme": "jupiter"}
//
// It tells whether that is what it was; if not, anything may have been read.
func (s *settings) readPlain(written string) bool {
	fields, into := settingFields(), reflect.ValueOf(s).Elem()
	rest, is := strings.CutPrefix(written, "{")
	if !is {
		return false
	}
	for more := rest != "}"; more; {
		var name, value string
		if name, rest, is = cutQuoted(rest); !is {
			return false
		}
		if rest, is = strings.CutPrefix(rest, ": "); !is {
			return false
		}
		field, known := fields[name]
		if !known {
			return false
		}
		place := into.FieldByIndex(field).Addr().Interface()
		if value, rest, is = cutQuoted(rest); is {
			is = plain(value) && setText(place, value)
		} else {
			value, rest = cutDigits(rest)
			is = setNumber(place, value)
		}
		if !is {
			return false
		}
		rest, more = strings.CutPrefix(rest, ", ")
	}
	return rest == "}"
}

// cutQuoted takes a text in quotes off the front; without one all is left as it is.
func cutQuoted(s string) (text, rest string, is bool) {
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	text, rest, is = strings.Cut(s[1:], `"`)
	return text, rest, is
}

// plain tells whether a text stands for itself in JSON.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}

// cutDigits takes the digits off the front.
func cutDigits(s string) (digits, rest string) {
	rest = strings.TrimLeft(s, "0123456789")
	return s[:len(s)-len(rest)], rest
}

// setText fills a place with a text, if it takes that one.
func setText(place any, text string) bool {
	switch p := place.(type) {
	case *string:
		*p = text
	case *scalar.Limit:
		*p = scalar.Limit{}
		return text == p.String()
	default:
		return false
	}
	return true
}

// setNumber fills a place with a number, if it takes that one.
func setNumber(place any, digits string) bool {
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || digits[0] == '0' && len(digits) > 1 {
		return false
	}
	switch p := place.(type) {
	case *scalar.Limit:
		*p = scalar.Limited(n)
	case *scalar.Bit:
		*p = n == 1
		return n <= 1
	case *int64:
		*p = n
	case *int:
		*p = int(n)
		return int64(*p) == n
	default:
		return false
	}
	return true
}
