package statistics_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/statistics"
	"postern/server/testkit"
	"postern/server/testkit/roomtest"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// house is a settled house with the room in it, in which rita has a mailbox too
// and anna is suspended.
type house struct{ *roomtest.House }

func newHouse(t *testing.T) *house {
	h := &house{roomtest.New(t)}
	(&statistics.Room{Hostname: "host.example.com", Version: "7", Started: testkit.Noon.Add(-time.Hour)}).Register(h.Mux)
	h.Settle("list-accts")
	h.Mailbox("bob@rita.example")
	h.Exec(`UPDATE logins SET suspended_at = now() WHERE name = 'anna'`)
	return h
}

func (h *house) get(who dispatch.Caller, args string) (catalog.Statistics, error) {
	values, err := url.ParseQuery(args)
	h.Must(err)
	reply, err := h.Reply(who, function.WHM("postern_get_statistics"), values)
	out, _ := reply.Out.(catalog.Statistics)
	return out, err
}

func (h *house) event(at time.Time, login, action, outcome, kind string) {
	h.Exec(`INSERT INTO audit_events (at, actor, login, action, outcome, kind) VALUES (?, ?, ?, ?, ?, ?)`, at, login, login, action, outcome, kind)
}

// TestFigures: root sees all, a reseller what is its own, and neither counts
// what has ended.
func TestFigures(t *testing.T) {
	h := newHouse(t)
	for name, idle := range map[string]int{"carl": 3600, "anna": 3600, "rita": 60} { // rita's has been idle for too long
		h.Exec(`INSERT INTO sessions (name, secret_hash, login_id, service, token, origin, address, created_at, used_at, last_seen_at, idle_seconds, expires_at)
			SELECT name, decode(repeat('00', 32), 'hex'), id, 'cpaneld', 'cpsess1234567890', 'login', '192.0.2.1', ?1, ?1, ?1, ?2, ?1::timestamptz + interval '1 day'
			FROM logins WHERE name = ?0`, name, testkit.Noon.Add(-10*time.Minute), idle)
	}
	for key, until := range map[string]time.Duration{"carl": time.Minute, "anna": time.Minute, "192.0.2.9": time.Minute, "rita": -time.Minute} {
		subject, network := "user", any(nil)
		if key[0] == '1' {
			subject, network = "address", key
		}
		h.Exec(`INSERT INTO lockouts (subject, key, failures, window_start, total_start, last_at, locked_at, locked_until, network)
			VALUES (?0, ?1, 5, ?2, ?2, ?2, ?2, ?3, ?4)`,
			subject, key, testkit.Noon.Add(-time.Hour), testkit.Noon.Add(until), network)
	}
	all, err := h.get(h.Caller("root"), "")
	if err != nil {
		t.Fatal(err)
	}
	if all.Accounts != 3 || all.Suspended != 1 || all.Resellers != 1 || all.Mailboxes != 3 || all.Sessions != 2 || all.Locks != 3 {
		t.Errorf("root reads %+v", all)
	}
	if len(all.SignIns) != 14 || all.Database == nil || all.Database.Bytes == 0 || all.Database.Connections == 0 || all.Started.Time() != testkit.Noon.Add(-time.Hour) {
		t.Errorf("root reads %+v of %+v", all, all.Database)
	}
	own, err := h.get(h.Caller("rita"), "")
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
	h.Exec(`INSERT INTO audit_events (at, actor, login, action, outcome, dialect) VALUES (?, 'carl', 'carl', 'sign_in', 'ok', 'whm')`, testkit.Noon)
	for _, c := range []struct {
		who  dispatch.Caller
		args string
		want []catalog.SignInsOfADay
	}{
		{h.Caller("root"), "days=3", []catalog.SignInsOfADay{{Day: "2026-03-02", Succeeded: 0, Failed: 0}, {Day: "2026-03-03", Succeeded: 1, Failed: 0}, {Day: "2026-03-04", Succeeded: 1, Failed: 1}}},
		{h.Caller("rita"), "days=2", []catalog.SignInsOfADay{{Day: "2026-03-03", Succeeded: 1, Failed: 0}, {Day: "2026-03-04", Succeeded: 0, Failed: 1}}},
		{h.Caller("root"), "days=2&timezone=Pacific/Kiritimati", []catalog.SignInsOfADay{{Day: "2026-03-04", Succeeded: 1, Failed: 0}, {Day: "2026-03-05", Succeeded: 1, Failed: 1}}},
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
		if _, err := h.get(h.Caller("root"), args); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", args, err)
		}
	}
	nobody := h.Caller("rita")
	nobody.Privileges = []string{"passwd"}
	if _, err := h.get(nobody, ""); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without the privilege: %v", err)
	}
}
