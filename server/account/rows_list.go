package account

import (
	"context"
	"slices"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

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
	return readInBatches(ctx, c, pass(c, listed(c), tests).ColumnExpr("t.name").OrderExpr("t.name"))
}

// selectWithIP is selectAccounts of those that have this text for their IP address.
func selectWithIP(ctx context.Context, c dispatch.Call, text string) ([]account, error) {
	q, column := searched(listed(c), "ip")
	return readInBatches(ctx, c, q.Where("? = ?", column, text).ColumnExpr("t.name").OrderExpr("t.name"))
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

// readInBatches reads the accounts of which a query has the names, in its order.
func readInBatches(ctx context.Context, c dispatch.Call, names *bun.SelectQuery) ([]account, error) {
	var every []string
	if err := names.Scan(ctx, &every); err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	return readAll(ctx, c, every)
}

// readAll reads the accounts of these names, however many, in their order.
func readAll(ctx context.Context, c dispatch.Call, names []string) (all []account, err error) {
	for some := range slices.Chunk(names, batch) {
		part, err := readNamed(ctx, c, pgdialect.Array(some))
		if err != nil {
			return nil, err
		}
		all = append(all, part...)
	}
	return all, nil
}

// readNamed reads the accounts of an array of names, in its order.
func readNamed(ctx context.Context, c dispatch.Call, names any) (found []account, err error) {
	err = accounts(c.DB).Join(`JOIN unnest(?::text[]) WITH ORDINALITY AS p (name, n) ON l.name = p.name COLLATE "default"`, names).
		OrderExpr("p.n").Scan(ctx, &found)
	return found, database.Fault(err, nil, nil)
}

// selectMatching reads, by name, the accounts that the caller has power over and
// in which the value searched for passes. Those that pass also pass the filters.
func selectMatching(ctx context.Context, c dispatch.Call, by string, filters []function.Filter, passes func(string) bool) ([]account, error) {
	tests, err := ready(ctx, c, filters)
	if err != nil {
		return nil, err
	}
	var values []struct{ Name, Value string }
	q, column := searched(pass(c, listed(c), tests), by)
	if err := q.ColumnExpr("t.name, ? AS value", column).OrderExpr("t.name").Scan(ctx, &values); err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	names := []string{}
	for _, v := range values {
		if passes(v.Value) {
			names = append(names, v.Name)
		}
	}
	return readAll(ctx, c, names)
}

// searched joins to a query of the list what a search by this name looks at.
func searched(q *bun.SelectQuery, by string) (joined *bun.SelectQuery, column bun.Safe) {
	switch by {
	case "domain":
		return q, "t.domain"
	case "owner":
		return q.Join("JOIN logins AS o ON o.id = t.owner_id"), "o.name"
	case "ip":
		return q.Join("JOIN accounts AS a ON a.login_id = t.login_id"), "host(a.ip)"
	}
	return q, "t.name"
}

// suspendedAccounts are those that the caller has power over and that are suspended.
func suspendedAccounts(ctx context.Context, c dispatch.Call) ([]account, error) {
	return readInBatches(ctx, c, listed(c).Where("t.suspended").ColumnExpr("t.name").OrderExpr("t.name"))
}

// userNames are the names that the caller has power over; root's is one of them
// for root and those who may do all that root may.
func userNames(ctx context.Context, c dispatch.Call) (names []string, err error) {
	names = []string{}
	q := c.DB.NewSelect().TableExpr("logins AS l").Join("LEFT JOIN accounts AS a ON a.login_id = l.id").
		ColumnExpr("l.name").Where("l.kind <> 'mailbox'").OrderExpr(`l.name COLLATE "C"`)
	err = visible(q, c.Caller).Scan(ctx, &names)
	return names, database.Fault(err, nil, nil)
}

// accountOfDomain is the account whose main domain it is, if the caller has power over it.
func accountOfDomain(ctx context.Context, c dispatch.Call, domain string) (a account, err error) {
	err = visible(accounts(c.DB), c.Caller).Where("a.domain = ?", domain).Scan(ctx, &a)
	return a, err
}
