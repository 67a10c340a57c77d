package account

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// source is which tables a query of accounts looks at. What it does not look at is
// not joined: one index may then do.
type source struct {
	login, account, owner bool
	tests                 []test
	from                  string // the column whose index of trigrams finds the few that all starts from; or none
}

// reading is the source of a query with these tests and this order.
func reading(c dispatch.Call, tests []test, order []function.Sort) source {
	s := source{tests: tests, account: !everywhere(c.Caller)}
	fewest := 0
	for _, t := range tests {
		s.login = s.login || t.Column == "user" || t.Column == "suspended"
		s.account = s.account || t.Column == "domain" || t.Column == "owner"
		if t.few && (s.from == "" || t.most < fewest) {
			s.from, fewest = t.Column, t.most
		}
	}
	for _, by := range order {
		s.login = s.login || by.Column == "user" || by.Column == "suspended"
		s.account = s.account || by.Column == "domain" || by.Column == "owner"
		s.owner = s.owner || by.Column == "owner"
	}
	s.account = s.account || !s.login
	return s
}

// Where all starts from few, the rest is looked up for each of them. PostgreSQL
// would read whole tables instead: it takes the few for a great many.
const (
	loginsLookedUp   = "CROSS JOIN LATERAL (SELECT name, kind, suspended_at FROM logins WHERE id = a.login_id OFFSET 0) AS l"
	accountsLookedUp = "CROSS JOIN LATERAL (SELECT login_id, domain, owner_id FROM accounts WHERE login_id = l.id OFFSET 0) AS a"
	ownersLookedUp   = "CROSS JOIN LATERAL (SELECT name FROM logins WHERE id = a.owner_id OFFSET 0) AS o"
)

// query starts the query of those accounts that the caller has power over and that
// pass.
func (s source) query(c dispatch.Call) *bun.SelectQuery {
	q := c.DB.NewSelect()
	if s.login {
		q = q.Where("l.kind = 'account'")
	}
	switch {
	case !s.account:
		q = q.TableExpr("logins AS l")
	case !s.login:
		q = q.TableExpr("accounts AS a")
	case s.from == "user":
		q = q.TableExpr("logins AS l").Join(accountsLookedUp)
	case s.from == "domain":
		q = q.TableExpr("accounts AS a").Join(loginsLookedUp)
	default:
		q = q.TableExpr("accounts AS a").Join("JOIN logins AS l ON l.id = a.login_id")
	}
	switch {
	case s.owner && s.from != "":
		q = q.Join(ownersLookedUp)
	case s.owner:
		q = q.Join("JOIN logins AS o ON o.id = a.owner_id")
	}
	if s.account {
		return pass(c, q, s.tests)
	}
	for _, t := range s.tests { // all accounts are this caller's
		q = t.where(c, q)
	}
	return q
}

// key is what accounts are known by in the tables of the source: what an index has
// in the order of names, or of domains, need not be fetched from the table.
func (s source) key() bun.Safe {
	switch {
	case !s.account:
		return "l.name"
	case !s.login && !s.owner:
		return "a.domain"
	}
	return "a.login_id"
}

// id is the account's number.
func (s source) id() bun.Safe {
	if s.account {
		return "a.login_id"
	}
	return "l.id"
}

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
// figures of what a name contains.
func (l list) few() int { return int(math.Sqrt((float64(l.from) + float64(l.limit)) * float64(l.all))) }

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
	if l.records, err = matching(ctx, c, l.mine, l.tests); err == nil && l.from < l.records {
		found, err = l.page(ctx, c)
	}
	return found, l.records, err
}

// page reads the page's accounts. Their keys are found first: what is sorted, or
// passed over, is no wider than it must be.
func (l list) page(ctx context.Context, c dispatch.Call) (found []account, err error) {
	order := l.order()
	if l.limit == 0 {
		return l.read(ctx, order, pass(c, accounts(c.DB), l.tests))
	}
	s := reading(c, l.tests, order)
	if l.records <= l.few() && !s.walksSuspended(order) {
		passing, sorted := l.sorted(c, s, order)
		return l.read(ctx, order, accounts(c.DB).Where("a.login_id IN (?)", sorted.WithQuery(passing)))
	}
	s = reading(c, walked(l.tests), order)
	keys := s.query(c).ColumnExpr("?", s.key()).Limit(l.limit).Offset(l.from)
	for _, by := range order {
		keys = keys.OrderExpr(direction(by.Reverse), shapedColumns[by.Column].sql)
	}
	return l.read(ctx, order, accounts(c.DB).Where("? IN (?)", s.key(), keys))
}

// walked are the tests for a walk, which no index of trigrams leads.
func walked(tests []test) []test {
	tests = slices.Clone(tests)
	for i := range tests {
		tests[i].few = false
	}
	return tests
}

// walksSuspended tells whether the walk is along the index of the suspended, who are
// few themselves.
func (s source) walksSuspended(order []function.Sort) bool {
	if s.account || order[0].Column != "user" {
		return false
	}
	return slices.ContainsFunc(s.tests, func(t test) bool { return t.Column == "suspended" && t.Term == "1" })
}

// counted is page where few may pass: it counts them while it is there. ok is
// false, and nothing read, when there are too many.
func (l list) counted(ctx context.Context, c dispatch.Call) (found []account, records int, ok bool, err error) {
	order := l.order()
	passing, sorted := l.sorted(c, reading(c, l.tests, order), order)
	var row struct {
		Records int
		IDs     []int64 `bun:"ids,array"`
	}
	err = c.DB.NewSelect().WithQuery(passing).
		ColumnExpr("(SELECT count(*) FROM passing) AS records").ColumnExpr("ARRAY(?) AS ids", sorted).Scan(ctx, &row)
	ok = err == nil && row.Records <= l.few()
	if !ok || len(row.IDs) == 0 {
		return nil, row.Records, ok, database.Fault(err, nil, nil)
	}
	found, err = l.read(ctx, order, accounts(c.DB).Where("a.login_id = ANY (?)", pgdialect.Array(row.IDs)))
	return found, row.Records, true, err
}

// sorted are the numbers of the page's accounts, out of all that pass.
func (l list) sorted(c dispatch.Call, s source, order []function.Sort) (passing *bun.WithQuery, sorted *bun.SelectQuery) {
	all := s.query(c).ColumnExpr("? AS id", s.id()).Limit(min(l.few(), math.MaxInt32-1) + 1) // one more would be too many
	sorted = c.DB.NewSelect().TableExpr("passing").Column("id").Limit(l.limit).Offset(l.from)
	for i, by := range order {
		name := bun.Ident(fmt.Sprintf("sort_%d", i))
		all = all.ColumnExpr("? AS ?", shapedColumns[by.Column].sql, name)
		sorted = sorted.OrderExpr(direction(by.Reverse), name)
	}
	return bun.NewWithQuery("passing", all).Materialized(), sorted
}

// read reads accounts in their order.
func (l list) read(ctx context.Context, order []function.Sort, q *bun.SelectQuery) (found []account, err error) {
	for _, by := range order {
		q = q.OrderExpr(direction(by.Reverse), shapedColumns[by.Column].sql)
	}
	err = q.Scan(ctx, &found)
	return found, database.Fault(err, nil, nil)
}

func direction(reverse bool) string {
	if reverse {
		return "? DESC"
	}
	return "?"
}
