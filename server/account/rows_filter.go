package account

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// A hundred thousand accounts must not be read for a page of ten: output
// controls on these columns of listaccts are done by PostgreSQL, in the table
// account_list, which is called t, and among owners' names. Names and domains hold
// lower case ASCII, so that case and order are the same here and there; any other
// control is left to package dispatch.
var shapedColumns = map[string]shapedColumn{
	"user":           {sql: `t.name`, unique: true},
	"domain":         {sql: `t.domain`, unique: true},
	"owner":          {sql: `o.name COLLATE "C"`, group: "t.owner_id"},
	"plan":           {sql: `t.plan`, group: "t.plan"},
	"suspended":      {sql: `t.suspended`, group: "t.suspended"},
	"unix_startdate": {sql: `t.began::text COLLATE "C"`, number: `t.began`},
	"startdate":      {sql: `to_char(to_timestamp(t.began) AT TIME ZONE 'UTC', 'YY Mon DD HH24:MI') COLLATE "C"`},
}

type shapedColumn struct {
	sql    bun.Safe
	number bun.Safe // of a column that holds numbers
	unique bool     // it is another for each account
	group  bun.Safe // of a column that is the same for many accounts: what those have in common
}

var shapedTests = map[function.Test]bool{
	function.Equal: true, function.NotEqual: true, function.Begins: true, function.Ends: true, function.Contains: true,
}

// shapedFilter tells whether PostgreSQL can do a filter.
func shapedFilter(f function.Filter) bool {
	column, known := shapedColumns[f.Column]
	if !known || strings.ContainsRune(f.Term, 0) || !utf8.ValidString(f.Term) {
		return false
	}
	return shapedTests[f.Test] || column.number != "" && bounds[f.Test] != nil || f.Column == "plan" && f.Test == function.Matches
}

// shapedSort tells whether PostgreSQL can put accounts in an order.
func shapedSort(by function.Sort) bool {
	column, known := shapedColumns[by.Column]
	return known && (by.Method == "" || by.Method == function.Lexicographic || by.Method == function.Numeric && column.number != "")
}

// sortedBy is what a column is sorted by.
func sortedBy(by function.Sort) bun.Safe {
	column := shapedColumns[by.Column]
	if by.Method == function.Numeric {
		return column.number
	}
	return column.sql
}

// fewOf: an index finds what fewer than one in so many have; for more it is quicker
// to look at each.
const fewOf = 20

// test is a filter that is ready to run.
type test struct {
	function.Filter
	known, exact bool // what most means: see having
	most         int
	few          bool     // the index of trigrams finds them
	plans        []string // of a filter of the plan: those that pass
}

// likeWords writes a text so that LIKE takes it as it is.
var likeWords = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// of adds the test of a column of text to a query. What the index of trigrams
// serves is written with LIKE; what it must not be used for, without.
func (t test) of(q *bun.SelectQuery, column bun.Safe) *bun.SelectQuery {
	words := likeWords.Replace(t.Term)
	switch {
	case t.Test == function.Equal:
		return q.Where("? = ?", column, t.Term)
	case t.Test == function.NotEqual:
		return q.Where("? <> ?", column, t.Term)
	case t.Test == function.Begins:
		return q.Where("? LIKE ?", column, words+"%") // a range of the ordered index
	case t.Test == function.Ends && t.few:
		return q.Where("? LIKE ?", column, "%"+words)
	case t.Test == function.Ends:
		return q.Where("right(?, length(?)) = ?", column, t.Term, t.Term)
	case t.few:
		return q.Where("? LIKE ?", column, "%"+words+"%")
	}
	return q.Where("strpos(?, ?) > 0", column, t.Term)
}

// where adds the test to a query of the list.
func (t test) where(c dispatch.Call, q *bun.SelectQuery) *bun.SelectQuery {
	column := shapedColumns[t.Column]
	switch {
	case t.Column == "suspended": // there is an index for those who are
		return q.Where(map[string]string{"0": "NOT t.suspended", "1": "t.suspended", "": "false"}[t.Term])
	case len(t.plans) == 1:
		return q.Where("t.plan = ?", t.plans[0])
	case t.Column == "plan":
		return q.Where("t.plan = ANY (?::text[])", pgdialect.Array(t.plans))
	case t.Column == "owner":
		owners := t.of(c.DB.NewSelect().TableExpr("logins AS o").ColumnExpr("o.id"), "o.name")
		if t.Test == function.Equal {
			return q.Where("t.owner_id = (?)", owners)
		}
		// They are few among the logins.
		return q.Where("t.owner_id = ANY (ARRAY(?))", owners.Join("JOIN account_totals AS t ON t.owner_id = o.id"))
	case bounds[t.Test] != nil:
		return bounds[t.Test](q, column.number, t.Term)
	case t.Column == "startdate" && t.IgnoreCase && t.Test != function.Equal && t.Test != function.NotEqual:
		return t.of(q, "lower("+column.sql+")")
	}
	return t.of(q, column.sql)
}

// pass keeps a query of the list to the accounts that pass.
func pass(c dispatch.Call, q *bun.SelectQuery, tests []test) *bun.SelectQuery {
	for _, t := range tests {
		q = t.where(c, q)
	}
	return q
}

// listed starts a query of the list of the accounts that the caller has power over:
// of those that are the caller's, and of the caller's own, which another may own.
func listed(c dispatch.Call) *bun.SelectQuery {
	if everywhere(c.Caller) {
		return c.DB.NewSelect().TableExpr("account_list AS t")
	}
	return parts(c, "")
}

// listedBy is listed for a walk in an order. By name both parts are in order, which
// PostgreSQL must be told; along another index it looks at whose each account is.
func listedBy(c dispatch.Call, order []function.Sort) *bun.SelectQuery {
	switch {
	case everywhere(c.Caller):
		return listed(c)
	case order[0].Column != "user":
		return c.DB.NewSelect().TableExpr("account_list AS t").Where("(t.owner_id = ? OR t.login_id = ?)", c.ID, c.ID)
	case order[0].Reverse:
		return parts(c, "ORDER BY name DESC")
	}
	return parts(c, "ORDER BY name")
}

func parts(c dispatch.Call, order bun.Safe) *bun.SelectQuery {
	return c.DB.NewSelect().TableExpr(`((SELECT * FROM account_list WHERE owner_id = ? ?)
		UNION ALL SELECT * FROM account_list WHERE login_id = ? AND owner_id <> ?) AS t`, c.ID, order, c.ID, c.ID)
}

// plansThat are the plans that pass a filter: there are few, and any text can be
// the name of one, so it is here that they are looked at.
func plansThat(ctx context.Context, c dispatch.Call, f function.Filter) ([]string, error) {
	var plans []string
	err := c.DB.NewRaw(`SELECT DISTINCT plan FROM account_plans`).Scan(ctx, &plans)
	if err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	passes := passing(f)
	return slices.DeleteFunc(plans, func(p string) bool { return !passes(p) }), nil
}

// passing is a filter of text as package dispatch runs it, its term in lower case
// where case is ignored.
func passing(f function.Filter) func(string) bool {
	fold := func(s string) string { return s }
	if f.IgnoreCase {
		fold = strings.ToLower
	}
	switch f.Test {
	case function.Matches:
		return regexp.MustCompile(f.Term).MatchString // it was compiled before
	case function.Contains:
		return func(s string) bool { return strings.Contains(fold(s), f.Term) }
	case function.Begins:
		return func(s string) bool { return strings.HasPrefix(fold(s), f.Term) }
	case function.Ends:
		return func(s string) bool { return strings.HasSuffix(fold(s), f.Term) }
	case function.NotEqual:
		return func(s string) bool { return s != f.Term }
	}
	return func(s string) bool { return s == f.Term }
}
