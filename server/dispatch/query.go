package dispatch

import (
	"context"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"postern/shared/fault"
	"postern/shared/function"
)

// Listing is a list too long for memory: its output controls are done by the
// database. The answer of a handler that uses it implements function.WithShaped.
type Listing struct {
	Columns []ListColumn
	Order   string // SQL: the order when none is asked for, which also decides between equals
	Most    int    // rows in one answer, whatever is asked for
}

// ListColumn is a member of the rows and the SQL that makes it. The SQL is ours,
// never a caller's, and never null.
type ListColumn struct {
	Name   string
	SQL    string
	Number bool // else it is text
}

// Find filters, sorts and pages a query and reads the rows into a slice. The
// query says which rows are the caller's to see, and has no order yet. Shaped is
// nil where no output control was there that it speaks of.
func (l Listing) Find(ctx context.Context, q *bun.SelectQuery, s function.Shape, limit int, rows any) (shaped *function.Shaped, err error) {
	for _, c := range l.Columns {
		q = q.ColumnExpr("? AS ?", bun.Safe(c.SQL), bun.Ident(c.Name))
	}
	did := function.Shaped{Filtered: len(s.Filters) > 0, Paged: s.Page.On, Start: 1, Size: min(max(limit, 1), l.Most)}
	if did.Filtered {
		if did.Before, err = q.Count(ctx); err != nil {
			return nil, err
		}
	}
	for _, f := range s.Filters {
		where, args, err := l.filter(f)
		if err != nil {
			return nil, err
		}
		q = q.Where(where, args...)
	}
	if did.Filtered || did.Paged {
		if did.Records, err = q.Count(ctx); err != nil {
			return nil, err
		}
		shaped = &did
	}
	if !did.Filtered {
		did.Before = did.Records
	}
	for _, by := range s.Sorts {
		order, err := l.sort(by)
		if err != nil {
			return nil, err
		}
		q = q.OrderExpr(order)
	}
	if did.Paged {
		did.Start, did.Size = max(s.Page.Start, 1), min(max(s.Page.Size, 1), l.Most)
		if s.Page.All {
			did.Start, did.Size = 1, l.Most
		}
	}
	if shaped == nil && len(s.Sorts) > 0 {
		shaped = &function.Shaped{} // else the page would be sorted once more
	}
	// bun's offset has 32 bits: a greater one would start over.
	err = q.OrderExpr(l.Order).Limit(did.Size).Offset(min(did.Start-1, math.MaxInt32)).Scan(ctx, rows)
	return shaped, err
}

func (l Listing) column(name, param string) (ListColumn, error) {
	for _, c := range l.Columns {
		if c.Name == name {
			return c, nil
		}
	}
	return ListColumn{}, fault.Bad(param, "this list cannot be filtered or sorted by “"+name+"”")
}

// filter is a filter's condition.
func (l Listing) filter(f function.Filter) (string, []any, error) {
	columns := l.Columns
	if f.Column != anyColumn {
		c, err := l.column(f.Column, f.Param)
		if err != nil {
			return "", nil, err
		}
		columns = []ListColumn{c}
	}
	var conditions []string
	var args []any
	for _, c := range columns {
		one, terms, err := c.condition(f)
		if err != nil {
			return "", nil, err
		}
		conditions = append(conditions, one)
		args = append(args, terms...)
	}
	return "(" + strings.Join(conditions, " OR ") + ")", args, nil
}

// numbers are the tests that compare numbers.
var numbers = map[function.Test]string{
	function.NumberEqual: "=", function.Less: "<", function.LessOrEqual: "<=", function.Greater: ">", function.GreaterOrEqual: ">=",
	function.LessOrUnlimited: "<", function.GreaterIfNotLimited: ">",
}

// condition is one column's part of a filter.
func (c ListColumn) condition(f function.Filter) (string, []any, error) {
	if !utf8.ValidString(f.Term) || strings.ContainsRune(f.Term, 0) { // PostgreSQL has no such text
		return "", nil, fault.Bad(f.TermParam, "use UTF-8 text without control characters")
	}
	column, term := bun.Safe(c.SQL), f.Term
	if c.Number {
		column = bun.Safe("(" + c.SQL + ")::text")
	}
	if operator, compares := numbers[f.Test]; compares {
		n, err := strictNumber(f.Term)
		switch {
		case err != nil:
			return "", nil, fault.Bad(f.TermParam, "use a number")
		case !c.Number:
			return "false", nil, nil // what is no number passes none of these tests
		}
		return "? " + operator + " ?", []any{bun.Safe("(" + c.SQL + ")"), n}, nil
	}
	if f.IgnoreCase && f.Test != function.Equal && f.Test != function.NotEqual {
		column, term = "lower("+column+")", strings.ToLower(term)
	}
	switch f.Test {
	case function.Contains:
		return "strpos(?, ?) > 0", []any{column, term}, nil
	case function.Begins:
		return "starts_with(?, ?)", []any{column, term}, nil
	case function.Ends:
		return "right(?, length(?)) = ?", []any{column, term, term}, nil
	case function.Equal:
		return "? = ?", []any{column, term}, nil
	case function.NotEqual:
		return "? <> ?", []any{column, term}, nil
	case function.Defined:
		return "? <> ''", []any{column}, nil
	case function.Undefined:
		return "? = ''", []any{column}, nil
	}
	return "", nil, fault.Bad(f.Param, "this long list is filtered by the database, which has no “"+string(f.Test)+"”: use contains, begins, ends or eq")
}

// sort is one sort's part of the order.
func (l Listing) sort(by function.Sort) (string, error) {
	c, err := l.column(by.Column, by.Param)
	if err != nil {
		return "", err
	}
	order := c.SQL + ` COLLATE "C"`
	switch {
	case c.Number && by.Strict && by.Method == "":
		return "", fault.Bad(by.Param, "“"+by.Column+"” holds numbers: state how to sort them with "+methodParam(by.Param))
	case c.Number && (by.Method == "" || by.Method == function.Lexicographic):
		order = "(" + c.SQL + `)::text COLLATE "C"`
	case c.Number:
		order = c.SQL
	case by.Method == function.Numeric, by.Method == function.NumericZeroAsMax, by.Method == function.IPv4:
		return "", fault.Bad(by.Param, "this long list is sorted by the database, which sorts “"+by.Column+"” as text")
	}
	if by.Reverse {
		order += " DESC"
	}
	return order, nil
}
