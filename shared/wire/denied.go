package wire

import "postern/shared/fault"

// Route is the first part of a path, which says in what dialect a caller who
// is not let in must be answered.
type Route string

// The routes.
const (
	Execute Route = "execute"  // /execute/Module/function
	JSONAPI Route = "json-api" // /json-api/function
	XMLAPI  Route = "xml-api"  // /xml-api/function
)

// Format is what a route answers in.
func (r Route) Format() Format {
	if r == XMLAPI {
		return XML
	}
	return JSON
}

// Denied is the answer to a caller who was not let in: the body that clients of
// cPanel know from json-api, with its numbers as texts (issues in mgufrone/cpanel-php
// and CpanelInc/cpanel-dynamicdns-tools), the same in XML, and UAPI's envelope under /execute.
// The status is 403, under /execute 401 but
// for those whom it knows; 503 and 500 when it is not the caller's doing.
func Denied(route Route, err error) Response {
	f := fault.Of(err)
	e := Envelope{root: "cpanelresult", wrapped: true, members: object{
		{"apiversion", "2"}, {"error", f.Message},
		{"data", object{{"reason", f.Message}, {"result", "0"}}}, {"type", "text"},
	}}
	status := 403
	if route == Execute {
		e = UAPI("", "", noReply, &fault.Fault{Kind: f.Kind, Message: f.Message})
		if f.Kind != fault.Forbidden && f.Code != fault.WrongToken {
			status = 401
		}
	}
	switch f.Kind {
	case fault.Unavailable:
		status = 503
	case fault.Internal:
		status = 500
	}
	r := e.failed(f, err).Encode(route.Format())
	r.Status = status
	return r
}
