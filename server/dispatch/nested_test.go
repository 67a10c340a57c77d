package dispatch

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// answered is a call's envelope in its dialect's JSON.
func answered(t *testing.T, m *Mux, who Caller, name function.Name, args url.Values) string {
	t.Helper()
	r, err := m.Call(context.Background(), who, name, args, function.Shape{})
	switch name.Dialect {
	case function.OnWHM:
		return string(wire.WHM(name.Function, r, err).JSON())
	case function.OnUAPI:
		return string(wire.UAPI(name.Module, name.Function, r, err).JSON())
	}
	return string(wire.API2(name.Module, name.Function, r, err).JSON())
}

var (
	batchName  = function.WHM("batch")
	strictName = function.UAPI("Batch", "strict")
	uapiCPanel = function.WHM("uapi_cpanel")
	cpanelName = function.WHM("cpanel")
)

const outer = `{"metadata":{"version":1,"command":"batch","reason":"OK","result":1,"payload_is_literal":1},"data":{"result":[`

func TestBatch(t *testing.T) {
	echo := `{"data":{"caller":"root","value":"a b&c","tags":["1","2"]},"metadata":{"version":1,"command":"probe_echo","reason":"OK","result":1}}`
	failed := `{"metadata":{"version":1,"command":"probe_echo","reason":"It failed: x.","result":0}}`
	list := `{"data":{"acct":[{"user":"anna","quota":500,"used":"14M","count":3,"ip":"192.0.2.10","note":"Hello"}],"other":["x"],"total":4},` +
		`"metadata":{"version":1,"command":"probe_list","reason":"Listed","result":1,"chunk":{"start":1,"current":1,"size":1,"chunks":4,"records":4}}}`
	unknown := `{"metadata":{"version":1,"command":"nope","reason":"Unknown app (“nope”) requested","result":0}}`
	for _, c := range []struct {
		name string
		args url.Values
		want string
	}{
		{"in order, with own metadata", url.Values{"command": {"probe_echo?value=a+b%26c&tag=1&tag=2", "nope", "probe_list?api.version=1&api.chunk.enable=1&api.chunk.size=1"}}, echo + "," + unknown + "," + list},
		{"goes on after a failure", url.Values{"command": {"probe_echo?fail=x", "probe_echo?value=a+b%26c&tag=1&tag=2"}}, failed + "," + echo},
		{"abort_on_error", url.Values{"command": {"probe_echo?fail=x", "probe_echo"}, "abort_on_error": {"1"}}, failed},
		{"numbered", url.Values{"command-1": {"probe_echo?value=a+b%26c&tag=1&tag=2"}, "command-0": {"nope"}}, unknown + "," + echo},
		{"the bridge", url.Values{"command": {"cpanel?cpanel_jsonapi_user=anna&cpanel_jsonapi_module=Probe&cpanel_jsonapi_func=echo&value=x"}},
			`{"data":{"cpanelresult":{"apiversion":2,"module":"Probe","func":"echo","data":[{"caller":"anna","value":"x","tags":null}],"event":{"result":1}}},"metadata":{"version":1,"command":"cpanel","reason":"OK","result":1}}`},
	} {
		if got, want := answered(t, probe(), root, batchName, c.args), outer+c.want+"]}}"; got != want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, want)
		}
	}
}

// TestInnerPrivileges: a batch, and the bridge in it, give nobody a power that
// they do not have outside.
func TestInnerPrivileges(t *testing.T) {
	m := probe()
	got := answered(t, m, reseller, batchName, url.Values{"command": {"probe_needy", "cpanel?cpanel_jsonapi_user=otheruser&cpanel_jsonapi_module=Probe&cpanel_jsonapi_func=echo"}})
	if !strings.Contains(got, "You do not have the privilege “list-accts”.") || !strings.Contains(got, wire.BadUser) || strings.Contains(got, `"caller"`) {
		t.Error(got)
	}
	without := reseller
	without.Privileges = nil
	got = answered(t, m, without, batchName, url.Values{"command": {"uapi_cpanel?cpanel.user=anna&cpanel.module=Probe&cpanel.function=echo", "cpanel?cpanel_jsonapi_user=anna&cpanel_jsonapi_module=Probe&cpanel_jsonapi_func=echo"}})
	if strings.Count(got, "You do not have the privilege “cpanel-api”.") != 2 || strings.Contains(got, `"caller"`) {
		t.Error(got)
	}
	if got = answered(t, m, owner, batchName, url.Values{"command": {"probe_echo"}}); !strings.Contains(got, `"result":0`) {
		t.Error("an account calls WHM:", got)
	}
}

// TestUnverified: a password that the sign-in policies would not let in alone takes
// no guard down and opens nothing, not by way of a batch either. All else it may.
func TestUnverified(t *testing.T) {
	const closed = "A security policy applies to this sign in."
	for _, unverified := range []bool{true, false} {
		who, own := root, owner
		who.Unverified, own.Unverified = unverified, unverified
		for _, got := range []string{
			answered(t, probe(), who, function.WHM("probe_rootly"), nil),
			answered(t, probe(), who, function.WHM("probe_opens"), nil),
			answered(t, probe(), who, batchName, url.Values{"command": {"probe_rootly"}}),
			answered(t, probe(), own, function.UAPI("Probe", "opens"), nil),
			answered(t, probe(), own, strictName, url.Values{"command": {`["Probe","opens"]`}}),
		} {
			if strings.Contains(got, closed) != unverified {
				t.Errorf("unverified is %v: %s", unverified, got)
			}
		}
		if got := answered(t, probe(), who, function.WHM("probe_needy"), nil); !strings.Contains(got, `"result":1`) {
			t.Error(got)
		}
	}
}

// TestNesting: calls within calls end, however they are wrapped.
func TestNesting(t *testing.T) {
	m := probe()
	wrapped := "probe_echo"
	for range 3 {
		wrapped = "batch?command=" + url.QueryEscape(wrapped)
	}
	if got := answered(t, m, root, batchName, url.Values{"command": {wrapped}}); !strings.Contains(got, "Calls within calls may be 3 deep.") {
		t.Error("four deep:", got)
	}
	two := "batch?command=" + url.QueryEscape("batch?command="+url.QueryEscape("probe_echo?value=deep"))
	if got := answered(t, m, root, batchName, url.Values{"command": {two}}); !strings.Contains(got, `"value":"deep"`) {
		t.Error("three deep:", got)
	}
	many := "batch?" + strings.Repeat("command=probe_echo&", 400)
	got := answered(t, m, root, batchName, url.Values{"command": {many, many, many, many}})
	if n := strings.Count(got, `"caller":"root"`); n == 0 || n > maxCommands || !strings.Contains(got, "One request may make 1000 calls.") {
		t.Errorf("%d calls were made", n)
	}
	fat := "probe_echo?" + strings.Repeat("tag=&", 4000)
	if got = answered(t, m, root, batchName, url.Values{"command": {fat, fat, fat}}); strings.Count(got, `"caller":"root"`) != 2 || !strings.Contains(got, "10000 arguments") {
		t.Errorf("%.300s", got)
	}
	if got = answered(t, m, root, batchName, url.Values{"command": make([]string, maxCommands+1)}); !strings.Contains(got, "“command” is required") {
		t.Errorf("%.300s", got)
	}
	over := strings.Split(strings.Repeat("nope,", maxCommands+1), ",")
	if got = answered(t, m, root, batchName, url.Values{"command": over}); !strings.Contains(got, "use at most 1000") {
		t.Errorf("%.300s", got)
	}
	if got = answered(t, m, root, batchName, url.Values{"command": {"probe_echo?value=%zz"}}); !strings.Contains(got, "URI-encoded") {
		t.Error(got)
	}
	for depth, want := range map[int]string{maxDepth: `"value":"deep"`, maxDepth + 1: "Calls within calls may be 3 deep."} {
		command := `["Probe","echo",{"value":"deep"}]`
		for range depth - 1 {
			quoted, _ := json.Marshal(command)
			command = `["Batch","strict",{"command":[` + string(quoted) + `]}]`
		}
		if got = answered(t, m, owner, strictName, url.Values{"command": {command}}); !strings.Contains(got, want) {
			t.Errorf("Batch::strict, %d deep: %s", depth, got)
		}
		query := "cpanel_jsonapi_user=anna&cpanel_jsonapi_module=Batch&cpanel_jsonapi_func=strict&cpanel_jsonapi_apiversion=3&command=" + url.QueryEscape(command)
		if got = answered(t, m, root, batchName, url.Values{"command": {"cpanel?" + query}}); depth == maxDepth && !strings.Contains(got, "3 deep") {
			t.Error("the bridge starts to count again:", got)
		}
	}
}

func TestStrict(t *testing.T) {
	row := func(value string) string {
		return `{"status":1,"data":{"caller":"anna","value":"` + value + `","tags":null},"errors":null,"messages":null,"warnings":null,"metadata":{}}`
	}
	for _, c := range []struct {
		name     string
		commands []string
		want     string
	}{
		{"in order", []string{`["Probe","echo",{"value":"one"}]`, `["Probe","echo"]`, `["Probe","echo",{"value":2,"fail":null}]`},
			`{"status":1,"data":[` + row("one") + "," + row("") + "," + row("2") + `],"errors":null,"messages":null,"warnings":null,"metadata":{}}`},
		{"stops", []string{`["Probe","echo",{}]`, `["Probe","echo",{"fail":"x"}]`, `["Probe","echo",{"fail":"y"}]`},
			`{"status":0,"data":null,"errors":["Command 2 (Probe::echo) failed: It failed: x."],"messages":null,"warnings":null,"metadata":{}}`},
		{"unknown", []string{`["Probe","nope",{}]`},
			`{"status":0,"data":null,"errors":["Command 1 (Probe::nope) failed: The system could not find the function “nope” in the module “Probe”."],"messages":null,"warnings":null,"metadata":{}}`},
	} {
		if got := answered(t, probe(), owner, strictName, url.Values{"command": c.commands}); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
	for _, command := range []string{`x`, `{}`, `["Probe"]`, `["Probe","echo",[]]`, `["Probe","echo",{},1]`, `[1,2]`, `["Probe","echo"] x`} {
		if got := answered(t, probe(), owner, strictName, url.Values{"command": {command}}); !strings.Contains(got, "“command”") {
			t.Errorf("%s: %s", command, got)
		}
	}
	got := answered(t, probe(), owner, strictName, url.Values{"command": {`["Probe","list",{"api.paginate":1,"api.paginate_size":1,"api.paginate_start":2}]`}})
	if !strings.Contains(got, `"metadata":{"paginate":{"total_pages":4,`) || !strings.Contains(got, `"user":"bert"`) || strings.Contains(got, `"user":"anna"`) {
		t.Error("controls of an inner call:", got)
	}
}

func TestUAPICPanel(t *testing.T) {
	base := url.Values{"cpanel.user": {"anna"}, "cpanel.module": {"Probe"}, "cpanel.function": {"echo"}, "value": {"x"}, "tag": {"1", "2"}, "api.version": {"1"}}
	want := `{"metadata":{"version":1,"command":"uapi_cpanel","reason":"OK","result":1},"data":{"uapi":{"status":1,"data":{"caller":"anna","value":"x","tags":["1","2"]},"errors":null,"messages":null,"warnings":null,"metadata":{}}}}`
	if got := answered(t, probe(), root, uapiCPanel, base); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	args := url.Values{"cpanel.user": {"anna"}, "cpanel.module": {"Probe"}, "cpanel.function": {"list"}, "api.filter_column_0": {"user"}, "api.filter_term_0": {"be"}}
	if r, err := call(probe(), root, uapiCPanel, args.Encode()); err != nil || !strings.Contains(string(wire.WHM("f", r, err).JSON()), `"filter":{"records_before_filter":4}`) {
		t.Error("UAPI's controls are for the inner call:", err)
	}
	refusals := map[string]bool{}
	for _, user := range []string{"nobody", "other", "ANNA"} {
		refusals[answered(t, probe(), root, uapiCPanel, url.Values{"cpanel.user": {user}, "cpanel.module": {"Probe"}, "cpanel.function": {"echo"}})] = true
	}
	if len(refusals) != 1 {
		t.Error("the refusals tell which accounts there are:", refusals)
	}
}

func TestBridge(t *testing.T) {
	const prefix = "cpanel_jsonapi_"
	noUser := `{"data":{"reason":"User parameter is invalid or was not supplied","result":"0"},"type":"text","error":"User parameter is invalid or was not supplied"}`
	for _, c := range []struct {
		name, query, want string
		kind              fault.Kind
	}{
		{"api 2 by default", "user=anna&module=Probe&func=echo", `{"cpanelresult":{"apiversion":2,"module":"Probe","func":"echo","data":[{"caller":"anna","value":"v","tags":null}],"event":{"result":1}}}`, ""},
		{"uapi", "user=anna&module=Probe&func=echo&apiversion=3", `{"apiversion":3,"module":"Probe","func":"echo","result":{"status":1,"data":{"caller":"anna","value":"v","tags":null},"errors":null,"messages":null,"warnings":null,"metadata":{}}}`, ""},
		{"api 1", "user=anna&module=Probe&func=echo&apiversion=1", `{"apiversion":"1","type":"event","module":"Probe","func":"echo","source":"module","data":{"result":""},"event":{"result":0,"reason":"Probe::echo() failed: Undefined subroutine"}}`, fault.Unknown},
		{"unknown", "user=anna&module=Probe&func=nope", `{"cpanelresult":{"apiversion":2,"module":"Probe","func":"nope","error":"Could not find function 'nope' in module 'Probe'"}}`, fault.Unknown},
		{"no user", "module=Probe&func=echo", noUser, fault.Invalid},
		{"user in capitals", "user=Anna&module=Probe&func=echo", noUser, fault.Invalid},
		{"no such user", "user=nobody&module=Probe&func=echo&apiversion=3", noUser, fault.Invalid},
		{"another's user", "user=other&module=Probe&func=echo", noUser, fault.Invalid},
		{"something broke", "user=broken&module=Probe&func=echo", `{"cpanelresult":{"apiversion":2,"module":"Probe","func":"echo","error":"An internal error occurred.","data":[],"event":{"result":0,"reason":"An internal error occurred."}}}`, fault.Internal},
	} {
		args, _ := url.ParseQuery(prefix + strings.ReplaceAll(c.query, "&", "&"+prefix) + "&value=v&api.version=1")
		r, err := probe().Call(context.Background(), reseller, cpanelName, args, function.Shape{})
		envelope, is := r.Out.(wire.Envelope)
		if err != nil || !is || string(envelope.JSON()) != c.want || envelope.Kind != c.kind {
			t.Errorf("%s: %v %s\n got %s\nwant %s", c.name, err, envelope.Kind, envelope.JSON(), c.want)
		}
	}
}

// TestBridgeAsOneself: on cPanel and Webmail the named user does not count.
func TestBridgeAsOneself(t *testing.T) {
	b := wire.Bridged{User: "bert", Module: "Probe", Function: "echo", Version: 2, Args: url.Values{}}
	for _, who := range []Caller{owner, mailbox} {
		if got := string(probe().Bridge(context.Background(), who, b).JSON()); !strings.Contains(got, `"caller":"`+who.Name+`"`) {
			t.Error(got)
		}
	}
}
