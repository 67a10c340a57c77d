package statistics

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

	"postern/server/dispatch"
	"postern/shared/catalog"
)

// theirs are the logins that the caller has power over, under the name theirs;
// for a superuser all. Its arguments are those of seen.
const theirs = `theirs AS (
	SELECT l.* FROM logins l
	WHERE ? OR coalesce(l.account_id, l.id) IN (SELECT a.login_id FROM accounts a WHERE a.owner_id = ? OR a.login_id = ?))`

// seen are the arguments of theirs, and what follows them.
func seen(c dispatch.Call, more ...any) []any {
	return append([]any{c.Superuser(), c.ID, c.ID}, more...)
}

// countNow counts what there is at the moment of the call.
func countNow(ctx context.Context, c dispatch.Call, out *catalog.Statistics) error {
	return c.DB.NewRaw(`
		WITH `+theirs+`
		SELECT
			(SELECT count(*) FROM theirs WHERE kind = 'account'),
			(SELECT count(*) FROM theirs WHERE kind = 'account' AND suspended_at IS NOT NULL),
			(SELECT count(*) FROM resellers r JOIN theirs t ON t.id = r.login_id),
			(SELECT count(*) FROM theirs WHERE kind = 'mailbox'),
			(SELECT count(*) FROM sessions s JOIN theirs t ON t.id = s.login_id
				WHERE s.expires_at > ? AND s.last_seen_at + s.idle_seconds * interval '1 second' > ?),
			(SELECT count(*) FROM lockouts k
				WHERE k.locked_until > ? AND (? OR k.subject = 'user' AND EXISTS (SELECT 1 FROM theirs t WHERE t.name = k.key)))`,
		seen(c, c.Now, c.Now, c.Now, c.Superuser())...,
	).Scan(ctx, &out.Accounts, &out.Suspended, &out.Resellers, &out.Mailboxes, &out.Sessions, &out.Locks)
}

// signIns counts the sign ins of each of the last days. Steps of a sign in are
// the events of no API's.
func signIns(ctx context.Context, c dispatch.Call, days int, zone string) (list []catalog.SignInsOfADay, err error) {
	err = c.DB.NewRaw(`
		WITH `+theirs+`,
		today AS (SELECT (?::timestamptz AT TIME ZONE ?)::date AS day),
		days AS (SELECT today.day - n AS day FROM today, generate_series(0, ? - 1) n),
		counted AS (
			SELECT (e.at AT TIME ZONE ?)::date AS day,
				count(*) FILTER (WHERE e.outcome = 'ok' AND e.action = 'sign_in') AS succeeded,
				count(*) FILTER (WHERE e.outcome = 'refused') AS failed
			FROM audit_events e
			WHERE e.dialect = '' AND e.at >= ((SELECT min(day) FROM days)::timestamp AT TIME ZONE ?)
				AND (? OR e.login IN (SELECT name FROM theirs))
			GROUP BY 1)
		SELECT days.day::text AS day, coalesce(counted.succeeded, 0) AS succeeded, coalesce(counted.failed, 0) AS failed
		FROM days LEFT JOIN counted USING (day) ORDER BY days.day`,
		seen(c, c.Now, zone, days, zone, zone, c.Superuser())...,
	).Scan(ctx, &list)
	return list, err
}

// unknownZone tells whether PostgreSQL knows no time zone of that name.
func unknownZone(err error) bool {
	var said *pgconn.PgError
	return errors.As(err, &said) && said.Code == "22023" // invalid_parameter_value
}

func databaseFacts(ctx context.Context, c dispatch.Call) (*catalog.DatabaseFacts, error) {
	var f catalog.DatabaseFacts
	err := c.DB.NewRaw(`
		SELECT current_setting('server_version'), pg_database_size(current_database()),
			(SELECT numbackends FROM pg_stat_database WHERE datname = current_database())`,
	).Scan(ctx, &f.Version, &f.Bytes, &f.Connections)
	return &f, err
}
