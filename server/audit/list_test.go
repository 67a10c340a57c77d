package audit_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// fill has everybody do something.
func fill(h *house) {
	h.Helper()
	uapi, whm := function.UAPI("AuditTest", "change"), function.WHM("audit_change")
	possessed := h.as("carl")
	possessed.Possessor = "rita"
	do := func(err error) {
		h.Helper()
		if err != nil {
			h.Fatal(err)
		}
		h.Clock.Advance(time.Minute)
	}
	do(h.call(h.as("anna"), uapi, "name", "alpha"))
	do(h.call(h.as("bob@anna.example"), uapi))
	do(h.call(h.as("carl"), uapi))
	do(h.call(possessed, uapi))
	do(h.call(h.as("rita"), whm, "user", "carl", "user", "anna", "user", "nobody"))
	do(h.call(h.as("rita"), whm, "user", "anna"))
	do(h.call(h.as("root"), whm, "user", "bob@anna.example", "user", "carl"))
	do(h.call(h.as("root"), whm))
	do(h.call(h.as("root"), whm, "user", "removed"))
}

func (h *house) reads(who string, want []string, pairs ...string) {
	h.Helper()
	got := h.events(h.as(who), pairs...)
	for name := range map[string]int{"root": 0, "rita": 0, "anna": 0, "carl": 0, "bob@anna.example": 0} {
		got = strings.ReplaceAll(got, h.as(name).Address.String(), "from-"+name)
	}
	if got != strings.Join(want, "\n") {
		h.Errorf("%s with %v reads\n%s\nnot\n%s", who, pairs, got, strings.Join(want, "\n"))
	}
}

// TestWhoReadsWhat: nobody reads a stranger's, and from where an administrator
// acted is told to nobody below.
func TestWhoReadsWhat(t *testing.T) {
	h := newHouse(t)
	fill(h)
	h.reads("anna", []string{
		"root root anna audit_change ok ",
		"bob@anna.example bob@anna.example anna AuditTest::change ok from-bob@anna.example",
		"anna anna anna AuditTest::change ok from-anna",
	})
	h.reads("bob@anna.example", []string{"bob@anna.example bob@anna.example anna AuditTest::change ok from-bob@anna.example"})
	h.reads("carl", []string{
		"root root carl audit_change ok ",
		"rita rita carl audit_change ok ",
		"rita carl carl AuditTest::change ok ",
		"carl carl carl AuditTest::change ok from-carl",
	})
	h.reads("rita", []string{
		"root root carl audit_change ok ",
		"rita rita anna audit_change ok from-rita", // she named a stranger; it is in her trail and not in anna's
		"rita rita carl audit_change ok from-rita",
		"rita carl carl AuditTest::change ok ",
		"carl carl carl AuditTest::change ok from-carl",
	})
	h.reads("root", []string{
		"root root removed audit_change ok from-root", "root root  audit_change ok from-root",
		"root root carl audit_change ok from-root", "root root anna audit_change ok from-root",
	}, "limit", "4")
	weak := h.as("rita")
	weak.Privileges = []string{"passwd"}
	if got := h.events(weak); strings.Contains(got, "carl carl") {
		t.Errorf("a token without list-accts reads %s", got)
	}
}

// TestANewAccountReadsNothingOld: a name that was given again brings no past.
func TestANewAccountReadsNothingOld(t *testing.T) {
	h := newHouse(t)
	fill(h)
	h.Exec("UPDATE logins SET name = 'old' WHERE name = 'anna'")
	h.Exec(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES ('anna', 'account', '', now(), now())`)
	h.Exec(`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT id, id, 'new.example', '', '192.0.2.1', '{}', '', now(), now() FROM logins WHERE name = 'anna'`)
	if got := h.events(h.as("anna")); got != "" {
		t.Errorf("the new anna reads\n%s", got)
	}
}

func TestParameters(t *testing.T) {
	h := newHouse(t)
	fill(h)
	at := func(minutes int) string {
		return fmt.Sprint(h.Clock.Now().Add(time.Duration(minutes-9) * time.Minute).Unix())
	}
	first := []string{"anna anna anna AuditTest::change ok from-anna"}
	h.reads("root", first, "until", at(1))
	h.reads("root", first, "search", "ALPHA")
	h.reads("root", first, "user", "Anna", "action", "AuditTest::change", "before", "2")
	h.reads("root", first, "address", h.as("anna").Address.String())
	h.reads("root", []string{"root root removed audit_change ok from-root"}, "since", at(8))
	h.reads("root", nil, "outcome", "refused")
	h.reads("root", nil, "search", "%")
	h.reads("anna", nil, "address", h.as("root").Address.String()) // not found, since not shown
	h.reads("anna", first, "address", h.as("anna").Address.String()+"/32", "user", "anna", "action", "AuditTest::change")
	for name, bad := range map[string]string{"address": "example.com", "limit": "0", "outcome": "maybe", "since": "-1"} {
		if err := h.call(h.as("root"), function.WHM("postern_list_audit_events"), name, bad); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s=%s: %v", name, bad, err)
		}
	}
}

// TestControlsInTheDatabase: a hundred thousand events, of which no answer reads more than a page.
func TestControlsInTheDatabase(t *testing.T) {
	h := newHouse(t)
	h.Exec(`INSERT INTO audit_events (at, actor, login, login_id, account, account_id, address, action, outcome, details)
		SELECT now(), 'anna', 'anna', l.id, 'anna', l.id, '192.0.2.9', 'step' || n % 10, 'ok', jsonb_build_object('n', n::text)
		FROM logins l, generate_series(1, 100000) n WHERE l.name = 'anna'`)
	list := function.UAPI("Postern", "list_audit_events")
	one := func(s function.Shape) (catalog.AuditEvents, *function.Shaped, time.Duration) {
		t.Helper()
		began := time.Now()
		r, err := h.Shaped(h.as("anna"), list, s)
		if err != nil {
			t.Fatal(err)
		}
		return r.Out.(catalog.AuditEvents), r.Shaped, time.Since(began)
	}
	page := function.Page{On: true, Start: 201, Size: 100}
	got, shaped, took := one(function.Shape{Page: page})
	if len(got.Events) != 100 || got.Events[0].ID != 99800 || shaped.Records != 100000 || shaped.Start != 201 || shaped.Pages() != 1000 {
		t.Errorf("%d events from %d, %+v", len(got.Events), got.Events[0].ID, shaped)
	}
	t.Logf("a page of 100,000 took %v", took)
	filter := function.Filter{Column: "action", Term: "STEP7", Test: function.Contains, IgnoreCase: true}
	got, shaped, took = one(function.Shape{Page: page, Filters: []function.Filter{filter}, Sorts: []function.Sort{{Column: "id", Method: function.Numeric}}})
	if len(got.Events) != 100 || got.Events[0].ID != 2007 || shaped.Records != 10000 || shaped.Before != 100000 || !shaped.Filtered {
		t.Errorf("%d events from %d, %+v", len(got.Events), got.Events[0].ID, shaped)
	}
	t.Logf("a filtered and sorted page took %v", took)
	got, _, _ = one(function.Shape{Page: function.Page{On: true, All: true, Start: -1, Size: 1 << 40}})
	if len(got.Events) != 1000 {
		t.Errorf("all at once gave %d", len(got.Events))
	}
	if got, _, _ = one(function.Shape{}); len(got.Events) != 100 {
		t.Errorf("without controls %d", len(got.Events))
	}
}

// TestEveryControl is written as SQL that PostgreSQL takes, for every column and
// test, with a term that would end a careless literal.
func TestEveryControl(t *testing.T) {
	h := newHouse(t)
	fill(h)
	term, list := `'); DROP TABLE audit_events; --\?`, function.UAPI("Postern", "list_audit_events")
	columns := []string{"*", "id", "at", "actor", "login", "account", "service", "via", "address", "dialect", "action", "outcome", "kind", "session", "request", "details"}
	for _, column := range columns {
		for test, want := range map[function.Test]string{
			function.Contains: term, function.Begins: term, function.Ends: term, function.Equal: term, function.NotEqual: term,
			function.Defined: "", function.Undefined: "", function.Less: "-1.5", function.LessOrEqual: "1e300", function.Greater: "7", function.GreaterOrEqual: "0", function.NumberEqual: "3",
		} {
			for _, anyCase := range []bool{false, true} {
				s := function.Shape{Filters: []function.Filter{{Column: column, Test: test, Term: want, IgnoreCase: anyCase}}}
				if column != "*" {
					s.Sorts = []function.Sort{{Column: column, Reverse: anyCase}}
				}
				if _, err := h.Shaped(h.as("anna"), list, s); err != nil {
					t.Errorf("%s %s: %v", column, test, err)
				}
			}
		}
	}
	for _, s := range []function.Shape{
		{Filters: []function.Filter{{Column: "actor", Test: function.Matches, Term: "a+"}}},
		{Filters: []function.Filter{{Column: "actor", Test: function.Equal, Term: "a\x00"}}},
		{Filters: []function.Filter{{Column: "actor", Test: function.Equal, Term: "\xff"}}},
		{Filters: []function.Filter{{Column: "no", Test: function.Equal}}},
		{Sorts: []function.Sort{{Column: "actor", Method: function.IPv4}}},
		{Sorts: []function.Sort{{Column: "id", Strict: true, Param: "api.sort.a.field"}}},
	} {
		if _, err := h.Shaped(h.as("anna"), list, s); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", s, err)
		}
	}
	r, err := h.Shaped(h.as("anna"), list, function.Shape{Filters: []function.Filter{{Column: "address", Test: function.Equal, Term: h.as("root").Address.String()}}})
	if err != nil || len(r.Out.(catalog.AuditEvents).Events) != 0 {
		t.Errorf("a filter finds what is not shown: %v", err)
	}
}
