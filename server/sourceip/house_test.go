package sourceip_test

import (
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/sourceip"
	"postern/server/testkit/roomtest"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a settled house with the room in it.
type house struct {
	*roomtest.House
	room *sourceip.Room
}

var (
	home = netip.MustParseAddr("192.0.2.1")
	far  = netip.MustParseAddr("203.0.113.9")
)

func newHouse(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	return lonelyHouse(t)
}

// lonelyHouse is a house for a test that measures: no other runs beside it.
func lonelyHouse(t *testing.T) *house {
	t.Helper()
	h := &house{House: roomtest.New(t)}
	h.room = &sourceip.Room{Hasher: roomtest.Hasher(t), Key: []byte(strings.Repeat("k", 32))}
	h.room.Register(h.Mux)
	h.Settle("cpanel-api")
	return h
}

// as is a user who signed in at their own service.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Via, c.Session, c.TLS, c.Address, c.Service = dispatch.BySession, "NAME", true, home, scalar.CPanel
	switch c.Kind {
	case dispatch.Root:
		c.Service = scalar.WHM
	case dispatch.Mailbox:
		c.Service = scalar.Webmail
	}
	return c
}

// bridged is who acts as a user over WHM's bridge.
func (h *house) bridged(who, user string) dispatch.Caller {
	h.Helper()
	w := h.as(who)
	w.Service = scalar.WHM
	c, err := account.As(h.Context(), h.DB.Read, w, user)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

// call is the JSON of an answer.
func (h *house) call(who dispatch.Caller, f string, pairs ...string) string {
	h.Helper()
	out, err := h.Call(who, api2(f), pairs...)
	if err != nil {
		h.Fatalf("%s: %v", f, err)
	}
	return text(h.T, out)
}

func (h *house) refused(who dispatch.Caller, kind fault.Kind, name function.Name, pairs ...string) string {
	h.Helper()
	out, err := h.Call(who, name, pairs...)
	if !fault.Is(err, kind) {
		h.Errorf("%v as %s by %s, possessed by %q: %v and %v, want a fault of kind %s", name, who.Name, who.Via, who.Possessor, out, err, kind)
		return ""
	}
	return fault.Of(err).Message
}

func api2(f string) function.Name { return function.API2("SourceIPCheck", f) }

func text(t *testing.T, v any) string {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func equal(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s:\n got %s\nwant %s", what, got, want)
	}
}

// four are the arguments of savesecquestions for a user.
func four(user string, answers ...string) []string {
	args := []string{"account", user}
	for i, a := range answers {
		n := string(rune('1' + i))
		args = append(args, "q"+n+"ques", "Question number "+n+"?", "q"+n+"answer", a)
	}
	return args
}

func standard(user string) []string {
	return four(user, "Pumas", "Snowball2", "nineteen", "Capital City")
}
