package bruteforce

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// granted is what a request for a try comes back with.
type granted struct {
	Kept              *string // the settings, as they are kept
	Sure              bool    // they are those by which it was asked
	White, Black      bool
	AAt, AUntil       bun.NullTime
	UAt, UUntil       bun.NullTime
	ALong, ULong      bool
	ByAddress, ByUser bool // where the try was taken
}

func (g granted) stands(rules Settings) stands {
	return stands{
		Settings: rules, white: g.White, black: g.Black,
		addressLock: lock{g.AAt.Time, g.AUntil.Time, g.ALong},
		userLock:    lock{g.UAt.Time, g.UUntil.Time, g.ULong},
	}
}

// openAt is that a counter l is not locked at a moment, lock.ends in SQL; long and
// short are how many seconds its two kinds of lock last now.
func openAt(now, long, short string) string {
	return `(l.locked_until IS NULL OR l.locked_until <= ` + now + `
	OR l.locked_at + CASE WHEN l.long THEN ` + long + ` ELSE ` + short + ` END * interval '1 second' <= ` + now + `)`
}

// open is openAt for reserve's counters.
var open = openAt("$5", "$17::bigint", "CASE l.subject WHEN 'address' THEN $12::bigint ELSE $14::bigint END")

// reserve is standing, and takes the try in the same statement where a subject that
// counts has room: it is not locked, and its failures with the tries under way are
// fewer than lock. When none is under way one may always go: by a rule that has
// become harder there may be more failures than lock, and no lock yet.
//
// What is locked is looked at before, without a row's lock: a flood that runs into a
// lock writes nothing.
//
// The rules come with the statement. It compares the settings they were read from
// with those in force and takes nothing when they differ.
//
// The commit need not reach the disk (synchronous_commit): should the server of the
// database die, the sign in dies with it, and a failure's own commit, which is
// waited for, takes along all that came before it.
func reserve(ctx context.Context, t *Try, text *string, address, user bool, now time.Time) (g granted, err error) {
	var net *string
	if address {
		text := network(t.attempt.Address).String()
		net = &text
	}
	a, u := t.rules.address(), t.rules.user()
	err = database.Prepared(t.db, `
		WITH s AS (SELECT k.value AS kept, k.value IS NOT DISTINCT FROM $6::text AS sure,
				EXISTS (SELECT FROM bruteforce_lists WHERE list = 'white' AND $1::inet BETWEEN first_ip AND last_ip) AS white,
				EXISTS (SELECT FROM bruteforce_lists WHERE list = 'black' AND $1::inet BETWEEN first_ip AND last_ip) AS black
			FROM (SELECT (SELECT value::text FROM settings WHERE name = $2) AS value, set_config('synchronous_commit', 'off', true)) AS k),
		taken AS (
			INSERT INTO lockouts AS l (subject, key, network, failures, window_start, total, total_start, last_at, pending)
			SELECT q.subject, q.key, q.network, 0, $5::timestamptz, 0, $5, $5, ARRAY[$7::timestamptz]
			FROM s, (VALUES ('address', $3::text, $8::inet, $9::boolean), ('user', $4::text, NULL, $10::boolean)) AS q (subject, key, network, counts)
			WHERE q.counts AND s.sure AND NOT s.white AND NOT s.black AND NOT EXISTS (SELECT FROM lockouts AS l
				WHERE l.subject = q.subject AND l.key = q.key AND NOT `+open+`)
			ORDER BY q.subject
			ON CONFLICT (subject, key) DO UPDATE SET pending = (SELECT coalesce(array_agg(p), '{}') FROM unnest(l.pending) AS p WHERE p > $5) || excluded.pending
			WHERE `+open+` AND (SELECT under.way = 0 OR under.way + CASE WHEN l.locked_until IS NULL AND l.window_start
						> $5 - CASE l.subject WHEN 'address' THEN $12::bigint ELSE $14::bigint END * interval '1 second' THEN l.failures ELSE 0 END
						< CASE l.subject WHEN 'address' THEN $11::bigint ELSE $13::bigint END
					AND ($15::bigint = 0 OR l.subject = 'user'
						OR under.way + CASE WHEN NOT l.long AND l.total_start > $5 - $16::bigint * interval '1 second' THEN l.total ELSE 0 END < $15)
					FROM (SELECT count(*) AS way FROM unnest(l.pending) AS p WHERE p > $5) AS under)
			RETURNING l.subject)
		SELECT s.kept, s.sure, s.white, s.black,
			a.locked_at AS a_at, a.locked_until AS a_until, coalesce(a.long, false) AS a_long,
			u.locked_at AS u_at, u.locked_until AS u_until, coalesce(u.long, false) AS u_long,
			EXISTS (SELECT FROM taken WHERE subject = 'address') AS by_address, EXISTS (SELECT FROM taken WHERE subject = 'user') AS by_user
		FROM s
		LEFT JOIN lockouts AS a ON a.subject = 'address' AND a.key = $3 AND a.locked_until > $5
		LEFT JOIN lockouts AS u ON u.subject = 'user' AND u.key = $4 AND u.locked_until > $5`,
		inet(t.attempt.Address), setting, t.networkKey(), t.attempt.Name, now, text, t.ends, net, address, user,
		a.Failures, whole(a.Period), u.Failures, whole(u.Period), a.Long, whole(a.Lookback), whole(LongLock)).Scan(ctx, &g)
	return g, database.Fault(err, nil, nil)
}

func whole(d time.Duration) int64 { return int64(d / time.Second) }

// networkKey is the key of the try's network; empty where it has no address.
func (t *Try) networkKey() string {
	if !t.attempt.Address.IsValid() {
		return ""
	}
	return key(network(t.attempt.Address))
}

// without is the tries of a counter l that are under way at a moment but for one,
// which ends at another; both are parameters. Tries with the same end are alike: it
// does not matter which of them goes.
func without(try, now string) string {
	return `(SELECT coalesce(array_agg(p), '{}') FROM unnest(l.pending) WITH ORDINALITY AS x (p, n)
	WHERE p > ` + now + ` AND n IS DISTINCT FROM array_position(l.pending, ` + try + `::timestamptz))`
}

// release gives a try back, and with forget drops what was counted against a name
// that is not locked. Counters in which nothing is left are deleted: whoever signs
// in without a mistake leaves nothing behind, or, where two are done at the same
// moment, an empty counter for the sweep. Its commit need not reach the disk
// either: a try that comes back from the dead ends by itself.
func release(ctx context.Context, t *Try, forget bool, now time.Time) error {
	_, err := database.Prepared(t.db, `
		WITH off AS (SELECT set_config('synchronous_commit', 'off', true)),
		gone AS (
			DELETE FROM lockouts AS l
			WHERE (l.subject = 'address' AND l.key = $1 AND $5::boolean OR l.subject = 'user' AND l.key = $2 AND ($6::boolean OR $7::boolean))
				AND (l.locked_until IS NULL OR l.locked_until <= $4)
				AND (l.failures = 0 AND l.total = 0 OR l.subject = 'user' AND $7)
				AND `+without("$3", "$4")+` = '{}'
			RETURNING l.subject)
		UPDATE lockouts AS l SET pending = `+without("$3", "$4")+`,
			(failures, total, locked_at, locked_until) = (
				SELECT CASE WHEN w.wipe THEN 0 ELSE l.failures END, CASE WHEN w.wipe THEN 0 ELSE l.total END,
					CASE WHEN NOT w.wipe THEN l.locked_at END, CASE WHEN NOT w.wipe THEN l.locked_until END
				FROM (SELECT $7 AND l.subject = 'user' AND (l.locked_until IS NULL OR l.locked_until <= $4) AS wipe) AS w)
		WHERE (l.subject = 'address' AND l.key = $1 AND $5 OR l.subject = 'user' AND l.key = $2 AND ($6 OR $7))
			AND l.subject <> ALL (ARRAY(SELECT subject FROM gone))
			AND EXISTS (SELECT FROM off)`,
		t.networkKey(), t.attempt.Name, t.ends, now, t.address, t.user, forget).Exec(ctx)
	return database.Fault(err, nil, nil)
}
