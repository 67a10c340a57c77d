package wire

import (
	"errors"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/function"
)

// declared functions are needed where a sentence depends on whether a module exists.
var _ = function.Define[struct{}, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Here", "f")}, Doc: "Is here.",
})

type session struct {
	function.Notes
	Service string `json:"service"`
}

type account struct {
	User  string `json:"user"`
	Quota int    `json:"quota"`
}

var (
	errCause = errors.New("secret cause")
	bad      = fault.New(fault.Invalid, "The parameter “user” is required.").Because(errCause)
	nowhere  = fault.NoSuchFunction("f")
	second   = &function.Shaped{Filtered: true, Before: 9, Paged: true, Start: 3, Size: 2, Records: 5}
)

func reply(out any) function.Reply { return function.Reply{Out: out} }

var envelopes = []struct {
	name string
	got  Envelope
	want string
	kind fault.Kind
}{
	// WHM API 1: wire-protocol §3.1.
	{"whm reason", WHM("create_user_session", function.Reply{Out: session{Service: "cpaneld"}, Notes: function.Notes{Reason: "Created session"}}, nil),
		`{"metadata":{"version":1,"command":"create_user_session","reason":"Created session","result":1},"data":{"service":"cpaneld"}}`, ""},
	{"whm notes are no data", WHM("f", function.Reply{Out: session{function.Notes{Raw: "r"}, "s"}, Notes: function.Notes{Messages: []string{"m"}, Warnings: []string{"w"}, Raw: "r"}}, nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1,"output":{"messages":["m"],"warnings":["w"],"raw":"r"}},"data":{"service":"s"}}`, ""},
	{"whm list", WHM("f", reply([]account{{"anna", 5}}), nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1},"data":{"payload":[{"user":"anna","quota":5}]}}`, ""},
	{"whm no list", WHM("f", reply([]account(nil)), nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1},"data":{"payload":[]}}`, ""},
	{"whm text, not escaped for HTML", WHM("f", reply("https://a.example/?a=1&b=<2>"), nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1},"data":{"payload":"https://a.example/?a=1&b=<2>"}}`, ""},
	{"whm literal", WHM("f", reply(map[string]any{"a]}": []string{`"]}\`}}), nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1,"payload_is_literal":1},"data":{"a]}":["\"]}\\"]}}`, ""},
	{"whm two members", WHM("f", reply(map[string]any{"a": []int{1}, "b": 1}), nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1},"data":{"a":[1],"b":1}}`, ""},
	{"whm nothing", WHM("f", reply(function.Nothing{}), nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1}}`, ""},
	{"whm no data", WHM("f", function.Reply{Out: session{}, Notes: function.Notes{NoData: true}}, nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1}}`, ""},
	{"whm shaped", WHM("f", function.Reply{Out: []int{3, 4}, Shaped: second}, nil),
		`{"metadata":{"version":1,"command":"f","reason":"OK","result":1,"chunk":{"start":3,"current":2,"size":2,"chunks":3,"records":5},"filter":{"filtered":9}},"data":{"payload":[3,4]}}`, ""},
	{"whm fault", WHM("f", function.Reply{}, bad),
		`{"metadata":{"version":1,"command":"f","reason":"The parameter “user” is required.","result":0}}`, fault.Invalid},
	{"whm unknown", WHM("f", function.Reply{}, nowhere),
		`{"metadata":{"version":1,"command":"f","reason":"Unknown app (“f”) requested","result":0}}`, fault.Unknown},
	{"whm internal", WHM("f", function.Reply{}, errCause),
		`{"metadata":{"version":1,"command":"f","reason":"An internal error occurred.","result":0}}`, fault.Internal},
	{"whm unwritable", WHM("f", reply(func() {}), nil),
		`{"metadata":{"version":1,"command":"f","reason":"An internal error occurred.","result":0}}`, fault.Internal},

	// WHM API 0: wire-protocol §3.2, §3.6.
	{"whm0", WHM0("f", function.Old{}, reply(account{"anna", 5}), nil), `{"status":1,"statusmsg":"OK","user":"anna","quota":5}`, ""},
	{"whm0 wrap", WHM0("f", function.Old{Wrap: "result"}, reply(account{"anna", 5}), nil), `{"result":[{"status":1,"statusmsg":"OK","user":"anna","quota":5}]}`, ""},
	{"whm0 bare", WHM0("loadavg", function.Old{Bare: true}, reply(map[string]string{"one": "0.10"}), nil), `{"one":"0.10"}`, ""},
	{"whm0 bare nothing", WHM0("f", function.Old{Bare: true}, reply(function.Nothing{}), nil), `{}`, ""},
	{"whm0 renamed", WHM0("f", function.Old{Rename: map[string]string{"quota": "limit"}}, reply(account{"anna", 5}), nil), `{"status":1,"statusmsg":"OK","user":"anna","limit":5}`, ""},
	{"whm0 list", WHM0("f", function.Old{}, reply([]int{1}), nil), `{"status":1,"statusmsg":"OK","payload":[1]}`, ""},
	{"whm0 own status", WHM0("f", function.Old{}, reply(map[string]any{"status": 0}), nil), `{"status":0,"statusmsg":"OK"}`, ""},
	{"whm0 fault", WHM0("f", function.Old{Wrap: "result"}, function.Reply{}, bad), `{"result":[{"status":0,"statusmsg":"The parameter “user” is required."}]}`, fault.Invalid},
	{"whm0 unknown", WHM0("f", function.Old{}, function.Reply{}, nowhere), `{"error":"Unknown App Requested: f"}`, fault.Unknown},

	// UAPI: wire-protocol §3.3, §3.6.
	{"uapi", UAPI("Here", "f", function.Reply{Out: account{"anna", 5}, Notes: function.Notes{Transformed: true, Messages: []string{"m"}}}, nil),
		`{"status":1,"data":{"user":"anna","quota":5},"errors":null,"messages":["m"],"warnings":null,"metadata":{"transformed":1}}`, ""},
	{"uapi nothing", UAPI("Here", "f", reply(function.Nothing{}), nil), `{"status":1,"data":null,"errors":null,"messages":null,"warnings":null,"metadata":{}}`, ""},
	{"uapi shaped", UAPI("Here", "f", function.Reply{Out: []int{3, 4}, Shaped: second}, nil),
		`{"status":1,"data":[3,4],"errors":null,"messages":null,"warnings":null,"metadata":{"paginate":{"total_pages":3,"total_results":5,"current_page":2,"results_per_page":2,"start_result":3},"filter":{"records_before_filter":9}}}`, ""},
	{"uapi fault", UAPI("Here", "f", function.Reply{}, bad), `{"status":0,"data":null,"errors":["The parameter “user” is required."],"messages":null,"warnings":null,"metadata":{}}`, fault.Invalid},
	{"uapi unknown function", UAPI("Here", "nope", function.Reply{}, nowhere), `{"status":0,"data":null,"errors":["The system could not find the function “nope” in the module “Here”."],"messages":null,"warnings":null,"metadata":{}}`, fault.Unknown},
	{"uapi unknown module", UAPI("Nope", "f", function.Reply{}, nowhere), `{"status":0,"data":null,"errors":["The module “Nope” is not here: Can't locate Cpanel/API/Nope.pm"],"messages":null,"warnings":null,"metadata":{}}`, fault.Unknown},
	{"uapi nested", UAPINested("Here", "f", reply([]int{}), nil),
		`{"apiversion":3,"module":"Here","func":"f","result":{"status":1,"data":[],"errors":null,"messages":null,"warnings":null,"metadata":{}}}`, ""},

	// API 2: wire-protocol §3.4, §3.6.
	{"api2", API2("SourceIPCheck", "addip", reply([]map[string]any{{"status": 1, "error": nil}}), nil),
		`{"cpanelresult":{"apiversion":2,"module":"SourceIPCheck","func":"addip","data":[{"error":null,"status":1}],"event":{"result":1}}}`, ""},
	{"api2 one hash", API2("M", "f", reply(account{"anna", 5}), nil), `{"cpanelresult":{"apiversion":2,"module":"M","func":"f","data":[{"user":"anna","quota":5}],"event":{"result":1}}}`, ""},
	{"api2 text", API2("M", "f", reply("x"), nil), `{"cpanelresult":{"apiversion":2,"module":"M","func":"f","data":[{"result":"x"}],"event":{"result":1}}}`, ""},
	{"api2 nothing", API2("M", "f", reply(function.Nothing{}), nil), `{"cpanelresult":{"apiversion":2,"module":"M","func":"f","data":[],"event":{"result":1}}}`, ""},
	{"api2 page", API2("M", "f", function.Reply{Out: []account{}, Shaped: second}, nil),
		`{"cpanelresult":{"apiversion":2,"module":"M","func":"f","data":[],"paginate":{"total_pages":3,"total_results":5,"current_page":2,"results_per_page":2,"start_result":"3"},"event":{"result":1}}}`, ""},
	{"api2 fault", API2("M", "f", function.Reply{}, bad), `{"cpanelresult":{"apiversion":2,"module":"M","func":"f","error":"The parameter “user” is required.","data":[],"event":{"result":0,"reason":"The parameter “user” is required."}}}`, fault.Invalid},
	{"api2 unknown", API2("M", "f", function.Reply{}, nowhere), `{"cpanelresult":{"apiversion":2,"module":"M","func":"f","error":"Could not find function 'f' in module 'M'"}}`, fault.Unknown},

	// API 1 and the bridge: wire-protocol §2.5, §3.5, §3.6.
	{"api1", API1("M", "f"), `{"apiversion":"1","type":"event","module":"M","func":"f","source":"module","data":{"result":""},"event":{"result":0,"reason":"M::f() failed: Undefined subroutine"}}`, fault.Unknown},
	{"no user", NoUser(bad), `{"data":{"reason":"User parameter is invalid or was not supplied","result":"0"},"type":"text","error":"User parameter is invalid or was not supplied"}`, fault.Invalid},
}

func TestEnvelopes(t *testing.T) {
	for _, c := range envelopes {
		r := c.got.Encode(JSON)
		if string(r.Body) != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, r.Body, c.want)
		}
		if r.Kind != c.kind || r.Status != 200 || r.Type != "application/json" {
			t.Errorf("%s: kind %q, status %d, type %q", c.name, r.Kind, r.Status, r.Type)
		}
		if (r.Kind == "") != (r.Err == nil) {
			t.Errorf("%s: kind %q goes with error %v", c.name, r.Kind, r.Err)
		}
		if strings.Contains(string(r.Body), errCause.Error()) {
			t.Errorf("%s tells a cause", c.name)
		}
	}
}

func TestCausesReachTheLog(t *testing.T) {
	for _, e := range []Envelope{WHM("f", function.Reply{}, bad), UAPI("M", "f", function.Reply{}, bad), API2("M", "f", function.Reply{}, bad), WHM0("f", function.Old{}, function.Reply{}, bad), NoUser(bad)} {
		if !errors.Is(e.Encode(XML).Err, errCause) {
			t.Errorf("%s: the log does not learn of the cause", e.JSON())
		}
	}
}

func TestLongNamesAreCut(t *testing.T) {
	long := strings.Repeat("ä", 40000)
	for _, e := range []Envelope{
		WHM(long, function.Reply{}, nowhere), WHM0(long, function.Old{}, function.Reply{}, nowhere), UAPI(long, long, function.Reply{}, nowhere),
		UAPINested(long, long, function.Reply{}, nowhere), API2(long, long, function.Reply{}, nowhere), API1(long, long),
	} {
		for _, f := range []Format{JSON, XML, YAML} {
			if body := e.Encode(f).Body; len(body) > 4000 || strings.Contains(string(body), "\uFFFD") {
				t.Errorf("%d bytes: %.200s", len(body), body)
			}
		}
	}
}

func TestDenied(t *testing.T) {
	busy := fault.Busy()
	for _, c := range []struct {
		route  Route
		err    error
		status int
		body   string
	}{
		{JSONAPI, fault.Denied(), 403, `{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}`},
		{JSONAPI, fault.BadToken(), 403, `{"cpanelresult":{"apiversion":"2","error":"Invalid security token","data":{"reason":"Invalid security token","result":"0"},"type":"text"}}`},
		{XMLAPI, fault.Denied(), 403, "<?xml version=\"1.0\" ?>\n<cpanelresult><apiversion>2</apiversion><data><reason>Access denied</reason><result>0</result></data><error>Access denied</error><type>text</type></cpanelresult>\n"},
		{Execute, fault.Denied(), 401, `{"status":0,"data":null,"errors":["Access denied"],"messages":null,"warnings":null,"metadata":{}}`},
		{Execute, fault.NoSuchFunction("x"), 401, `{"status":0,"data":null,"errors":["There is no function “x”."],"messages":null,"warnings":null,"metadata":{}}`},
		{Execute, busy, 503, `{"status":0,"data":null,"errors":["The server is busy. Try again in a few seconds."],"messages":null,"warnings":null,"metadata":{}}`},
		{JSONAPI, errCause, 500, `{"cpanelresult":{"apiversion":"2","error":"An internal error occurred.","data":{"reason":"An internal error occurred.","result":"0"},"type":"text"}}`},
	} {
		r := Denied(c.route, c.err)
		if r.Status != c.status || string(r.Body) != c.body || r.Kind != fault.Of(c.err).Kind || !errors.Is(r.Err, c.err) {
			t.Errorf("%s %v: %d %s %s %v", c.route, c.err, r.Status, r.Kind, r.Body, r.Err)
		}
	}
}
