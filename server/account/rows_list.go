package account

import (
	"context"

	"postern/server/database"
	"postern/server/dispatch"
)

// selectAccounts reads the accounts that the caller has power over: all of
// them, or those in which the value searched for is this text.
func selectAccounts(ctx context.Context, c dispatch.Call, by, text string) (found []account, err error) {
	q := visible(accounts(c.DB), c.Caller)
	if text != "" {
		switch by {
		case "domain":
			q = q.Where("a.domain = ?", text)
		case "owner":
			q = q.Where("o.name = ?", text)
		case "ip":
			q = q.Where("host(a.ip) = ?", text)
		case "package":
			q = q.Where("a.plan = ?", text)
		default:
			q = q.Where("l.name = ?", text)
		}
	}
	err = q.Scan(ctx, &found)
	return found, database.Fault(err, nil, nil)
}

// suspendedAccounts are those that the caller has power over and that are suspended.
func suspendedAccounts(ctx context.Context, c dispatch.Call) (found []account, err error) {
	err = visible(accounts(c.DB), c.Caller).Where("l.suspended_at IS NOT NULL").Scan(ctx, &found)
	return found, database.Fault(err, nil, nil)
}

// userNames are the names that the caller has power over; root's is one of them
// for root and those who may do all that root may.
func userNames(ctx context.Context, c dispatch.Call) (names []string, err error) {
	names = []string{}
	q := c.DB.NewSelect().TableExpr("logins AS l").Join("LEFT JOIN accounts AS a ON a.login_id = l.id").
		ColumnExpr("l.name").Where("l.kind <> 'mailbox'").OrderExpr("l.name")
	err = visible(q, c.Caller).Scan(ctx, &names)
	return names, database.Fault(err, nil, nil)
}

// accountOfDomain is the account whose main domain it is, if the caller has power over it.
func accountOfDomain(ctx context.Context, c dispatch.Call, domain string) (a account, err error) {
	err = visible(accounts(c.DB), c.Caller).Where("a.domain = ?", domain).Scan(ctx, &a)
	return a, err
}
