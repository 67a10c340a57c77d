package account

import (
	"context"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// total is how many accounts the caller has power over. It is added up, not
// counted: see the migration of account_totals.
func total(ctx context.Context, c dispatch.Call) (n int, err error) {
	if everywhere(c.Caller) {
		err = c.DB.NewRaw(`SELECT coalesce(sum(accounts), 0)::bigint FROM account_totals`).Scan(ctx, &n)
		return n, database.Fault(err, nil, nil)
	}
	err = c.DB.NewRaw(`
		SELECT coalesce((SELECT sum(accounts) FROM account_totals WHERE owner_id = ?), 0)::bigint
			+ (SELECT count(*) FROM accounts WHERE login_id = ? AND owner_id <> ?)`, c.ID, c.ID, c.ID).Scan(ctx, &n)
	return n, database.Fault(err, nil, nil)
}

// matching is how many of all those accounts pass the filters.
func matching(ctx context.Context, c dispatch.Call, all int, filters []function.Filter) (int, error) {
	if len(filters) == 1 && filters[0].Column == "suspended" && filters[0].Test == function.Equal && filters[0].Term == "0" {
		awake := filters[0]
		awake.Term = "1"
		suspended, err := matching(ctx, c, all, []function.Filter{awake})
		return all - suspended, err
	}
	n, err := filtered(visible(counted(c, filters), c.Caller), filters).Count(ctx)
	return n, database.Fault(err, nil, nil)
}

// counted starts a query that counts accounts by what these filters look at. What
// they do not look at is not joined: one index may then do.
func counted(c dispatch.Call, filters []function.Filter) *bun.SelectQuery {
	ofLogin, all := true, everywhere(c.Caller)
	for _, f := range filters {
		ofLogin = ofLogin && (f.Column == "user" || f.Column == "suspended")
	}
	if ofLogin && all {
		return c.DB.NewSelect().TableExpr("logins AS l").Where("l.kind = 'account'")
	}
	return joined(c.DB)
}

// sweepTotals puts the rows of each owner together. A second one at the same moment
// finds nothing left.
const sweepTotals = `
	WITH parts AS (
		DELETE FROM account_totals WHERE owner_id IN (SELECT owner_id FROM account_totals GROUP BY owner_id HAVING count(*) > 1)
		RETURNING owner_id, accounts
	)
	INSERT INTO account_totals SELECT owner_id, sum(accounts) FROM parts GROUP BY owner_id HAVING sum(accounts) <> 0`

// Sweep tidies what is added up.
func Sweep(ctx context.Context, db bun.IDB) error {
	_, err := db.NewRaw(sweepTotals).Exec(ctx)
	return database.Fault(err, nil, nil)
}
