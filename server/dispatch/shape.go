package dispatch

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

// anyColumn is the name by which a filter looks at every member of a row.
// cPanel, WHM API 1 - Filter Output.
const anyColumn = "*"

// CheckShape judges output controls before the call is answered, so that a call
// with wrong ones does nothing. The error is a fault.Invalid that names the
// parameter and what is allowed.
func CheckShape(f *function.Function, s function.Shape) error {
	if s.None() {
		return nil
	}
	names, known, list := columns(f)
	allowed := func(column, param string, star bool) error {
		switch {
		case !list:
			return fault.Bad(param, "this function’s answer has no list to work on")
		case !known || slices.Contains(names, column) || star && column == anyColumn:
			return nil
		case len(names) == 0:
			return fault.Bad(param, "the rows of this function’s answer have no named columns")
		}
		return fault.Bad(param, "use one of "+strings.Join(names, ", "))
	}
	for _, filter := range s.Filters {
		if err := allowed(filter.Column, filter.Param, true); err != nil {
			return err
		}
		if _, err := newTest(filter); err != nil {
			return err
		}
	}
	for _, c := range s.Columns {
		if err := allowed(c.Name, c.Param, false); err != nil {
			return err
		}
	}
	for _, by := range s.Sorts {
		if err := allowed(by.Column, by.Param, false); err != nil {
			return err
		}
		if by.Strict && by.Method == "" && numeric(f, by.Column) {
			return numbersNeedMethod(by)
		}
		// cPanel, WHM API 1 - Output Columns: a sort key must be among the shown columns.
		if by.Strict && len(s.Columns) > 0 && !slices.ContainsFunc(s.Columns, func(c function.Column) bool { return c.Name == by.Column }) {
			return fault.Bad(by.Param, "use one of the columns that are shown")
		}
	}
	return nil
}

// ApplyShape does to an answer's rows what the output controls ask for: filter,
// then sort, then one page, then columns. A handler that has filtered, sorted
// and paged in its own query says so by function.WithShaped; only columns are
// left then.
func ApplyShape(_ *function.Function, r function.Reply, s function.Shape) (function.Reply, error) {
	if by, does := r.Out.(function.WithShaped); does && by.ShapedBy() != nil {
		r.Shaped = by.ShapedBy()
		s.Filters, s.Sorts, s.Page = nil, nil, function.Page{}
	}
	if s.None() {
		return r, nil
	}
	at, has := findRows(r.Out)
	if !has {
		return r, nil // no rows in this very answer
	}
	list := at.read()
	shaped := function.Shaped{Filtered: len(s.Filters) > 0, Before: len(list)}
	list, err := filtered(list, s.Filters)
	if err != nil {
		return r, err
	}
	if err := sortRows(list, s.Sorts); err != nil {
		return r, err
	}
	shaped.Records = len(list)
	if s.Page.On {
		shaped.Paged = true
		list, shaped.Start, shaped.Size = paged(list, s.Page)
	}
	if r.Shaped == nil {
		r.Shaped = &shaped
	}
	if len(s.Columns) > 0 {
		r.Out = at.put(only(list, s.Columns))
	} else {
		r.Out = at.put(at.typed(list))
	}
	return r, nil
}

// paged cuts one page out of the rows.
func paged(list []row, p function.Page) (page []row, start, size int) {
	if p.All {
		return list, 1, len(list)
	}
	start, size = max(p.Start, 1), max(p.Size, 1)
	from := min(start-1, len(list))
	return list[from : from+min(size, len(list)-from)], start, size
}

func filtered(list []row, filters []function.Filter) ([]row, error) {
	for _, f := range filters {
		passes, err := newTest(f)
		if err != nil {
			return nil, err
		}
		kept := make([]row, 0, len(list))
		for _, one := range list {
			if passes.row(one) {
				kept = append(kept, one)
			}
		}
		list = kept
	}
	return list, nil
}

// test is a filter that is ready to run.
type test struct {
	function.Filter
	pattern *regexp.Regexp
	number  float64
}

// newTest reads a filter's term. Patterns are RE2, whose time is bounded by the
// length of the text; terms and patterns have a length of their own to keep to.
func newTest(f function.Filter) (t test, err error) {
	t.Filter = f
	switch f.Test {
	case function.Matches:
		if t.pattern, err = regexp.Compile(f.Term); err != nil {
			return t, fault.Bad(f.TermParam, "use a regular expression in RE2’s syntax").Because(err)
		}
	case function.NumberEqual, function.Less, function.LessOrEqual, function.Greater, function.GreaterOrEqual:
		if t.number, err = strictNumber(f.Term); err != nil {
			return t, fault.Bad(f.TermParam, "use a number")
		}
	case function.LessOrUnlimited, function.GreaterIfNotLimited:
		if t.number, err = strictNumber(f.Term); err != nil && f.Term != unlimited {
			return t, fault.Bad(f.TermParam, "use a number or "+unlimited)
		} else if err != nil {
			t.number = infinity
		}
	case function.Contains, function.Begins, function.Ends, function.Equal, function.NotEqual, function.Defined, function.Undefined:
		if f.IgnoreCase {
			t.Term = strings.ToLower(f.Term)
		}
	default:
		return t, fault.New(fault.Invalid, "There is no filter type “%s”.", f.Test)
	}
	return t, nil
}

func (t test) row(r row) bool {
	if t.Column != anyColumn {
		return t.cell(r.cells[t.Column])
	}
	for _, cell := range r.cells {
		if t.cell(cell) {
			return true
		}
	}
	return false
}

func (t test) cell(cell any) bool {
	s := textOf(cell)
	switch t.Test {
	case function.Defined:
		return cell != nil && s != ""
	case function.Undefined:
		return cell == nil || s == ""
	case function.Equal:
		return s == t.Term
	case function.NotEqual:
		return s != t.Term
	case function.Matches:
		return t.pattern.MatchString(s)
	}
	if t.IgnoreCase {
		s = strings.ToLower(s)
	}
	switch t.Test {
	case function.Contains:
		return strings.Contains(s, t.Term)
	case function.Begins:
		return strings.HasPrefix(s, t.Term)
	case function.Ends:
		return strings.HasSuffix(s, t.Term)
	}
	return t.compares(cell)
}

// compares runs a numeric test. A cell that is no number passes none; one that
// says unlimited counts as more than any number, in the tests that can handle it.
func (t test) compares(cell any) bool {
	n, is := numberOf(cell)
	switch t.Test {
	case function.LessOrUnlimited:
		return is && n < t.number
	case function.GreaterIfNotLimited:
		return is && n > t.number
	}
	if !is || n == infinity {
		return false
	}
	switch t.Test {
	case function.NumberEqual:
		return n == t.number
	case function.Less:
		return n < t.number
	case function.LessOrEqual:
		return n <= t.number
	case function.Greater:
		return n > t.number
	default:
		return n >= t.number
	}
}

// sortRows puts the rows in order. The first Sort weighs most.
func sortRows(list []row, sorts []function.Sort) error {
	orders := make([]func(a, b any) int, len(sorts))
	for i, by := range sorts {
		if by.Strict && by.Method == "" && slices.ContainsFunc(list, func(r row) bool { return isNumber(r.cells[by.Column]) }) {
			return numbersNeedMethod(by)
		}
		orders[i] = orderOf(by.Method)
	}
	if len(sorts) == 0 {
		return nil
	}
	slices.SortStableFunc(list, func(a, b row) int {
		for i, by := range sorts {
			c := orders[i](a.cells[by.Column], b.cells[by.Column])
			if by.Reverse {
				c = -c
			}
			if c != 0 {
				return c
			}
		}
		return 0
	})
	return nil
}

// numbersNeedMethod refuses to sort numbers when no method was stated.
// cPanel, WHM API 1 - Sort Output.
func numbersNeedMethod(by function.Sort) error {
	return fault.Bad(by.Param, fmt.Sprintf("“%s” holds numbers: state how to sort them with %s", by.Column, methodParam(by.Param)))
}

// methodParam is the parameter beside api.sort.X.field that states the method.
func methodParam(field string) string { return strings.TrimSuffix(field, ".field") + ".method" }
