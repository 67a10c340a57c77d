package statistics_test

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/statistics"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// house has root, the reseller rita who owns carl, root's account anna, and a
// mailbox of each account's; anna and a mailbox are suspended.
type house struct {
	*testing.T
	mux  *dispatch.Mux
	ids  map[string]int64
	exec func(sql string, args ...any)
}

func newHouse(t *testing.T) *house {
	db, clock := testkit.New(t), testkit.NewClock()
	h := &house{T: t, ids: map[string]int64{}}
	h.mux = &dispatch.Mux{DB: db.Write, ReadOnly: db.Read, Now: clock.Now}
	(&statistics.Room{Hostname: "host.example.com", Version: "7", Started: testkit.Noon.Add(-time.Hour)}).Register(h.mux)
	h.exec = func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Write.NewRaw(sql, args...).Exec(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	h.exec(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at)
		SELECT name, CASE name WHEN 'root' THEN 'root' ELSE 'account' END, '', now(), now(), CASE name WHEN 'anna' THEN now() END
		FROM unnest(ARRAY['root', 'rita', 'anna', 'carl']) name`)
	h.exec(`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT l.id, o.id, l.name || '.example', '', '192.0.2.1', '{}', '', now(), now() FROM logins l
		JOIN logins o ON o.name = CASE l.name WHEN 'carl' THEN 'rita' ELSE 'root' END WHERE l.kind = 'account'`)
	h.exec(`INSERT INTO resellers SELECT id, '{list-accts}', now() FROM logins WHERE name = 'rita'`)
	h.exec(`INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, created_at)
		SELECT 'bob@' || name || '.example', 'mailbox', id, '', now(), now() FROM logins WHERE kind = 'account'`)
	for _, name := range []string{"root", "rita"} {
		var id int64
		if err := db.Read.NewRaw(`SELECT id FROM logins WHERE name = ?`, name).Scan(context.Background(), &id); err != nil {
			t.Fatal(err)
		}
		h.ids[name] = id
	}
	return h
}

func (h *house) get(who dispatch.Caller, args string) (catalog.Statistics, error) {
	values, err := url.ParseQuery(args)
	if err != nil {
		h.Fatal(err)
	}
	reply, err := h.mux.Call(context.Background(), who, function.WHM("postern_get_statistics"), values, function.Shape{})
	out, _ := reply.Out.(catalog.Statistics)
	return out, err
}

func (h *house) root() dispatch.Caller {
	return dispatch.Caller{ID: h.ids["root"], Name: "root", Kind: dispatch.Root}
}

func (h *house) rita() dispatch.Caller {
	return dispatch.Caller{ID: h.ids["rita"], AccountID: h.ids["rita"], Name: "rita", Kind: dispatch.Reseller, Privileges: []string{"list-accts"}}
}

func (h *house) event(at time.Time, login, action, outcome, kind string) {
	h.exec(`INSERT INTO audit_events (at, actor, login, action, outcome, kind) VALUES (?, ?, ?, ?, ?, ?)`, at, login, login, action, outcome, kind)
}

// TestFigures: root sees all, a reseller what is its own, and neither counts
// what has ended.
func TestFigures(t *testing.T) {
	h := newHouse(t)
	for name, idle := range map[string]int{"carl": 3600, "anna": 3600, "rita": 60} { // rita's has been idle for too long
		h.exec(`INSERT INTO sessions (name, secret_hash, login_id, service, token, origin, address, created_at, used_at, last_seen_at, idle_seconds, expires_at)
			SELECT name, decode(repeat('00', 32), 'hex'), id, 'cpaneld', 'cpsess1234567890', 'login', '192.0.2.1', ?1, ?1, ?1, ?2, ?1::timestamptz + interval '1 day'
			FROM logins WHERE name = ?0`, name, testkit.Noon.Add(-10*time.Minute), idle)
	}
	for key, until := range map[string]time.Duration{"carl": time.Minute, "anna": time.Minute, "192.0.2.9": time.Minute, "rita": -time.Minute} {
		subject, network := "user", any(nil)
		if key[0] == '1' {
			subject, network = "address", key
		}
		h.exec(`INSERT INTO lockouts (subject, key, failures, window_start, total_start, last_at, locked_at, locked_until, network)
			VALUES (?0, ?1, 5, ?2, ?2, ?2, ?2, ?3, ?4)`,
			subject, key, testkit.Noon.Add(-time.Hour), testkit.Noon.Add(until), network)
	}
	all, err := h.get(h.root(), "")
	if err != nil {
		t.Fatal(err)
	}
	if all.Accounts != 3 || all.Suspended != 1 || all.Resellers != 1 || all.Mailboxes != 3 || all.Sessions != 2 || all.Locks != 3 {
		t.Errorf("root reads %+v", all)
	}
	if len(all.SignIns) != 14 || all.Database == nil || all.Database.Bytes == 0 || all.Database.Connections == 0 || all.Started.Time() != testkit.Noon.Add(-time.Hour) {
		t.Errorf("root reads %+v of %+v", all, all.Database)
	}
	own, err := h.get(h.rita(), "")
	if err != nil {
		t.Fatal(err)
	}
	if own.Accounts != 2 || own.Suspended != 0 || own.Resellers != 1 || own.Mailboxes != 2 || own.Sessions != 1 || own.Locks != 1 || own.Database != nil {
		t.Errorf("rita reads %+v", own)
	}
}

// TestDays: a day begins where the reader lives.
func TestDays(t *testing.T) {
	h := newHouse(t)
	h.event(testkit.Noon.Add(-time.Hour), "anna", "sign_in", "ok", "")
	h.event(testkit.Noon.Add(-time.Hour), "carl", "password", "refused", "stranger")
	h.event(testkit.Noon.Add(-13*time.Hour), "carl", "sign_in", "ok", "") // the evening before in UTC, today's noon in Kiritimati
	h.event(testkit.Noon.Add(-400*24*time.Hour), "carl", "sign_in", "ok", "")
	h.exec(`INSERT INTO audit_events (at, actor, login, action, outcome, dialect) VALUES (?, 'carl', 'carl', 'sign_in', 'ok', 'whm')`, testkit.Noon)
	for _, c := range []struct {
		who  dispatch.Caller
		args string
		want []catalog.SignInsOfADay
	}{
		{h.root(), "days=3", []catalog.SignInsOfADay{{Day: "2026-03-02", Succeeded: 0, Failed: 0}, {Day: "2026-03-03", Succeeded: 1, Failed: 0}, {Day: "2026-03-04", Succeeded: 1, Failed: 1}}},
		{h.rita(), "days=2", []catalog.SignInsOfADay{{Day: "2026-03-03", Succeeded: 1, Failed: 0}, {Day: "2026-03-04", Succeeded: 0, Failed: 1}}},
		{h.root(), "days=2&timezone=Pacific/Kiritimati", []catalog.SignInsOfADay{{Day: "2026-03-04", Succeeded: 1, Failed: 0}, {Day: "2026-03-05", Succeeded: 1, Failed: 1}}},
	} {
		got, err := h.get(c.who, c.args)
		if err != nil || len(got.SignIns) != len(c.want) {
			t.Errorf("%s: %v %v", c.args, got.SignIns, err)
			continue
		}
		for i := range c.want {
			if got.SignIns[i] != c.want[i] {
				t.Errorf("%s: %v, not %v", c.args, got.SignIns, c.want)
			}
		}
	}
}

// TestWhatIsRefused: no number of days makes the server count for ever, and a
// zone's name is no SQL.
func TestWhatIsRefused(t *testing.T) {
	h := newHouse(t)
	for _, args := range []string{"days=0", "days=367", "days=-1", "timezone=Europe/Atlantis", "timezone=UTC'", "timezone=../etc/passwd", "timezone=" + strings.Repeat("a", 65)} {
		if _, err := h.get(h.root(), args); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", args, err)
		}
	}
	nobody := h.rita()
	nobody.Privileges = []string{"passwd"}
	if _, err := h.get(nobody, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without the privilege: %v", err)
	}
}
