package wire

import (
	"net/url"
	"sort"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
)

// most is how many filters, sorts or columns one call may have of each.
const most = 32

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
