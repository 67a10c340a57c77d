// Package wire is every envelope of cPanel & WHM's API dialects, written and
// read in one file each: WHM API 1 and API 0, UAPI, cPanel API 2, what little is
// said in API 1, and the bridge from one to another; in JSON, XML and YAML.
//
// It takes a reply or a fault and gives bytes, and the other way round. It does
// not call functions, judge arguments or know HTTP: the doors (httpd, cli) and
// calls within calls (dispatch) hand it replies, package client hands it bodies.
// The sentences that each dialect has for itself are in texts.go.
package wire

import (
	"postern/shared/fault"
	"postern/shared/function"
)

// Format is how an envelope is written down.
type Format string

// The formats. The doors offer JSON and XML, the command lines all four.
const (
	JSON   Format = "json"
	Pretty Format = "jsonpretty" // JSON with line breaks
	XML    Format = "xml"
	YAML   Format = "yaml"
)

// Choices are the formats of the command lines, the default first.
func (Format) Choices() []string {
	return []string{string(YAML), string(JSON), string(Pretty), string(XML)}
}

// KindHeader is the response header in which a fault's kind travels.
// The envelopes have no place for it.
const KindHeader = "Postern-Fault"

// Envelope is one answer in its dialect, not yet in a format.
type Envelope struct {
	Kind fault.Kind // empty when the call succeeded
	Err  error      // what must be logged: the failure with its cause

	root    string // the root element in XML
	wrapped bool   // in JSON and YAML the root is a member too
	members object
}

// Response is an envelope in a format, ready to be sent.
type Response struct {
	Status int    // HTTP's
	Type   string // Content-Type
	Body   []byte
	Kind   fault.Kind // for the header KindHeader; empty: none
	Err    error      // for the log; nil when the call succeeded
}

// contentTypes are the answers' media types. JSON is UTF-8 by its own
// definition (RFC 8259, section 8.1) and has no charset parameter.
var contentTypes = map[Format]string{
	JSON: "application/json", Pretty: "application/json",
	XML: "text/xml; charset=utf-8", YAML: "text/yaml; charset=utf-8",
}

// Encode writes the envelope in a format. Every reply that reached a dispatcher
// is HTTP 200: cPanel's published operations declare no other status, failures
// live in the envelope.
func (e Envelope) Encode(format Format) Response {
	r := Response{Status: 200, Type: contentTypes[format], Kind: e.Kind, Err: e.Err}
	switch format {
	case XML:
		r.Body = appendXML(nil, e.root, e.members)
	case YAML:
		r.Body = appendYAML(nil, e.tree())
	case Pretty:
		r.Body = indented(e.JSON())
	default:
		r.Body = e.JSON()
	}
	return r
}

// JSON is the envelope in JSON, in one line.
func (e Envelope) JSON() []byte {
	members := e.members
	if e.wrapped {
		members = object{{e.root, e.members}}
	}
	return members.append(make([]byte, 0, members.room()))
}

// MarshalJSON lets an envelope be the data of another one, as in batch.
func (e Envelope) MarshalJSON() ([]byte, error) { return e.JSON(), nil }

func (e Envelope) tree() any {
	if e.wrapped {
		return object{{e.root, e.members}}
	}
	return e.members
}

// failed takes the kind of a failure, and the failure itself, along with an envelope.
func (e Envelope) failed(f *fault.Fault, err error) Envelope {
	e.Kind, e.Err = f.Kind, err
	return e
}

// data is a reply's answer in JSON. none tells that there is no data: the
// function returns Nothing, or its notes say so. An answer that cannot be
// written is a mistake of ours, and becomes the error.
func data(r function.Reply) (raw rawJSON, none bool, err error) {
	if _, nothing := r.Out.(function.Nothing); nothing || r.Out == nil || r.Notes.NoData {
		return nil, true, nil
	}
	raw, err = marshal(r.Out)
	return raw, false, err
}
