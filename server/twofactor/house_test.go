package twofactor_test

import (
	"context"
	"crypto/rand"
	"net/netip"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/seal"
	"postern/server/session"
	"postern/server/testkit/roomtest"
	"postern/server/twofactor"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a settled house with the room in it.
type house struct {
	*roomtest.House
	room *twofactor.Room
}

func newHouse(t *testing.T) *house {
	t.Parallel()
	key, err := seal.NewKey(seal.NewKeyText())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{House: roomtest.New(t)}
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
	h.room.Register(h.Mux)
	h.Settle("list-accts", "passwd")
	return h
}

// as is a user in a session of their own, which the database knows.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Via, c.TLS, c.Address, c.Session = dispatch.BySession, true, netip.MustParseAddr("192.0.2.10"), h.session(c.ID, "")
	return c
}

// session makes a session that began with a sign in, and returns its name.
func (h *house) session(login int64, possessor string) string {
	h.Helper()
	return h.sessionFrom(session.FromLogin, login, possessor)
}

func (h *house) sessionFrom(origin string, login int64, possessor string) string {
	h.Helper()
	room := session.Room{DB: h.DB.Write, Random: rand.Reader}
	row, err := room.New(h.Context(), h.DB.Write, h.Clock.Now(), session.Request{
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

// code is what an app shows some steps from now.
func (h *house) code(secret string, steps int) string {
	h.Helper()
	code, err := totp.GenerateCode(secret, h.Clock.Now().Add(time.Duration(steps)*30*time.Second))
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
	key := must[catalog.TFAKey](h)(h.Call(who, generate))
	if _, err := h.Call(who, set, "secret", key.Secret, "tfa_token", h.code(key.Secret, 0)); err != nil {
		h.Fatal(err)
	}
	h.Clock.Advance(30 * time.Second)
	return key.Secret
}

func (h *house) check(login int64, code string) error {
	h.Helper()
	err := h.room.Check(context.Background(), h.DB.Write, login, code, h.Clock.Now())
	if err != nil && (fault.Of(err).Kind != fault.Stranger || fault.Of(err).Message != fault.Denied().Message) {
		h.Errorf("Check failed with %v", err)
	}
	return err
}
