package token_test

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/testkit"
	"postern/server/token"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a database with root, the resellers rita and rob, and the accounts
// anna and bert, and what is called on it.
type house struct {
	*testing.T
	db    *database.DB
	mux   *dispatch.Mux
	room  *token.Room
	clock *testkit.Clock
}

var home = netip.MustParseAddr("192.0.2.10")

func newHouse(t *testing.T, random io.Reader) *house {
	t.Parallel()
	h := &house{T: t, db: testkit.New(t), clock: testkit.NewClock()}
	h.room = token.New(random, h.db.Pool)
	h.mux = &dispatch.Mux{DB: h.db.Write, ReadOnly: h.db.Read, Now: h.clock.Now}
	h.room.Register(h.mux)
	h.exec(`
		INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
		SELECT name, CASE name WHEN 'root' THEN 'root' ELSE 'account' END, '', now(), now()
		FROM unnest(ARRAY['root', 'rita', 'rob', 'anna', 'bert']) name`)
	h.exec(`
		INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT id, id, name || '.example', 'default', '127.0.0.1', '{}', '1', now(), now() FROM logins WHERE kind = 'account'`)
	h.exec(`
		INSERT INTO resellers (login_id, privileges, created_at)
		SELECT id, ARRAY['manage-api-tokens', 'list-accts', 'create-acct'], now() FROM logins WHERE name IN ('rita', 'rob')`)
	return h
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.db.Write.NewRaw(query, args...).Exec(context.WithoutCancel(h.Context())); err != nil {
		h.Fatal(err)
	}
}

// as is a user who signed in with a password, over TLS.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	l, err := account.Find(h.Context(), h.db.Write, name)
	if err != nil {
		h.Fatal(err)
	}
	c := account.ToCaller(l)
	c.Via, c.TLS, c.Address = dispatch.ByPassword, true, home
	return c
}

// call makes a call with pairs of names and values.
func (h *house) call(who dispatch.Caller, name function.Name, pairs ...string) (any, error) {
	h.Helper()
	args := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		args.Add(pairs[i], pairs[i+1])
	}
	r, err := h.mux.Call(context.WithoutCancel(h.Context()), who, name, args, function.Shape{})
	if err != nil && fault.Is(err, fault.Internal) {
		h.Fatalf("%v: %v", name, err)
	}
	return r.Out, err
}

// refused asserts a failure of a kind.
func (h *house) refused(err error, kind fault.Kind, what string) {
	h.Helper()
	if !fault.Is(err, kind) {
		h.Errorf("%s: %v, want a fault of kind %s", what, err, kind)
	}
}

func must[T any](h *house, out any, err error) T {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
	return out.(T)
}

// caller is the caller of a token; an error must be the one and only Denied.
func (h *house) caller(scheme, user, value string, from netip.Addr) (dispatch.Caller, error) {
	h.Helper()
	c, err := h.room.Caller(h.Context(), scheme, user, value, from, h.clock.Now())
	if err != nil {
		f := fault.Of(err)
		if f.Kind != fault.Stranger || f.Message != fault.Denied().Message || c.ID != 0 {
			h.Errorf("refused with %+v and %+v", f, c)
		}
	}
	return c, err
}

func whm(f string) function.Name { return function.WHM(f) }

func tokens(f string) function.Name { return function.UAPI("Tokens", f) }

// epoch is a time after noon, as an argument.
func epoch(d time.Duration) string {
	text, _ := scalar.At(testkit.Noon.Add(d)).MarshalText()
	return string(text)
}

// scripted is a source of the given bytes, over and over.
type scripted struct {
	bytes []byte
	at    int
}

func (s *scripted) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = s.bytes[s.at%len(s.bytes)]
		s.at++
	}
	return len(p), nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("no randomness") }

var random = rand.Reader
