package wire

import (
	"encoding/json"
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"
)

// appendXML writes an envelope the way cPanel's XML is: one element for each
// member, in the order of their names; a list repeats its element, an empty list
// is no element at all; null is an empty element. Only text, no attributes.
//
// The record says nothing on names that XML does not allow. They are written as
// in ISO 9075-14: 1and1.com becomes _x0031_and1.com.
func appendXML(b []byte, root string, members object) []byte {
	b = append(b, "<?xml version=\"1.0\" ?>\n"...)
	return append(appendElement(b, xmlName(root), tree(members)), '\n')
}

func appendElement(b []byte, name string, value any) []byte {
	if list, is := value.([]any); is {
		for _, v := range list {
			if inner, nested := v.([]any); nested { // a list in a list has no name of its own
				v = map[string]any{"item": inner}
			}
			b = appendElement(b, name, v)
		}
		return b
	}
	b = append(append(append(b, '<'), name...), '>')
	switch v := value.(type) {
	case map[string]any:
		for _, k := range sorted(v) {
			b = appendElement(b, xmlName(k), v[k])
		}
	case string:
		b = appendXMLText(b, v)
	case json.Number:
		b = append(b, v...)
	case bool:
		b = append(b, bit(v)...)
	}
	return append(append(append(b, "</"...), name...), '>')
}

// bit is a boolean as every dialect spells it.
func bit(v bool) string {
	if v {
		return "1"
	}
	return "0"
}

func sorted(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// appendXMLText writes text; characters that XML 1.0 cannot hold become U+FFFD.
func appendXMLText(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case r == '<':
			b = append(b, "&lt;"...)
		case r == '>':
			b = append(b, "&gt;"...)
		case r == '&':
			b = append(b, "&amp;"...)
		case r == '"':
			b = append(b, "&quot;"...)
		case r == '\r':
			b = append(b, "&#13;"...) // a parser would make a line feed of it
		case !xmlCharacter(r):
			b = utf8.AppendRune(b, utf8.RuneError)
		default:
			b = utf8.AppendRune(b, r)
		}
	}
	return b
}

// xmlCharacter is XML 1.0's production Char.
func xmlCharacter(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// xmlName makes an element's name of any text.
func xmlName(s string) string {
	plain := true
	for i := 0; i < len(s) && plain; i++ {
		plain = letter(s[i]) || s[i] == '_' || i > 0 && nameByte(s[i])
	}
	if plain && s != "" && !strings.Contains(s, "_x") {
		return s
	}
	if s == "" {
		return "_x_"
	}
	var b strings.Builder
	for i, r := range s {
		switch {
		case r < utf8.RuneSelf && (letter(byte(r)) || i > 0 && nameByte(byte(r))):
			b.WriteRune(r)
		case r == '_' && !strings.HasPrefix(s[i:], "_x"):
			b.WriteRune(r)
		default:
			fmt.Fprintf(&b, "_x%04X_", r)
		}
	}
	return b.String()
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

// nameByte is a byte that may stand in a name, but not begin it.
func nameByte(c byte) bool { return c >= '0' && c <= '9' || c == '-' || c == '.' }
