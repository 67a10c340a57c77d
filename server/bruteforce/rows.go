package bruteforce

import (
	"context"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// stands is all that is known about an attempt before its credentials are looked at.
type stands struct {
	Settings
	white, black          bool
	addressLock, userLock lock
}

// lock is a lock of lockouts; the zero lock is none.
type lock struct {
	at, until time.Time
	long      bool
}

// ends is when the lock ends under the rule of today: a rule that has become
// milder ends it earlier, one that has become harder no later.
func (l lock) ends(r Rule) time.Time {
	period := r.Period
	if l.long {
		period = LongLock
	}
	if end := l.at.Add(period); end.Before(l.until) {
		return end
	}
	return l.until
}

// standing reads the settings, the lists and the locks in one round trip.
func standing(ctx context.Context, db bun.IDB, name string, address netip.Addr, now time.Time) (s stands, err error) {
	ip, of := inet(address), ""
	if address.IsValid() {
		of = key(network(address))
	}
	var row struct {
		Kept         *string
		White, Black bool
		AAt, AUntil  bun.NullTime
		UAt, UUntil  bun.NullTime
		ALong, ULong bool
	}
	err = database.Prepared(db, `
		SELECT s.value::text AS kept,
			EXISTS (SELECT FROM bruteforce_lists WHERE list = 'white' AND $1::inet BETWEEN first_ip AND last_ip) AS white,
			EXISTS (SELECT FROM bruteforce_lists WHERE list = 'black' AND $1::inet BETWEEN first_ip AND last_ip) AS black,
			a.locked_at AS a_at, a.locked_until AS a_until, coalesce(a.long, false) AS a_long,
			u.locked_at AS u_at, u.locked_until AS u_until, coalesce(u.long, false) AS u_long
		FROM (SELECT 1) AS one
		LEFT JOIN settings AS s ON s.name = $2
		LEFT JOIN lockouts AS a ON a.subject = 'address' AND a.key = $3 AND a.locked_until > $5
		LEFT JOIN lockouts AS u ON u.subject = 'user' AND u.key = $4 AND u.locked_until > $5`,
		ip, setting, of, name, now).Scan(ctx, &row)
	if err != nil {
		return s, database.Fault(err, nil, nil)
	}
	s.white, s.black = row.White, row.Black
	s.addressLock = lock{row.AAt.Time, row.AUntil.Time, row.ALong}
	s.userLock = lock{row.UAt.Time, row.UUntil.Time, row.ULong}
	s.Settings, err = parse(row.Kept)
	return s, err
}

// subject is what a counter counts for.
type subject struct {
	kind    string // user, address
	key     string
	network netip.Prefix // of an address
}

// count makes the try that ends at a moment a failure of a subject, and locks it when
// the rule says so; false if the subject is locked, for then nothing is counted. It
// is one statement, so that failures at the same moment count one by one.
func count(ctx context.Context, db bun.IDB, of subject, rule Rule, a Attempt, try, now time.Time) (bool, error) {
	var net *string
	if of.network.IsValid() {
		text := of.network.String()
		net = &text
	}
	first := lock{} // of a counter that begins
	switch {
	case rule.Long == 1:
		first = lock{now, now.Add(LongLock), true}
	case rule.Failures <= 1:
		first = lock{now, now.Add(rule.Period), false}
	}
	res, err := db.NewRaw(`
		INSERT INTO lockouts AS l (subject, key, network, failures, window_start, total, total_start,
			locked_at, locked_until, long, last_at, name, address, service, step)
		VALUES (?0, ?1, ?2::inet, 1, ?3, 1, ?3, ?4, ?5, ?6, ?3, ?7, ?8::inet, ?9, ?10)
		ON CONFLICT (subject, key) DO UPDATE SET
			(failures, window_start, total, total_start, locked_at, locked_until, long) = (
				SELECT c.failures, CASE WHEN c.goes_on THEN l.window_start ELSE excluded.window_start END,
					c.total, CASE WHEN c.adds_up THEN l.total_start ELSE excluded.total_start END,
					CASE WHEN c.too_many OR c.far_too_many THEN excluded.window_start END,
					CASE WHEN c.far_too_many THEN ?13::timestamptz WHEN c.too_many THEN ?14::timestamptz END,
					c.far_too_many
				FROM (SELECT b.*, b.failures >= ?11 AS too_many, ?12 > 0 AND b.total >= ?12 AS far_too_many
				FROM (SELECT g.*, CASE WHEN g.goes_on THEN l.failures + 1 ELSE 1 END AS failures, CASE WHEN g.adds_up THEN l.total + 1 ELSE 1 END AS total
				FROM (SELECT l.failures > 0 AND l.locked_until IS NULL AND l.window_start > ?15 AS goes_on, l.total > 0 AND NOT l.long AND l.total_start > ?16 AS adds_up) AS g) AS b) AS c),
			pending = `+without("?19", "?3")+`,
			last_at = excluded.last_at, name = excluded.name, address = excluded.address, service = excluded.service, step = excluded.step
		WHERE `+openAt("?3", "?17", "?18"),
		of.kind, of.key, net, now, null(first.at), null(first.until), first.long, a.Name, inet(a.Address), string(a.Service), a.Step,
		rule.Failures, rule.Long, now.Add(LongLock), now.Add(rule.Period), now.Add(-rule.Period), now.Add(-rule.Lookback),
		int64(LongLock.Seconds()), int64(rule.Period.Seconds()), try).Exec(ctx)
	if err != nil {
		return false, database.Fault(err, nil, nil)
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func null(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}

// What one minute may add to the history. Beyond it failures are still counted,
// in rows that they share.
const (
	rowsOfNetwork = 20   // names, services and addresses of one network; then one row without a name
	rowsOfMinute  = 1000 // of all networks; then one row without anything
)

// record adds the failure to the row of its minute.
func record(ctx context.Context, db bun.IDB, a Attempt, now time.Time) error {
	address := a.Address
	if !address.IsValid() {
		address = netip.IPv6Unspecified()
	}
	n := network(address)
	minute := now.Truncate(time.Minute)
	_, err := db.NewRaw(`
		INSERT INTO login_failures AS f (minute, name, address, service, step, last_at)
		SELECT ?0, CASE WHEN r.crowded OR r.full THEN '' ELSE ?1 END, CASE WHEN r.full THEN '::'::inet WHEN r.crowded THEN ?3::inet ELSE ?2::inet END,
			CASE WHEN r.full THEN '' ELSE ?4 END, CASE WHEN r.full THEN '' ELSE ?5 END, ?6
		FROM (SELECT NOT known AND near >= ?8 AS crowded, NOT known AND total >= ?9 AS full FROM (SELECT
			EXISTS (SELECT FROM login_failures WHERE minute = ?0 AND name = ?1 AND address = ?2::inet AND service = ?4 AND step = ?5) AS known,
			(SELECT count(*) FROM (SELECT FROM login_failures WHERE minute = ?0 AND address <<= ?7::inet LIMIT ?8) AS x) AS near,
			(SELECT count(*) FROM (SELECT FROM login_failures WHERE minute = ?0 LIMIT ?9) AS x) AS total) AS c) AS r
		ON CONFLICT (minute, name, address, service, step)
		DO UPDATE SET count = f.count + 1, last_at = greatest(f.last_at, excluded.last_at)`,
		minute, a.Name, address.String(), n.Addr().String(), string(a.Service), a.Step, now, n.String(), rowsOfNetwork, rowsOfMinute).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// SweepSize is how many rows of a table one sweep deletes at most, so that it
// never holds many locks. More than that never come in the minute between two:
// each is the price of a password's hash.
const SweepSize = 20000

// sweep deletes failures older than the lookback period, and counters that no
// rule adds to, whose lock is over and which hold no try.
func sweep(ctx context.Context, db bun.IDB, s Settings, now time.Time) (int64, error) {
	old, err := db.NewRaw(`
		DELETE FROM login_failures WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM login_failures WHERE last_at < ? LIMIT ? FOR UPDATE SKIP LOCKED))`,
		now.Add(-s.lookback()), SweepSize).Exec(ctx)
	if err != nil {
		return 0, database.Fault(err, nil, nil)
	}
	n, err := old.RowsAffected()
	if err != nil {
		return 0, err
	}
	over, err := db.NewRaw(`
		DELETE FROM lockouts WHERE ctid = ANY (ARRAY(
			SELECT ctid FROM lockouts
			WHERE (locked_until IS NULL OR locked_until < ?0) AND NOT EXISTS (SELECT FROM unnest(pending) AS p WHERE p > ?0) AND (total = 0 OR CASE subject
				WHEN 'user' THEN window_start < ?1 ELSE window_start < ?2 AND (long OR total_start < ?3) END)
			LIMIT ?4 FOR UPDATE SKIP LOCKED))`,
		now, now.Add(-s.user().Period), now.Add(-s.address().Period), now.Add(-s.lookback()), SweepSize).Exec(ctx)
	if err != nil {
		return n, database.Fault(err, nil, nil)
	}
	m, err := over.RowsAffected()
	return n + m, err
}
