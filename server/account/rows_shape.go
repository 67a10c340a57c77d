package account

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// A hundred thousand accounts must not be read for a page of ten: output
// controls on these columns of listaccts are done by PostgreSQL. They hold lower
// case ASCII, so that case and order are the same here and there; any other
// control is left to package dispatch.
var shapedColumns = map[string]bun.Safe{
	"user": `l.name COLLATE "C"`, "domain": `a.domain`, "owner": `o.name COLLATE "C"`,
	"suspended": `(l.suspended_at IS NOT NULL)::int::text`,
}

var shapedTests = map[function.Test]string{
	function.Equal: "? = ?", function.NotEqual: "? <> ?", function.Begins: "starts_with(?, ?)", function.Contains: "strpos(?, ?) > 0",
}

// suspendedTests are the two terms that the column “suspended” can equal.
var suspendedTests = map[string]string{"0": "l.suspended_at IS NULL", "1": "l.suspended_at IS NOT NULL"}

// simple tells whether PostgreSQL can do all of it but the columns.
func simple(s function.Shape) bool {
	for _, f := range s.Filters {
		if shapedColumns[f.Column] == "" || shapedTests[f.Test] == "" || strings.ContainsRune(f.Term, 0) || !utf8.ValidString(f.Term) {
			return false
		}
	}
	for _, by := range s.Sorts {
		if shapedColumns[by.Column] == "" || by.Method != "" && by.Method != function.Lexicographic {
			return false
		}
	}
	return len(s.Filters)+len(s.Sorts) > 0 || s.Page.On
}

// shapedAccounts reads the accounts that the caller has power over, with the
// call's output controls done, and says what they did.
func shapedAccounts(ctx context.Context, c dispatch.Call) (found []account, done *function.Shaped, err error) {
	s := c.Shape
	done = &function.Shaped{Filtered: len(s.Filters) > 0, Paged: s.Page.On}
	if done.Before, err = total(ctx, c); err != nil {
		return nil, nil, err
	}
	done.Records = done.Before
	if done.Filtered {
		if done.Records, err = matching(ctx, c, done.Before, s.Filters); err != nil {
			return nil, nil, err
		}
	}
	q := filtered(visible(accounts(c.DB), c.Caller), s.Filters)
	for _, by := range s.Sorts {
		q = q.OrderExpr(direction(by.Reverse), shapedColumns[by.Column])
	}
	q = q.OrderExpr("?", shapedColumns["user"])
	switch {
	case s.Page.On && s.Page.All:
		done.Start, done.Size = 1, done.Records
	case s.Page.On:
		done.Start, done.Size = max(s.Page.Start, 1), max(s.Page.Size, 1)
		q = q.Limit(done.Size).Offset(done.Start - 1)
	}
	err = q.Scan(ctx, &found)
	return found, done, database.Fault(err, nil, nil)
}

func direction(reverse bool) string {
	if reverse {
		return "? DESC"
	}
	return "?"
}

func filtered(q *bun.SelectQuery, filters []function.Filter) *bun.SelectQuery {
	for _, f := range filters {
		term := f.Term
		if f.IgnoreCase {
			term = strings.ToLower(term)
		}
		if f.Column == "suspended" && f.Test == function.Equal && (term == "0" || term == "1") {
			q = q.Where(suspendedTests[term]) // there is an index for this
			continue
		}
		q = q.Where(shapedTests[f.Test], shapedColumns[f.Column], term)
	}
	return q
}
