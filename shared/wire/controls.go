package wire

import (
	"fmt"
	"net/url"
	"sort"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

// most is how many filters, sorts or columns one call may have of each.
const most = 32

// maxTerm is how many bytes a filter's term may have.
const maxTerm = 1024

// ReadShape takes a call's output controls out of its arguments. Names that begin
// as controls do and are none are passed over, and taken out too. Columns are
// not judged here: only dispatch knows a function's rows. The error is a
// fault.Invalid that names the parameter.
func ReadShape(name function.Name, args url.Values) (function.Shape, error) {
	if f := function.Find(name); f != nil && f.PassesControls {
		delete(args, "api.version")
		return function.Shape{}, nil // they are for the function that it calls
	}
	prefix := "api."
	if name.Dialect == function.OnAPI2 {
		prefix = "api2_"
	}
	c := controls{}
	for n, texts := range args {
		if strings.HasPrefix(n, prefix) && len(texts) > 0 {
			c[n] = texts[0]
			delete(args, n)
		}
	}
	if len(c) == 0 {
		return function.Shape{}, nil
	}
	switch name.Dialect {
	case function.OnWHM:
		return c.whm()
	case function.OnUAPI:
		return c.uapi("api.", true)
	default:
		return c.uapi("api2_", false)
	}
}

// controls are the parameters of a call that begin as output controls do.
type controls map[string]string

// on reads a parameter that turns something on; absent is off.
func (c controls) on(name string) (bool, error) {
	switch c[name] {
	case "", "0":
		return false, nil
	case "1":
		return true, nil
	}
	return false, fault.Bad(name, "use 1 for yes or 0 for no")
}

// whm reads api.filter.X.field and its like; X is a letter, or z… and a letter.
func (c controls) whm() (s function.Shape, err error) {
	for _, read := range []func(*function.Shape) error{c.whmFilters, c.whmSorts, c.whmChunk, c.whmColumns} {
		if err := read(&s); err != nil {
			return function.Shape{}, err
		}
	}
	return s, nil
}

// groups lists the X of prefix.X.tail in order of their weight; an empty tail
// means that the name ends with X.
func (c controls) groups(prefix, tail string) ([]string, error) {
	var found []string
	for name := range c {
		x, is := strings.CutPrefix(name, prefix)
		if is {
			x, is = strings.CutSuffix(x, tail)
		}
		if is && x != "" && strings.Trim(x, "abcdefghijklmnopqrstuvwxyz") == "" && !(tail == "" && (x == "enable" || x == "verbose")) {
			found = append(found, x)
		}
	}
	if len(found) > most {
		return nil, fault.New(fault.Invalid, "There are more than %d parameters “%s…%s”.", most, prefix, tail)
	}
	sort.Strings(found)
	return found, nil
}

func (c controls) whmFilters(s *function.Shape) error {
	on, err := c.on("api.filter.enable")
	if !on {
		return err
	}
	groups, err := c.groups("api.filter.", ".field")
	if err != nil {
		return err
	}
	for _, x := range groups {
		p := "api.filter." + x
		f, err := c.filter(p+".field", p+".arg0", p+".type", whmTests)
		if err != nil {
			return err
		}
		s.Filters = append(s.Filters, f)
	}
	return nil
}

func (c controls) whmSorts(s *function.Shape) error {
	on, err := c.on("api.sort.enable")
	if !on {
		return err
	}
	groups, err := c.groups("api.sort.", ".field")
	if err != nil {
		return err
	}
	for _, x := range groups {
		p := "api.sort." + x
		by, err := c.sort(p+".field", p+".method", p+".reverse")
		if err != nil {
			return err
		}
		by.Strict = true
		s.Sorts = append(s.Sorts, by)
	}
	return nil
}

func (c controls) whmChunk(s *function.Shape) error {
	on, err := c.on("api.chunk.enable")
	if !on {
		return err
	}
	s.Page, err = c.page("api.chunk.start", "api.chunk.size", "")
	return err
}

func (c controls) whmColumns(s *function.Shape) error {
	on, err := c.on("api.columns.enable")
	if !on {
		return err
	}
	groups, err := c.groups("api.columns.", "")
	if err != nil {
		return err
	}
	for _, x := range groups {
		s.Columns = append(s.Columns, function.Column{Name: c["api.columns."+x], Param: "api.columns." + x})
	}
	return nil
}

// uapi reads UAPI's controls, and API 2's, which are the same under another
// prefix and know columns besides. Several of a kind are numbered: _0, _1, ….
// cPanel's own client leaves out the flag and sends only the numbered names, so
// in UAPI their presence is enough.
func (c controls) uapi(prefix string, numbered bool) (s function.Shape, err error) {
	filters, err := c.suffixes(prefix+"filter", prefix+"filter_column", numbered)
	if err != nil {
		return s, err
	}
	for _, x := range filters {
		f, err := c.filter(prefix+"filter_column"+x, prefix+"filter_term"+x, prefix+"filter_type"+x, uapiTests)
		if err != nil {
			return function.Shape{}, err
		}
		s.Filters = append(s.Filters, f)
	}
	sorts, err := c.suffixes(prefix+"sort", prefix+"sort_column", numbered)
	if err != nil {
		return function.Shape{}, err
	}
	for _, x := range sorts {
		by, err := c.sort(prefix+"sort_column"+x, prefix+"sort_method"+x, prefix+"sort_reverse"+x)
		if err != nil {
			return function.Shape{}, err
		}
		s.Sorts = append(s.Sorts, by)
	}
	if on, err := c.on(prefix + "paginate"); err != nil {
		return function.Shape{}, err
	} else if on {
		if s.Page, err = c.page(prefix+"paginate_start", prefix+"paginate_size", prefix+"paginate_page"); err != nil {
			return function.Shape{}, err
		}
	}
	return s, c.columns(prefix, &s)
}

// suffixes lists what stands behind a parameter's name: nothing, _0, _1, … in
// the order of the numbers. Without the flag, only numbered ones count.
func (c controls) suffixes(flag, name string, numbered bool) ([]string, error) {
	on, err := c.on(flag)
	if err != nil {
		return nil, err
	}
	order := map[string]int{}
	var found []string
	for n := range c {
		x, is := strings.CutPrefix(n, name)
		if !is {
			continue
		}
		if x == "" && on {
			found, order[x] = append(found, x), -1
		} else if digits, is := strings.CutPrefix(x, "_"); is && (on || numbered && c[flag] == "") {
			if i, err := strconv.ParseUint(digits, 10, 16); err == nil {
				found, order[x] = append(found, x), int(i)
			}
		}
	}
	if len(found) > most {
		return nil, fault.New(fault.Invalid, "There are more than %d parameters “%s_…”.", most, name)
	}
	if on && len(found) == 0 {
		return nil, fault.Missing(name)
	}
	sort.Slice(found, func(a, b int) bool { return order[found[a]] < order[found[b]] })
	return found, nil
}

// columns reads api2_columns_a=name, _b, …; UAPI has the same by its own prefix.
func (c controls) columns(prefix string, s *function.Shape) error {
	on, err := c.on(prefix + "columns")
	if !on {
		return err
	}
	groups, err := c.groups(prefix+"columns_", "")
	for _, x := range groups {
		s.Columns = append(s.Columns, function.Column{Name: c[prefix+"columns_"+x], Param: prefix + "columns_" + x})
	}
	return err
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
