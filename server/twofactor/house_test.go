package twofactor_test

import (
	"context"
	"crypto/rand"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/seal"
	"postern/server/session"
	"postern/server/testkit"
	"postern/server/twofactor"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a database with root, the reseller rita who owns carl, and root's
// account anna, each with a mailbox bob@, and what is called on it.
type house struct {
	*testing.T
	db    *database.DB
	mux   *dispatch.Mux
	room  *twofactor.Room
	clock *testkit.Clock
}

func newHouse(t *testing.T) *house {
	t.Parallel()
	key, err := seal.NewKey(seal.NewKeyText())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{T: t, db: testkit.New(t), clock: testkit.NewClock()}
	h.room = &twofactor.Room{
		Key: key, Random: rand.Reader, Hostname: "host.example.com", EndSessions: session.EndOthers, SignedIn: session.SignedIn,
		Policy: func(ctx context.Context, db bun.IDB) (bool, error) {
			return db.NewSelect().TableExpr("settings").Where("name = 'login_policy' AND value ->> 'two_factor_auth' = '1'").Exists(ctx)
		},
		SetPolicy: func(ctx context.Context, db bun.IDB, on bool, now time.Time) error {
			_, err := db.NewRaw(`INSERT INTO settings VALUES ('login_policy', jsonb_build_object('two_factor_auth', ?::int), ?)
				ON CONFLICT (name) DO UPDATE SET value = settings.value || EXCLUDED.value`, map[bool]int{true: 1}[on], now).Exec(ctx)
			return err
		},
	}
	h.mux = &dispatch.Mux{DB: h.db.Write, ReadOnly: h.db.Read, Now: h.clock.Now}
	h.room.Register(h.mux)
	h.exec(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
		SELECT name, CASE name WHEN 'root' THEN 'root' ELSE 'account' END, '', now(), now()
		FROM unnest(ARRAY['root', 'rita', 'anna', 'carl']) name`)
	h.exec(`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT l.id, o.id, l.name || '.example', '', '192.0.2.1', '{}', '', now(), now() FROM logins l
		JOIN logins o ON o.name = CASE l.name WHEN 'carl' THEN 'rita' ELSE 'root' END WHERE l.kind = 'account'`)
	h.exec(`INSERT INTO resellers SELECT id, ARRAY['list-accts', 'passwd'], now() FROM logins WHERE name = 'rita'`)
	h.exec(`INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, created_at)
		SELECT 'bob@' || name || '.example', 'mailbox', id, '', now(), now() FROM logins WHERE name IN ('anna', 'carl')`)
	return h
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.db.Write.NewRaw(query, args...).Exec(context.Background()); err != nil {
		h.Fatal(err)
	}
}

func (h *house) count(query string, args ...any) (n int) {
	h.Helper()
	if err := h.db.Write.NewRaw("SELECT count(*) FROM "+query, args...).Scan(context.Background(), &n); err != nil {
		h.Fatal(err)
	}
	return n
}

// as is a user in a session of their own, which the database knows.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	l, err := account.Find(h.Context(), h.db.Write, name)
	if err != nil {
		h.Fatal(err)
	}
	c := account.ToCaller(l)
	c.Via, c.TLS, c.Address, c.Session = dispatch.BySession, true, netip.MustParseAddr("192.0.2.10"), h.session(l.ID, "")
	return c
}

// session makes a session that began with a sign in, and returns its name.
func (h *house) session(login int64, possessor string) string {
	h.Helper()
	return h.sessionFrom(session.FromLogin, login, possessor)
}

func (h *house) sessionFrom(origin string, login int64, possessor string) string {
	h.Helper()
	room := session.Room{DB: h.db.Write, Random: rand.Reader}
	row, err := room.New(h.Context(), h.db.Write, h.clock.Now(), session.Request{
		LoginID: login, Possessor: possessor, Service: scalar.CPanel, Origin: origin,
		Lifetimes: session.Lifetimes{Unused: time.Minute, Idle: time.Hour, Absolute: 24 * time.Hour},
	})
	if err != nil {
		h.Fatal(err)
	}
	return row.Name
}

func whm(f string) function.Name { return function.WHM("twofactorauth_" + f) }

func uapi(f string) function.Name { return function.UAPI("TwoFactorAuth", f) }

// call makes a call with pairs of names and values.
func (h *house) call(who dispatch.Caller, name function.Name, pairs ...string) (any, error) {
	h.Helper()
	args := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		args.Add(pairs[i], pairs[i+1])
	}
	r, err := h.mux.Call(context.Background(), who, name, args, function.Shape{})
	return r.Out, err
}

func must[T any](h *house) func(out any, err error) T {
	h.Helper()
	return func(out any, err error) T {
		h.Helper()
		if err != nil {
			h.Fatal(err)
		}
		return out.(T)
	}
}

// refused asserts a failure of a kind, with a text in its message.
func (h *house) refused(err error, kind fault.Kind, text string) {
	h.Helper()
	if !fault.Is(err, kind) || !strings.Contains(fault.Of(err).Message, text) {
		h.Errorf("%v, want a fault of kind %s with %q", err, kind, text)
	}
}

// code is what an app shows some steps from now.
func (h *house) code(secret string, steps int) string {
	h.Helper()
	code, err := totp.GenerateCode(secret, h.clock.Now().Add(time.Duration(steps)*30*time.Second))
	if err != nil {
		h.Fatal(err)
	}
	return code
}

// enrol sets a user's second factor and moves on to the next step.
func (h *house) enrol(who dispatch.Caller) (secret string) {
	h.Helper()
	generate, set := uapi("generate_user_configuration"), uapi("set_user_configuration")
	if who.AccountID == 0 {
		generate, set = whm("generate_tfa_config"), whm("set_tfa_config")
	}
	key := must[catalog.TFAKey](h)(h.call(who, generate))
	if _, err := h.call(who, set, "secret", key.Secret, "tfa_token", h.code(key.Secret, 0)); err != nil {
		h.Fatal(err)
	}
	h.clock.Advance(30 * time.Second)
	return key.Secret
}

func (h *house) check(login int64, code string) error {
	h.Helper()
	err := h.room.Check(context.Background(), h.db.Write, login, code, h.clock.Now())
	if err != nil && (fault.Of(err).Kind != fault.Stranger || fault.Of(err).Message != fault.Denied().Message) {
		h.Errorf("Check failed with %v", err)
	}
	return err
}
