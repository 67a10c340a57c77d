package account

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5/pgtype"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/lookup"
)

// Known is who a credential speaks for, in the one look-up that a request makes:
// package session and package token join KnownColumns to their own rows.
type Known struct {
	dispatch.Caller
	Suspended bool // it, or the account behind it
}

// KnownColumns are what Known is read from, of a login that is called l.
const KnownColumns = `
	l.id, l.name, l.locale, CASE WHEN r.login_id IS NOT NULL THEN '` + string(dispatch.Reseller) + `' ELSE l.kind END,
	l.suspended_at IS NOT NULL OR o.suspended_at IS NOT NULL,
	coalesce(o.id, 0), coalesce(o.name, ''), f.disabled, r.privileges`

// KnownJoins are the tables of KnownColumns beside l.
const KnownJoins = loginJoins

// Into is where KnownColumns go, after the places of other columns.
func (k *Known) Into(before ...any) []any {
	return append(before, &k.ID, &k.Name, &k.Locale, (*string)(&k.Kind), &k.Suspended, &k.AccountID, &k.Account, &k.Disabled, &k.Privileges)
}

// detailQuery reads what get_user_information tells of accounts, by their keys.
const detailQuery = `
	SELECT k.n, ` + accountColumns + `
	FROM unnest($1::bigint[]) WITH ORDINALITY AS k (id, n)
	CROSS JOIN LATERAL (SELECT * FROM accounts WHERE accounts.login_id = k.id OFFSET 0) AS a
	CROSS JOIN LATERAL (SELECT * FROM logins WHERE logins.id = a.login_id OFFSET 0) AS l
	CROSS JOIN LATERAL (SELECT name FROM logins WHERE logins.id = a.owner_id OFFSET 0) AS o`

// details reads accounts by their keys.
func (r *Room) details(ctx context.Context, ids []int64) ([]*account, error) {
	rows, err := r.Read.Query(ctx, detailQuery, database.Bound, ids)
	return lookup.Numbered(rows, err, len(ids), (*account).into)
}

// into is where accountColumns go.
func (a *account) into() []any {
	return []any{
		&a.LoginID, &a.Name, &a.Locale, &a.CreatedAt, (*never)(&a.SuspendedAt), &a.SuspendedReason, &a.SuspensionLocked,
		&a.OwnerID, &a.Owner, &a.Domain, &a.DomainTemporary, &a.Plan, &a.FeatureList, &a.IP,
		&a.Settings, &a.CreatedInVersion, &a.StartedAt, &a.ChangedAt, &a.Reseller,
	}
}

// never is a time that is zero where PostgreSQL has null.
type never time.Time

// ScanTimestamptz takes PostgreSQL's time.
func (t *never) ScanTimestamptz(v pgtype.Timestamptz) error {
	*t = never(v.Time)
	return nil
}
