package dispatch

import (
	"cmp"
	"encoding/json"
	"math"
	"net/netip"
	"strconv"
	"strings"

	"postern/shared/function"
)

// unlimited is cPanel's word for no limit.
const unlimited = "unlimited"

var infinity = math.Inf(1)

// textOf is a cell as text; what has parts is its JSON.
func textOf(cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case string:
		return c
	case json.Number:
		return string(c)
	case bool:
		if c {
			return "1"
		}
		return "0"
	}
	raw, _ := json.Marshal(cell)
	return string(raw)
}

func isNumber(cell any) bool { _, is := cell.(json.Number); return is }

// numberOf is the number that a cell begins with: 14 of "14M", as cPanel's
// sizes are written. unlimited is more than any number.
func numberOf(cell any) (n float64, is bool) {
	s := strings.TrimSpace(textOf(cell))
	if s == unlimited {
		return infinity, true
	}
	end := 0
	for end < len(s) && (s[end] >= '0' && s[end] <= '9' || s[end] == '.' || end == 0 && (s[0] == '-' || s[0] == '+')) {
		end++
	}
	if isNumber(cell) {
		end = len(s)
	}
	n, err := strconv.ParseFloat(s[:end], 64)
	return n, err == nil
}

// strictNumber reads a filter's term, which must be a number and no more.
func strictNumber(s string) (float64, error) {
	n, err := strconv.ParseFloat(s, 64)
	if err == nil && (math.IsNaN(n) || math.IsInf(n, 0) || strings.ContainsAny(s, "xXpP_")) {
		err = strconv.ErrSyntax
	}
	return n, err
}

// orderOf is the comparison of a sort method.
func orderOf(m function.Method) func(a, b any) int {
	switch m {
	case function.Numeric:
		return func(a, b any) int { return cmp.Compare(weight(a), weight(b)) }
	case function.NumericZeroAsMax:
		return func(a, b any) int { return cmp.Compare(zeroAsMax(a), zeroAsMax(b)) }
	case function.IPv4:
		return func(a, b any) int { return address(a).Compare(address(b)) }
	}
	return func(a, b any) int { return cmp.Compare(textOf(a), textOf(b)) }
}

// weight is a cell's number; what is none counts as 0, as in Perl.
func weight(cell any) float64 {
	n, _ := numberOf(cell)
	return n
}

func zeroAsMax(cell any) float64 {
	if n := weight(cell); n != 0 {
		return n
	}
	return infinity
}

// address is a cell's address; what is none sorts first.
func address(cell any) netip.Addr {
	a, _ := netip.ParseAddr(textOf(cell))
	return a
}
