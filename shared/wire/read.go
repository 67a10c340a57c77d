package wire

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

// flag is a yes or no as servers spell it: 1, "1", true; 0, "0", "", false, null.
type flag bool

// UnmarshalJSON never fails: what is no yes is a no.
func (f *flag) UnmarshalJSON(raw []byte) error {
	switch strings.Trim(string(raw), `"`) {
	case "", "0", "null", "false", "{}", "[]":
		*f = false
	default:
		*f = true
	}
	return nil
}

// text is a text that may be written as a number.
type text string

// UnmarshalJSON takes numbers as they are written.
func (t *text) UnmarshalJSON(raw []byte) error {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		*t = text(s)
		return nil
	}
	*t = text(raw)
	return nil
}

func (t text) number() int {
	n, _ := strconv.Atoi(string(t))
	return n
}

// texts is a list of texts that may be one text, or null.
type texts []string

// UnmarshalJSON takes a single text for a list of it.
func (t *texts) UnmarshalJSON(raw []byte) error {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		if *t = nil; one != "" {
			*t = texts{one}
		}
		return nil
	}
	return json.Unmarshal(raw, (*[]string)(t))
}

// read decodes an envelope; a body that is none is a failure of the server or
// of something between.
func read(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fault.New(fault.Unavailable, "The server’s answer could not be read: %w", err)
	}
	return nil
}

// told is the fault that an envelope tells of.
func told(kind fault.Kind, messages ...string) error {
	if kind == "" {
		kind = fault.Invalid // a server that is not Postern has no word for it
	}
	for _, m := range messages {
		if m != "" {
			return fault.New(kind, "%s", strings.Join(dropEmpty(messages), " "))
		}
	}
	return fault.New(kind, "%s", "The call failed and the server gave no reason.")
}

// dropEmpty leaves out what says nothing or says it again.
func dropEmpty(list []string) []string {
	var kept []string
	for i, s := range list {
		if s != "" && (i == 0 || s != list[i-1]) {
			kept = append(kept, s)
		}
	}
	return kept
}

// refused is the fault in a body that is not the dialect's envelope: the
// answers to callers who were not let in, and API 0's to an unknown function.
func refused(body []byte, kind fault.Kind) error {
	var e struct {
		Result struct{ Error string } `json:"cpanelresult"`
		Error  string
		Errors texts
	}
	_ = json.Unmarshal(body, &e) // a body with other members says nothing
	if kind == "" {
		kind = fault.Unavailable
	}
	return told(kind, append(e.Errors, e.Result.Error, e.Error)...)
}

// readData decodes the data of an answer. Nothing has none.
func readData(raw json.RawMessage, out any) error {
	if _, nothing := out.(*function.Nothing); nothing || out == nil || len(raw) == 0 {
		return nil
	}
	return read(raw, out)
}

// payload takes WHM's wrapper off an answer that is no object.
func payload(raw json.RawMessage, out any) json.RawMessage {
	if isObject(out) {
		return raw
	}
	if m := rawJSON(raw).members(); len(m) == 1 && m[0].name == "payload" {
		return json.RawMessage(m[0].value.(rawJSON))
	}
	return raw
}

// oneRow takes the row out of API 2's list when the answer is one hash.
func oneRow(raw json.RawMessage, out any) json.RawMessage {
	if t := target(out); t == reflect.Slice || t == reflect.Array || t == reflect.Interface {
		return raw
	}
	var rows []json.RawMessage
	switch {
	case json.Unmarshal(raw, &rows) != nil || len(rows) > 1:
		return raw // it will not fit, or is a bare hash
	case len(rows) == 0:
		return nil
	}
	if m := rawJSON(rows[0]).members(); !isObject(out) && len(m) == 1 && m[0].name == "result" {
		return json.RawMessage(m[0].value.(rawJSON))
	}
	return rows[0]
}

// target is the kind of what out points to.
func target(out any) reflect.Kind {
	t := reflect.TypeOf(out)
	for t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if t == nil {
		return reflect.Invalid
	}
	return t.Kind()
}

func isObject(out any) bool {
	k := target(out)
	return k == reflect.Struct || k == reflect.Map || k == reflect.Interface
}
