package tenant

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// tempRow is a session's database user, or one that had a session.
type tempRow struct {
	RoleName   string
	Account    string
	Login      string
	CreatedAt  time.Time
	ValidUntil time.Time
	Ended      bool
	Attempts   int
	LastError  string
	RetryAt    time.Time
}

// sessionEnds is when a living session ends if it is not used any more.
const sessionEnds = `least(s.expires_at, s.last_seen_at + s.idle_seconds * interval '1 second')`

// held is the user that a living session has.
type held struct {
	Name   string // "": it has none
	Owner  string // the account's role
	Number int    // of its password; below 1: not known
	Ends   time.Time
}

// tempUserOf is what a living session has. gone tells that the session has ended.
func tempUserOf(ctx context.Context, db bun.IDB, session string, now time.Time) (u held, gone bool, err error) {
	err = db.NewRaw(`SELECT coalesce(u.role_name, '') AS name, coalesce(u.account, '') AS owner, coalesce(u.password_number, 0) AS number, `+sessionEnds+` AS ends
		FROM sessions s LEFT JOIN tenant_users u ON u.session_name = s.name WHERE s.name = ? AND `+sessionEnds+` > ?`, session, now).Scan(ctx, &u)
	if database.Gone(err) {
		return u, true, nil
	}
	return u, false, database.Fault(err, nil, nil)
}

// nextNumber gives a session's user the number of another password. The row has it
// as a negative one until settle: the server may have been told of it, or not.
func nextNumber(ctx context.Context, db bun.IDB, name string) (number int, err error) {
	err = db.NewRaw(`UPDATE tenant_users SET password_number = -abs(password_number) - 1 WHERE role_name = ? RETURNING -password_number`, name).Scan(ctx, &number)
	return number, err
}

// settle writes that the server was told of a password.
func settle(ctx context.Context, db bun.IDB, name string, number int) error {
	_, err := db.NewRaw(`UPDATE tenant_users SET password_number = ? WHERE role_name = ? AND password_number = ?`, number, name, -number).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// intend writes which user a session is going to have, before there is one. made
// is false if the session has one, and if the name is in use.
func intend(ctx context.Context, db bun.IDB, session string, u tempRow) (made bool, err error) {
	result, err := db.NewRaw(`INSERT INTO tenant_users (role_name, session_name, account, login, created_at, valid_until, password_number)
		VALUES (?, ?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING`, u.RoleName, session, u.Account, u.Login, u.CreatedAt, u.ValidUntil).Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// forget deletes the row of a user that is not there any more.
func forget(ctx context.Context, db bun.IDB, name string) error {
	_, err := db.NewRaw(`DELETE FROM tenant_users WHERE role_name = ?`, name).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// endNow marks a session's user for the drop though its session lives.
func endNow(ctx context.Context, db bun.IDB, name string) error {
	_, err := db.NewRaw(`UPDATE tenant_users SET session_name = NULL WHERE role_name = ?`, name).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// claimed is how long a node that takes a row has to drop its role before others
// try too, as they do when it was killed. Two that try the same do no harm.
const claimed = 10 * time.Second

// takeEnded takes users to be dropped, so that no other node tries the same.
func takeEnded(ctx context.Context, db bun.IDB, now time.Time, most int) (all []tempRow, err error) {
	err = db.NewRaw(`UPDATE tenant_users SET retry_at = ? WHERE role_name IN (
			SELECT role_name FROM tenant_users WHERE session_name IS NULL AND (retry_at IS NULL OR retry_at <= ?)
			ORDER BY created_at LIMIT ? FOR UPDATE SKIP LOCKED)
		RETURNING role_name, account, attempts`, now.Add(claimed), now, most).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// takeRemoved takes accounts that are gone and none of whose sessions' users is left.
func takeRemoved(ctx context.Context, db bun.IDB, now time.Time) (all []tempRow, err error) {
	err = db.NewRaw(`UPDATE tenant_accounts SET retry_at = ? WHERE role_name IN (
			SELECT role_name FROM tenant_accounts t WHERE login_id IS NULL AND (retry_at IS NULL OR retry_at <= ?)
			AND NOT EXISTS (SELECT FROM tenant_users u WHERE u.account = t.role_name) FOR UPDATE SKIP LOCKED)
		RETURNING role_name, role_name AS account, attempts`, now.Add(claimed), now).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// refuse writes why a role could not be dropped and when that is tried again.
func refuse(ctx context.Context, db bun.IDB, table bun.Ident, name, why string, retry time.Time) error {
	_, err := db.NewRaw(`UPDATE ? SET attempts = attempts + 1, last_error = ?, retry_at = ? WHERE role_name = ?`, table, why, retry, name).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// stale are users whose session goes on for longer than PostgreSQL was told.
func stale(ctx context.Context, db bun.IDB, now time.Time) (all []tempRow, err error) {
	err = db.NewRaw(`SELECT u.role_name, u.account, `+sessionEnds+` AS valid_until FROM tenant_users u JOIN sessions s ON s.name = u.session_name
		WHERE `+sessionEnds+` > u.valid_until AND `+sessionEnds+` > ? LIMIT 1000`, now).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// setValid writes until when PostgreSQL lets a user in.
func setValid(ctx context.Context, db bun.IDB, name string, until time.Time) error {
	_, err := db.NewRaw(`UPDATE tenant_users SET valid_until = ? WHERE role_name = ?`, until, name).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// known are those of the names that have a row.
func known(ctx context.Context, db bun.IDB, names []string) (all []string, err error) {
	if len(names) == 0 {
		return nil, nil
	}
	err = db.NewRaw(`SELECT role_name FROM tenant_users WHERE role_name IN (?)`, bun.List(names)).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// mislocked are accounts whose users may sign in though the account is suspended,
// or the reverse.
func mislocked(ctx context.Context, db bun.IDB) (all []struct {
	RoleName string
	Locked   bool
}, err error) {
	err = db.NewRaw(`SELECT t.role_name, l.suspended_at IS NOT NULL AS locked FROM tenant_accounts t JOIN logins l ON l.id = t.login_id
		WHERE t.locked <> (l.suspended_at IS NOT NULL)`).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// setLocked writes that an account's users are locked, or are not any more.
func setLocked(ctx context.Context, db bun.IDB, role string, locked bool) error {
	_, err := db.NewRaw(`UPDATE tenant_accounts SET locked = ? WHERE role_name = ?`, locked, role).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// allTemp are all users of sessions, and the accounts that are being removed.
func allTemp(ctx context.Context, db bun.IDB) (all []tempRow, err error) {
	err = db.NewRaw(`
		SELECT role_name, account, login, created_at, valid_until, session_name IS NULL AS ended, attempts, last_error,
			CASE WHEN session_name IS NULL THEN retry_at END AS retry_at FROM tenant_users
		UNION ALL
		SELECT role_name, role_name, '', created_at, NULL, true, attempts, last_error, retry_at FROM tenant_accounts WHERE login_id IS NULL
		ORDER BY created_at, role_name`).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}
