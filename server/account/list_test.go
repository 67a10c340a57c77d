package account_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/function"
)

func users(data map[string]any) string {
	var names []string
	for _, a := range data["acct"].([]any) {
		name, _ := a.(map[string]any)["user"].(string)
		names = append(names, name)
	}
	return strings.Join(names, " ")
}

// hannas are three accounts with like names, two of them a reseller's.
func hannas(t *testing.T) (h *house, owner dispatch.Caller) {
	t.Helper()
	h = open(t)
	owner = h.reseller("owner", "list-accts", "acct-summary", "create-acct")
	h.make(owner, "anna", "plan=gold", "customip=2001:db8::1")
	h.make(owner, "annabel")
	h.make(h.root, "hanna", "plan=golden")
	return h, owner
}

func TestSearch(t *testing.T) {
	t.Parallel()
	h, owner := hannas(t)
	for _, c := range []struct {
		who   dispatch.Caller
		words string
		want  string
	}{
		{h.root, "", "anna annabel hanna owner"},
		{owner, "", "anna annabel owner"},
		{owner, "searchtype=owner&searchmethod=exact&search=root", "owner"},
		{h.root, "search=anna", "anna annabel hanna"},
		{h.root, "search=^ANNA", "anna annabel"},
		{owner, "search=hanna&searchtype=user", ""},
		{h.root, "search=anna&searchmethod=exact", "anna"},
		{h.root, "search=an.a&searchmethod=exact", ""},
		{h.root, "search=HANNA.example&searchtype=domain&searchmethod=exact", "hanna"},
		{h.root, "search=^gold&searchtype=package&searchmethod=regex", "anna hanna"},
		{h.root, "search=gold&searchtype=package&searchmethod=exact", "anna"},
		{h.root, "search=2001:db8::1&searchtype=ip&searchmethod=exact", "anna"},
		{h.root, "search=owner&searchtype=owner&searchmethod=exact", "anna annabel"},
		{h.root, "search=x' OR '1'='1&searchmethod=exact", ""},
		{h.root, "search=x' OR '1'='1&searchmethod=exact&searchtype=package", ""},
	} {
		data, _, err := h.whm(c.who, "listaccts", strings.Split(c.words, "&")...)
		if err != nil {
			t.Errorf("%s: %v", c.words, err)
		} else if got := users(data); got != c.want {
			t.Errorf("%s: %s, want %s", c.words, got, c.want)
		}
	}
	for words, text := range map[string]string{
		"search=(": "regular expression", "search=a\\1": "RE2", "search=x&searchtype=password_hash": "searchtype", "search=x&searchmethod=sql": "searchmethod",
	} {
		_, _, err := h.whm(h.root, "listaccts", strings.Split(words, "&")...)
		h.Refused(err, fault.Invalid, text)
	}
	data, _, err := h.whm(h.root, "listaccts", "search=hanna", "want=user,diskused,password_hash,settings")
	h.Must(err)
	if text, _ := json.Marshal(data); string(text) != `{"acct":[{"diskused":"0M","user":"hanna"}]}` {
		t.Errorf("wanted %s", text)
	}
}

func TestOneAccount(t *testing.T) {
	t.Parallel()
	h, owner := hannas(t)
	_, _, err := h.whm(h.root, "accountsummary")
	h.Refused(err, fault.Invalid, "is required")
	data, _, err := h.whm(owner, "accountsummary", "domain=Anna.example")
	h.Must(err)
	if users(data) != "anna" {
		t.Errorf("summary of %s", users(data))
	}
	data, _, err = h.whm(owner, "domainuserdata", "domain=anna.example")
	h.Must(err)
	if u := data["userdata"].(map[string]any); u["user"] != "anna" || u["owner"] != "owner" || u["documentroot"] != "/home/anna/public_html" {
		t.Errorf("userdata %v", u)
	}
	data, _, err = h.whm(h.root, "list_users")
	h.Must(err)
	if fmt.Sprint(data["users"]) != "[anna annabel hanna owner root]" {
		t.Errorf("users %v", data["users"])
	}
}

// Output controls give the same whether the database or memory does the work:
// a filter on the plan, which the database does not do, is what makes the difference.
func TestShapedByEither(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "list-accts", "create-acct")
	for i, name := range []string{"a1", "b", "aa", "c", "a2", "zz"} {
		who := h.root
		if i%2 == 0 {
			who = owner
		}
		_, _, err := h.whm(who, "createacct", "username="+name, "plan=p", fmt.Sprintf("domain=%s-%d.example", name, i), "password="+strong)
		h.Must(err)
	}
	always := function.Filter{Column: "theme", Test: function.Contains, Term: "j"} // true of every account
	_, _, err := h.whm(h.root, "suspendacct", "user=aa")
	h.Must(err)
	asks := owner
	list := func(s function.Shape) (string, *function.Shaped) {
		t.Helper()
		reply, err := h.Mux.Call(t.Context(), asks, function.WHM("listaccts"), nil, s)
		h.Must(err)
		data := written(t, reply.Out).(map[string]any)
		return users(data), reply.Shaped
	}
	for i, s := range slices.Concat(shapes, shapes) {
		if i == len(shapes) {
			asks = h.root
		}
		byDatabase, one := list(s)
		inMemory := s
		inMemory.Filters = append(slices.Clone(s.Filters), always)
		inMemory.Page, inMemory.Sorts = s.Page, s.Sorts
		byHand, two := list(inMemory)
		if byDatabase != byHand {
			t.Errorf("%+v: the database gives %q, memory %q", s, byDatabase, byHand)
		}
		if one != nil && (one.Before != two.Before || one.Records != two.Records || one.Start != two.Start || one.Size != two.Size || one.Paged != two.Paged) {
			t.Errorf("%+v: the database says %+v, memory %+v", s, one, two)
		}
	}
}

// shapes are output controls that the database can do.
var shapes = []function.Shape{
	{},
	{Page: function.Page{On: true, Start: 2, Size: 2}},
	{Page: function.Page{On: true, Start: 50, Size: 2}},
	{Page: function.Page{On: true, All: true}},
	{Sorts: []function.Sort{{Column: "domain", Method: function.Lexicographic, Reverse: true}}},
	{Sorts: []function.Sort{{Column: "owner"}, {Column: "user", Reverse: true}}, Page: function.Page{On: true, Start: 1, Size: 3}},
	{Filters: []function.Filter{{Column: "user", Test: function.Begins, Term: "a"}}, Page: function.Page{On: true, Start: 2, Size: 1}},
	{Filters: []function.Filter{{Column: "user", Test: function.Begins, Term: "A", IgnoreCase: true}}},
	{Filters: []function.Filter{{Column: "user", Test: function.Begins, Term: "A"}}},
	{Filters: []function.Filter{{Column: "domain", Test: function.Contains, Term: "%"}}},
	{Filters: []function.Filter{{Column: "domain", Test: function.Contains, Term: "_-"}, {Column: "owner", Test: function.Equal, Term: "owner"}}},
	{Filters: []function.Filter{{Column: "domain", Test: function.Contains, Term: "' OR ''='"}}},
	{Filters: []function.Filter{{Column: "owner", Test: function.Equal, Term: "root"}}},
	{Filters: []function.Filter{{Column: "suspended", Test: function.Equal, Term: "0"}}, Page: function.Page{On: true, Start: 1, Size: 2}},
	{Filters: []function.Filter{{Column: "suspended", Test: function.Equal, Term: "1"}}},
	{Filters: []function.Filter{{Column: "suspended", Test: function.Equal, Term: "x"}}},
	{Filters: []function.Filter{{Column: "suspended", Test: function.NotEqual, Term: "1"}, {Column: "user", Test: function.Contains, Term: "a"}}},
	{Filters: []function.Filter{{Column: "suspended", Test: function.Equal, Term: "1"}, {Column: "user", Test: function.Begins, Term: "a"}}},
}

// TestTotalsHold: what is added up is what would be counted, whatever happened to
// accounts, swept or not, and for everybody.
func TestTotalsHold(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "list-accts", "create-acct")
	page := function.Shape{Page: function.Page{On: true, Start: 1, Size: 1}}
	hold := func(what string) {
		t.Helper()
		for _, who := range []dispatch.Caller{h.root, owner} {
			reply, err := h.Mux.Call(t.Context(), who, function.WHM("listaccts"), nil, page)
			h.Must(err)
			data, _, err := h.whm(who, "listaccts")
			h.Must(err)
			if n := len(strings.Fields(users(data))); reply.Shaped.Records != n || reply.Shaped.Before != n {
				t.Errorf("%s: %s is told of %+v, and there are %d", what, who.Name, reply.Shaped, n)
			}
		}
	}
	do := func(who dispatch.Caller, f string, words ...string) {
		t.Helper()
		_, _, err := h.whm(who, f, words...)
		h.Must(err)
		hold(f)
		h.Must(account.Sweep(t.Context(), h.DB.Write))
		hold(f + ", swept")
	}
	hold("at first")
	for i, who := range []dispatch.Caller{h.root, owner, owner} {
		do(who, "createacct", fmt.Sprintf("username=u%d", i), "plan=p", fmt.Sprintf("domain=u%d.example", i), "password="+strong)
	}
	do(h.root, "modifyacct", "user=u1", "owner=root")
	do(h.root, "modifyacct", "user=u0", "owner=owner")
	do(h.root, "removeacct", "username=u2")
	do(h.root, "removeacct", "username=owner")
	var parts int
	h.Must(h.DB.Write.NewRaw("SELECT count(*) FROM account_totals").Scan(t.Context(), &parts))
	if parts != 1 {
		t.Errorf("swept, there are %d rows for one owner", parts)
	}
}

// More accounts than are read at once are all listed, in order, once.
func TestListInBatches(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "alice")
	const more = 4500
	for _, q := range []string{
		fmt.Sprintf(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
			SELECT 'u' || md5(i::text), 'account', '', now(), now() FROM generate_series(1, %d) i`, more),
		`INSERT INTO accounts SELECT l.id, a.owner_id, l.name || '.example', false, a.plan, a.feature_list, a.ip, a.settings,
			a.created_in_version, a.started_at, a.changed_at FROM logins l, accounts a WHERE l.name LIKE 'u%'`,
	} {
		_, err := h.DB.Write.ExecContext(t.Context(), q)
		h.Must(err)
	}
	for _, words := range []string{"want=user", "want=user&search=.&searchtype=domain"} {
		data, _, err := h.whm(h.root, "listaccts", strings.Split(words, "&")...)
		h.Must(err)
		names := strings.Fields(users(data))
		if len(names) != more+1 || !slices.IsSorted(names) || len(slices.Compact(names)) != more+1 {
			t.Errorf("%s: %d names", words, len(names))
		}
	}
}

func TestStrengths(t *testing.T) {
	t.Parallel()
	h := open(t)
	data, _, err := h.whm(h.root, "getminimumpasswordstrengths")
	h.Must(err)
	if len(data) != 9 || data["createacct"] != 65.0 || data["virtual"] != 65.0 {
		t.Errorf("minima %v", data)
	}
	_, _, err = h.whm(h.root, "setminimumpasswordstrengths", "default=30", "createacct=90")
	h.Must(err)
	_, _, err = h.whm(h.root, "setminimumpasswordstrengths", "virtual=40")
	h.Must(err)
	data, _, err = h.whm(h.root, "getminimumpasswordstrengths", "name=all")
	h.Must(err)
	if data["createacct"] != 90.0 || data["default"] != 30.0 || data["passwd"] != 30.0 || data["virtual"] != 40.0 {
		t.Errorf("minima %v", data)
	}
	data, _, err = h.whm(h.root, "getminimumpasswordstrengths", "name=virtual")
	h.Must(err)
	if len(data) != 1 || data["virtual"] != 40.0 {
		t.Errorf("one minimum %v", data)
	}
	for _, bad := range []string{"default=101", "default=-1", "default=x"} {
		_, _, err = h.whm(h.root, "setminimumpasswordstrengths", bad)
		h.Refused(err, fault.Invalid, "default")
	}
	_, _, err = h.whm(h.root, "createacct", "username=alice", "password=Tr0ub4dor&3")
	h.Refused(err, fault.Invalid, "at least 90 is required")
	data, _, err = h.whm(h.root, "get_password_strength", "password=12345luggage")
	h.Must(err)
	if s := data["strength"].(float64); s < 1 || s > 64 {
		t.Errorf("strength %v", s)
	}
	data, _, err = h.whm(h.root, "get_password_strength", "password="+strong)
	h.Must(err)
	if s := data["strength"].(float64); s < 90 {
		t.Errorf("strength %v", s)
	}
}

func TestResellers(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "alice")
	_, _, err := h.whm(h.root, "setacls", "reseller=alice", "acl-all=1")
	h.Refused(err, fault.Unknown, "not a reseller")
	_, _, err = h.whm(h.root, "setupreseller", "user=alice", "makeowner=1")
	h.Must(err)
	alice := h.Caller("alice")
	if alice.Kind != dispatch.Reseller || !alice.May("create-acct") || alice.May("all") {
		t.Errorf("alice %+v", alice)
	}
	for _, words := range [][]string{{"acllist=small", "acl-passwd=1", "acl-list-accts=1", "acl-stats=0"}, {"acllist=small", "acl-passwd=0", "acl-kill-acct=1"}} {
		_, _, err = h.whm(h.root, "saveacllist", words...)
		h.Must(err)
	}
	data, _, err := h.whm(h.root, "listacls")
	h.Must(err)
	list := data["acl"].([]any)[0].(map[string]any)
	if p := list["privileges"].(map[string]any); list["name"] != "small" || p["list-accts"] != 1.0 || p["passwd"] != 0.0 || p["kill-acct"] != 1.0 {
		t.Errorf("list %v", list)
	}
	data, _, err = h.whm(h.root, "setacls", "user=alice", "acllist=small", "acl-suspend-acct=yes")
	h.Must(err)
	if fmt.Sprint(data["acl"]) != "[kill-acct list-accts suspend-acct]" {
		t.Errorf("privileges %v", data)
	}
	alice = h.Caller("alice")
	data, _, err = h.whm(alice, "myprivs")
	h.Must(err)
	if p := data["privileges"].([]any)[0].(map[string]any); p["kill-acct"] != 1.0 || p["create-acct"] != 0.0 || p["all"] != 0.0 {
		t.Errorf("privileges %v", p)
	}
	_, _, err = h.whm(alice, "createacct", "username=x")
	h.Refused(err, fault.Forbidden, "“create-acct”")
	data, _, err = h.whm(alice, "applist")
	h.Must(err)
	if apps := fmt.Sprint(data["app"]); !strings.Contains(apps, "listaccts") || strings.Contains(apps, "createacct") {
		t.Errorf("functions %v", apps)
	}
	h.Session("alice", "")
	_, _, err = h.whm(h.root, "unsetupreseller", "user=alice")
	h.Must(err)
	data, _, _ = h.whm(h.root, "listresellers")
	if h.Caller("alice").Kind != dispatch.Account || h.Count("sessions") != 0 || fmt.Sprint(data["reseller"]) != "[]" {
		t.Errorf("still a reseller: %v", data)
	}
	_, _, err = h.whm(h.root, "unsetupreseller", "user=alice")
	h.Refused(err, fault.Unknown, "not a reseller")
}

func TestResellerFaults(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "alice", "reseller=1")
	for _, c := range []struct{ words, text string }{
		{"setacls reseller=alice acl-nosuch=1", "no such privilege"}, {"setacls reseller=alice acllist=nosuch", "no list"},
		{"saveacllist acllist=x acl-nosuch=1", "no such privilege"}, {"saveacllist acllist=x acl-passwd=yes", "1 for yes"},
		{"saveacllist acllist=a'b", "acllist"}, {"setupreseller user=nosuch", "no account"}, {"setupreseller user=root", "no account"},
	} {
		words := strings.Fields(c.words)
		_, _, err := h.whm(h.root, words[0], words[1:]...)
		if err == nil || !strings.Contains(fault.Of(err).Message, c.text) {
			t.Errorf("%s: %v", c.words, err)
		}
	}
}

func TestServer(t *testing.T) {
	t.Parallel()
	h := open(t)
	for f, want := range map[string]string{"version": "map[version:1.2.3]", "gethostname": "map[hostname:host.example.net]"} {
		data, _, err := h.whm(h.root, f)
		if err != nil || fmt.Sprint(data) != want {
			t.Errorf("%s: %v, %v", f, data, err)
		}
	}
	alice := h.make(h.root, "alice", "language=he")
	out, err := h.uapi(alice, "Locale::get_attributes")
	if err != nil || fmt.Sprint(out) != "map[direction:rtl encoding:utf-8 locale:he name:Hebrew]" {
		t.Errorf("attributes %v, %v", out, err)
	}
	out, err = h.uapi(alice, "Locale::list_locales")
	if err != nil || len(out.([]any)) < 13 {
		t.Errorf("locales %v, %v", out, err)
	}
	_, err = account.Find(t.Context(), h.DB.Write, "alice\x00")
	if !fault.Is(err, fault.Unknown) {
		t.Errorf("a name with NUL: %v", err)
	}
}

// TestSettingsAreSmall: what is zero is not kept, though an answer shows it.
func TestSettingsAreSmall(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna := h.make(h.root, "anna")
	if n := h.Count(`accounts, jsonb_each(settings) AS s WHERE s.key LIKE 'notify%'`); n != 4 {
		t.Errorf("%d notices are kept of an account that has 4", n)
	}
	data, err := h.uapi(anna, "Variables::get_user_information")
	h.Must(err)
	of := data.(map[string]any)
	if of["notify_ssl_expiry"] != 0.0 || of["notify_password_change"] != 1.0 {
		t.Errorf("notices are told as %v and %v", of["notify_ssl_expiry"], of["notify_password_change"])
	}
	_, _, err = h.whm(h.root, "modifyacct", "user=anna", "notify_password_change=0", "notify_ssl_expiry=1")
	h.Must(err)
	data, err = h.uapi(anna, "Variables::get_user_information")
	h.Must(err)
	if of := data.(map[string]any); of["notify_ssl_expiry"] != 1.0 || of["notify_password_change"] != 0.0 {
		t.Errorf("changed notices are told as %v and %v", of["notify_ssl_expiry"], of["notify_password_change"])
	}
}
