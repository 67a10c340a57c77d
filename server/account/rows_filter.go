package account

import (
	"strings"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/shared/function"
)

// A hundred thousand accounts must not be read for a page of ten: output
// controls on these columns of listaccts are done by PostgreSQL. They hold lower
// case ASCII, so that case and order are the same here and there; any other
// control is left to package dispatch.
var shapedColumns = map[string]shapedColumn{
	"user":      {`l.name COLLATE "C"`, true},
	"domain":    {`a.domain`, true},
	"owner":     {`o.name COLLATE "C"`, false},
	"suspended": {`(l.suspended_at IS NOT NULL)`, false},
}

type shapedColumn struct {
	sql    bun.Safe
	unique bool // it is another for each account
}

var shapedTests = map[function.Test]bool{
	function.Equal: true, function.NotEqual: true, function.Begins: true, function.Ends: true, function.Contains: true,
}

// fewOf: an index finds what fewer than one in so many have; for more it is quicker
// to look at each.
const fewOf = 20

// test is a filter that is ready to run.
type test struct {
	function.Filter
	known, exact bool // what most means: see having
	most         int
	few          bool // the index of trigrams finds them
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

// where adds the test to a query of accounts.
func (t test) where(c dispatch.Call, q *bun.SelectQuery) *bun.SelectQuery {
	switch t.Column {
	case "suspended": // there is an index for each
		return q.Where(map[string]string{"0": "l.suspended_at IS NULL", "1": "l.suspended_at IS NOT NULL", "": "false"}[t.Term])
	case "owner":
		owners := c.DB.NewSelect().TableExpr("logins AS o").ColumnExpr("o.id")
		if t.Test != function.Equal { // owners are few among the logins
			owners = owners.Join("JOIN account_totals AS t ON t.owner_id = o.id")
		}
		return q.Where("a.owner_id = ANY (ARRAY(?))", t.of(owners, "o.name"))
	}
	return t.of(q, shapedColumns[t.Column].sql)
}

// pass keeps a query in which all tables are joined to the accounts that the caller
// has power over and that pass.
func pass(c dispatch.Call, q *bun.SelectQuery, tests []test) *bun.SelectQuery {
	q = visible(q, c.Caller)
	for _, t := range tests {
		q = t.where(c, q)
	}
	return q
}
