package account

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
)

// account is an account as it is read: its two rows, its owner's name, what its
// feature list takes away.
type account struct {
	LoginID          int64
	Name             string
	Locale           string
	CreatedAt        time.Time
	SuspendedAt      time.Time
	SuspendedReason  string
	SuspensionLocked bool
	OwnerID          int64
	Owner            string
	Domain           string
	DomainTemporary  bool
	Plan             string
	FeatureList      string
	IP               string
	Settings         settings `bun:"type:jsonb"`
	written          string   // the settings, where they are not read yet
	CreatedInVersion string
	StartedAt        time.Time
	ChangedAt        time.Time
	Reseller         bool
}

// accountJoins are an account's login and its owner's.
const accountJoins = `
	JOIN logins AS l ON l.id = a.login_id AND l.kind = 'account'
	JOIN logins AS o ON o.id = a.owner_id`

// accountColumns are all that is known of an account.
var accountColumns = columnsOf("l", "o", isReseller)

// isReseller tells it of an account that is called a.
const isReseller = "EXISTS (SELECT FROM resellers AS x WHERE x.login_id = a.login_id)"

// columnsOf are all that is known of an account that is called a, of which login
// and owner are the logins and reseller tells whether it is one.
func columnsOf(login, owner, reseller string) string {
	return strings.NewReplacer("LOGIN", login, "OWNER", owner, "RESELLER", reseller).Replace(`
	a.login_id, LOGIN.name, LOGIN.locale, LOGIN.created_at, LOGIN.suspended_at, LOGIN.suspended_reason, LOGIN.suspension_locked,
	a.owner_id, OWNER.name AS owner, a.domain, a.domain_temporary, a.plan, a.feature_list, host(a.ip) AS ip,
	a.settings, a.created_in_version, a.started_at, a.changed_at,
	RESELLER AS reseller`)
}

// joined starts a query of accounts, their logins and their owners'.
func joined(db bun.IDB) *bun.SelectQuery {
	return db.NewSelect().TableExpr("accounts AS a").Join(accountJoins)
}

// accounts starts a query of all that is known of accounts.
func accounts(db bun.IDB) *bun.SelectQuery {
	return joined(db).ColumnExpr(accountColumns)
}

// visible keeps a query of accounts to those that the caller has power over.
func visible(q *bun.SelectQuery, who dispatch.Caller) *bun.SelectQuery {
	if everywhere(who) {
		return q
	}
	return q.Where("(a.owner_id = ? OR a.login_id = ?)", who.ID, who.ID)
}

// detail reads one account.
func detail(ctx context.Context, db bun.IDB, id int64) (a account, err error) {
	err = accounts(db).Where("a.login_id = ?", id).Scan(ctx, &a)
	return a, database.Fault(err, nil, nil)
}

// updateAccount writes what modifyacct may change, but for the name.
func updateAccount(ctx context.Context, db bun.IDB, a account, now time.Time) error {
	if _, err := db.NewRaw(`UPDATE logins SET locale = ? WHERE id = ?`, a.Locale, a.LoginID).Exec(ctx); err != nil {
		return err
	}
	_, err := db.NewUpdate().
		Model(&accountRow{
			LoginID: a.LoginID, OwnerID: a.OwnerID, Domain: a.Domain, DomainTemporary: a.DomainTemporary,
			Settings: a.Settings, StartedAt: a.StartedAt, ChangedAt: now,
		}).
		Column("owner_id", "domain", "domain_temporary", "settings", "started_at", "changed_at").
		WherePK().Exec(ctx)
	return err
}

// rename gives a login another name.
func rename(ctx context.Context, db bun.IDB, id int64, name string) error {
	_, err := db.NewRaw(`UPDATE logins SET name = ? WHERE id = ?`, name, id).Exec(ctx)
	return err
}

// moveMailboxes gives an account's mailboxes another domain.
func moveMailboxes(ctx context.Context, db bun.IDB, id int64, domain string) error {
	_, err := db.NewRaw(`UPDATE logins SET name = split_part(name, '@', 1) || '@' || ? WHERE account_id = ?`, domain, id).Exec(ctx)
	return err
}

// lowerQuotas brings an account's mailboxes under a new largest size, in megabytes.
func lowerQuotas(ctx context.Context, db bun.IDB, id, most int64) error {
	_, err := db.NewRaw(`
		UPDATE mailboxes SET quota_mb = ?
		WHERE login_id IN (SELECT id FROM logins WHERE account_id = ?) AND (quota_mb IS NULL OR quota_mb > ?)`,
		most, id, most).Exec(ctx)
	return err
}
