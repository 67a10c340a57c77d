package wire

import (
	"fmt"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

// The parts that all dialects' output controls are made of, whatever their
// parameters are called.

// maxTerm is how many bytes a filter's term may have.
const maxTerm = 1024

// A page without a stated size has defaultSize records. None of the documents says how many.
const (
	defaultSize = 100
	maxSize     = 100000
)

// methods are the ways to sort, in every dialect.
var methods = []function.Method{function.Lexicographic, function.Numeric, function.NumericZeroAsMax, function.IPv4}

// whmTests are the filter types of WHM API 1.
var whmTests = []function.Test{
	function.Contains, function.Begins, function.Equal, function.NumberEqual,
	function.Less, function.LessOrEqual, function.LessOrUnlimited,
	function.Greater, function.GreaterOrEqual, function.GreaterIfNotLimited,
}

// uapiTests are the filter types of UAPI and API 2.
var uapiTests = []function.Test{
	function.Contains, function.Begins, function.Ends, function.Matches, function.Equal, function.NotEqual,
	function.Less, function.Greater, function.LessOrUnlimited, function.GreaterIfNotLimited,
	function.Defined, function.Undefined,
}

func list[T ~string](of []T) string {
	words := make([]string, len(of))
	for i, w := range of {
		words[i] = string(w)
	}
	return strings.Join(words, ", ")
}

// filter reads one filter. A type that is left out is contains.
func (c controls) filter(column, term, typ string, tests []function.Test) (function.Filter, error) {
	f := function.Filter{
		Column: c[column], Term: c[term], Test: function.Test(c[typ]), Param: column, TermParam: term,
	}
	if f.Test == "" {
		f.Test = function.Contains
	}
	if f.Column == "" {
		return f, fault.Missing(column)
	}
	known := false
	for _, t := range tests {
		known = known || t == f.Test
	}
	if !known {
		return f, fault.Bad(typ, "use one of "+list(tests))
	}
	if len(f.Term) > maxTerm {
		return f, fault.Bad(term, fmt.Sprintf("use at most %d bytes", maxTerm))
	}
	// UAPI's page says that these are not case-sensitive. WHM's page says nothing,
	// and a test by one name is one test here, whatever the dialect.
	f.IgnoreCase = f.Test == function.Contains || f.Test == function.Begins || f.Test == function.Ends
	return f, nil
}

// sort reads one sort. A method that is left out is lexicographic; the empty
// method remembers that none was stated.
func (c controls) sort(column, method, reverse string) (function.Sort, error) {
	by := function.Sort{Column: c[column], Param: column}
	if by.Column == "" {
		return by, fault.Missing(column)
	}
	var err error
	if by.Reverse, err = c.on(reverse); err != nil {
		return by, err
	}
	switch m := c[method]; m {
	case "":
	case "alphabet": // clients of API 2 say it for lexicographic
		by.Method = function.Lexicographic
	case "ipv_4": // cPanel's own client makes this of ipv4
		by.Method = function.IPv4
	default:
		for _, known := range methods {
			if function.Method(m) == known {
				by.Method = known
			}
		}
		if by.Method == "" {
			return by, fault.Bad(method, "use one of "+list(methods))
		}
	}
	return by, nil
}

// page reads one page: by the number of its first record, or by its own number.
// A start of -1 is how cPanel's own client asks for all pages.
func (c controls) page(start, size, number string) (function.Page, error) {
	p := function.Page{On: true, Start: 1, Size: defaultSize}
	if c[start] == "-1" {
		p.All = true
		return p, nil
	}
	if c[size] != "" {
		n, err := strconv.Atoi(c[size])
		if err != nil || n < 1 || n > maxSize {
			return p, fault.Bad(size, fmt.Sprintf("use a number from 1 to %d", maxSize))
		}
		p.Size = n
	}
	if c[start] != "" {
		n, err := strconv.Atoi(c[start])
		if err != nil || n < 0 || n > 1<<31-1 {
			return p, fault.Bad(start, "use the number of a record, from 1, or -1 for all")
		}
		p.Start = max(n, 1) // clients also count from 0
	} else if number != "" && c[number] != "" {
		n, err := strconv.Atoi(c[number])
		if err != nil || n < 1 || n > 1<<20 {
			return p, fault.Bad(number, "use the number of a page, from 1")
		}
		p.Start = (n-1)*p.Size + 1
	}
	return p, nil
}
