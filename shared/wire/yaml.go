package wire

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// appendYAML writes a value as the command lines print it: keys in order of
// their names, --- first, null as ~, texts in quotes when YAML would read them
// as something else.
func appendYAML(b []byte, v any) []byte {
	b = append(b, "---\n"...)
	return appendNode(b, tree(v), 0)
}

// appendNode writes a value that begins a line of its own.
func appendNode(b []byte, v any, depth int) []byte {
	switch v := v.(type) {
	case map[string]any:
		if len(v) > 0 {
			return appendMapping(b, v, depth, false)
		}
	case []any:
		if len(v) > 0 {
			return appendSequence(b, v, depth, false)
		}
	}
	return append(append(b, scalarYAML(v)...), '\n')
}

// appendMapping writes a mapping; started tells that the first line has its
// indentation already.
func appendMapping(b []byte, m map[string]any, depth int, started bool) []byte {
	for i, k := range sorted(m) {
		if i > 0 || !started {
			b = append(b, strings.Repeat("  ", depth)...)
		}
		b = append(append(b, textYAML(k)...), ':')
		switch v := m[k].(type) {
		case map[string]any:
			if len(v) > 0 {
				b = appendMapping(append(b, '\n'), v, depth+1, false)
				continue
			}
		case []any:
			if len(v) > 0 {
				b = appendSequence(append(b, '\n'), v, depth+1, false)
				continue
			}
		}
		b = append(append(append(b, ' '), scalarYAML(m[k])...), '\n')
	}
	return b
}

func appendSequence(b []byte, list []any, depth int, started bool) []byte {
	for i, v := range list {
		if i > 0 || !started {
			b = append(b, strings.Repeat("  ", depth)...)
		}
		b = append(b, "- "...)
		switch v := v.(type) {
		case map[string]any:
			if len(v) > 0 {
				b = appendMapping(b, v, depth+1, true)
				continue
			}
		case []any:
			if len(v) > 0 {
				b = appendSequence(b, v, depth+1, true)
				continue
			}
		}
		b = append(append(b, scalarYAML(v)...), '\n')
	}
	return b
}

// scalarYAML writes what has no parts.
func scalarYAML(v any) string {
	switch v := v.(type) {
	case nil:
		return "~"
	case bool:
		return bit(v)
	case json.Number:
		return numberYAML(string(v))
	case string:
		return textYAML(v)
	case map[string]any:
		return "{}"
	default:
		return "[]"
	}
}

// numberYAML gives an exponent the point that YAML's floats have.
func numberYAML(n string) string {
	if e := strings.IndexAny(n, "eE"); e >= 0 && !strings.Contains(n, ".") {
		return n[:e] + ".0" + n[e:]
	}
	return n
}

// textYAML writes a text plain where nothing can be mistaken, else in single
// quotes, else with escapes.
func textYAML(s string) string {
	switch {
	case plainYAML(s):
		return s
	case strings.IndexFunc(s, func(r rune) bool { return !printable(r) }) < 0:
		return "'" + strings.ReplaceAll(s, "'", "''") + "'"
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case printable(r):
			b.WriteRune(r)
		case r <= 0xFFFF:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			fmt.Fprintf(&b, `\U%08X`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// printable tells whether YAML can hold a character as it is, on one line.
// U+0085, U+2028 and U+2029 break lines in YAML; U+FEFF marks a byte order.
func printable(r rune) bool {
	return unicode.IsPrint(r) && r != 0x85 && r != 0x2028 && r != 0x2029 && r != 0xFEFF && r != 0xFFFD
}

// reserved are the words that some version of YAML reads as no text.
var reserved = map[string]bool{
	"": true, "y": true, "n": true, "yes": true, "no": true, "on": true, "off": true,
	"true": true, "false": true, "null": true, "nan": true, "inf": true,
}

// plainYAML is narrow on purpose: it begins with a letter or a slash, and has
// nothing but letters, digits and a few marks that mean nothing inside a word.
func plainYAML(s string) bool {
	if reserved[strings.ToLower(s)] || !(letter(s[0]) || s[0] == '/') || s[len(s)-1] == ' ' {
		return false
	}
	if _, err := strconv.ParseFloat(s, 64); err == nil {
		return false // Infinity and the like
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !letter(c) && (c < '0' || c > '9') && !strings.ContainsRune(" _-./@+()$%=~^;", rune(c)) {
			// A colon is only taken for a key's end before a space, or at the end.
			if c != ':' || i+1 == len(s) || s[i+1] == ' ' {
				return false
			}
		}
	}
	return true
}

// ToYAML writes JSON as the command lines would print it; what is no JSON stays as it is.
func ToYAML(body []byte) []byte {
	if !json.Valid(body) {
		return body
	}
	return appendYAML(nil, rawJSON(body))
}
