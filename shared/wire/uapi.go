package wire

import (
	"encoding/json"

	"postern/shared/fault"
	"postern/shared/function"
)

// UAPI is the flat envelope of UAPI, as /execute answers:
//
//	{"status":1,"data":…,"errors":null,"messages":null,"warnings":null,"metadata":{}}
//
// All six members are always there; data is null on failure. XML's root is result.
func UAPI(module, f string, r function.Reply, err error) Envelope {
	raw, none, broken := data(r)
	if err == nil {
		err = broken
	}
	if err != nil {
		flt := fault.Of(err)
		message := flt.Message
		if unknown(flt) {
			message = unknownUAPI(module, f)
		}
		return Envelope{root: "result", members: six(0, rawJSON("null"), []string{message}, function.Notes{}, object{})}.failed(flt, err)
	}
	if none {
		raw = rawJSON("null")
	}
	metadata := object{}
	if r.Notes.Transformed {
		metadata = append(metadata, member{"transformed", 1})
	}
	if s := r.Shaped; s != nil && s.Paged {
		metadata = append(metadata, member{"paginate", paginated(s, s.Start)})
	}
	if s := r.Shaped; s != nil && s.Filtered {
		metadata = append(metadata, member{"filter", object{{"records_before_filter", s.Before}}})
	}
	return Envelope{root: "result", members: six(1, raw, nil, r.Notes, metadata)}
}

// UAPINested is UAPI's envelope as the bridge and the command line print it:
//
//	{"apiversion":3,"module":"M","func":"f","result":{…the six…}}
//
// XML's root is cpanelresult, as for everything that comes over the bridge.
func UAPINested(module, f string, r function.Reply, err error) Envelope {
	e := UAPI(module, f, r, err)
	e.root = "cpanelresult"
	e.members = object{{"apiversion", 3}, {"module", short(module)}, {"func", short(f)}, {"result", e.members}}
	return e
}

func six(status int, data rawJSON, errors []string, n function.Notes, metadata object) object {
	return object{
		{"status", status}, {"data", data}, {"errors", orNull(errors)},
		{"messages", orNull(n.Messages)}, {"warnings", orNull(n.Warnings)}, {"metadata", metadata},
	}
}

// orNull is null for a list of nothing: UAPI - Return Data.
func orNull(list []string) any {
	if len(list) == 0 {
		return nil
	}
	return list
}

// paginated is metadata.paginate of UAPI, and cpanelresult.paginate of API 2,
// which differ in how the first record is spelled.
func paginated(s *function.Shaped, start any) object {
	return object{
		{"total_pages", s.Pages()}, {"total_results", s.Records}, {"current_page", s.Current()},
		{"results_per_page", s.Size}, {"start_result", start},
	}
}

// page is paginated when it is read.
type page struct {
	Total int  `json:"total_results"`
	Size  int  `json:"results_per_page"`
	Start text `json:"start_result"`
}

// ReadUAPI reads UAPI's JSON, flat or nested, into what out points to. The
// error of a call that failed is a *fault.Fault of the given kind.
func ReadUAPI(body []byte, kind fault.Kind, out any) (function.Reply, error) {
	var e struct {
		uapiResult
		Result *uapiResult
	}
	if err := read(body, &e); err != nil {
		return function.Reply{}, err
	}
	if e.Result != nil {
		e.uapiResult = *e.Result
	}
	if e.Status == nil {
		return function.Reply{}, refused(body, kind)
	}
	if !*e.Status {
		return function.Reply{}, told(kind, e.Errors...)
	}
	r := function.Reply{Notes: function.Notes{
		Messages: e.Messages, Warnings: e.Warnings, Transformed: bool(e.Metadata.Transformed),
	}}
	r.Shaped = e.Metadata.Paginate.shaped()
	if f := e.Metadata.Filter; f != nil {
		if r.Shaped == nil {
			r.Shaped = &function.Shaped{}
		}
		r.Shaped.Filtered, r.Shaped.Before = true, f.Before
	}
	return r, readData(e.Data, out)
}

type uapiResult struct {
	Status   *flag
	Data     json.RawMessage
	Errors   texts
	Messages texts
	Warnings texts
	Metadata struct {
		Transformed flag
		Paginate    *page
		Filter      *struct {
			Before int `json:"records_before_filter"`
		}
	}
}

func (p *page) shaped() *function.Shaped {
	if p == nil {
		return nil
	}
	return &function.Shaped{Paged: true, Start: p.Start.number(), Size: p.Size, Records: p.Total}
}
