package wire

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
)

// rawJSON is a value that is JSON already; it is not looked at again.
type rawJSON []byte

// member is one named value of an object.
type member struct {
	name  string
	value any // object, rawJSON, or what encoding/json can write
}

// object is a JSON object whose members have an order.
type object []member

// room is about how long the object will be.
func (o object) room() int {
	n := 64
	for _, m := range o {
		switch v := m.value.(type) {
		case object:
			n += v.room()
		case rawJSON:
			n += len(v)
		}
		n += len(m.name) + 16
	}
	return n
}

// append writes the object after what is in b.
func (o object) append(b []byte) []byte {
	b = append(b, '{')
	for i, m := range o {
		if i > 0 {
			b = append(b, ',')
		}
		b = append(appendValue(b, m.name), ':')
		b = appendValue(b, m.value)
	}
	return append(b, '}')
}

func appendValue(b []byte, v any) []byte {
	switch v := v.(type) {
	case object:
		return v.append(b)
	case []object:
		b = append(b, '[')
		for i, o := range v {
			if i > 0 {
				b = append(b, ',')
			}
			b = o.append(b)
		}
		return append(b, ']')
	case rawJSON:
		return append(b, v...)
	case nil:
		return append(b, "null"...)
	case int:
		return strconv.AppendInt(b, int64(v), 10)
	case string:
		if plain(v) {
			return append(append(append(b, '"'), v...), '"')
		}
	}
	raw, err := marshal(v)
	if err != nil {
		return append(b, "null"...) // only our own texts and numbers come here
	}
	return append(b, raw...)
}

// plain tells whether a text stands for itself in JSON.
func plain(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// marshal writes JSON as it is meant for programs: < and & stay as they are. A
// list that was never made is an empty one.
func marshal(v any) (rawJSON, error) {
	if raw, is := v.(rawJSON); is {
		return raw, nil
	}
	if envelope, is := v.(Envelope); is {
		return envelope.JSON(), nil
	}
	if r := reflect.ValueOf(v); r.Kind() == reflect.Slice && r.IsNil() && !written(r.Type()) {
		return rawJSON("[]"), nil
	}
	return newJSON(v)
}

// shape is the first byte of a JSON value: { [ or something else.
func (r rawJSON) shape() byte {
	if len(r) == 0 {
		return 0
	}
	return r[0]
}

// end is where the text, list or object that begins at i ends: the index after
// it, or -1. It looks at brackets and quotes alone, for an answer may be long.
func (r rawJSON) end(i int) int {
	depth, quoted := 0, false
	for ; i < len(r); i++ {
		switch c := r[i]; {
		case quoted && c == '\\':
			i++
			continue
		case c == '"':
			quoted = !quoted
		case quoted:
			continue
		case c == '[' || c == '{':
			depth++
		case c == ']' || c == '}':
			depth--
		}
		if depth <= 0 && !quoted {
			return i + 1
		}
	}
	return -1
}

// members takes an object apart, in its own order. It gives nil when r is none.
func (r rawJSON) members() object {
	d := json.NewDecoder(bytes.NewReader(r))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	o := object{}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return o
		}
		var value json.RawMessage
		if d.Decode(&value) != nil {
			return o
		}
		o = append(o, member{key.(string), rawJSON(value)})
	}
	return o
}

func indented(raw []byte) []byte {
	var b bytes.Buffer
	if json.Indent(&b, raw, "", "   ") != nil {
		return raw
	}
	return b.Bytes()
}

// tree is a value as maps, lists, texts and json.Numbers.
func tree(v any) any {
	d := json.NewDecoder(bytes.NewReader(appendValue(nil, v)))
	d.UseNumber()
	var t any
	if d.Decode(&t) != nil {
		return nil
	}
	return t
}
