package account_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/mailbox"
	"postern/server/session"
	"postern/server/testkit/roomtest"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// strong is a password above every minimum.
const strong = roomtest.Strong

// house is the room over a database of its own, with the rooms beside it that it needs.
type house struct {
	*roomtest.House
	room *account.Room
	root dispatch.Caller

	failures int // at passwords that functions were given; three are a lock
}

func open(t *testing.T) *house {
	t.Helper()
	h, hasher := &house{House: roomtest.New(t)}, roomtest.Hasher(t)
	h.room = &account.Room{
		Hasher: hasher, Random: rand.Reader, Hostname: "host.example.net", Version: "1.2.3",
		Address: netip.MustParseAddr("192.0.2.10"), EndSessions: session.EndAll, EndOthers: session.EndOthers, Read: h.DB.ReadPool,
		Guard: func(ctx context.Context, _ dispatch.Call, _ string, look func(context.Context) (bool, error)) (bool, error) {
			if h.failures >= 3 {
				return false, fault.New(fault.Locked, "Too many failures.")
			}
			right, err := look(ctx)
			if err == nil && !right {
				h.failures++
			}
			return right, err
		},
	}
	h.root = h.Open(h.room)
	(&mailbox.Room{Hasher: hasher, EndSessions: session.EndAll, Guard: h.room.Guard}).Register(h.Mux)
	return h
}

// whm calls a WHM function and gives its data as it is written, and its notes.
func (h *house) whm(who dispatch.Caller, f string, words ...string) (map[string]any, function.Notes, error) {
	reply, err := h.Reply(who, function.WHM(f), roomtest.Words(words...))
	data, _ := written(h.T, reply.Out).(map[string]any)
	return data, reply.Notes, err
}

// uapi calls a UAPI function, named Module::function, and gives its data as it is written.
func (h *house) uapi(who dispatch.Caller, f string, words ...string) (any, error) {
	module, name, _ := strings.Cut(f, "::")
	reply, err := h.Reply(who, function.UAPI(module, name), roomtest.Words(words...))
	return written(h.T, reply.Out), err
}

// written is an answer as the wire writes it.
func written(t testing.TB, out any) any {
	t.Helper()
	var answer struct{ Data any }
	if err := json.Unmarshal(wire.UAPI("", "", function.Reply{Out: out}, nil).JSON(), &answer); err != nil {
		t.Fatal(err)
	}
	return answer.Data
}

// make makes an account as who, with the domain NAME.example.
func (h *house) make(who dispatch.Caller, name string, words ...string) dispatch.Caller {
	h.Helper()
	_, _, err := h.whm(who, "createacct", append([]string{"username=" + name, "domain=" + name + ".example", "password=" + strong}, words...)...)
	h.Must(err)
	return h.Caller(name)
}

// reseller makes a reseller with these privileges.
func (h *house) reseller(name string, privileges ...string) dispatch.Caller {
	h.Helper()
	h.make(h.root, name, "reseller=1")
	words := []string{"reseller=" + name}
	for _, p := range privileges {
		words = append(words, "acl-"+p+"=1")
	}
	_, _, err := h.whm(h.root, "setacls", words...)
	h.Must(err)
	return h.Caller(name)
}
