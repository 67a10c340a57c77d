package wire

import (
	"encoding/json"

	"postern/shared/fault"
	"postern/shared/function"
)

// WHM is the envelope of WHM API 1:
//
//	{"metadata":{"version":1,"command":"f","reason":"OK","result":1},"data":{}}
//
// The data of an answer that is no object stands under payload. A failed call
// has no data. XML's root is result.
func WHM(command string, r function.Reply, err error) Envelope {
	raw, none, broken := data(r)
	if err == nil {
		err = broken
	}
	if err != nil {
		f := fault.Of(err)
		reason := f.Message
		if unknown(f) {
			reason = unknownWHM(command)
		}
		return Envelope{root: "result", members: object{{"metadata", object{
			{"version", 1}, {"command", short(command)}, {"reason", reason}, {"result", 0},
		}}}}.failed(f, err)
	}
	metadata := object{
		{"version", 1}, {"command", command}, {"reason", reasonOf(r.Notes)}, {"result", 1},
	}
	if !none && raw.shape() != '{' {
		raw = object{{"payload", raw}}.append(nil)
	} else if literal(raw) {
		metadata = append(metadata, member{"payload_is_literal", 1})
	}
	metadata = append(metadata, noted(r.Notes)...)
	metadata = append(metadata, chunked(r.Shaped)...)
	members := object{{"metadata", metadata}}
	if !none {
		members = append(members, member{"data", raw})
	}
	return Envelope{root: "result", members: members}
}

// reasonOf is what a successful WHM call says.
func reasonOf(n function.Notes) string {
	if n.Reason != "" {
		return n.Reason
	}
	return success
}

// literal tells whether data is an object with one member, a list: clients
// take such an object for a wrapper unless payload_is_literal says that it is
// the function's own (cPanel, WHM API 1 - Return Data).
func literal(raw rawJSON) bool {
	key := raw.end(1) // the first member's name
	if raw.shape() != '{' || key < 0 || key+1 >= len(raw) || raw[key+1] != '[' {
		return false
	}
	value := raw.end(key + 1)
	return value >= 0 && value+1 == len(raw)
}

func noted(n function.Notes) object {
	var output object
	if len(n.Messages) > 0 {
		output = append(output, member{"messages", n.Messages})
	}
	if len(n.Warnings) > 0 {
		output = append(output, member{"warnings", n.Warnings})
	}
	if n.Raw != "" {
		output = append(output, member{"raw", n.Raw})
	}
	if output == nil {
		return nil
	}
	return object{{"output", output}}
}

func chunked(s *function.Shaped) (metadata object) {
	if s == nil {
		return nil
	}
	if s.Paged {
		metadata = append(metadata, member{"chunk", object{
			{"start", s.Start}, {"current", s.Current()}, {"size", s.Size}, {"chunks", s.Pages()}, {"records", s.Records},
		}})
	}
	if s.Filtered {
		metadata = append(metadata, member{"filter", object{{"filtered", s.Before}}})
	}
	return metadata
}

// ReadWHM reads the JSON of WHM API 1 into what out points to. The error of a
// call that failed is a *fault.Fault of the given kind.
func ReadWHM(body []byte, kind fault.Kind, out any) (function.Reply, error) {
	var e struct {
		Data     json.RawMessage
		Metadata *struct {
			Result flag
			Reason string
			Output struct {
				Messages, Warnings texts
				Raw                string
			}
			Chunk  *struct{ Start, Size, Records int }
			Filter *struct{ Filtered int }
		}
	}
	if err := read(body, &e); err != nil {
		return function.Reply{}, err
	}
	if e.Metadata == nil {
		return function.Reply{}, refused(body, kind)
	}
	m := e.Metadata
	if !m.Result {
		return function.Reply{}, told(kind, m.Reason)
	}
	r := function.Reply{Notes: function.Notes{
		Reason: m.Reason, Messages: m.Output.Messages, Warnings: m.Output.Warnings, Raw: m.Output.Raw, NoData: e.Data == nil,
	}}
	if m.Chunk != nil || m.Filter != nil {
		r.Shaped = &function.Shaped{}
	}
	if m.Chunk != nil {
		r.Shaped.Paged, r.Shaped.Start, r.Shaped.Size, r.Shaped.Records = true, m.Chunk.Start, m.Chunk.Size, m.Chunk.Records
	}
	if m.Filter != nil {
		r.Shaped.Filtered, r.Shaped.Before = true, m.Filter.Filtered
	}
	return r, readData(payload(e.Data, out), out)
}
