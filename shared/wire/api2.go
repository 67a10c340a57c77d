package wire

import (
	"encoding/json"
	"strconv"

	"postern/shared/fault"
	"postern/shared/function"
)

// API2 is the envelope of cPanel API 2:
//
//	{"cpanelresult":{"apiversion":2,"module":"M","func":"f","data":[{…}],"event":{"result":1}}}
//
// data is a list of hashes: an answer that is one hash is a list of it. A failed
// call has an error, and the reason in its event. XML's root is cpanelresult,
// with one data element for each row.
func API2(module, f string, r function.Reply, err error) Envelope {
	members := object{{"apiversion", 2}, {"module", short(module)}, {"func", short(f)}}
	e := Envelope{root: "cpanelresult", wrapped: true}
	raw, none, broken := data(r)
	if err == nil {
		err = broken
	}
	if err != nil {
		flt := fault.Of(err)
		if unknown(flt) {
			e.members = append(members, member{"error", unknownAPI2(module, f)})
		} else {
			e.members = append(members, member{"error", flt.Message}, member{"data", rawJSON("[]")},
				member{"event", object{{"result", 0}, {"reason", flt.Message}}})
		}
		return e.failed(flt, err)
	}
	switch {
	case none || string(raw) == "null":
		raw = rawJSON("[]")
	case raw.shape() == '{':
		raw = append(append(rawJSON("["), raw...), ']')
	case raw.shape() != '[':
		raw = append(append(rawJSON(`[{"result":`), raw...), "}]"...)
	}
	members = append(members, member{"data", raw})
	if s := r.Shaped; s != nil && s.Paged {
		// cPanel's page on API 2's pagination prints the first record's number as a text.
		members = append(members, member{"paginate", paginated(s, strconv.Itoa(s.Start))})
	}
	e.members = append(members, member{"event", object{{"result", 1}}})
	return e
}

// ReadAPI2 reads API 2's JSON into what out points to: the rows, or the one row
// if out is no list. The error of a call that failed is a *fault.Fault of the
// given kind.
func ReadAPI2(body []byte, kind fault.Kind, out any) (function.Reply, error) {
	var e struct {
		Result *struct {
			Data     json.RawMessage
			Error    string
			Paginate *page
			Event    struct {
				Result flag
				Reason string
			}
		} `json:"cpanelresult"`
	}
	if err := read(body, &e); err != nil {
		return function.Reply{}, err
	}
	if e.Result == nil {
		return function.Reply{}, refused(body, kind)
	}
	if !e.Result.Event.Result {
		return function.Reply{}, told(kind, e.Result.Error, e.Result.Event.Reason)
	}
	return function.Reply{Shaped: e.Result.Paginate.shaped()}, readData(oneRow(e.Result.Data, out), out)
}
