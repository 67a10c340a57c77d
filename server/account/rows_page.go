package account

import (
	"context"
	"math"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// list is what is read of the accounts.
type list struct {
	tests       []test
	sorts       []function.Sort
	mine, all   int // accounts: the caller's, and everybody's
	records     int // those that pass
	from, limit int // the page; no limit: all
}

// order is what decides: what follows upon a column that is another for each
// account does not, nor does one that is the same for all, and without the first it
// is the name.
func (l list) order() (order []function.Sort) {
	for _, by := range l.sorts {
		if l.fixed(by.Column) {
			continue
		}
		order = append(order, by)
		if shapedColumns[by.Column].unique {
			return order
		}
	}
	return append(order, function.Sort{Column: "user"})
}

func (l list) fixed(column string) bool {
	return slices.ContainsFunc(l.tests, func(t test) bool { return t.Column == column && t.Test == function.Equal })
}

// few is up to how many that pass it is less work to take them all and sort them,
// than to walk in the order of the list until the page is full, which takes as many
// steps as accounts there are to one that passes. PostgreSQL cannot tell: it has no
// figures of what a name contains. What is nearer to the end is walked to from there,
// where it is known how many pass.
func (l list) few() int {
	from := l.from
	if l.records > 0 {
		from = min(from, max(l.records-from-l.limit, 0))
	}
	return int(math.Sqrt((float64(from) + float64(l.limit)) * float64(l.all)))
}

// mayBeFew tells whether the index of trigrams may find few enough to sort.
func (l list) mayBeFew() bool {
	for _, t := range l.tests {
		if l.limit > 0 && t.few && (!t.exact || t.most <= l.few()) {
			return true
		}
	}
	return false
}

// find reads the page's accounts and tells how many pass.
func (l list) find(ctx context.Context, c dispatch.Call) (found []account, records int, err error) {
	if l.mayBeFew() {
		found, records, ok, err := l.counted(ctx, c)
		if ok || err != nil {
			return found, records, err
		}
	}
	if l.records, err = matching(ctx, c, l.mine, l.tests); err != nil || l.from >= l.records {
		return nil, l.records, err
	}
	if l.limit == 0 {
		l.limit = l.records + l.records/100 + 100 // and what was made meanwhile
	}
	names, err := l.page(ctx, c)
	if err != nil || len(names) == 0 {
		return nil, l.records, err
	}
	arrays := bun.SafeQuery("ARRAY(?)"+strings.Repeat(" || ARRAY(?)", len(names)-1), names...)
	if l.limit <= batch {
		found, err = readNamed(ctx, c, arrays)
		return found, l.records, err
	}
	var all []string
	if err := c.DB.NewSelect().ColumnExpr("?", arrays).Scan(ctx, pgdialect.Array(&all)); err != nil {
		return nil, 0, database.Fault(err, nil, nil)
	}
	found, err = readAll(ctx, c, all)
	return found, l.records, err
}

// page are queries of the names of the page's accounts: those of the first come
// first.
func (l list) page(ctx context.Context, c dispatch.Call) (names []any, err error) {
	order := l.order()
	if len(l.tests) > 0 && l.records <= l.few() && !l.walksShort() {
		passing, sorted := l.sorted(c, order)
		return []any{sorted.WithQuery(passing)}, nil
	}
	l.tests = walked(l.tests)
	pieces, err := l.pieces(ctx, c, order)
	if err != nil {
		return nil, err
	}
	for _, p := range pieces {
		q, err := l.names(ctx, c, p)
		if err != nil {
			return nil, err
		}
		names = append(names, q)
	}
	return names, nil
}

// walksShort tells whether an index has those that pass, all of them and no others,
// in the order of the list.
func (l list) walksShort() bool {
	if len(l.tests) > 1 || l.order()[0].Column != "user" {
		return false
	}
	t := l.tests[0]
	return t.Column == "suspended" || t.Column == "owner" && t.Test == function.Equal || len(t.plans) == 1
}

// walked are the tests for a walk, which no index of trigrams leads.
func walked(tests []test) []test {
	tests = slices.Clone(tests)
	for i := range tests {
		tests[i].few = false
	}
	return tests
}

// counted is page where few may pass: it counts them while it is there. ok is
// false, and nothing read, when there are too many.
func (l list) counted(ctx context.Context, c dispatch.Call) (found []account, records int, ok bool, err error) {
	passing, sorted := l.sorted(c, l.order())
	var names []string
	err = c.DB.NewSelect().WithQuery(passing).
		ColumnExpr("(SELECT count(*) FROM passing)").ColumnExpr("ARRAY(?)", sorted).Scan(ctx, &records, pgdialect.Array(&names))
	ok = err == nil && records <= l.few()
	if !ok || len(names) == 0 {
		return nil, records, ok, database.Fault(err, nil, nil)
	}
	found, err = readNamed(ctx, c, pgdialect.Array(names))
	return found, records, true, err
}

// sorted are the names of the page's accounts, out of all that pass.
func (l list) sorted(c dispatch.Call, order []function.Sort) (passing *bun.WithQuery, sorted *bun.SelectQuery) {
	all := withOwner(pass(c, listed(c), l.tests), order).ColumnExpr("t.name").Limit(min(l.few(), math.MaxInt32-1) + 1) // one more would be too many
	sorted = c.DB.NewSelect().TableExpr("passing").Column("name").Limit(l.limit).Offset(l.from)
	for i, by := range order {
		name := bun.Ident("sort_" + string(rune('a'+i)))
		all = all.ColumnExpr("? AS ?", sortedBy(by), name)
		sorted = sorted.OrderExpr(direction(by.Reverse), name)
	}
	return bun.NewWithQuery("passing", all).Materialized(), sorted
}

// withOwner joins the owner's login where the order is by it.
func withOwner(q *bun.SelectQuery, order []function.Sort) *bun.SelectQuery {
	if slices.ContainsFunc(order, func(by function.Sort) bool { return by.Column == "owner" }) {
		return q.Join("JOIN logins AS o ON o.id = t.owner_id")
	}
	return q
}

func direction(reverse bool) string {
	if reverse {
		return "? DESC"
	}
	return "?"
}
