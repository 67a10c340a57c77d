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

// call makes a call with the arguments and controls of a query.
func call(m *Mux, who Caller, name function.Name, query string) (function.Reply, error) {
	args, err := url.ParseQuery(query)
	if err != nil {
		return function.Reply{}, err
	}
	shape, err := wire.ReadShape(name, args)
	if err != nil {
		return function.Reply{}, err
	}
	return m.Call(context.Background(), who, name, args, shape)
}

// users are the names in an answer's rows, in their order.
func users(t *testing.T, out any) string {
	t.Helper()
	at, ok := findRows(out)
	if !ok {
		t.Fatalf("no rows in %#v", out)
	}
	var list []string
	for _, r := range at.read() {
		list = append(list, textOf(r.cells["user"]))
	}
	return strings.Join(list, " ")
}

func TestShapes(t *testing.T) {
	m := probe()
	for _, c := range []struct {
		query, whm, uapi string // an empty query means that the dialect has no such control
		want             string
	}{
		{"contains, no case", "api.filter.enable=1&api.filter.a.field=user&api.filter.a.arg0=CA", "api.filter=1&api.filter_column=user&api.filter_term=CA", "Carl"},
		{"begins", "api.filter.enable=1&api.filter.a.field=used&api.filter.a.type=begins&api.filter.a.arg0=1", "api.filter=1&api.filter_column=used&api.filter_term=1&api.filter_type=begins", "anna Carl"},
		{"ends", "", "api.filter=1&api.filter_column=note&api.filter_term=HELLO&api.filter_type=ends", "anna dora"},
		{"matches", "", "api.filter=1&api.filter_column=user&api.filter_term=^[ab]&api.filter_type=matches", "anna bert"},
		{"eq", "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=eq&api.filter.a.arg0=3", "api.filter=1&api.filter_column=count&api.filter_term=3&api.filter_type=eq", "anna dora"},
		{"ne", "", "api.filter=1&api.filter_column=count&api.filter_term=3&api.filter_type=ne", "bert Carl"},
		{"==", "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=%3D%3D&api.filter.a.arg0=3.0", "", "anna dora"},
		{"lt leaves out unlimited and no numbers", "api.filter.enable=1&api.filter.a.field=used&api.filter.a.type=lt&api.filter.a.arg0=50", "api.filter=1&api.filter_column=used&api.filter_term=50&api.filter_type=lt", "anna bert"},
		{"lt_equal", "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=lt_equal&api.filter.a.arg0=3", "", "anna bert dora"},
		{"gt", "api.filter.enable=1&api.filter.a.field=quota&api.filter.a.type=gt&api.filter.a.arg0=10", "api.filter=1&api.filter_column=quota&api.filter_term=10&api.filter_type=gt", "anna"},
		{"gt_equal", "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=gt_equal&api.filter.a.arg0=10", "", "Carl"},
		{"gt, unlimited is more", "api.filter.enable=1&api.filter.a.field=quota&api.filter.a.type=gt_handle_unlimited&api.filter.a.arg0=10", "api.filter=1&api.filter_column=quota&api.filter_term=10&api.filter_type=gt_handle_unlimited", "anna bert"},
		{"lt, than unlimited", "api.filter.enable=1&api.filter.a.field=quota&api.filter.a.type=lt_handle_unlimited&api.filter.a.arg0=unlimited", "api.filter=1&api.filter_column=quota&api.filter_term=unlimited&api.filter_type=lt_handle_unlimited", "anna Carl dora"},
		{"defined", "", "api.filter=1&api.filter_column=note&api.filter_type=defined", "anna dora"},
		{"undefined", "", "api.filter=1&api.filter_column=note&api.filter_type=undefined", "bert Carl"},
		{"any column", "api.filter.enable=1&api.filter.a.field=*&api.filter.a.arg0=192.0.2", "", "anna bert"},
		{"two filters", "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=eq&api.filter.a.arg0=3&api.filter.b.field=user&api.filter.b.arg0=d", "api.filter_column_0=count&api.filter_term_0=3&api.filter_type_0=eq&api.filter_column_1=user&api.filter_term_1=d", "dora"},
		{"lexicographic", "api.sort.enable=1&api.sort.a.field=user", "api.sort=1&api.sort_column=user", "Carl anna bert dora"},
		{"reverse", "api.sort.enable=1&api.sort.a.field=user&api.sort.a.reverse=1", "api.sort=1&api.sort_column=user&api.sort_reverse=1", "dora bert anna Carl"},
		{"numeric, stable", "api.sort.enable=1&api.sort.a.field=count&api.sort.a.method=numeric", "api.sort=1&api.sort_column=count&api.sort_method=numeric", "bert anna dora Carl"},
		{"numeric of sizes", "api.sort.enable=1&api.sort.a.field=used&api.sort.a.method=numeric&api.sort.a.reverse=1", "api.sort=1&api.sort_column=used&api.sort_method=numeric&api.sort_reverse=1", "Carl anna bert dora"},
		{"zero as max", "api.sort.enable=1&api.sort.a.field=count&api.sort.a.method=numeric_zero_as_max", "api.sort=1&api.sort_column=count&api.sort_method=numeric_zero_as_max", "anna dora Carl bert"},
		{"ipv4", "api.sort.enable=1&api.sort.a.field=ip&api.sort.a.method=ipv4", "api.sort=1&api.sort_column=ip&api.sort_method=ipv4", "Carl dora bert anna"},
		{"two keys", "api.sort.enable=1&api.sort.a.field=count&api.sort.a.method=numeric&api.sort.b.field=user&api.sort.b.reverse=1", "api.sort_column_0=count&api.sort_method_0=numeric&api.sort_column_1=user&api.sort_reverse_1=1", "bert dora anna Carl"},
		{"a page", "api.chunk.enable=1&api.chunk.start=2&api.chunk.size=2", "api.paginate=1&api.paginate_start=2&api.paginate_size=2", "bert Carl"},
		{"behind the end", "api.chunk.enable=1&api.chunk.start=9&api.chunk.size=2", "api.paginate=1&api.paginate_start=9&api.paginate_size=2", ""},
		{"all pages", "api.chunk.enable=1&api.chunk.start=-1", "api.paginate=1&api.paginate_start=-1", "anna bert Carl dora"},
	} {
		for name, query := range map[function.Name]string{function.WHM("probe_list"): c.whm, function.UAPI("Probe", "list"): c.uapi} {
			if query == "" {
				continue
			}
			who := root
			if name.Dialect == function.OnUAPI {
				who = owner
			}
			r, err := call(m, who, name, query)
			if err != nil {
				t.Errorf("%s %s: %v", name, c.query, err)
			} else if got := users(t, r.Out); got != c.want {
				t.Errorf("%s %s: %s, want %s", name, c.query, got, c.want)
			}
		}
	}
}

func TestShapedAnswersKeepTheRest(t *testing.T) {
	m := probe()
	r, err := call(m, root, function.WHM("probe_list"), "api.filter.enable=1&api.filter.a.field=user&api.filter.a.arg0=a&api.chunk.enable=1&api.chunk.size=1&api.chunk.start=2")
	if err != nil {
		t.Fatal(err)
	}
	want := `{"metadata":{"version":1,"command":"probe_list","reason":"Listed","result":1,` +
		`"chunk":{"start":2,"current":2,"size":1,"chunks":3,"records":3},"filter":{"filtered":4}},` +
		`"data":{"acct":[{"user":"Carl","quota":9,"used":"100M","count":10,"ip":"","note":""}],"other":["x"],"total":4}}`
	if got := string(wire.WHM("probe_list", r, nil).JSON()); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	r, err = call(m, root, function.WHM("probe_list"), "api.columns.enable=1&api.columns.a=user&api.columns.b=count&api.chunk.enable=1&api.chunk.size=1")
	if err != nil {
		t.Fatal(err)
	}
	raw, _ := json.Marshal(r.Out)
	if string(raw) != `{"acct":[{"count":3,"user":"anna"}],"other":["x"],"total":4}` {
		t.Errorf("columns: %s", raw)
	}
	r, err = call(m, root, function.WHM("probe_names"), "api.filter.enable=1&api.filter.a.field=*&api.filter.a.arg0=R&api.chunk.enable=1&api.chunk.size=1")
	if raw, _ = json.Marshal(r.Out); err != nil || string(raw) != `{"users":["bert"]}` || r.Shaped.Records != 2 {
		t.Errorf("a list of texts: %s %v", raw, err)
	}
	r, err = call(m, root, function.WHM("probe_self_shaped"), "api.chunk.enable=1&api.chunk.size=2&api.columns.enable=1&api.columns.a=user")
	if raw, _ = json.Marshal(r.Out); err != nil || string(raw) != `{"acct":[{"user":"anna"},{"user":"bert"}],"other":null,"total":0}` || r.Shaped.Records != 400 {
		t.Errorf("a handler that shapes: %s %v", raw, err)
	}
}

// TestWrongShapes: a call with a wrong control fails before it does anything,
// and the sentence names the parameter and what is allowed.
func TestWrongShapes(t *testing.T) {
	m := probe()
	all := "user, quota, used, count, ip, note"
	for _, c := range []struct {
		name  function.Name
		query string
		says  []string
	}{
		{function.WHM("probe_list"), "api.filter.enable=1&api.filter.a.field=nope&api.filter.a.arg0=x", []string{"“api.filter.a.field”", all}},
		{function.WHM("probe_list"), "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=lt&api.filter.a.arg0=many", []string{"“api.filter.a.arg0”", "number"}},
		{function.WHM("probe_list"), "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=lt&api.filter.a.arg0=unlimited", []string{"“api.filter.a.arg0”", "number"}},
		{function.WHM("probe_list"), "api.filter.enable=1&api.filter.a.field=count&api.filter.a.type=gt_handle_unlimited&api.filter.a.arg0=NaN", []string{"“api.filter.a.arg0”", "unlimited"}},
		{function.WHM("probe_list"), "api.sort.enable=1&api.sort.a.field=*", []string{"“api.sort.a.field”", all}},
		{function.WHM("probe_list"), "api.sort.enable=1&api.sort.a.field=count", []string{"“api.sort.a.field”", "numbers", "api.sort.a.method"}},
		{function.WHM("probe_list"), "api.sort.enable=1&api.sort.a.field=user&api.columns.enable=1&api.columns.a=count", []string{"“api.sort.a.field”", "columns"}},
		{function.WHM("probe_list"), "api.columns.enable=1&api.columns.a=Reason", []string{"“api.columns.a”", all}},
		{function.UAPI("Probe", "list"), "api.filter=1&api.filter_column=user&api.filter_type=matches&api.filter_term=(a", []string{"“api.filter_term”", "RE2"}},
		{function.UAPI("Probe", "list"), "api.filter=1&api.filter_column=user&api.filter_type=matches&api.filter_term=(?=a)", []string{"“api.filter_term”", "RE2"}},
		{function.UAPI("Probe", "list"), "api.sort_column_3=x", []string{"“api.sort_column_3”", all}},
		{function.WHM("probe_text"), "api.sort.enable=1&api.sort.a.field=x", []string{"“api.sort.a.field”", "no list"}},
	} {
		who := root
		if c.name.Dialect != function.OnWHM {
			who = owner
		}
		_, err := call(m, who, c.name, c.query)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", c.query, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(fault.Of(err).Message, s) {
				t.Errorf("%s: %q does not say %q", c.query, fault.Of(err).Message, s)
			}
		}
	}
}

// FuzzFilter runs any filter on any cell: no panic, and RE2's time.
func FuzzFilter(f *testing.F) {
	f.Add("matches", "(a+)+$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
	f.Add("lt", "1e308", "1e999")
	f.Fuzz(func(t *testing.T, typ, term, cell string) {
		ready, err := newTest(function.Filter{Column: "c", Test: function.Test(typ), Term: term, TermParam: "p"})
		if err != nil {
			if !fault.Is(err, fault.Invalid) {
				t.Fatal(err)
			}
			return
		}
		for _, v := range []any{cell, json.Number(cell), nil, true, []any{cell}} {
			ready.row(row{cells: map[string]any{"c": v}})
		}
		for _, m := range []function.Method{"", function.Numeric, function.NumericZeroAsMax, function.IPv4} {
			if order := orderOf(m); order(cell, term) != -order(term, cell) {
				t.Fatalf("%s does not order %q and %q", m, cell, term)
			}
		}
	})
}
