package httpd

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// The functions of these tests reach out, so that no database is asked.

type doorRequest struct {
	Value string   `form:"value"`
	Fail  string   `form:"fail"`
	Tags  []string `form:"tag"`
}

type doorAnswer struct {
	Caller string   `json:"caller"`
	Value  string   `json:"value"`
	Tags   []string `json:"tags"`
}

type doorRow struct {
	User string `json:"user"`
}

var (
	door = function.Define[doorRequest, doorAnswer](function.Spec{
		Names: []function.Name{function.WHM("door"), function.UAPI("Door", "open"), function.API2("Door", "open")},
		Old:   function.Old{Wrap: "result"}, Effect: function.Reaches, Callers: function.Everybody, Doc: "Says who called."})
	doorRows = function.Define[doorRequest, []doorRow](function.Spec{
		Names:  []function.Name{function.WHM("doors"), function.UAPI("Door", "list"), function.API2("Door", "list")},
		Effect: function.Reaches, Callers: function.Everybody, Doc: "Lists."})
)

var callers = map[scalar.Service]dispatch.Caller{
	scalar.WHM:     {ID: 1, Name: "root", Kind: dispatch.Root, Service: scalar.WHM},
	scalar.CPanel:  {ID: 7, Name: "anna", Kind: dispatch.Account, AccountID: 7, Account: "anna", Service: scalar.CPanel},
	scalar.Webmail: {ID: 9, Name: "box@anna.example", Kind: dispatch.Mailbox, AccountID: 7, Account: "anna", Service: scalar.Webmail},
}

// open starts one service for real. The header Let says who is let in.
func open(t *testing.T, service scalar.Service) (url string, logged *bytes.Buffer) {
	t.Helper()
	m := &dispatch.Mux{Now: time.Now}
	m.As = func(_ context.Context, _ bun.IDB, _ dispatch.Caller, user string) (dispatch.Caller, error) {
		if user != "anna" {
			return dispatch.Caller{}, fault.New(fault.Unknown, "There is no account %s.", user)
		}
		return callers[scalar.CPanel], nil
	}
	m.Nested()
	dispatch.Handle(m, door, func(_ context.Context, c dispatch.Call, in doorRequest) (doorAnswer, error) {
		switch in.Fail {
		case "":
			return doorAnswer{c.Name, in.Value, in.Tags}, nil
		case "broken":
			return doorAnswer{}, errors.New("a hinge broke")
		}
		return doorAnswer{}, fault.New(fault.Exists, "It is there already.")
	})
	dispatch.Handle(m, doorRows, func(context.Context, dispatch.Call, doorRequest) ([]doorRow, error) {
		return []doorRow{{"anna"}, {"bert"}, {"carl"}}, nil
	})
	logged = &bytes.Buffer{}
	api := &API{Service: service, Mux: m, Log: slog.New(slog.NewTextHandler(logged, nil)), Caller: func(r *http.Request) (dispatch.Caller, error) {
		switch r.Header.Get("Let") {
		case "stranger":
			return dispatch.Caller{}, fault.Denied()
		case "token":
			return dispatch.Caller{}, fault.BadToken()
		case "locked":
			return dispatch.Caller{}, fault.New(fault.Locked, "Too many failures.")
		case "down":
			return dispatch.Caller{}, fault.Busy()
		}
		return callers[service], nil
	}}
	server := httptest.NewServer(api)
	t.Cleanup(server.Close)
	return server.URL, logged
}

type answer struct {
	status     int
	kind, body string
	header     http.Header
}

func ask(t *testing.T, method, url, let, contentType, body string) answer {
	t.Helper()
	r, err := http.NewRequest(method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Let", let)
	if contentType != "" {
		r.Header.Set("Content-Type", contentType)
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer got.Body.Close()
	text, err := io.ReadAll(got.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{got.StatusCode, got.Header.Get(wire.KindHeader), string(text), got.Header}
}

const xmlHead = "<?xml version=\"1.0\" ?>\n"

func TestAPI(t *testing.T) {
	const (
		whm1   = `{"metadata":{"version":1,"command":"door","reason":"OK","result":1},"data":{"caller":"root","value":"x","tags":null}}`
		uapi   = `{"status":1,"data":{"caller":"anna","value":"x","tags":null},"errors":null,"messages":null,"warnings":null,"metadata":{}}`
		api2   = `{"cpanelresult":{"apiversion":2,"module":"Door","func":"open","data":[{"caller":"anna","value":"x","tags":null}],"event":{"result":1}}}`
		noUser = `{"data":{"reason":"User parameter is invalid or was not supplied","result":"0"},"type":"text","error":"User parameter is invalid or was not supplied"}`
		b      = "/json-api/cpanel?cpanel_jsonapi_module=Door&cpanel_jsonapi_func=open&value=x"
	)
	for _, c := range []struct {
		service scalar.Service
		path    string
		status  int
		kind    string
		want    string
	}{
		{scalar.WHM, "/json-api/door?api.version=1&value=x", 200, "", whm1},
		{scalar.WHM, "/json-api/door/?api.version=1&value=x", 200, "", whm1},
		{scalar.WHM, "/xml-api/door?api.version=1&value=x", 200, "", xmlHead + `<result><data><caller>root</caller><tags></tags><value>x</value></data><metadata><command>door</command><reason>OK</reason><result>1</result><version>1</version></metadata></result>` + "\n"},
		{scalar.WHM, "/json-api/door?value=x", 200, "", `{"result":[{"status":1,"statusmsg":"OK","caller":"root","value":"x","tags":null}]}`},
		{scalar.WHM, "/json-api/door?value=x&api.version=0", 200, "", `{"result":[{"status":1,"statusmsg":"OK","caller":"root","value":"x","tags":null}]}`},
		{scalar.WHM, "/xml-api/door?value=x", 200, "", xmlHead + `<door><result><caller>root</caller><status>1</status><statusmsg>OK</statusmsg><tags></tags><value>x</value></result></door>` + "\n"},
		{scalar.WHM, "/json-api/nope?api.version=1", 200, "unknown", `{"metadata":{"version":1,"command":"nope","reason":"Unknown app (“nope”) requested","result":0}}`},
		{scalar.WHM, "/json-api/nope", 200, "unknown", `{"error":"Unknown App Requested: nope"}`},
		{scalar.WHM, "/json-api/door?api.version=1&fail=x", 200, "exists", `{"metadata":{"version":1,"command":"door","reason":"It is there already.","result":0}}`},
		{scalar.WHM, "/json-api/door?api.version=1&fail=broken", 200, "internal", `{"metadata":{"version":1,"command":"door","reason":"An internal error occurred.","result":0}}`},
		{scalar.WHM, "/json-api/door?api.version=1&value=%zz", 200, "invalid", `{"metadata":{"version":1,"command":"door","reason":"The request’s query is not URI-encoded: after a percent sign come two hexadecimal digits.","result":0}}`},
		{scalar.WHM, "/json-api/doors?api.version=1&api.chunk.enable=1&api.chunk.size=1&api.chunk.start=2", 200, "", `{"metadata":{"version":1,"command":"doors","reason":"OK","result":1,"chunk":{"start":2,"current":2,"size":1,"chunks":3,"records":3}},"data":{"payload":[{"user":"bert"}]}}`},
		{scalar.WHM, "/json-api/doors?api.version=1&api.filter.enable=1&api.filter.a.field=nope", 200, "invalid", `{"metadata":{"version":1,"command":"doors","reason":"The parameter “api.filter.a.field” is not valid: use one of user.","result":0}}`},
		{scalar.WHM, b + "&cpanel_jsonapi_user=anna&api.version=1", 200, "", api2},
		{scalar.WHM, b + "&cpanel_jsonapi_user=anna&cpanel_jsonapi_apiversion=3", 200, "", `{"apiversion":3,"module":"Door","func":"open","result":` + uapi + `}`},
		{scalar.WHM, b + "&api.version=1", 200, "invalid", noUser},
		{scalar.WHM, strings.ReplaceAll(strings.ReplaceAll(b, "json-api", "xml-api"), "jsonapi", "xmlapi") + "&cpanel_xmlapi_user=anna", 200, "", xmlHead + `<cpanelresult><apiversion>2</apiversion><data><caller>anna</caller><tags></tags><value>x</value></data><event><result>1</result></event><func>open</func><module>Door</module></cpanelresult>` + "\n"},
		{scalar.CPanel, "/execute/Door/open?value=x", 200, "", uapi},
		{scalar.CPanel, "/execute/Door/nope", 200, "unknown", `{"status":0,"data":null,"errors":["The system could not find the function “nope” in the module “Door”."],"messages":null,"warnings":null,"metadata":{}}`},
		{scalar.CPanel, "/execute/door/open", 200, "unknown", `{"status":0,"data":null,"errors":["The module “door” is not here: Can't locate Cpanel/API/door.pm"],"messages":null,"warnings":null,"metadata":{}}`},
		{scalar.CPanel, "/execute", 200, "unknown", `{"status":0,"data":null,"errors":["The module “” is not here: Can't locate Cpanel/API/.pm"],"messages":null,"warnings":null,"metadata":{}}`},
		{scalar.CPanel, "/execute/Door/list?api.filter_column_0=user&api.filter_term_0=R", 200, "", `{"status":1,"data":[{"user":"bert"},{"user":"carl"}],"errors":null,"messages":null,"warnings":null,"metadata":{"filter":{"records_before_filter":3}}}`},
		{scalar.CPanel, b, 200, "", api2},
		{scalar.CPanel, b + "&cpanel_jsonapi_user=root", 200, "", api2},
		{scalar.CPanel, b + "&cpanel_jsonapi_apiversion=7", 200, "invalid", `{"cpanelresult":{"apiversion":2,"module":"Door","func":"open","error":"The parameter “cpanel_jsonapi_apiversion” is not valid: use 1, 2 or 3.","data":[],"event":{"result":0,"reason":"The parameter “cpanel_jsonapi_apiversion” is not valid: use 1, 2 or 3."}}}`},
		{scalar.Webmail, "/execute/Door/open?value=x", 200, "", strings.Replace(uapi, "anna", "box@anna.example", 1)},
		// Never an API call on the wrong port.
		{scalar.WHM, "/execute/Door/open?value=x", 200, "forbidden", `{"status":0,"data":null,"errors":["Permission denied"],"messages":null,"warnings":null,"metadata":{}}`},
		{scalar.CPanel, "/json-api/door?api.version=1", 200, "forbidden", `{"metadata":{"version":1,"command":"door","reason":"Permission denied","result":0}}`},
		{scalar.Webmail, "/json-api/batch?command=door", 200, "forbidden", `{"status":0,"statusmsg":"Permission denied"}`},
		{scalar.CPanel, "/elsewhere", 404, "", "404 page not found\n"},
	} {
		server, _ := open(t, c.service)
		got := ask(t, http.MethodGet, server+c.path, "", "", "")
		if got.status != c.status || got.kind != c.kind || got.body != c.want {
			t.Errorf("%s %s: %d %s\n got %s\nwant %s", c.service, c.path, got.status, got.kind, got.body, c.want)
		}
		if c.status == 200 && got.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s may be cached", c.path)
		}
	}
}

func TestStrangers(t *testing.T) {
	const denied = `{"cpanelresult":{"apiversion":"2","error":"Access denied","data":{"reason":"Access denied","result":"0"},"type":"text"}}`
	for _, c := range []struct {
		path, let string
		status    int
		kind      string
		want      string
	}{
		{"/json-api/door?api.version=1", "stranger", 403, "stranger", denied},
		{"/json-api/cpanel", "stranger", 403, "stranger", denied},
		{"/json-api/nope", "stranger", 403, "stranger", denied}, // a stranger does not learn what there is
		{"/json-api/door", "token", 403, "stranger", strings.ReplaceAll(denied, "Access denied", "Invalid security token")},
		{"/xml-api/door", "stranger", 403, "stranger", xmlHead + `<cpanelresult><apiversion>2</apiversion><data><reason>Access denied</reason><result>0</result></data><error>Access denied</error><type>text</type></cpanelresult>` + "\n"},
		{"/execute/Door/open", "stranger", 401, "stranger", `{"status":0,"data":null,"errors":["Access denied"],"messages":null,"warnings":null,"metadata":{}}`},
		{"/execute/Door/open", "locked", 401, "locked", `{"status":0,"data":null,"errors":["Too many failures."],"messages":null,"warnings":null,"metadata":{}}`},
		{"/execute/Door/open", "down", 503, "unavailable", `{"status":0,"data":null,"errors":["The server is busy. Try again in a few seconds."],"messages":null,"warnings":null,"metadata":{}}`},
	} {
		server, _ := open(t, scalar.CPanel)
		got := ask(t, http.MethodPost, server+c.path, c.let, "", strings.Repeat("x", 100))
		if got.status != c.status || got.kind != c.kind || got.body != c.want || got.header.Get("WWW-Authenticate") != "" {
			t.Errorf("%s %s: %d %s\n got %s\nwant %s", c.path, c.let, got.status, got.kind, got.body, c.want)
		}
	}
}

func TestBodiesAndMethods(t *testing.T) {
	server, _ := open(t, scalar.WHM)
	want := `{"metadata":{"version":1,"command":"door","reason":"OK","result":1},"data":{"caller":"root","value":"x","tags":["1","2"]}}`
	for contentType, body := range map[string]string{
		"application/json":                  `{"api.version":1,"value":"x","tag":[1,2]}`,
		"application/x-www-form-urlencoded": "api.version=1&value=x&tag=1&tag=2",
		"text/plain":                        "api.version=1&value=x&tag-0=1&tag-1=2",
	} {
		if got := ask(t, http.MethodPost, server+"/json-api/door", "", contentType, body); got.body != want {
			t.Errorf("%s: %s", contentType, got.body)
		}
	}
	got := ask(t, http.MethodPost, server+"/json-api/door?api.version=1", "", "", "value="+strings.Repeat("x", maxBody))
	if got.status != http.StatusRequestEntityTooLarge || !strings.HasPrefix(got.body, `{"metadata":{"version":1,"command":"door"`) || got.kind != "invalid" {
		t.Errorf("too large: %d %s %s", got.status, got.kind, got.body)
	}
	if got := ask(t, http.MethodHead, server+"/json-api/door?api.version=1", "", "", ""); got.status != 200 || got.body != "" {
		t.Errorf("HEAD: %d %s", got.status, got.body)
	}
	for _, method := range []string{http.MethodPut, http.MethodDelete, http.MethodOptions, "FROB"} {
		if got := ask(t, method, server+"/json-api/door", "", "", ""); got.status != http.StatusMethodNotAllowed || got.header.Get("Allow") != "GET, HEAD, POST" {
			t.Errorf("%s: %d", method, got.status)
		}
	}
}

// TestLog: one line for each call, with what happened and never an argument.
func TestLog(t *testing.T) {
	server, logged := open(t, scalar.WHM)
	ask(t, http.MethodPost, server+"/json-api/door?api.version=1&value=s3cret-in-query", "", "", "fail=s3cret-in-body")
	ask(t, http.MethodGet, server+"/json-api/door?api.version=1&fail=broken", "", "", "")
	lines := strings.Split(strings.TrimSpace(logged.String()), "\n")
	if len(lines) != 2 || strings.Contains(logged.String(), "s3cret") {
		t.Fatalf("%s", logged)
	}
	for i, says := range [][]string{{"level=INFO", "caller=root", "function=door", "kind=exists"}, {"level=ERROR", "kind=internal", "a hinge broke"}} {
		for _, s := range says {
			if !strings.Contains(lines[i], s) {
				t.Errorf("%s does not say %s", lines[i], s)
			}
		}
	}
}

// carrier takes calls over net/http.
type carrier struct {
	t        *testing.T
	base     string
	dialects []function.Dialect
}

func (c carrier) Speaks() []function.Dialect { return c.dialects }

func (c carrier) Carry(_ context.Context, name function.Name, args url.Values) ([]byte, fault.Kind, error) {
	path := wire.Address(name, args)
	got := ask(c.t, http.MethodPost, c.base+path, "", "application/x-www-form-urlencoded", args.Encode())
	return []byte(got.body), fault.Kind(got.kind), nil
}

// TestClient: a typed call, its list in pages and its fault come through every dialect.
func TestClient(t *testing.T) {
	whm, _ := open(t, scalar.WHM)
	cpanel, _ := open(t, scalar.CPanel)
	for _, by := range []carrier{
		{t, whm, []function.Dialect{function.OnWHM}},
		{t, cpanel, []function.Dialect{function.OnUAPI, function.OnAPI2}},
		{t, cpanel, []function.Dialect{function.OnAPI2}},
	} {
		ctx := context.Background()
		out, err := client.Call(ctx, by, door, doorRequest{Value: "a&b <ü>", Tags: []string{"1", "2"}})
		if err != nil || out.Value != "a&b <ü>" || len(out.Tags) != 2 || out.Caller == "" {
			t.Errorf("%v: %+v %v", by.dialects, out, err)
		}
		list, err := client.Ask(ctx, by, doorRows, doorRequest{}, function.Shape{Page: function.Page{On: true, Start: 3, Size: 2}})
		if err != nil || len(list.Out) != 1 || list.Out[0].User != "carl" || list.Shaped == nil || list.Shaped.Records != 3 || list.Shaped.Pages() != 2 {
			t.Errorf("%v: %+v %v", by.dialects, list, err)
		}
		if _, err = client.Call(ctx, by, door, doorRequest{Fail: "x"}); !fault.Is(err, fault.Exists) || fault.Of(err).Message != "It is there already." {
			t.Errorf("%v: %v", by.dialects, err)
		}
	}
}
