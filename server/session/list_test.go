package session_test

import (
	"crypto/rand"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/session"
	"postern/server/testkit"
	"postern/server/testkit/roomtest"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a settled house with the room in it.
type house struct {
	*roomtest.House
	room *session.Room
}

func newHouse(t *testing.T) *house {
	t.Parallel()
	h := &house{House: roomtest.New(t)}
	h.room = &session.Room{DB: h.DB.Write, Pool: h.DB.Pool, Random: rand.Reader}
	h.room.RegisterList(h.Mux)
	h.Settle("list-accts", "create-user-session")
	return h
}

// as is a user in a session of their own.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Via, c.Session = dispatch.BySession, h.session(name, "").Name
	return c
}

func (h *house) session(name, possessor string) *session.Row {
	h.Helper()
	l := h.Login(name)
	row, err := h.room.New(h.Context(), h.DB.Write, h.Clock.Now(), session.Request{
		LoginID: l.ID, Login: l.Name, Possessor: possessor, Service: scalar.CPanel, Origin: session.FromLogin, UserAgent: "Browser of " + name,
		Address: netip.AddrFrom4([4]byte{192, 0, 2, byte(l.ID)}), Lifetimes: lives,
	})
	if err != nil {
		h.Fatal(err)
	}
	return row
}

var lives = session.Lifetimes{Unused: time.Minute, Idle: time.Hour, Absolute: 24 * time.Hour}

var (
	listOwn   = function.UAPI("Postern", "list_sessions")
	listAll   = function.WHM("postern_list_sessions")
	revokeOwn = function.UAPI("Postern", "revoke_session")
	revokeAny = function.WHM("postern_revoke_session")
	revokeAll = function.UAPI("Postern", "revoke_other_sessions")
)

// sees is whose sessions a caller reads, in order of names.
func (h *house) sees(who dispatch.Caller, f function.Name, pairs ...string) string {
	h.Helper()
	r, err := h.Shaped(who, f, function.Shape{}, pairs...)
	if err != nil {
		h.Fatal(err)
	}
	var users []string
	for _, s := range r.Out.(catalog.Sessions).Sessions {
		text := s.User
		if s.Current {
			text += " (this)"
		}
		if s.Possessor != "" {
			text += " by " + s.Possessor + " at " + s.Address
		} else if s.Address == "" {
			h.Errorf("the address of %+v is hidden", s)
		}
		users = append(users, text)
	}
	slices.Sort(users)
	return strings.Join(users, ", ")
}

// TestWhoSeesWhichSessions: one's own, an account its mailboxes' too, an owner its accounts'.
func TestWhoSeesWhichSessions(t *testing.T) {
	h := newHouse(t)
	root, rita, anna, carl, bob := h.as("root"), h.as("rita"), h.as("anna"), h.as("carl"), h.as("bob@anna.example")
	h.session("carl", "rita")
	h.session("carl", "root")
	for _, c := range []struct {
		who   dispatch.Caller
		f     function.Name
		args  []string
		wants string
	}{
		{anna, listOwn, nil, "anna (this), bob@anna.example"},
		{bob, listOwn, nil, "bob@anna.example (this)"},
		{carl, listOwn, nil, "carl (this), carl by rita at , carl by root at "},
		{rita, listAll, nil, "carl, carl by rita at 192.0.2.4, carl by root at , rita (this)"},
		{rita, listAll, []string{"user", "anna"}, ""},
		{root, listAll, []string{"user", "Carl", "service", "cpaneld"}, "carl, carl by rita at 192.0.2.4, carl by root at 192.0.2.4"},
		{root, listAll, []string{"service", "webmaild"}, ""},
		{root, listAll, nil, "anna, bob@anna.example, carl, carl by rita at 192.0.2.4, carl by root at 192.0.2.4, rita, root (this)"},
	} {
		if got := h.sees(c.who, c.f, c.args...); got != c.wants {
			t.Errorf("%s with %v sees %s", c.who.Name, c.args, got)
		}
	}
	weak, almost := rita, rita
	weak.Privileges, almost.Privileges = []string{"passwd"}, []string{"all"}
	if got := h.sees(weak, listAll); got != "rita (this)" {
		t.Errorf("without list-accts: %s", got)
	}
	if got := h.sees(almost, listAll); strings.Contains(got, "root (") || !strings.Contains(got, "anna") || strings.HasSuffix(got, ", root") {
		t.Errorf("a reseller with every privilege: %s", got)
	}
	h.Clock.Advance(lives.Idle + time.Minute)
	if got := h.sees(anna, listOwn); got != "" {
		t.Errorf("sessions that have ended: %s", got)
	}
}

// TestTheListOpensNothing: neither a session's secret nor its security token is told.
func TestTheListOpensNothing(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	row := h.session("anna", "")
	r, err := h.Shaped(anna, listOwn, function.Shape{})
	if err != nil {
		t.Fatal(err)
	}
	_, _, secret, _ := session.Parse(row.Cookie())
	text := fmt.Sprintf("%+v", r.Out)
	if !strings.Contains(text, row.Name) || strings.Contains(text, secret) || strings.Contains(text, row.Token) {
		t.Error(text)
	}
}

// TestWhoRevokes: a stranger's session is answered like one that does not exist,
// and stays.
func TestWhoRevokes(t *testing.T) {
	h := newHouse(t)
	root, rita, anna, bob := h.as("root"), h.as("rita"), h.as("anna"), h.as("bob@anna.example")
	weak := rita
	weak.Privileges = []string{"list-accts"}
	for _, c := range []struct {
		who     dispatch.Caller
		f       function.Name
		of      string
		refused fault.Kind
	}{
		{anna, revokeOwn, "anna", ""},
		{anna, revokeOwn, "bob@anna.example", ""},
		{anna, revokeOwn, "carl", fault.Unknown},
		{anna, revokeOwn, "root", fault.Unknown},
		{bob, revokeOwn, "bob@anna.example", ""},
		{bob, revokeOwn, "anna", fault.Unknown},
		{rita, revokeAny, "carl", ""},
		{rita, revokeAny, "bob@carl.example", ""},
		{rita, revokeAny, "rita", ""},
		{rita, revokeAny, "anna", fault.Unknown},
		{rita, revokeAny, "root", fault.Unknown},
		{weak, revokeAny, "carl", fault.Forbidden},
		{weak, revokeAny, "rita", ""},
		{root, revokeAny, "root", ""},
		{root, revokeAny, "bob@anna.example", ""},
	} {
		row, other := h.session(c.of, ""), h.session(c.of, "")
		_, err := h.Shaped(c.who, c.f, function.Shape{}, "name", row.Name)
		if c.refused == "" && err != nil || c.refused != "" && !fault.Is(err, c.refused) {
			t.Errorf("%s on %s: %v", c.who.Name, c.of, err)
		}
		if c.refused == fault.Unknown && fault.Of(err).Message != "You have no session with the name “"+row.Name+"”." {
			t.Errorf("%s on %s: %v", c.who.Name, c.of, err)
		}
		_, found := h.room.Find(h.Context(), row.Cookie(), scalar.CPanel, netip.MustParseAddr("192.0.2.1"), h.Clock.Now())
		if (found == nil) != (c.refused != "") {
			t.Errorf("%s on %s: afterwards the session opens with %v", c.who.Name, c.of, found)
		}
		if _, err := h.room.Find(h.Context(), other.Cookie(), scalar.CPanel, netip.MustParseAddr("192.0.2.1"), h.Clock.Now()); err != nil {
			t.Errorf("%s on %s: another session ended too", c.who.Name, c.of)
		}
	}
	for _, name := range []string{"AAAAAAAAAAAAAAAA", "a b", "'; --"} {
		if _, err := h.Shaped(anna, revokeOwn, function.Shape{}, "name", name); !fault.Is(err, fault.Unknown) && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestRevokeOthers ends all of one's own but this one, and where one acts as
// somebody else; nobody else's.
func TestRevokeOthers(t *testing.T) {
	h := newHouse(t)
	rita, carl := h.as("rita"), h.as("carl")
	h.session("carl", "rita")
	h.session("carl", "root")
	h.session("bob@carl.example", "")
	h.session("rita", "")
	revoked := func(who dispatch.Caller) int {
		t.Helper()
		r, err := h.Shaped(who, revokeAll, function.Shape{})
		if err != nil {
			t.Fatal(err)
		}
		return r.Out.(catalog.SessionsRevoked).Revoked
	}
	if n := revoked(rita); n != 2 { // her other one, and hers as carl
		t.Errorf("rita ended %d", n)
	}
	if n := revoked(carl); n != 1 { // root's
		t.Errorf("carl ended %d", n)
	}
	if got := h.sees(carl, listOwn); got != "bob@carl.example, carl (this)" {
		t.Errorf("left: %s", got)
	}
	carl.Session, carl.Via = "", dispatch.ByPassword
	if n := revoked(carl); n != 1 {
		t.Errorf("without a session of one’s own: %d", n)
	}
}

// TestPagesOfSessions: the database pages, filters and sorts.
func TestPagesOfSessions(t *testing.T) {
	h := newHouse(t)
	root := h.as("root")
	for i := range 25 {
		h.Clock.Advance(time.Second)
		h.session([]string{"anna", "carl"}[i%2], "")
	}
	s := function.Shape{
		Page:    function.Page{On: true, Start: 5, Size: 5},
		Filters: []function.Filter{{Column: "user", Test: function.Equal, Term: "anna"}},
		Sorts:   []function.Sort{{Column: "created", Method: function.Numeric}},
	}
	r, err := h.Shaped(root, listAll, s)
	if err != nil {
		t.Fatal(err)
	}
	got := r.Out.(catalog.Sessions).Sessions
	if len(got) != 5 || got[0].Created != scalar.At(testkit.Noon.Add(9*time.Second)) || r.Shaped.Records != 13 || r.Shaped.Before != 26 {
		t.Errorf("%+v, %+v", got, r.Shaped)
	}
	for _, column := range []string{"name", "user", "possessor", "service", "origin", "address", "user_agent", "created", "last_seen", "ends", "is_used"} {
		s := function.Shape{Filters: []function.Filter{{Column: column, Test: function.Defined}}, Sorts: []function.Sort{{Column: column}}}
		if _, err := h.Shaped(root, listAll, s); err != nil {
			t.Errorf("%s: %v", column, err)
		}
	}
}
