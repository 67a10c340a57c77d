package account

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// loginJoins are what hangs on a login, which is called l.
const loginJoins = `
		LEFT JOIN logins o ON o.id = coalesce(l.account_id, l.id) AND o.kind = 'account'
		LEFT JOIN accounts a ON a.login_id = o.id
		LEFT JOIN feature_lists f ON f.name = a.feature_list
		LEFT JOIN resellers r ON r.login_id = l.id`

// selectLogin reads a login with what hangs on its account.
func selectLogin(ctx context.Context, db bun.IDB, name string) (l Login, err error) {
	if strings.ContainsRune(name, 0) { // PostgreSQL has no such text, so no such login
		name = ""
	}
	err = database.Prepared(db, `
		SELECT l.id, l.name, l.password_hash, l.locale, l.created_at,
			CASE WHEN r.login_id IS NOT NULL THEN '`+string(dispatch.Reseller)+`' ELSE l.kind END AS kind,
			l.suspended_at, l.suspended_reason, l.suspension_locked,
			o.id AS account_id, o.name AS account, o.suspended_at AS account_suspended_at,
			a.domain, a.owner_id, a.feature_list, f.disabled, r.privileges
		FROM logins l`+loginJoins+`
		WHERE l.name = $1`, name).Scan(ctx, &l)
	return l, err
}

// Lock keeps others from changing a login and what it has in other rooms until the
// transaction ends. Rows that refer to it can be written meanwhile. It is
// fault.Unknown if there is no such login any more.
func Lock(ctx context.Context, db bun.IDB, id int64) error {
	err := db.NewRaw(`SELECT id FROM logins WHERE id = ? FOR NO KEY UPDATE`, id).Scan(ctx, &id)
	return database.Fault(err, nil, fault.New(fault.Unknown, "The user does not exist any more."))
}

// lockLogin keeps others from changing a login; one that does not exist is left to be found out.
func lockLogin(ctx context.Context, db bun.IDB, name string) error {
	_, err := db.NewRaw(`SELECT id FROM logins WHERE name = ? FOR UPDATE`, name).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// loginRow is a row of logins as it is written.
type loginRow struct {
	bun.BaseModel     `bun:"table:logins"`
	ID                int64 `bun:",pk,autoincrement"`
	Name              string
	Kind              dispatch.Kind
	AccountID         int64 `bun:",nullzero"`
	PasswordHash      string
	PasswordChangedAt time.Time
	Locale            string
	CreatedAt         time.Time
}

// accountRow is a row of accounts as it is written.
type accountRow struct {
	bun.BaseModel    `bun:"table:accounts"`
	LoginID          int64 `bun:",pk"`
	OwnerID          int64
	Domain           string
	DomainTemporary  bool
	Plan             string
	FeatureList      string
	IP               string
	Settings         settings `bun:"type:jsonb"`
	CreatedInVersion string
	StartedAt        time.Time
	ChangedAt        time.Time
}

// insertRoot makes root's login, unless there is one, and tells whether it did.
func insertRoot(ctx context.Context, db bun.IDB, hash, locale string, now time.Time) (made bool, err error) {
	result, err := db.NewInsert().Model(&loginRow{
		Name: string(dispatch.Root), Kind: dispatch.Root, PasswordHash: hash, PasswordChangedAt: now, Locale: locale, CreatedAt: now,
	}).On("CONFLICT DO NOTHING").Exec(ctx)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n == 1, err
}

// SetPasswordHash replaces a hash by one of the same password with today's
// parameters, unless the password was changed meanwhile.
func SetPasswordHash(ctx context.Context, db bun.IDB, id int64, old, hash string) error {
	_, err := db.NewRaw(`UPDATE logins SET password_hash = ? WHERE id = ? AND password_hash = ?`, hash, id, old).Exec(ctx)
	return err
}

// SetPassword writes the hash of a new password. Whoever calls it ends the
// login's sessions in the same transaction.
func SetPassword(ctx context.Context, db bun.IDB, id int64, hash string, now time.Time) error {
	_, err := db.NewRaw(`UPDATE logins SET password_hash = ?, password_changed_at = ? WHERE id = ?`, hash, now, id).Exec(ctx)
	return err
}

// rootID is root's row.
func rootID(ctx context.Context, db bun.IDB) (id int64, err error) {
	err = db.NewRaw(`SELECT id FROM logins WHERE kind = 'root'`).Scan(ctx, &id)
	return id, err
}

// mailboxIDs are the logins of an account's mailboxes.
func mailboxIDs(ctx context.Context, db bun.IDB, account int64) (ids []int64, err error) {
	err = db.NewRaw(`SELECT id FROM logins WHERE account_id = ?`, account).Scan(ctx, &ids)
	return ids, err
}

// insertAccount writes an account's two rows. own: it is its own owner.
func insertAccount(ctx context.Context, db bun.IDB, l *loginRow, a *accountRow, own bool) error {
	if _, err := db.NewInsert().Model(l).Exec(ctx); err != nil {
		return err
	}
	a.LoginID = l.ID
	if own {
		a.OwnerID = l.ID
	}
	_, err := db.NewInsert().Model(a).Exec(ctx)
	return err
}

// deleteAccount removes an account; foreign keys take along what is its own.
// What it owned goes to root first, itself included, or its own row would hold it.
func deleteAccount(ctx context.Context, db bun.IDB, id int64) error {
	root, err := rootID(ctx, db)
	if err != nil {
		return err
	}
	if _, err := db.NewRaw(`UPDATE accounts SET owner_id = ? WHERE owner_id = ?`, root, id).Exec(ctx); err != nil {
		return err
	}
	_, err = db.NewRaw(`DELETE FROM logins WHERE id = ? AND kind = 'account'`, id).Exec(ctx)
	return err
}

// updateSuspension suspends a login, or lifts its suspension when at is zero.
func updateSuspension(ctx context.Context, db bun.IDB, id int64, at time.Time, reason, by string, locked bool) error {
	_, err := db.NewRaw(`UPDATE logins SET suspended_at = ?, suspended_reason = ?, suspended_by = ?, suspension_locked = ? WHERE id = ?`,
		bun.NullTime{Time: at}, reason, by, locked, id).Exec(ctx)
	return err
}

// MailLimits is what an account allows its mailboxes.
type MailLimits struct {
	Domain  string       // the main domain
	Locale  string       // the account's, which a new mailbox starts with
	MaxPop  scalar.Limit // how many there may be
	Largest scalar.Limit // how large one may be, in megabytes
}

// LockMail reads an account's limits for mailboxes with its login locked until the
// transaction ends: two at once must not pass a limit that has room for one, nor
// a mailbox be made in an account that is being renamed or removed. It locks
// first and reads then, for a row read while waiting may be an old one.
func LockMail(ctx context.Context, db bun.IDB, id int64) (m MailLimits, err error) {
	if _, err := db.NewRaw(`SELECT id FROM logins WHERE id = ? FOR NO KEY UPDATE`, id).Exec(ctx); err != nil {
		return m, database.Fault(err, nil, nil)
	}
	var row struct {
		Domain   string
		Locale   string
		Settings settings `bun:"type:jsonb"`
	}
	err = db.NewRaw(`
		SELECT a.domain, l.locale, a.settings FROM accounts a JOIN logins l ON l.id = a.login_id
		WHERE a.login_id = ?`, id).Scan(ctx, &row)
	return MailLimits{row.Domain, row.Locale, row.Settings.MaxPop, row.Settings.MaxMailQuota},
		database.Fault(err, nil, fault.New(fault.Unknown, "The account does not exist any more."))
}
