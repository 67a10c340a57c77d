package account

import (
	"context"
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"postern/server/dispatch"
	"postern/shared/function"
)

// simple tells whether PostgreSQL can do all of it but the columns.
func simple(s function.Shape) bool {
	if slices.ContainsFunc(s.Filters, func(f function.Filter) bool { return !shapedFilter(f) }) ||
		slices.ContainsFunc(s.Sorts, func(by function.Sort) bool { return !shapedSort(by) }) {
		return false
	}
	return len(s.Filters)+len(s.Sorts) > 0 || s.Page.On
}

// shapedAccounts reads the accounts that the caller has power over, with the
// call's output controls done, and says what they did. What is sought are filters
// of the call itself: what does not pass them was never there.
func shapedAccounts(ctx context.Context, c dispatch.Call, sought []function.Filter) (found []account, done *function.Shaped, err error) {
	s := c.Shape
	l := list{sorts: s.Sorts}
	if l.mine, l.all, err = totals(ctx, c); err != nil {
		return nil, nil, err
	}
	if l.tests, err = prepare(ctx, c, l.all, sought); err != nil {
		return nil, nil, err
	}
	done = &function.Shaped{Filtered: len(s.Filters) > 0, Paged: s.Page.On}
	done.Before = l.mine
	if done.Filtered {
		if done.Before, err = matching(ctx, c, l.mine, l.tests); err != nil {
			return nil, nil, err
		}
		more, err := prepare(ctx, c, l.all, s.Filters)
		if err != nil {
			return nil, nil, err
		}
		l.tests = append(l.tests, more...)
	}
	if s.Page.On {
		done.Start, done.Size = max(s.Page.Start, 1), max(s.Page.Size, 1)
		if !s.Page.All {
			l.from, l.limit = min(done.Start-1, math.MaxInt32-1), min(done.Size, math.MaxInt32-1) // bun has no more
		}
	}
	if found, done.Records, err = l.find(ctx, c); err != nil {
		return nil, nil, err
	}
	if !done.Filtered {
		done.Before = done.Records
	}
	if s.Page.All && s.Page.On {
		done.Start, done.Size = 1, done.Records
	}
	return found, done, nil
}

// prepare makes filters ready: without those that all accounts pass, and with what
// is known of how many pass.
func prepare(ctx context.Context, c dispatch.Call, all int, filters []function.Filter) (tests []test, err error) {
	seen := map[function.Filter]bool{} // a filter twice is the same as once
	for _, f := range filters {
		if f.IgnoreCase && f.Test != function.Matches {
			f.Term = strings.ToLower(f.Term)
		}
		t := test{Filter: f}
		switch {
		case f.Term == "" && (f.Test == function.Contains || f.Test == function.Begins || f.Test == function.Ends):
			continue
		case f.Column == "suspended":
			var every bool
			if t.Filter, every = suspendedTest(f); every {
				continue
			}
			if seen[t.Filter] {
				continue
			}
			seen[t.Filter] = true
		case f.Column == "plan":
			if t.plans, err = plansThat(ctx, c, f); err != nil {
				return nil, err
			}
		default:
			if t.most, t.exact, t.known, err = having(ctx, c, f); err != nil {
				return nil, err
			}
			t.few = t.known && t.most <= all/fewOf && utf8.RuneCountInString(f.Term) >= longestGram
			if t.exact && !t.few && f.Test == function.Contains {
				if t.Test, err = begins(ctx, c, t); err != nil {
					return nil, err
				}
			}
		}
		tests = append(tests, t)
	}
	return tests, nil
}

// begins is the test that does for a text which very many contain: where as many
// begin with it, those are all, and they are found in one place.
func begins(ctx context.Context, c dispatch.Call, t test) (function.Test, error) {
	f := t.Filter
	f.Test = function.Begins
	n, exact, _, err := having(ctx, c, f)
	if exact && n == t.most {
		return function.Begins, err
	}
	return t.Test, err
}

// suspendedTest makes a filter of the column “suspended”, which is 0 or 1, one that
// equals one of them, or nothing. every: both pass.
func suspendedTest(f function.Filter) (one function.Filter, every bool) {
	passes := passing(f)
	one = function.Filter{Column: f.Column, Test: function.Equal}
	switch no, yes := passes("0"), passes("1"); {
	case no && yes:
		return one, true
	case no:
		one.Term = "0"
	case yes:
		one.Term = "1"
	}
	return one, false
}
