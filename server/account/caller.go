package account

import (
	"context"
	"fmt"
	"sync"

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
	l.suspended_at IS NOT NULL OR o.suspended_at IS NOT NULL, o.id, o.name, f.disabled, r.privileges`

// KnownJoins are the tables of KnownColumns beside l.
const KnownJoins = loginJoins

// Into appends where KnownColumns go.
func (k *Known) Into(places []any) []any {
	return append(places, &k.ID, &k.Name, &k.Locale, (*string)(&k.Kind), &k.Suspended, &k.AccountID, &k.Account, &k.Disabled, &k.Privileges)
}

// DetailColumns follow KnownColumns in a look-up that reads the account too. Whether
// it is a reseller is known already, unless a mailbox calls.
var DetailColumns = ", " + columnsOf("o", "owner", "CASE WHEN a.login_id = l.id THEN r.login_id IS NOT NULL ELSE "+isReseller+" END")

// DetailJoins are the tables of DetailColumns beside those of KnownJoins. Who has
// no account is found all the same.
const DetailJoins = `
		LEFT JOIN logins owner ON owner.id = a.owner_id`

// IntoDetails appends where KnownColumns and DetailColumns go.
func (k *Known) IntoDetails(places []any) []any {
	d := new(details)
	k.Details = d
	return d.into(k.Into(places))
}

type withDetails struct{}

// WithDetails marks a request whose function tells of its caller's account:
// whoever looks the caller up reads the account in the same statement.
func WithDetails(ctx context.Context) context.Context {
	return context.WithValue(ctx, withDetails{}, true)
}

// WantsDetails tells whether a request is marked.
func WantsDetails(ctx context.Context) bool {
	marked, _ := ctx.Value(withDetails{}).(bool)
	return marked
}

// detailQuery reads what get_user_information tells of accounts, by their keys.
var detailQuery = `
	SELECT k.n, ` + accountColumns + `
	FROM unnest($1::bigint[]) WITH ORDINALITY AS k (id, n)
	CROSS JOIN LATERAL (SELECT * FROM accounts WHERE accounts.login_id = k.id OFFSET 0) AS a
	CROSS JOIN LATERAL (SELECT * FROM logins WHERE logins.id = a.login_id OFFSET 0) AS l
	CROSS JOIN LATERAL (SELECT name FROM logins WHERE logins.id = a.owner_id OFFSET 0) AS o`

// details is an account as calls that come at the same time share it: none of them
// may change it.
type details struct {
	account
	reading sync.Once
	broken  error // the settings could not be read
}

// whole is the account with its settings. The first to ask reads them: they are not
// read while others wait for their rows of the same statement.
func (d *details) whole() (*account, error) {
	d.reading.Do(func() {
		if err := d.Settings.read(d.written); err != nil {
			d.broken = fmt.Errorf("the settings of %s: %w", d.Name, err)
		}
	})
	return &d.account, d.broken
}

// details reads accounts by their keys.
func (r *Room) details(ctx context.Context, ids []int64, tell func(int, *details)) error {
	rows, err := r.Read.Query(ctx, detailQuery, database.Bound, ids)
	into := func(d *details, places []any) []any { return d.into(places) }
	return lookup.Numbered(rows, err, len(ids), into, tell)
}

// own is the caller's account: as it was read together with the caller, or, of one
// who was looked up without it, as it is now. It is not to be changed. nil: it was
// removed meanwhile.
func (r *Room) own(ctx context.Context, who dispatch.Caller) (*account, error) {
	d, is := who.Details.(*details)
	if !is || d.LoginID == 0 || d.LoginID != who.AccountID {
		var err error
		if d, err = r.detailed.Get(ctx, who.AccountID, r.details); err != nil || d == nil {
			return nil, database.Fault(err, nil, nil)
		}
	}
	return d.whole()
}

// into appends where accountColumns go. The settings are left as they are written.
func (a *account) into(places []any) []any {
	return append(places,
		&a.LoginID, &a.Name, &a.Locale, &a.CreatedAt, &a.SuspendedAt, &a.SuspendedReason, &a.SuspensionLocked,
		&a.OwnerID, &a.Owner, &a.Domain, &a.DomainTemporary, &a.Plan, &a.FeatureList, &a.IP,
		&a.written, &a.CreatedInVersion, &a.StartedAt, &a.ChangedAt, &a.Reseller,
	)
}
