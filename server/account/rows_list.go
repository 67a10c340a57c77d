package account

import (
	"context"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// byName is the order of lists of accounts.
const byName = `l.name COLLATE "C"`

// batch is how many accounts are read at once: a hundred thousand at once would
// keep a connection, and a sort, longer than a statement may take.
const batch = 2000

// selectAccounts reads, by name, the accounts that the caller has power over and
// that pass the filters.
func selectAccounts(ctx context.Context, c dispatch.Call, filters []function.Filter) ([]account, error) {
	tests, err := ready(ctx, c, filters)
	if err != nil {
		return nil, err
	}
	return inBatches(ctx, func() *bun.SelectQuery { return pass(c, accounts(c.DB), tests) })
}

// selectEqual is selectAccounts of those in which the value searched for is this text.
func selectEqual(ctx context.Context, c dispatch.Call, by, text string) ([]account, error) {
	return inBatches(ctx, func() *bun.SelectQuery {
		return visible(accounts(c.DB), c.Caller).Where("? = ?", searchedColumn(by), text)
	})
}

// ready makes filters ready where the accounts are not counted beforehand.
func ready(ctx context.Context, c dispatch.Call, filters []function.Filter) ([]test, error) {
	if len(filters) == 0 {
		return nil, nil
	}
	_, all, err := totals(ctx, c)
	if err != nil {
		return nil, err
	}
	return prepare(ctx, c, all, filters)
}

// inBatches reads all accounts of a query, by name.
func inBatches(ctx context.Context, query func() *bun.SelectQuery) (all []account, err error) {
	last := int64(0)
	for {
		var some []account
		err := query().Where("a.login_id > ?", last).OrderExpr("a.login_id").Limit(batch).Scan(ctx, &some)
		if err != nil {
			return nil, database.Fault(err, nil, nil)
		}
		all = append(all, some...)
		if len(some) < batch {
			break
		}
		last = some[len(some)-1].LoginID
	}
	slices.SortFunc(all, func(a, b account) int { return strings.Compare(a.Name, b.Name) })
	return all, nil
}

// selectMatching reads, by name, the accounts that the caller has power over and
// in which the value searched for passes. Those that pass also pass the filters.
func selectMatching(ctx context.Context, c dispatch.Call, by string, filters []function.Filter, passes func(string) bool) ([]account, error) {
	tests, err := ready(ctx, c, filters)
	if err != nil {
		return nil, err
	}
	var values []struct {
		LoginID int64
		Value   string
	}
	q := pass(c, joined(c.DB), tests)
	err = q.ColumnExpr("a.login_id, ? AS value", searchedColumn(by)).Scan(ctx, &values)
	if err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	ids := []int64{}
	for _, v := range values {
		if passes(v.Value) {
			ids = append(ids, v.LoginID)
		}
	}
	return inBatches(ctx, func() *bun.SelectQuery {
		return accounts(c.DB).Where("a.login_id = ANY (?)", pgdialect.Array(ids))
	})
}

// searchedColumn is where a search by this name looks.
func searchedColumn(by string) bun.Safe {
	switch by {
	case "domain":
		return "a.domain"
	case "owner":
		return "o.name"
	case "ip":
		return "host(a.ip)"
	case "package":
		return "a.plan"
	}
	return "l.name"
}

// suspendedAccounts are those that the caller has power over and that are suspended.
func suspendedAccounts(ctx context.Context, c dispatch.Call) (found []account, err error) {
	err = visible(accounts(c.DB), c.Caller).Where("l.suspended_at IS NOT NULL").OrderExpr(byName).Scan(ctx, &found)
	return found, database.Fault(err, nil, nil)
}

// userNames are the names that the caller has power over; root's is one of them
// for root and those who may do all that root may.
func userNames(ctx context.Context, c dispatch.Call) (names []string, err error) {
	names = []string{}
	q := c.DB.NewSelect().TableExpr("logins AS l").Join("LEFT JOIN accounts AS a ON a.login_id = l.id").
		ColumnExpr("l.name").Where("l.kind <> 'mailbox'").OrderExpr(byName)
	err = visible(q, c.Caller).Scan(ctx, &names)
	return names, database.Fault(err, nil, nil)
}

// accountOfDomain is the account whose main domain it is, if the caller has power over it.
func accountOfDomain(ctx context.Context, c dispatch.Call, domain string) (a account, err error) {
	err = visible(accounts(c.DB), c.Caller).Where("a.domain = ?", domain).Scan(ctx, &a)
	return a, err
}
