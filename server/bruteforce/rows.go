package bruteforce

import (
	"context"
	"database/sql"
	"time"

	"github.com/uptrace/bun"
)

// subjects are the two keys that can be locked; an empty one is not looked for.
type subjects struct{ address, user string }

// lockedUntil is the later end of the locks on the subjects; zero if none is on.
func lockedUntil(ctx context.Context, db bun.IDB, s subjects, now time.Time) (time.Time, error) {
	var until sql.NullTime
	err := db.NewRaw(`
		SELECT max(locked_until) FROM lockouts
		WHERE locked_until > ? AND (subject = 'address' AND key = ? OR subject = 'user' AND key = ?)`,
		now, s.address, s.user).Scan(ctx, &until)
	return until.Time, err
}

// count adds a failure to a subject's counter and locks it when the rule says so;
// false if the subject is locked, for then nothing is counted. It is one
// statement, so that failures at the same moment count one by one.
func count(ctx context.Context, db bun.IDB, subject, key string, rule Rule, now time.Time) (bool, error) {
	res, err := db.NewRaw(`
		INSERT INTO lockouts AS l (subject, key, failures, window_start, locked_until)
		VALUES (?0, ?1, 1, ?2, CASE WHEN ?3 <= 1 THEN ?4::timestamptz END)
		ON CONFLICT (subject, key) DO UPDATE SET
			failures     = CASE WHEN l.locked_until IS NULL AND l.window_start > ?5 THEN l.failures + 1 ELSE 1 END,
			window_start = CASE WHEN l.locked_until IS NULL AND l.window_start > ?5 THEN l.window_start ELSE ?2 END,
			locked_until = CASE WHEN ?3 <= CASE WHEN l.locked_until IS NULL AND l.window_start > ?5 THEN l.failures + 1 ELSE 1 END
				THEN ?4::timestamptz END
		WHERE l.locked_until IS NULL OR l.locked_until <= ?2`,
		subject, key, now, rule.Failures, now.Add(rule.Lock), now.Add(-rule.Window)).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

// record adds the failure to the row of its minute.
func record(ctx context.Context, db bun.IDB, a Attempt, now time.Time) error {
	address := "::"
	if a.Address.IsValid() {
		address = a.Address.String()
	}
	_, err := db.NewRaw(`
		INSERT INTO login_failures AS f (minute, name, address, service, step, last_at)
		VALUES (?, ?, ?::inet, ?, ?, ?)
		ON CONFLICT (minute, name, address, service, step)
		DO UPDATE SET count = f.count + 1, last_at = greatest(f.last_at, excluded.last_at)`,
		now.Truncate(time.Minute), a.Name, address, string(a.Service), a.Step, now).Exec(ctx)
	return err
}

// forget drops the counter of a name that is not locked.
func forget(ctx context.Context, db bun.IDB, name string, now time.Time) error {
	_, err := db.NewRaw(`
		DELETE FROM lockouts
		WHERE subject = 'user' AND key = ? AND (locked_until IS NULL OR locked_until <= ?)`,
		name, now).Exec(ctx)
	return err
}

// SweepSize is how many rows of a table one sweep deletes at most, so that it
// never holds many locks.
const SweepSize = 5000

// sweep deletes failures older than their keeping and counters whose window and lock are over.
func sweep(ctx context.Context, db bun.IDB, s Settings, now time.Time) (int64, error) {
	old, err := db.NewRaw(`
		DELETE FROM login_failures WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM login_failures WHERE minute < ? LIMIT ? FOR UPDATE SKIP LOCKED))`,
		now.Add(-s.Keep), SweepSize).Exec(ctx)
	if err != nil {
		return 0, err
	}
	n, err := old.RowsAffected()
	if err != nil {
		return 0, err
	}
	over, err := db.NewRaw(`
		DELETE FROM lockouts WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM lockouts
			WHERE coalesce(locked_until, window_start + ?::bigint * interval '1 second') < ? LIMIT ? FOR UPDATE SKIP LOCKED))`,
		int64(max(s.Address.Window, s.User.Window).Seconds()), now, SweepSize).Exec(ctx)
	if err != nil {
		return n, err
	}
	m, err := over.RowsAffected()
	return n + m, err
}
