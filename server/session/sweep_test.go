package session

import (
	"testing"
	"time"

	"postern/server/testkit"
)

// annasSessions begins a statement that makes sessions of anna, whom it makes, at the moment ?0.
const annasSessions = `WITH anna AS (
		INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at) VALUES ('anna', 'account', '', ?0, ?0) RETURNING id)
	INSERT INTO sessions (name, secret_hash, login_id, service, token, origin, address, created_at, used_at, last_seen_at, idle_seconds, expires_at)`

// TestSweep: what has ended goes, however much it is, and what lives stays, also
// where the node that sweeps has a clock that runs ten years ahead.
func TestSweep(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	now := time.Now()
	_, err := db.Write.ExecContext(t.Context(), annasSessions+`
		SELECT 'S' || n, sha256(''), id, 'cpaneld', 'cpsess1234567890', 'login', '192.0.2.1', ?0, ?0,
			CASE WHEN n % 2 = 0 THEN ?0 ELSE ?0::timestamptz - interval '2 hours' END, 3600,
			CASE WHEN n % 3 = 0 THEN ?0::timestamptz - interval '1 second' ELSE ?0::timestamptz + interval '1 day' END
		FROM anna, generate_series(1, ?1) n`, now, 3*sweepAtOnce)
	if err != nil {
		t.Fatal(err)
	}
	for what, clock := range map[string]time.Time{"its own clock": now, "a clock ahead": now.AddDate(10, 0, 0)} {
		if err := Sweep(t.Context(), db.Write, clock); err != nil {
			t.Fatal(err)
		}
		var left, living int
		err := db.Write.NewRaw("SELECT count(*), count(*) FILTER (WHERE substr(name, 2)::int % 2 = 0 AND substr(name, 2)::int % 3 <> 0) FROM sessions").
			Scan(t.Context(), &left, &living)
		if err != nil || left != sweepAtOnce || living != sweepAtOnce {
			t.Errorf("by %s %d are left, %d of them living: %v", what, left, living, err)
		}
	}
}

// TestSweepPassesOver a session whose last use is written while it is swept.
func TestSweepPassesOver(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	now := time.Now()
	_, err := db.Write.ExecContext(t.Context(), annasSessions+`
		SELECT 'S', sha256(''), id, 'cpaneld', 'cpsess1234567890', 'login', '192.0.2.1', ?0, ?0,
			?0::timestamptz - interval '1 hour', 3600, ?0::timestamptz + interval '1 day' FROM anna`, now)
	if err != nil {
		t.Fatal(err)
	}
	use, err := db.Write.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer use.Rollback()
	if err := seen(t.Context(), use, []string{"S"}, now); err != nil {
		t.Fatal(err)
	}
	if err := Sweep(t.Context(), db.Write, now); err != nil {
		t.Error(err)
	}
	if err := use.Commit(); err != nil {
		t.Fatal(err)
	}
	if left, err := db.Write.NewSelect().Model((*Row)(nil)).Count(t.Context()); err != nil || left != 1 {
		t.Errorf("%d sessions go on: %v", left, err)
	}
}
