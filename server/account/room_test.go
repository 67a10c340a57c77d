package account_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/mailbox"
	"postern/server/password"
	"postern/server/session"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// strong is a password above every minimum.
const strong = "correct-Horse!battery 9staple"

// house is the room over a database of its own, with the rooms beside it that it needs.
type house struct {
	*testing.T
	db    *database.DB
	mux   *dispatch.Mux
	clock *testkit.Clock
	room  *account.Room
	root  dispatch.Caller

	failures int // at passwords that functions were given; three are a lock
}

func open(t *testing.T) *house {
	t.Helper()
	db, clock := testkit.New(t), testkit.NewClock()
	hasher, err := password.NewHasher(rand.Reader, 2, 100)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, db: db, clock: clock, mux: &dispatch.Mux{DB: db.Write, ReadOnly: db.Read, Now: clock.Now, As: account.As}}
	h.room = &account.Room{
		Hasher: hasher, Random: rand.Reader, Hostname: "host.example.net", Version: "1.2.3",
		Address: netip.MustParseAddr("192.0.2.10"), EndSessions: session.EndAll, EndOthers: session.EndOthers, Read: db.ReadPool,
		Guard: account.Guard{
			Locked: func(context.Context, dispatch.Call, string) error {
				if h.failures >= 3 {
					return fault.New(fault.Locked, "Too many failures.")
				}
				return nil
			},
			Failed: func(context.Context, dispatch.Call, string) error { h.failures++; return nil },
		},
	}
	h.room.Register(h.mux)
	free := func(context.Context, dispatch.Call, string) error { return nil }
	(&mailbox.Room{Hasher: hasher, EndSessions: session.EndAll, Guard: account.Guard{Locked: free, Failed: free}}).Register(h.mux)
	if made, err := h.room.EnsureRoot(t.Context(), db.Write, strong, clock.Now()); err != nil || !made {
		t.Fatalf("root: %v, %v", made, err)
	}
	h.root = h.caller("root")
	return h
}

// caller is who a name signs in as.
func (h *house) caller(name string) dispatch.Caller {
	h.Helper()
	l, err := account.Find(h.Context(), h.db.Write, name)
	if err != nil {
		h.Fatalf("%s: %v", name, err)
	}
	return account.ToCaller(l)
}

// args reads "name=value" words; a value may hold anything.
func args(words ...string) url.Values {
	v := url.Values{}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		v.Add(name, value)
	}
	return v
}

// whm calls a WHM function and gives its data as it is written, and its notes.
func (h *house) whm(who dispatch.Caller, f string, words ...string) (map[string]any, function.Notes, error) {
	reply, err := h.mux.Call(h.Context(), who, function.WHM(f), args(words...), function.Shape{})
	data, _ := written(h.T, reply.Out).(map[string]any)
	return data, reply.Notes, err
}

// uapi calls a UAPI function, named Module::function, and gives its data as it is written.
func (h *house) uapi(who dispatch.Caller, f string, words ...string) (any, error) {
	module, name, _ := strings.Cut(f, "::")
	reply, err := h.mux.Call(h.Context(), who, function.UAPI(module, name), args(words...), function.Shape{})
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

// must fails the test on an error.
func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// refused fails the test unless the error is a fault of the kind whose message holds the text.
func (h *house) refused(err error, kind fault.Kind, text string) {
	h.Helper()
	if err == nil {
		h.Errorf("it was done; want a fault %s: …%s…", kind, text)
		return
	}
	if f := fault.Of(err); f.Kind != kind || !strings.Contains(f.Message, text) {
		h.Errorf("fault %s: %s (%v); want %s: …%s…", f.Kind, f.Message, err, kind, text)
	}
}

// make makes an account as who, with the domain NAME.example.
func (h *house) make(who dispatch.Caller, name string, words ...string) dispatch.Caller {
	h.Helper()
	_, _, err := h.whm(who, "createacct", append([]string{"username=" + name, "domain=" + name + ".example", "password=" + strong}, words...)...)
	h.must(err)
	return h.caller(name)
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
	h.must(err)
	return h.caller(name)
}

// session gives a login a session, and who possesses it if not the login.
func (h *house) session(login, possessor string) {
	h.Helper()
	name := rand.Text()
	_, err := h.db.Write.ExecContext(h.Context(), `
		INSERT INTO sessions (name, secret_hash, login_id, possessor, service, token, origin, address, created_at, last_seen_at, idle_seconds, expires_at)
		SELECT ?, sha256(?::bytea), id, ?, 'cpaneld', 'cpsess0123456789', 'login', '192.0.2.1', now(), now(), 60, now() + interval '1 day'
		FROM logins WHERE name = ?`, name, name, possessor, login)
	h.must(err)
}

// count is how many rows a query's condition finds.
func (h *house) count(from string, values ...any) (n int) {
	h.Helper()
	h.must(h.db.Write.NewRaw("SELECT count(*) FROM "+from, values...).Scan(h.Context(), &n))
	return n
}
