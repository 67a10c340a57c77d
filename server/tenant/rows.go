package tenant

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/scalar"
)

// accountRole is the role's name that an account has; "" if it has none yet.
func accountRole(ctx context.Context, db bun.IDB, login int64) (name string, err error) {
	err = db.NewRaw(`SELECT role_name FROM tenant_accounts WHERE login_id = ?`, login).Scan(ctx, &name)
	if database.Gone(err) {
		return "", nil
	}
	return name, database.Fault(err, nil, nil)
}

// claim gives an account the role's name, unless one of the two is given already.
// removed tells that the name is that of an account that is being removed.
func claim(ctx context.Context, db bun.IDB, login int64, role string, now time.Time) (removed bool, err error) {
	if _, err = db.NewRaw(`INSERT INTO tenant_accounts (role_name, login_id, created_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
		role, login, now).Exec(ctx); err != nil {
		return false, database.Fault(err, nil, nil)
	}
	err = db.NewRaw(`SELECT login_id IS NULL FROM tenant_accounts WHERE role_name = ?`, role).Scan(ctx, &removed)
	if database.Gone(err) { // the account has another one, or it was dropped this moment
		return false, nil
	}
	return removed, database.Fault(err, nil, nil)
}

// unclaim takes a name back that cannot be had on the tenant server.
func unclaim(ctx context.Context, db bun.IDB, role string) error {
	_, err := db.NewRaw(`DELETE FROM tenant_accounts WHERE role_name = ?`, role).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// nameTaken tells whether a role's name is another account's.
func nameTaken(ctx context.Context, db bun.IDB, role string) (is bool, err error) {
	err = db.NewRaw(`SELECT EXISTS (SELECT FROM tenant_accounts WHERE role_name = ?)`, role).Scan(ctx, &is)
	return is, database.Fault(err, nil, nil)
}

// databaseLimit is how many databases an account may have.
func databaseLimit(ctx context.Context, db bun.IDB, login int64) (most scalar.Limit, err error) {
	var text string
	err = db.NewRaw(`SELECT coalesce(settings -> 'maxsql', 'null')::text FROM accounts WHERE login_id = ?`, login).Scan(ctx, &text)
	if err != nil {
		return most, database.Fault(err, nil, nil)
	}
	return most, json.Unmarshal([]byte(text), &most)
}

// reached are the accounts with a role that a WHM caller has power over.
func reached(ctx context.Context, c dispatch.Call) (all []struct{ RoleName, Name string }, err error) {
	q := c.DB.NewSelect().TableExpr("tenant_accounts AS t").Join("JOIN logins AS l ON l.id = t.login_id").
		Join("JOIN accounts AS a ON a.login_id = l.id").ColumnExpr("t.role_name, l.name").OrderExpr("l.name")
	if !c.Superuser() {
		q = q.Where("(a.owner_id = ? OR a.login_id = ?)", c.ID, c.ID)
	}
	err = q.Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// accountOfRole is the account that has a role, by its name of now; "" if none has.
func accountOfRole(ctx context.Context, db bun.IDB, role string) (name string, err error) {
	err = db.NewRaw(`SELECT l.name FROM tenant_accounts t JOIN logins l ON l.id = t.login_id WHERE t.role_name = ?`, role).Scan(ctx, &name)
	if database.Gone(err) {
		return "", nil
	}
	return name, database.Fault(err, nil, nil)
}

// mailboxesAllowed tells whether an account lets its mailboxes use its databases.
func mailboxesAllowed(ctx context.Context, db bun.IDB, login int64) (is bool, err error) {
	err = db.NewRaw(`SELECT coalesce((SELECT mailboxes FROM tenant_settings WHERE login_id = ?), false)`, login).Scan(ctx, &is)
	return is, database.Fault(err, nil, nil)
}

// allowMailboxes says so; taken back, it ends the users that their sessions have.
func allowMailboxes(ctx context.Context, db bun.IDB, login int64, allowed bool, now time.Time) error {
	if _, err := db.NewRaw(`INSERT INTO tenant_settings (login_id, mailboxes, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (login_id) DO UPDATE SET mailboxes = EXCLUDED.mailboxes, changed_at = EXCLUDED.changed_at`, login, allowed, now).Exec(ctx); err != nil {
		return err
	}
	if allowed {
		return nil
	}
	_, err := db.NewRaw(`UPDATE tenant_users SET session_name = NULL WHERE session_name IN
		(SELECT s.name FROM sessions s JOIN logins l ON l.id = s.login_id WHERE l.account_id = ?)`, login).Exec(ctx)
	return err
}
