package login_test

import (
	"context"
	"net/netip"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/login"
	"postern/server/session"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// TestOneTimeSessionsAreRecorded: who came in without a password, from where, and
// who tried the same text again or after a suspension, stands in the trail.
func TestOneTimeSessionsAreRecorded(t *testing.T) {
	t.Parallel()
	l := newLobby(t)
	var events []dispatch.Event
	l.room.Record = func(_ context.Context, _ bun.IDB, e dispatch.Event) error {
		events = append(events, e)
		return nil
	}
	l.room.Sessions.Lifetimes = func(context.Context, bun.IDB) (session.Lifetimes, error) {
		return session.Lifetimes{Unused: time.Minute, Idle: time.Hour, Absolute: time.Hour}, nil
	}
	made := func(name string) *session.Row {
		t.Helper()
		who, err := account.Find(t.Context(), l.db.Write, name)
		if err != nil {
			t.Fatal(err)
		}
		row, err := l.room.Sessions.New(t.Context(), l.db.Write, testkit.Noon, session.Request{
			LoginID: who.ID, Login: who.Name, Possessor: "root", Service: scalar.CPanel, Origin: session.FromUserSession})
		if err != nil {
			t.Fatal(err)
		}
		return row
	}
	from := netip.MustParseAddr("203.0.113.77")
	l.comeAndGo(login.Attempt{Service: scalar.CPanel, Address: from}, made)
	want := []struct {
		action, actor, login string
		refused              fault.Kind
	}{
		{"one_time_session", "root", "anna", ""}, {"one_time_session", "anna", "anna", fault.Stranger}, {"one_time_session", "", "", fault.Stranger},
		{"one_time_session", "sam", "sam", fault.Stranger}, {"one_time_session", "sam", "sam", fault.Stranger}, {"sign_out", "root", "anna", ""},
	}
	if len(events) != len(want) {
		t.Fatalf("%d events: %+v", len(events), events)
	}
	for i, e := range events {
		w := want[i]
		if e.Action != w.action || e.Actor != w.actor || e.Login != w.login || e.Refused != w.refused || e.Address != from || e.Service != scalar.CPanel {
			t.Errorf("%d: %+v", i, e)
		}
	}
}

// comeAndGo uses one-time sessions, rightly and wrongly, and signs out.
func (l *lobby) comeAndGo(a login.Attempt, made func(name string) *session.Row) {
	t := l.T
	t.Helper()
	text := made("anna").Text()
	row, err := l.room.OneTime(t.Context(), text, "", a, testkit.Noon)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(text string) {
		t.Helper()
		if row, err := l.room.OneTime(t.Context(), text, "", a, testkit.Noon); row != nil || !fault.Is(err, fault.Stranger) {
			t.Errorf("%v, %v", row, err)
		}
	}
	refused(text)
	refused("no session of ours")
	suspended := made("sam")
	refused(suspended.Text())
	if _, err := l.room.OneTime(t.Context(), suspended.Text(), "", a, testkit.Noon); !fault.Is(err, fault.Stranger) {
		t.Error("a suspended account’s session opened at the second try")
	}
	if err := l.room.SignOut(t.Context(), row, a, testkit.Noon); err != nil {
		t.Fatal(err)
	}
	if _, err := l.room.Sessions.Find(t.Context(), row.Cookie(), scalar.CPanel, a.Address, testkit.Noon); !fault.Is(err, fault.Stranger) {
		t.Error("the session goes on after the sign out")
	}
}
