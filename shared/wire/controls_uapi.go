package wire

import (
	"sort"
	"strconv"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

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
