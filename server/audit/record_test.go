package audit_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"postern/server/audit"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// TestOnlyGrows: the server's role owns the table and may not change an event or
// take one away; where it gives itself the right, or is a superuser, the trigger
// refuses it.
func TestOnlyGrows(t *testing.T) {
	h := newHouse(t)
	if err := h.call(h.as("anna"), function.UAPI("AuditTest", "change")); err != nil {
		t.Fatal(err)
	}
	for _, prepare := range []string{"SELECT 1", "GRANT ALL ON audit_events TO CURRENT_USER"} {
		for _, statement := range []string{
			"UPDATE audit_events SET actor = 'nobody'", "DELETE FROM audit_events", "TRUNCATE audit_events", "DELETE FROM audit_events WHERE false",
			`INSERT INTO audit_events (id, at, actor, login, action, outcome)
				VALUES (1, now(), 'x', 'x', 'x', 'ok') ON CONFLICT (id, at) DO UPDATE SET actor = 'x'`,
		} {
			err := h.DB.Write.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
				if _, err := tx.NewRaw(prepare).Exec(ctx); err != nil {
					t.Fatal(err)
				}
				_, err := tx.NewRaw(statement).Exec(ctx)
				return err
			})
			var said interface{ SQLState() string }
			if !errors.As(err, &said) || said.SQLState() != "42501" {
				t.Errorf("%s; %s: %v", prepare, statement, err)
			}
			if prepare != "SELECT 1" && !strings.Contains(fmt.Sprint(err), "audit_events only grows") {
				t.Errorf("%s: not refused by the trigger: %v", statement, err)
			}
		}
	}
	if n := h.Count("pg_trigger WHERE tgrelid = 'audit_events'::regclass AND tgenabled = 'A'"); n != 1 {
		t.Error("the trigger does not fire for everybody")
	}
	if n := h.Count("audit_events WHERE actor = 'anna'"); n != 1 {
		t.Errorf("%d events", n)
	}
}

// TestRightsAreRevoked: where the server's role is no superuser, the rights
// themselves are not there; they stay what the migration made them.
func TestRightsAreRevoked(t *testing.T) {
	h := newHouse(t)
	if n := h.Count(`information_schema.table_privileges WHERE table_name = 'audit_events' AND privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE')`); n != 0 {
		t.Errorf("%d rights to change events", n)
	}
}

// TestInItsTransaction: a call and its event stand and fall together.
func TestInItsTransaction(t *testing.T) {
	h := newHouse(t)
	anna, name := h.as("anna"), function.UAPI("AuditTest", "change")
	if err := h.call(anna, name, "name", "a", "fail", "invalid"); err == nil || h.Count("audit_events") != 0 {
		t.Errorf("a failed call: %v, %d events", err, h.Count("audit_events"))
	}
	if err := h.call(h.as("root"), function.WHM("audit_look")); err != nil || h.Count("audit_events") != 0 {
		t.Errorf("a call that reads: %v, %d events", err, h.Count("audit_events"))
	}
	if err := h.call(anna, name, "name", "b"); err != nil || h.Count("audit_events") != 1 || h.Count("settings WHERE name = 'audit b'") != 1 {
		t.Errorf("a good call: %v", err)
	}
	h.Mux.Record = func(context.Context, bun.IDB, dispatch.Event) error { return errors.New("no paper") }
	if err := h.call(anna, name, "name", "c"); !fault.Is(err, fault.Internal) || h.Count("settings WHERE name = 'audit c'") != 0 {
		t.Errorf("a call that could not be recorded: %v", err)
	}
	if err := h.call(h.as("rita"), function.WHM("audit_needy")); !fault.Is(err, fault.Forbidden) || !strings.Contains(err.Error(), "no paper") {
		t.Errorf("a refusal that could not be recorded: %v", err)
	}
}

// TestRefusals are recorded with whose they are and no more than names of users.
func TestRefusals(t *testing.T) {
	h := newHouse(t)
	rita := h.as("rita")
	for _, f := range []string{"forbidden", "stranger", "unknown", "invalid"} {
		_ = h.call(rita, function.WHM("audit_change"), "fail", f, "name", "hunter2", "user", "anna")
	}
	_ = h.call(rita, function.WHM("audit_needy"), "user", "anna", "name", "hunter2")
	_ = h.call(rita, function.WHM("no_such_function"), "user", "anna")
	if n := h.Count("audit_events WHERE outcome = 'refused' AND actor = 'rita' AND account_id IS DISTINCT FROM (SELECT id FROM logins WHERE name = 'anna')"); n != 3 {
		t.Errorf("%d refusals", n)
	}
	if n := h.Count(`audit_events WHERE details = '{"user": "anna"}'`); n != 3 {
		t.Errorf("%d with their user", n)
	}
	if n := h.Count("settings WHERE name LIKE 'audit %'"); n != 0 {
		t.Error("a refused call wrote")
	}
	if got := h.events(h.as("anna")); got != "" {
		t.Errorf("anna reads what rita was refused: %s", got)
	}
}

// TestRefusalsAreBounded: an attacker fills neither the disk nor hides others of
// another network until all bounds are reached.
func TestRefusalsAreBounded(t *testing.T) {
	h := newHouse(t)
	refuse := func(n int, address string) {
		t.Helper()
		for range n {
			e := dispatch.Event{At: h.Clock.Now(), Actor: "anna", Login: "anna", Action: "sign_in", Refused: fault.Stranger, Address: netip.MustParseAddr(address)}
			if err := audit.Record(t.Context(), h.DB.Write, e); err != nil {
				t.Fatal(err)
			}
		}
	}
	refuse(30, "203.0.113.5")
	for i := range 30 {
		refuse(1, fmt.Sprintf("2001:db8:0:1::%x", i))
	}
	refuse(1, "2001:db8:0:2::1")
	if n := h.Count("audit_events"); n != 41 {
		t.Errorf("%d events", n)
	}
	for i := range 40 {
		refuse(20, fmt.Sprintf("198.51.100.%d", i))
	}
	if n := h.Count("audit_events"); n != 600 {
		t.Errorf("%d events", n)
	}
	if err := h.call(h.as("anna"), function.UAPI("AuditTest", "change")); err != nil || h.Count("audit_events") != 601 {
		t.Errorf("what is done is always recorded: %v", err)
	}
	h.Clock.Advance(61e9)
	refuse(1, "203.0.113.5")
	if n := h.Count("audit_events"); n != 602 {
		t.Errorf("%d events a minute later", n)
	}
}

// TestNoSecrets: not from fields declared as secrets, not from fields named like
// them, not from parameters that no function declares.
func TestNoSecrets(t *testing.T) {
	h := newHouse(t)
	err := h.call(h.as("root"), function.WHM("audit_change"), "name", "visible", "code", "hunter2-a", "new_password", "hunter2-b", "q1answer", "hunter2-c",
		"k-x", "hunter2-d", "undeclared", "hunter2-e", "acl-token", "hunter2-f", "acl-list", "yes", "user-1", "anna", "user", "carl")
	if err != nil {
		t.Fatal(err)
	}
	r, err := h.Shaped(h.as("root"), function.WHM("postern_list_audit_events"), function.Shape{})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range r.Out.(catalog.AuditEvents).Events {
		got := details(h, e)
		if strings.Contains(got, "hunter2") {
			t.Errorf("a secret: %s", got)
		}
		if !strings.Contains(got, `"details":{"acl-list":"yes","name":"visible","user":"anna, carl"}`) || e.Request != "r-1" {
			t.Errorf("%s", got)
		}
	}
	if n := h.Count("audit_events AS e WHERE e::text LIKE '%hunter2%'"); n != 0 {
		t.Error("a secret in the table")
	}
}

// TestWhatIsTypedIsHarmless: names that strangers type are text on one line.
func TestWhatIsTypedIsHarmless(t *testing.T) {
	h := newHouse(t)
	e := dispatch.Event{At: h.Clock.Now(), Login: "x\r\n\x00\u202e'; DROP TABLE audit_events; --\xff" + strings.Repeat("é", 400), Action: "sign_in", Refused: fault.Stranger}
	if err := audit.Record(t.Context(), h.DB.Write, e); err != nil {
		t.Fatal(err)
	}
	if n := h.Count(`audit_events WHERE login LIKE 'x''; DROP TABLE audit\_events; --é%' AND octet_length(login) <= 320`); n != 1 {
		t.Error("the name is not kept as expected")
	}
	_, err := h.DB.Write.NewRaw("INSERT INTO audit_events (at, actor, login, action, outcome) VALUES (now(), '', '', '', 'ok')").Exec(t.Context())
	if database.Constraint(err) == "" {
		t.Errorf("an event of nothing: %v", err)
	}
}
