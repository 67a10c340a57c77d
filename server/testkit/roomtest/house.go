// Package roomtest is the house around a room in the room's own tests: a database
// and its inhabitants, a clock, and calls as one of them through the real Mux.
//
// It owns what the tests of several rooms need alike; what only one room needs
// is in that room's tests. Only tests import it.
package roomtest

import (
	"context"
	"crypto/rand"
	"net/url"
	"strings"
	"testing"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/function"
)

// Strong is a password above every minimum.
const Strong = "correct-Horse!battery 9staple"

// House is a database of the test's own, and a Mux in which the room registers
// its functions. A room's tests embed it and add the room.
type House struct {
	*testing.T
	DB    *database.DB
	Mux   *dispatch.Mux
	Clock *testkit.Clock
}

// New is an empty house whose clock stands at noon.
func New(t *testing.T) *House {
	t.Helper()
	return On(t, testkit.New(t))
}

// On is one more house on a database, as one more node is.
func On(t *testing.T, db *database.DB) *House {
	h := &House{T: t, DB: db, Clock: testkit.NewClock()}
	h.Mux = &dispatch.Mux{DB: db.Write, ReadOnly: db.Read, Now: h.Clock.Now, As: account.As}
	return h
}

// Hasher hashes passwords for a room, two at a time.
func Hasher(t *testing.T) *password.Hasher {
	t.Helper()
	hasher, err := password.NewHasher(rand.Reader, 2, 100)
	if err != nil {
		t.Fatal(err)
	}
	return hasher
}

// context is the test's, but goes on in what is done once the test has ended.
func (h *House) context() context.Context { return context.WithoutCancel(h.Context()) }

// Must ends the test on an error.
func (h *House) Must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

// Exec runs SQL.
func (h *House) Exec(query string, args ...any) {
	h.Helper()
	_, err := h.DB.Write.NewRaw(query, args...).Exec(h.context())
	h.Must(err)
}

// Count is how many rows there are in what follows FROM.
func (h *House) Count(from string, args ...any) (n int) {
	h.Helper()
	h.Must(h.DB.Write.NewRaw("SELECT count(*) FROM "+from, args...).Scan(h.context(), &n))
	return n
}

// Login is whom a name signs in as.
func (h *House) Login(name string) account.Login {
	h.Helper()
	l, err := account.Find(h.context(), h.DB.Write, name)
	if err != nil {
		h.Fatalf("%s: %v", name, err)
	}
	return l
}

// Caller is a user as a caller who came from nowhere yet.
func (h *House) Caller(name string) dispatch.Caller {
	h.Helper()
	return account.ToCaller(h.Login(name))
}

// Pairs are arguments: names and values by turns.
func Pairs(pairs ...string) url.Values {
	v := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v
}

// Words are arguments, each a “name=value”; a value may hold anything.
func Words(words ...string) url.Values {
	v := url.Values{}
	for _, w := range words {
		name, value, _ := strings.Cut(w, "=")
		v.Add(name, value)
	}
	return v
}

// Reply makes a call and gives the whole reply.
func (h *House) Reply(who dispatch.Caller, name function.Name, args url.Values) (function.Reply, error) {
	return h.Mux.Call(h.context(), who, name, args, function.Shape{})
}

// Shaped is Reply with an order, a filter or a part of a list that is asked for.
func (h *House) Shaped(who dispatch.Caller, name function.Name, s function.Shape, pairs ...string) (function.Reply, error) {
	return h.Mux.Call(h.context(), who, name, Pairs(pairs...), s)
}

// Call is Reply with names and values by turns and the answer alone. A failure
// of Postern's own ends the test: it is nothing that a caller can be told.
func (h *House) Call(who dispatch.Caller, name function.Name, pairs ...string) (any, error) {
	h.Helper()
	r, err := h.Reply(who, name, Pairs(pairs...))
	if err != nil && fault.Is(err, fault.Internal) {
		h.Fatalf("%v: %v", name, err)
	}
	return r.Out, err
}

// Refused fails the test unless an error is a fault of the kind whose message
// holds a text; about says what was called, where the line does not.
func (h *House) Refused(err error, kind fault.Kind, text string, about ...any) {
	h.Helper()
	if err == nil {
		h.Errorf("it was done %v; want a fault %s: …%s…", about, kind, text)
		return
	}
	if f := fault.Of(err); f.Kind != kind || !strings.Contains(f.Message, text) {
		h.Errorf("fault %s: %s (%v) %v; want %s: …%s…", f.Kind, f.Message, err, about, kind, text)
	}
}
