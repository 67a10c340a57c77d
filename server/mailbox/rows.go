package mailbox

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/shared/fault"
)

// row is a mailbox as it is made.
type row struct {
	Name         string
	AccountID    int64
	PasswordHash string
	Locale       string
	CreatedAt    time.Time
	Quota        int64 // megabytes; 0: unlimited
}

// insert writes a mailbox's login and its own row.
func insert(ctx context.Context, db bun.IDB, m row) error {
	_, err := db.NewRaw(`
		WITH made AS (
			INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, locale, created_at)
			VALUES (?, 'mailbox', ?, ?, ?, ?, ?) RETURNING id
		)
		INSERT INTO mailboxes (login_id, quota_mb) SELECT id, nullif(?, 0) FROM made`,
		m.Name, m.AccountID, m.PasswordHash, m.CreatedAt, m.Locale, m.CreatedAt, m.Quota).Exec(ctx)
	return err
}

// count is how many mailboxes an account has.
func count(ctx context.Context, db bun.IDB, accountID int64) (n int64, err error) {
	err = db.NewRaw(`SELECT count(*) FROM logins WHERE account_id = ?`, accountID).Scan(ctx, &n)
	return n, database.Fault(err, nil, nil)
}

// mainDomain is an account's main domain.
func mainDomain(ctx context.Context, db bun.IDB, accountID int64) (domain string, err error) {
	err = db.NewRaw(`SELECT domain FROM accounts WHERE login_id = ?`, accountID).Scan(ctx, &domain)
	return domain, database.Fault(err, nil, fault.New(fault.Unknown, "The account does not exist any more."))
}

// remove deletes a mailbox; foreign keys take along what is its own.
func remove(ctx context.Context, db bun.IDB, id int64) error {
	_, err := db.NewRaw(`DELETE FROM logins WHERE id = ? AND kind = 'mailbox'`, id).Exec(ctx)
	return err
}

// listed is a mailbox as list_pops tells it.
type listed struct {
	Name              string
	LoginSuspended    bool
	IncomingSuspended bool
}

// selectAll reads an account's mailboxes by name.
func selectAll(ctx context.Context, db bun.IDB, accountID int64) (all []listed, err error) {
	err = db.NewRaw(`
		SELECT l.name, l.suspended_at IS NOT NULL AS login_suspended, m.incoming_suspended
		FROM logins l JOIN mailboxes m ON m.login_id = l.id
		WHERE l.account_id = ? ORDER BY l.name`, accountID).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// setSuspended keeps a mailbox from signing in, or lets it when at is zero.
func setSuspended(ctx context.Context, db bun.IDB, id int64, at time.Time, by string) error {
	_, err := db.NewRaw(`UPDATE logins SET suspended_at = ?, suspended_by = ? WHERE id = ?`, bun.NullTime{Time: at}, by, id).Exec(ctx)
	return err
}
