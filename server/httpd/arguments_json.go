package httpd

import (
	"bytes"
	"encoding/json"
	"net/url"

	"postern/shared/fault"
)

// readJSON reads an object as arguments. Texts are taken as they are and numbers
// as they are written; true and false are 1 and 0, null is nothing. A list gives
// its name several values. An object inside the object gives its members'
// names with a dot: {"cpanel":{"user":"anna"}} is cpanel.user. What has parts
// inside a list keeps them, as JSON: such are the commands of Batch::strict.
func readJSON(body []byte, args url.Values) error {
	if err := jsonDepth(body); err != nil {
		return err
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var object map[string]any
	if err := d.Decode(&object); err != nil {
		return fault.New(fault.Invalid, "The request’s body is not a JSON object.: %w", err)
	}
	if d.More() {
		return fault.New(fault.Invalid, "The request’s body holds more than one JSON object.")
	}
	flatten("", object, args)
	return nil
}

// jsonDepth counts levels before anything is built of them.
func jsonDepth(body []byte) error {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if depth++; depth > maxJSONDepth {
				return deep()
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

func flatten(prefix string, object map[string]any, args url.Values) {
	for name, value := range object {
		name = prefix + name
		switch v := value.(type) {
		case map[string]any:
			flatten(name+".", v, args)
		case []any:
			for _, item := range v {
				addJSON(name, item, args)
			}
		default:
			addJSON(name, v, args)
		}
	}
}

func addJSON(name string, value any, args url.Values) {
	switch v := value.(type) {
	case nil:
	case string:
		args.Add(name, v)
	case json.Number:
		args.Add(name, string(v))
	case bool:
		if v {
			args.Add(name, "1")
		} else {
			args.Add(name, "0")
		}
	default:
		if text, err := json.Marshal(v); err == nil { // it came from JSON
			args.Add(name, string(text))
		}
	}
}
