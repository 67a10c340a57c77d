package sourceip_test

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
	"postern/server/password"
	"postern/server/sourceip"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a database with root, the reseller rita, her account carl, root's
// account anna (example.com) with the mailbox bob@example.com, and carl's
// mailbox bob@example.net.
type house struct {
	*testing.T
	db    *database.DB
	mux   *dispatch.Mux
	room  *sourceip.Room
	clock *testkit.Clock
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
	hasher, err := password.NewHasher(rand.Reader, 2, 100)
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, db: testkit.New(t), clock: testkit.NewClock()}
	h.room = &sourceip.Room{Hasher: hasher, Key: []byte(strings.Repeat("k", 32))}
	h.mux = &dispatch.Mux{DB: h.db.Write, ReadOnly: h.db.Read, Now: h.clock.Now, As: account.As}
	h.room.Register(h.mux)
	h.exec(`
		INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
		SELECT name, CASE name WHEN 'root' THEN 'root' ELSE 'account' END, '', now(), now()
		FROM unnest(ARRAY['root', 'rita', 'anna', 'carl']) name`)
	h.exec(`
		INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT l.id, o.id, d, 'default', '192.0.2.200', '{}', '1', now(), now()
		FROM (VALUES ('rita', 'root', 'reseller.example'), ('anna', 'root', 'example.com'), ('carl', 'rita', 'example.net')) v (n, w, d)
		JOIN logins l ON l.name = n JOIN logins o ON o.name = w`)
	h.exec(`INSERT INTO resellers (login_id, privileges, created_at) SELECT id, ARRAY['cpanel-api'], now() FROM logins WHERE name = 'rita'`)
	h.exec(`
		INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, created_at)
		SELECT m, 'mailbox', l.id, '', now(), now()
		FROM (VALUES ('bob@example.com', 'anna'), ('bob@example.net', 'carl')) v (m, n) JOIN logins l ON l.name = n`)
	return h
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.db.Write.NewRaw(query, args...).Exec(context.WithoutCancel(h.Context())); err != nil {
		h.Fatal(err)
	}
}

func (h *house) login(name string) account.Login {
	h.Helper()
	l, err := account.Find(h.Context(), h.db.Write, name)
	if err != nil {
		h.Fatal(err)
	}
	return l
}

// as is a user who signed in at their own service.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	c := account.ToCaller(h.login(name))
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
	c, err := account.As(h.Context(), h.db.Read, w, user)
	if err != nil {
		h.Fatal(err)
	}
	return c
}

func (h *house) try(who dispatch.Caller, name function.Name, pairs ...string) (any, error) {
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

// call is the JSON of an answer.
func (h *house) call(who dispatch.Caller, f string, pairs ...string) string {
	h.Helper()
	out, err := h.try(who, api2(f), pairs...)
	if err != nil {
		h.Fatalf("%s: %v", f, err)
	}
	return text(h.T, out)
}

func (h *house) refused(who dispatch.Caller, kind fault.Kind, name function.Name, pairs ...string) string {
	h.Helper()
	out, err := h.try(who, name, pairs...)
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
