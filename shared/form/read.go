package form

import (
	"encoding"
	"fmt"
	"net/url"
	"reflect"
	"sort"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"postern/shared/fault"
)

// Checker is a request with rules that span several of its fields.
type Checker interface {
	// Check returns a fault.Invalid that names the parameter.
	Check() error
}

// Read fills the struct that into points to with the named texts.
// Names that no field has are passed over, as cPanel passes over them.
// The error is always a fault.Invalid that names the parameter and what is allowed.
func Read(fields []Field, args url.Values, into any) error {
	v := reflect.ValueOf(into).Elem()
	for i := range fields {
		if err := fields[i].read(args, v.FieldByIndex(fields[i].index)); err != nil {
			return err
		}
	}
	if c, checks := into.(Checker); checks {
		return c.Check()
	}
	return nil
}

func (f *Field) read(args url.Values, v reflect.Value) error {
	switch f.Kind {
	case List:
		return f.readList(args, v)
	case Map:
		return f.readMap(args, v)
	}
	name, text, given := f.find(args)
	if text == "" {
		if f.Required {
			return fault.Missing(f.Name)
		}
		if given && f.Optional && v.Type().Elem().Kind() == reflect.String {
			v.Set(reflect.New(v.Type().Elem())) // said to be empty: not the same as not said
			return nil
		}
		if f.Default == "" {
			return nil
		}
		text = f.Default
	}
	if f.Optional {
		v.Set(reflect.New(v.Type().Elem()))
		v = v.Elem()
	}
	return f.set(name, text, v)
}

// find is the first value under the field's name or one of its aliases.
// A value that is there is better than an empty one.
func (f *Field) find(args url.Values) (name, text string, given bool) {
	for _, n := range append([]string{f.Name}, f.Aliases...) {
		for _, t := range args[n] {
			if t != "" {
				return n, t, true
			}
			given = true
		}
	}
	return f.Name, "", given
}

func (f *Field) readList(args url.Values, v reflect.Value) error {
	var texts []string
	for _, name := range append([]string{f.Name}, f.Aliases...) {
		texts = append(texts, args[name]...)
		for _, n := range numbered(args, name) {
			texts = append(texts, args[n]...)
		}
	}
	if len(texts) == 0 && !f.Required {
		return nil
	}
	list := reflect.MakeSlice(v.Type(), 0, len(texts))
	for _, t := range texts {
		if t == "" {
			continue
		}
		item := reflect.New(v.Type().Elem()).Elem()
		if err := f.set(f.Name, t, item); err != nil {
			return err
		}
		list = reflect.Append(list, item)
	}
	if list.Len() > 0 {
		v.Set(list)
	} else if f.Required {
		return fault.Missing(f.Name)
	}
	return nil
}

// numbered lists the names name-0, name-1, … that args has, in the order of their numbers.
// cPanel's pages start at 0 or at 1, depending on the function.
func numbered(args url.Values, name string) []string {
	var found []string
	order := map[string]int{}
	for n := range args {
		tail, is := strings.CutPrefix(n, name+"-")
		if i, err := strconv.Atoi(tail); is && err == nil && i >= 0 && tail[0] != '+' {
			found, order[n] = append(found, n), i
		}
	}
	if len(found) < 2 { // mostly none
		return found
	}
	sort.Slice(found, func(a, b int) bool {
		if order[found[a]] != order[found[b]] {
			return order[found[a]] < order[found[b]]
		}
		return found[a] < found[b]
	})
	return found
}

// maxKey is how many bytes a Map's key may have.
const maxKey = 255

func (f *Field) readMap(args url.Values, v reflect.Value) error {
	prefix := strings.TrimSuffix(f.Name, "*")
	m := reflect.MakeMap(v.Type())
	for name, texts := range args {
		key, is := strings.CutPrefix(name, prefix)
		if !is || key == "" || len(texts) == 0 {
			continue
		}
		// The key is the caller's word as much as the value is.
		if len(key) > maxKey {
			return fault.Bad(f.Name, fmt.Sprintf("use names of at most %d bytes", maxKey))
		}
		if err := plain(f.Name, key, false); err != nil {
			return err
		}
		if err := f.check(name, texts[0]); err != nil {
			return err
		}
		m.SetMapIndex(reflect.ValueOf(key).Convert(v.Type().Key()), reflect.ValueOf(texts[0]).Convert(v.Type().Elem()))
	}
	if m.Len() > 0 {
		v.Set(m)
	} else if f.Required {
		return fault.Missing(f.Name)
	}
	return nil
}

// set reads one text into one value.
func (f *Field) set(name, text string, v reflect.Value) error {
	if f.Kind == Number || f.Kind == Bit {
		text = strings.TrimSpace(text)
	}
	if err := f.check(name, text); err != nil {
		return err
	}
	if r, reads := v.Addr().Interface().(encoding.TextUnmarshaler); reads {
		if err := r.UnmarshalText([]byte(text)); err != nil {
			if f.Allowed != "" { // a type of someone else's may repeat the value in its error
				return fault.Bad(name, f.Allowed).Because(err)
			}
			return fault.Bad(name, err.Error())
		}
		return nil
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(text)
	case reflect.Bool:
		if text != "0" && text != "1" {
			return fault.Bad(name, yesOrNo.Text)
		}
		v.SetBool(text == "1")
	default:
		n, err := strconv.ParseInt(text, 10, v.Type().Bits())
		if err != nil {
			return fault.Bad(name, whole.Text)
		}
		v.SetInt(n)
	}
	return nil
}

// check holds what every text must be: UTF-8, not too long, one line unless said otherwise,
// one of the choices, of the pattern.
func (f *Field) check(name, text string) error {
	if len(text) > f.Max {
		return TooLong(name, f.Max)
	}
	if err := plain(name, text, f.Lines); err != nil {
		return err
	}
	if f.Choices != nil && !contains(f.Choices, text) {
		return fault.Bad(name, oneOf.With("choices", strings.Join(f.Choices, ", ")))
	}
	if f.Pattern != nil && !f.Pattern.MatchString(text) {
		return fault.Bad(name, f.Allowed)
	}
	return nil
}

// plain tells whether a text is UTF-8 without control characters.
func plain(name, text string, lines bool) error {
	if !utf8.ValidString(text) {
		return fault.Bad(name, unicoded.Text)
	}
	// A line break or a NUL in a value is how CVE-2026-41940 forged session keys;
	// no parameter needs them but those that say so.
	if strings.IndexFunc(text, func(r rune) bool {
		return unicode.IsControl(r) && !(lines && (r == '\n' || r == '\r' || r == '\t'))
	}) >= 0 {
		return NoBreaks(name)
	}
	return nil
}

func contains(list []string, s string) bool {
	for _, one := range list {
		if one == s {
			return true
		}
	}
	return false
}
