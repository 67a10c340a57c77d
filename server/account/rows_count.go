package account

import (
	"context"
	"errors"
	"strings"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// totals are how many accounts the caller has power over, and how many there are.
// They are added up, not counted: see the migration of account_totals.
func totals(ctx context.Context, c dispatch.Call) (mine, all int, err error) {
	var row struct{ Mine, All int }
	const every = `(SELECT coalesce(sum(accounts), 0) FROM account_totals)::bigint`
	if everywhere(c.Caller) {
		err = c.DB.NewRaw(`SELECT `+every+` AS "all"`).Scan(ctx, &row)
		row.Mine = row.All
	} else {
		err = c.DB.NewRaw(`
			SELECT `+every+` AS "all", coalesce((SELECT sum(accounts) FROM account_totals WHERE owner_id = ?), 0)::bigint
				+ (SELECT count(*) FROM accounts WHERE login_id = ? AND owner_id <> ?) AS mine`, c.ID, c.ID, c.ID).Scan(ctx, &row)
	}
	return row.Mine, row.All, database.Fault(err, nil, nil)
}

// matching is how many accounts pass the filters, of those that the caller has
// power over, of which there are mine.
func matching(ctx context.Context, c dispatch.Call, mine int, tests []test) (int, error) {
	if len(tests) == 0 {
		return mine, nil
	}
	if rest, suspended, found := awake(tests); found && (len(rest) == 0 || everywhere(c.Caller)) { // these are nearly all: the others are counted
		all, err := matching(ctx, c, mine, rest)
		if err != nil || all == 0 {
			return 0, err
		}
		n, err := matching(ctx, c, mine, suspended)
		return max(all-n, 0), err
	}
	if len(tests) == 1 && everywhere(c.Caller) {
		switch one := tests[0]; {
		case one.known && one.exact:
			return one.most, nil
		case one.Column == "owner", one.Column == "plan":
			groups, err := addedUp(ctx, c, function.Sort{Column: one.Column}, tests)
			return inAll(groups), err
		}
	}
	if len(tests) == 1 && tests[0].Test == function.NotEqual && tests[0].Column != "plan" {
		same := tests[0]
		same.Test = function.Equal
		n, err := matching(ctx, c, mine, []test{same})
		return max(mine-n, 0), err
	}
	for _, t := range tests {
		if t.known && t.most == 0 {
			return 0, nil
		}
	}
	n, err := pass(c, listed(c), tests).Count(ctx)
	return n, database.Fault(err, nil, nil)
}

// awake looks for the filter that takes accounts which are not suspended. rest are
// the others, suspended are all with the opposite in its place.
func awake(tests []test) (rest, suspended []test, found bool) {
	for _, t := range tests {
		if t.Column == "suspended" && t.Term == "0" && !found {
			found = true
			t.Term = "1"
		} else {
			rest = append(rest, t)
		}
		suspended = append(suspended, t)
	}
	return rest, suspended, found
}

// sweepTotals puts the rows of each owner together, and those of each plan. A second
// one at the same moment finds nothing left.
var sweepTotals = []string{sweepTotal("account_totals", "owner_id"), sweepTotal("account_plans", "plan")}

func sweepTotal(table, of string) string {
	return strings.NewReplacer("TABLE", table, "OF", of).Replace(`
	WITH parts AS (
		DELETE FROM TABLE WHERE OF IN (SELECT OF FROM TABLE GROUP BY OF HAVING count(*) > 1) RETURNING OF, accounts
	)
	INSERT INTO TABLE SELECT OF, sum(accounts) FROM parts GROUP BY OF HAVING sum(accounts) <> 0`)
}

// Sweep tidies what is added up, and counts what searches look up.
func Sweep(ctx context.Context, db bun.IDB) (err error) {
	for _, q := range sweepTotals {
		_, failed := db.NewRaw(q).Exec(ctx)
		err = errors.Join(err, database.Fault(failed, nil, nil))
	}
	return errors.Join(err, database.Fault(sweepGrams(ctx, db), nil, nil))
}
