package login_test

import (
	"context"
	"net/netip"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/login"
	"postern/server/testkit"
	"postern/shared/scalar"
)

// trips counts what is sent to the database, BEGIN and COMMIT too.
type trips struct{ n atomic.Int64 }

func (t *trips) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	t.n.Add(1)
	return ctx
}
func (t *trips) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

// counted puts a counter between the lobby's rooms and their database.
func (l *lobby) counted() *trips {
	l.Helper()
	config := l.db.Pool.Config()
	t := &trips{}
	config.ConnConfig.Tracer = t
	pool, err := pgxpool.NewWithConfig(l.Context(), config)
	if err != nil {
		l.Fatal(err)
	}
	db := bun.NewDB(stdlib.OpenDBFromPool(pool), pgdialect.New())
	l.Cleanup(func() {
		_ = db.Close()
		pool.Close()
	})
	l.room.DB, l.room.Sessions.DB, l.room.Sessions.Pool = db, db, pool
	return t
}

// TestHonestSignInsAskLittle: how often the database is asked for who makes no mistake.
func TestHonestSignInsAskLittle(t *testing.T) {
	l := newLobby(t)
	asked := l.counted()
	right := login.Attempt{Service: scalar.CPanel, Name: "anna", Password: secret, Address: netip.MustParseAddr("198.51.100.7")}
	local := right
	local.Address = netip.MustParseAddr("127.0.0.1")
	for _, one := range []struct {
		what string
		most int64
		run  func() error
	}{
		{"warming up", 100, func() error { _, err := l.room.SignIn(t.Context(), right, testkit.Noon); return err }},
		{"a password at the door", 10, func() error { _, err := l.room.SignIn(t.Context(), right, testkit.Noon); return err }},
		{"the same from the machine itself", 10, func() error { _, err := l.room.SignIn(t.Context(), local, testkit.Noon); return err }},
		{"a call with a password", 5, func() error { _, _, err := l.room.Authenticate(t.Context(), right, testkit.Noon); return err }},
	} {
		before := asked.n.Load()
		if err := one.run(); err != nil {
			t.Fatal(err)
		}
		n := asked.n.Load() - before
		t.Logf("%s: %d", one.what, n)
		if n > one.most {
			t.Errorf("%s asks the database %d times, want at most %d", one.what, n, one.most)
		}
	}
}
