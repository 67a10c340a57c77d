package components

import (
	"net/url"
	"strconv"
	"strings"

	"postern/shared/function"
)

// Place is where in a list the reader is. It lives in the query of the screen's
// address, so that the Back button, a reload and a link find it again.
type Place struct {
	Search  string            // q
	Sort    string            // sort: a column's name; empty: the list's own order
	Reverse bool              // sort began with a minus
	Page    int               // page: from 1
	Only    map[string]string // further filters, by name
}

// ReadPlace reads an address's query; filters are the names of those that the
// list has besides the search. Whatever makes no sense is as if it were not there.
func ReadPlace(query url.Values, filters ...string) Place {
	p := Place{Search: strings.TrimSpace(query.Get("q")), Page: 1, Only: map[string]string{}}
	p.Sort, p.Reverse = strings.CutPrefix(query.Get("sort"), "-")
	if n, err := strconv.Atoi(query.Get("page")); err == nil && n > 1 && n < 1_000_000 {
		p.Page = n
	}
	for _, name := range filters {
		if v := query.Get(name); v != "" {
			p.Only[name] = v
		}
	}
	return p
}

// Query is the place as its address has it.
func (p Place) Query() url.Values {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", p.Search)
	sort := p.Sort
	if p.Reverse && sort != "" {
		sort = "-" + sort
	}
	set("sort", sort)
	if p.Page > 1 {
		set("page", strconv.Itoa(p.Page))
	}
	for name, value := range p.Only {
		set(name, value)
	}
	return q
}

// At is the address of the place in the list at a path.
func (p Place) At(path string) string {
	q := p.Query()
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// OnPage is the place on another page.
func (p Place) OnPage(n int) Place {
	p.Page = n
	return p
}

// Searching is the place with another search, from the first page on.
func (p Place) Searching(text string) Place {
	p.Search, p.Page = strings.TrimSpace(text), 1
	return p
}

// With is the place with another value of a filter, from the first page on.
func (p Place) With(name, value string) Place {
	only := map[string]string{}
	for n, v := range p.Only {
		only[n] = v
	}
	only[name] = value
	p.Only, p.Page = only, 1
	return p
}

// By is the place in the order of a column, or in the opposite order if that is
// the order already.
func (p Place) By(column string) Place {
	p.Reverse = p.Sort == column && !p.Reverse
	p.Sort, p.Page = column, 1
	return p
}

// Sorted is the place in the order of a column, from the first page on; an empty
// column is the list's own order.
func (p Place) Sorted(column string, reverse bool) Place {
	p.Sort, p.Reverse, p.Page = column, reverse && column != "", 1
	return p
}

// Shape is the output controls that ask the server for this page of the list.
// search is the column that the search looks into; empty: the search is a
// parameter of the call. numbers are the columns that hold numbers.
func (p Place) Shape(size int, search string, numbers ...string) function.Shape {
	s := function.Shape{Page: function.Page{On: true, Start: (p.Page-1)*size + 1, Size: size}}
	if p.Search != "" && search != "" {
		s.Filters = append(s.Filters, function.Filter{Column: search, Term: p.Search, Test: function.Contains})
	}
	if p.Sort != "" {
		by := function.Sort{Column: p.Sort, Method: function.Lexicographic, Reverse: p.Reverse}
		for _, n := range numbers {
			if n == p.Sort {
				by.Method = function.Numeric
			}
		}
		s.Sorts = append(s.Sorts, by)
	}
	return s
}
