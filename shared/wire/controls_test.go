package wire

import (
	"net/url"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"postern/shared/fault"
	"postern/shared/function"
)

var (
	whmName  = function.WHM("listaccts")
	uapiName = function.UAPI("Email", "list_pops")
	api2Name = function.API2("Email", "listpops")
)

func TestReadShape(t *testing.T) {
	page := func(start, size int) function.Page { return function.Page{On: true, Start: start, Size: size} }
	filter := func(column, term string, test function.Test, ci bool, p, tp string) function.Filter {
		return function.Filter{Column: column, Term: term, Test: test, IgnoreCase: ci, Param: p, TermParam: tp}
	}
	for _, c := range []struct {
		name  function.Name
		query string
		want  function.Shape
		left  string
	}{
		{whmName, "api.version=1&search=x", function.Shape{}, "search=x"},
		{whmName, "api.filter.a.field=user&api.sort.a.field=user&api.chunk.size=3&api.columns.a=user", function.Shape{}, ""}, // not enabled
		{whmName, "api.filter.enable=1&api.filter.verbose=1&api.filter.za.field=b&api.filter.za.arg0=1&api.filter.za.type=gt&api.filter.b.field=*&api.filter.b.arg0=x", function.Shape{Filters: []function.Filter{
			filter("*", "x", function.Contains, true, "api.filter.b.field", "api.filter.b.arg0"),
			filter("b", "1", function.Greater, false, "api.filter.za.field", "api.filter.za.arg0"),
		}}, ""},
		{whmName, "api.sort.enable=1&api.sort.b.field=y&api.sort.a.field=x&api.sort.a.method=numeric&api.sort.a.reverse=1", function.Shape{Sorts: []function.Sort{
			{Column: "x", Method: function.Numeric, Reverse: true, Strict: true, Param: "api.sort.a.field"},
			{Column: "y", Strict: true, Param: "api.sort.b.field"},
		}}, ""},
		{whmName, "api.chunk.enable=1&api.chunk.start=11&api.chunk.size=10", function.Shape{Page: page(11, 10)}, ""},
		{whmName, "api.chunk.enable=1&api.chunk.verbose=1&api.chunk.start=-1", function.Shape{Page: function.Page{On: true, Start: 1, Size: defaultSize, All: true}}, ""},
		{whmName, "api.columns.enable=1&api.columns.b=y&api.columns.a=x", function.Shape{Columns: []function.Column{{Name: "x", Param: "api.columns.a"}, {Name: "y", Param: "api.columns.b"}}}, ""},
		{uapiName, "api.filter=1&api.filter_column=email&api.filter_term=A&regex=x&api.analytics=1", function.Shape{Filters: []function.Filter{
			filter("email", "A", function.Contains, true, "api.filter_column", "api.filter_term")}}, "regex=x"},
		{uapiName, "api.filter_column_10=b&api.filter_term_10=&api.filter_type_10=defined&api.filter_column_2=a&api.filter_type_2=eq&api.filter_term_2=1", function.Shape{Filters: []function.Filter{
			filter("a", "1", function.Equal, false, "api.filter_column_2", "api.filter_term_2"),
			filter("b", "", function.Defined, false, "api.filter_column_10", "api.filter_term_10")}}, ""},
		{uapiName, "api.filter=0&api.filter_column_0=a", function.Shape{}, ""},
		{uapiName, "api.filter_column=a&api.filter_term=x", function.Shape{}, ""},
		{uapiName, "api.sort=1&api.sort_column=email&api.sort_method=ipv_4", function.Shape{Sorts: []function.Sort{{Column: "email", Method: function.IPv4, Param: "api.sort_column"}}}, ""},
		{uapiName, "api.paginate=1&api.paginate_page=3&api.paginate_size=10", function.Shape{Page: page(21, 10)}, ""},
		{uapiName, "api.paginate=1", function.Shape{Page: page(1, defaultSize)}, ""},
		{api2Name, "api2_filter=1&api2_filter_column=a&api2_filter_term=^x&api2_filter_type=matches&api.filter=keep", function.Shape{Filters: []function.Filter{
			filter("a", "^x", function.Matches, false, "api2_filter_column", "api2_filter_term")}}, "api.filter=keep"},
		{api2Name, "api2_sort=1&api2_sort_column=a&api2_sort_method=alphabet&api2_columns=1&api2_columns_a=a&api2_paginate=1&api2_paginate_start=0&api2_paginate_size=2", function.Shape{
			Sorts: []function.Sort{{Column: "a", Method: function.Lexicographic, Param: "api2_sort_column"}}, Page: page(1, 2), Columns: []function.Column{{Name: "a", Param: "api2_columns_a"}}}, ""},
		{api2Name, "api2_filter_column_0=a", function.Shape{}, ""},
	} {
		args, _ := url.ParseQuery(c.query)
		got, err := ReadShape(c.name, args)
		if err != nil || !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v %v\nwant %+v", c.query, got, err, c.want)
		}
		if args.Encode() != c.left {
			t.Errorf("%s leaves %q to the function", c.query, args.Encode())
		}
	}
}

// TestWrongControls: the sentence names the parameter, and what is allowed.
func TestWrongControls(t *testing.T) {
	many, flags := "api.filter.enable=1", "api.filter=1"
	for i := range most + 1 {
		many += "&api.filter." + letters(i) + ".field=a"
		flags += "&api.filter_column_" + strconv.Itoa(i) + "=a"
	}
	for _, c := range []struct {
		name  function.Name
		query string
		says  []string
	}{
		{whmName, "api.filter.enable=yes", []string{"“api.filter.enable”", "1 for yes"}},
		{whmName, "api.filter.enable=1&api.filter.a.field=x&api.filter.a.type=ends", []string{"“api.filter.a.type”", "begins", "gt_handle_unlimited"}},
		{whmName, "api.filter.enable=1&api.filter.a.field=&api.filter.a.arg0=x", []string{"“api.filter.a.field” is required"}},
		{whmName, "api.filter.enable=1&api.filter.a.field=x&api.filter.a.arg0=" + strings.Repeat("x", maxTerm+1), []string{"“api.filter.a.arg0”", "1024"}},
		{whmName, many, []string{"32", "api.filter."}},
		{whmName, "api.sort.enable=1&api.sort.a.field=x&api.sort.a.method=alphabetical", []string{"“api.sort.a.method”", "numeric_zero_as_max"}},
		{whmName, "api.sort.enable=1&api.sort.a.field=x&api.sort.a.reverse=2", []string{"“api.sort.a.reverse”"}},
		{whmName, "api.chunk.enable=1&api.chunk.size=0", []string{"“api.chunk.size”", "from 1 to 100000"}},
		{whmName, "api.chunk.enable=1&api.chunk.size=99999999999999999999", []string{"“api.chunk.size”"}},
		{whmName, "api.chunk.enable=1&api.chunk.start=-2", []string{"“api.chunk.start”"}},
		{uapiName, "api.filter=1", []string{"“api.filter_column” is required"}},
		{uapiName, flags, []string{"32", "api.filter_column"}},
		{uapiName, "api.filter=1&api.filter_column=a&api.filter_type===", []string{"“api.filter_type”", "matches"}},
		{uapiName, "api.paginate=1&api.paginate_page=0", []string{"“api.paginate_page”"}},
		{api2Name, "api2_paginate=1&api2_paginate_size=x", []string{"“api2_paginate_size”"}},
	} {
		args, _ := url.ParseQuery(c.query)
		_, err := ReadShape(c.name, args)
		if !fault.Is(err, fault.Invalid) {
			t.Errorf("%.100s: %v", c.query, err)
			continue
		}
		for _, s := range c.says {
			if !strings.Contains(fault.Of(err).Message, s) {
				t.Errorf("%.100s: %q does not say %q", c.query, fault.Of(err).Message, s)
			}
		}
	}
}

// FuzzShape reads what it wrote, in every dialect.
func FuzzShape(f *testing.F) {
	f.Add("user", "x", 1, 10, true, uint(3))
	f.Add("*", "^", 0, 0, false, uint(30))
	f.Fuzz(func(t *testing.T, column, term string, start, size int, reverse bool, n uint) {
		if column == "" || len(term) > maxTerm || !utf8.ValidString(column) || !utf8.ValidString(term) {
			return
		}
		for _, name := range []function.Name{whmName, uapiName, api2Name} {
			var s function.Shape
			for range n%most + 1 {
				s.Filters = append(s.Filters, function.Filter{Column: column, Term: term, Test: function.Begins})
				s.Sorts = append(s.Sorts, function.Sort{Column: column, Reverse: reverse, Method: function.Numeric})
				s.Columns = append(s.Columns, function.Column{Name: column})
			}
			if start > 0 && start < 1<<31 && size > 0 && size < maxSize {
				s.Page = function.Page{On: true, Start: start, Size: size}
			}
			args := url.Values{"other": {term}}
			WriteShape(name, s, args)
			got, err := ReadShape(name, args)
			if err != nil || len(got.Filters) != len(s.Filters) || len(got.Sorts) != len(s.Sorts) || len(got.Columns) != len(s.Columns) || got.Page != s.Page {
				t.Fatalf("%s: %+v was read back as %+v (%v)", name, s, got, err)
			}
			if f, by := got.Filters[0], got.Sorts[0]; f.Column != column || f.Term != term || f.Test != function.Begins || by.Column != column || by.Reverse != reverse || by.Method != function.Numeric || got.Columns[0].Name != column {
				t.Fatalf("%s: %+v was read back as %+v", name, s, got)
			}
			if len(args) != 1 {
				t.Fatalf("%s leaves %v", name, args)
			}
		}
	})
}
