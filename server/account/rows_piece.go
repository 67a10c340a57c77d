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

// A list that is sorted by what many accounts have in common, such as their owner,
// is one list after the other. How long each is, is known or counted; a page is then
// in one of them, or in few, and each is a piece of an index.

// group are the accounts that have a value of a column in common: an owner's number,
// a plan, or 1 for those who are suspended.
type group struct {
	Value    string
	Accounts int
}

// piece is a part of a page: so many in order, after so many, of a number of
// accounts that have something in common, or of all that pass.
type piece struct {
	column      bun.Safe // what they have in common; empty: nothing
	values      []string
	order       []function.Sort
	from, limit int
	accounts    int // in all
}

// pieces are what the page consists of. Without a column that makes groups it is one.
func (l list) pieces(ctx context.Context, c dispatch.Call, order []function.Sort) ([]piece, error) {
	first := shapedColumns[order[0].Column]
	if first.group == "" {
		return []piece{{order: order, from: l.from, limit: l.limit, accounts: l.records}}, nil
	}
	groups, err := l.groups(ctx, c, order[0])
	if err != nil {
		return nil, err
	}
	return cut(groups, first.group, order, l.from, l.limit), nil
}

// cut finds the groups that the page is in. Those that it has whole are one piece.
func cut(groups []group, column bun.Safe, order []function.Sort, from, limit int) (pieces []piece) {
	whole := piece{column: column, order: order}
	close := func() {
		if len(whole.values) > 0 {
			pieces = append(pieces, whole)
		}
		whole = piece{column: column, order: order}
	}
	for _, g := range groups {
		if limit == 0 {
			break
		}
		if from >= g.Accounts {
			from -= g.Accounts
			continue
		}
		n := min(g.Accounts-from, limit)
		if n == g.Accounts {
			whole.values = append(whole.values, g.Value)
			whole.accounts, whole.limit = whole.accounts+n, whole.limit+n
		} else {
			close()
			pieces = append(pieces, piece{column, []string{g.Value}, order[1:], from, n, g.Accounts})
		}
		from, limit = 0, limit-n
	}
	close()
	return pieces
}

// names is the query of a piece's names. What is nearer to the end is walked to from
// there.
func (l list) names(ctx context.Context, c dispatch.Call, p piece) (*bun.SelectQuery, error) {
	order, limit := p.order, max(min(p.limit, p.accounts-p.from), 0)
	if p.from > far && shapedColumns[order[0].Column].unique && everywhere(c.Caller) && (l.everybody(p) || l.awake(p)) {
		where, left, err := skip(ctx, c, order[0], p.from, l.awake(p))
		if err != nil {
			return nil, err
		}
		return l.walk(c, p, order).Where("?", where).Offset(p.from - left).Limit(limit), nil
	}
	if p.from <= p.accounts/2 {
		return l.walk(c, p, order).Offset(p.from).Limit(limit), nil
	}
	back, again := slices.Clone(order), c.DB.NewSelect()
	for i := range back {
		back[i].Reverse = !back[i].Reverse
	}
	q := l.walk(c, p, back).Offset(p.accounts - p.from - limit).Limit(limit)
	for i, by := range order {
		name := bun.Ident("sort_" + string(rune('a'+i)))
		q, again = q.ColumnExpr("? AS ?", sortedBy(by), name), again.OrderExpr(direction(by.Reverse), name)
	}
	return again.TableExpr("(?) AS b", q).ColumnExpr("b.name"), nil
}

// walk is the query of the names of all of a piece's accounts, in an order.
func (l list) walk(c dispatch.Call, p piece, order []function.Sort) *bun.SelectQuery {
	q := withOwner(p.of(pass(c, listedBy(c, order), l.tests)), order).ColumnExpr("t.name")
	for _, by := range order {
		q = q.OrderExpr(direction(by.Reverse), sortedBy(by))
	}
	return q
}

// everybody tells whether the piece is of all accounts.
func (l list) everybody(p piece) bool { return p.column == "" && len(l.tests) == 0 }

// awake tells whether the piece is of all that are not suspended.
func (l list) awake(p piece) bool {
	if p.column == "" {
		return len(l.tests) == 1 && l.tests[0].Column == "suspended" && l.tests[0].Term == "0"
	}
	return len(l.tests) == 0 && p.column == shapedColumns["suspended"].group && slices.Equal(p.values, []string{"0"})
}

// of keeps a query to what the piece's accounts have in common.
func (p piece) of(q *bun.SelectQuery) *bun.SelectQuery {
	switch {
	case p.column == "":
		return q
	case len(p.values) == 1 && p.column == shapedColumns["suspended"].group:
		return q.Where(map[string]string{"0": "NOT t.suspended", "1": "t.suspended"}[p.values[0]]) // there is an index for those who are
	case len(p.values) == 1:
		return q.Where("? = ?", p.column, p.values[0])
	}
	return q.Where("? = ANY (?)", p.column, pgdialect.Array(p.values))
}

// groups are the groups of those that pass, in order, as many as the page needs.
func (l list) groups(ctx context.Context, c dispatch.Call, by function.Sort) (groups []group, err error) {
	same := func(t test) bool { return t.Column == by.Column }
	switch {
	case by.Column == "suspended":
		n, err := matching(ctx, c, l.mine, append(slices.Clone(l.tests), test{Filter: function.Filter{Column: "suspended", Test: function.Equal, Term: "1"}}))
		groups = []group{{"0", max(l.records-n, 0)}, {"1", n}}
		if by.Reverse {
			slices.Reverse(groups)
		}
		return groups, err
	case !everywhere(c.Caller):
		return l.countGroups(ctx, c, by, nil)
	}
	var own []test
	for _, t := range l.tests {
		if same(t) {
			own = append(own, t)
		}
	}
	all, err := addedUp(ctx, c, by, own)
	if err != nil || len(own) == len(l.tests) {
		return all, err
	}
	// They are counted in order until the page is reached: twice as many as should do,
	// and if they do not, twice as many again.
	need := 2 * float64(l.from+l.limit) * float64(l.all) / float64(max(l.records, 1))
	for found := 0; found < l.from+l.limit && len(all) > 0; need *= 2 {
		var some []string
		for sum := 0.0; sum < need && len(all) > 0; all = all[1:] {
			some, sum = append(some, all[0].Value), sum+float64(all[0].Accounts)
		}
		more, err := l.countGroups(ctx, c, by, some)
		if err != nil {
			return nil, err
		}
		groups, found = append(groups, more...), found+inAll(more)
	}
	return groups, nil
}

// countGroups counts those that pass, in each of the groups that have these values,
// or in each of all.
func (l list) countGroups(ctx context.Context, c dispatch.Call, by function.Sort, values []string) (groups []group, err error) {
	column := shapedColumns[by.Column].group
	of := pass(c, listed(c), l.tests).ColumnExpr("? AS value, count(*) AS accounts", column).GroupExpr("1")
	if values != nil {
		of = of.Where("? = ANY (?)", column, pgdialect.Array(values))
	}
	q := c.DB.NewSelect().TableExpr("(?) AS g", of).ColumnExpr("g.value::text AS value, g.accounts")
	if by.Column == "owner" {
		q = q.Join("JOIN logins AS o ON o.id = g.value").OrderExpr(direction(by.Reverse), sortedBy(by))
	} else {
		q = q.OrderExpr(direction(by.Reverse), bun.Safe("g.value"))
	}
	err = q.Scan(ctx, &groups)
	return groups, database.Fault(err, nil, nil)
}

// addedUp are the groups of all accounts, by owner or by plan, that pass filters of
// just that: they are looked up.
func addedUp(ctx context.Context, c dispatch.Call, by function.Sort, tests []test) (groups []group, err error) {
	q := c.DB.NewSelect().TableExpr("account_plans AS t").ColumnExpr("t.plan AS value").GroupExpr("t.plan")
	if by.Column == "owner" {
		q = c.DB.NewSelect().TableExpr("account_totals AS t").Join("JOIN logins AS o ON o.id = t.owner_id").
			ColumnExpr("t.owner_id::text AS value").GroupExpr("t.owner_id, o.name")
	}
	for _, t := range tests {
		if t.Column == "owner" {
			q = t.of(q, "o.name")
		} else {
			q = t.where(c, q)
		}
	}
	err = q.ColumnExpr("sum(t.accounts)::bigint AS accounts").Having("sum(t.accounts) > 0").
		OrderExpr(direction(by.Reverse), sortedBy(by)).Scan(ctx, &groups)
	return groups, database.Fault(err, nil, nil)
}

// inAll is how many accounts the groups have.
func inAll(groups []group) (n int) {
	for _, g := range groups {
		n += g.Accounts
	}
	return n
}
