package session_test

import (
	"context"
	"net/netip"
	"reflect"
	"sync"
	"testing"
	"time"

	"postern/server/account"
	"postern/server/session"
	"postern/shared/fault"
	"postern/shared/scalar"
)

var home = netip.MustParseAddr("198.51.100.7")

// signIn makes a session of a login and gives its row, which knows its cookie.
func (h *house) signIn(name string) *session.Row {
	h.Helper()
	row, err := h.room.New(context.Background(), h.DB.Write, h.Clock.Now(), session.Request{
		LoginID: h.Login(name).ID, Login: name, Service: scalar.CPanel, Origin: session.FromLogin, Address: home, Lifetimes: lives, UserAgent: "test",
	})
	if err != nil {
		h.Fatal(err)
	}
	return row
}

func (h *house) find(row *session.Row) (*session.Row, error) {
	return h.room.Find(h.Context(), row.Cookie(), scalar.CPanel, home, h.Clock.Now())
}

// TestFindKnowsWho is signed in, as they are at that moment.
func TestFindKnowsWho(t *testing.T) {
	h := newHouse(t)
	h.Exec("INSERT INTO feature_lists (name, disabled, changed_at) VALUES ('few', ARRAY['api_tokens'], now())")
	row := h.signIn("rita")
	got, err := h.find(row)
	if err != nil || got.Login != "rita" || got.LoginID != row.LoginID || got.Token != row.Token || got.Address != home.String() ||
		got.Service != string(scalar.CPanel) || got.Origin != session.FromLogin || !got.Ends().Equal(row.Ends()) || got.BoundAddress != nil {
		t.Fatalf("%+v %v", got, err)
	}
	who := got.Who
	if who.ID != row.LoginID || who.Name != "rita" || who.Account != "rita" || who.AccountID != who.ID || who.Kind != "reseller" ||
		who.Locale != "en" || len(who.Privileges) != 2 || len(who.Disabled) != 0 || who.Suspended {
		t.Errorf("%+v", who)
	}
	h.Exec("DELETE FROM resellers")
	h.Exec("UPDATE accounts SET feature_list = 'few'")
	if got, err = h.find(row); err != nil || got.Who.Kind != "account" || got.Who.Privileges != nil || got.Who.Has("api_tokens") {
		t.Errorf("%+v %v", got, err)
	}
	h.Exec("UPDATE logins SET suspended_at = now() WHERE name = 'anna'")
	for name, suspended := range map[string]bool{"root": false, "bob@carl.example": false, "anna": true, "bob@anna.example": true} {
		got, err := h.find(h.signIn(name))
		if err != nil || got.Who.Name != name || got.Who.Suspended != suspended || (name == "root") != (got.Who.AccountID == 0) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
}

// TestFindReadsTheAccount: a look-up that brings the account along knows the same of
// who it is, also of those who have none.
func TestFindReadsTheAccount(t *testing.T) {
	h := newHouse(t)
	for _, name := range []string{"root", "rita", "anna", "bob@anna.example"} {
		row := h.signIn(name)
		plain, err := h.find(row)
		if err != nil || plain.Who.Details != nil {
			t.Fatalf("%s: %+v %v", name, plain, err)
		}
		whole, err := h.room.Find(account.WithDetails(t.Context()), row.Cookie(), scalar.CPanel, home, h.Clock.Now())
		if err != nil || whole.Who.Details == nil {
			t.Fatalf("%s: %+v %v", name, whole, err)
		}
		whole.Who.Details = nil
		if !reflect.DeepEqual(whole, plain) {
			t.Errorf("%s: %+v, and plainly %+v", name, whole, plain)
		}
	}
}

// TestFindRefuses: whatever is wrong, the answer is that of a stranger.
func TestFindRefuses(t *testing.T) {
	h := newHouse(t)
	row, other := h.signIn("anna"), h.signIn("anna")
	forged := func(login, name, secret string) string { return login + ":" + name + "," + secret }
	_, _, secret, _ := session.Parse(row.Cookie())
	for what, text := range map[string]string{
		"another's secret": forged("anna", other.Name, secret), "another's name": forged("rita", row.Name, secret),
		"no such session": forged("anna", "AAAAAAAAAAAAAAAA", secret), "nothing": "", "a NUL": "anna\x00:" + row.Name + "," + secret,
	} {
		if got, err := h.room.Find(t.Context(), text, scalar.CPanel, home, h.Clock.Now()); !fault.Is(err, fault.Stranger) {
			t.Errorf("%s: %+v %v", what, got, err)
		}
	}
	if _, err := h.room.Find(t.Context(), row.Cookie(), scalar.WHM, home, h.Clock.Now()); !fault.Is(err, fault.Stranger) {
		t.Errorf("another service: %v", err)
	}
	h.Clock.Advance(lives.Idle - time.Second)
	if _, err := h.find(row); err != nil {
		t.Errorf("before its end: %v", err)
	}
	h.Clock.Advance(time.Second)
	if _, err := h.find(row); !fault.Is(err, fault.Stranger) {
		t.Errorf("at its end: %v", err)
	}
}

// TestSharedRowOpensForItsOwnerAlone: look-ups of one session that are made together get
// one row, and who only knows its name, or comes by another door, gets nothing by it.
func TestSharedRowOpensForItsOwnerAlone(t *testing.T) {
	h := newHouse(t)
	row, other := h.signIn("anna"), h.signIn("anna")
	_, _, secret, _ := session.Parse(other.Cookie())
	forged := "anna:" + row.Name + "," + secret
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 50 {
				if got, err := h.room.Find(account.WithDetails(t.Context()), forged, scalar.CPanel, home, h.Clock.Now()); !fault.Is(err, fault.Stranger) {
					t.Errorf("another's secret: %+v %v", got, err)
				}
				if got, err := h.room.Find(account.WithDetails(t.Context()), row.Cookie(), scalar.WHM, home, h.Clock.Now()); !fault.Is(err, fault.Stranger) {
					t.Errorf("another service: %+v %v", got, err)
				}
			}
		})
		all.Go(func() {
			for range 50 {
				got, err := h.room.Find(account.WithDetails(t.Context()), row.Cookie(), scalar.CPanel, home, h.Clock.Now())
				if err != nil || got.Name != row.Name {
					t.Errorf("its owner: %+v %v", got, err)
					return
				}
				got.Name, got.Who.Name = "", "" // it is theirs
			}
		})
	}
	all.Wait()
}

// TestEndedAtOnce is the promise of "nothing cached": while many ask for it all the
// time, and are answered together, a session that was ended is refused to whoever
// asks after the end, and who was suspended is so in their next answer.
func TestEndedAtOnce(t *testing.T) {
	h := newHouse(t)
	ctx, stop := context.WithCancel(t.Context())
	var crowd sync.WaitGroup
	defer func() { stop(); crowd.Wait() }()
	for range 16 {
		row := h.signIn("rita")
		crowd.Go(func() {
			for ctx.Err() == nil {
				if _, err := h.room.Find(ctx, row.Cookie(), scalar.CPanel, home, h.Clock.Now()); err != nil && ctx.Err() == nil {
					t.Errorf("in the crowd: %v", err)
					return
				}
			}
		})
	}
	for i := range 60 {
		row := h.signIn("anna")
		var same sync.WaitGroup
		for range 4 { // others hold the same cookie
			same.Go(func() {
				for {
					if _, err := h.find(row); err != nil {
						return
					}
				}
			})
		}
		if got, err := h.find(row); err != nil || got.Who.Suspended {
			t.Errorf("%d: alive: %v", i, err)
		}
		if i%2 == 0 {
			h.Exec("UPDATE logins SET suspended_at = now() WHERE name = 'anna'")
			if got, err := h.find(row); err != nil || !got.Who.Suspended {
				t.Errorf("%d: suspended: %v", i, err)
			}
			h.Exec("UPDATE logins SET suspended_at = NULL WHERE name = 'anna'")
		}
		if err := h.room.End(t.Context(), row.Name); err != nil {
			t.Error(err)
		}
		if got, err := h.find(row); !fault.Is(err, fault.Stranger) {
			t.Errorf("%d: ended, and found %+v %v", i, got, err)
		}
		same.Wait()
	}
}
