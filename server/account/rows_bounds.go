package account

import (
	"math"
	"strconv"

	"github.com/uptrace/bun"

	"postern/shared/function"
)

// bounds write the tests that compare numbers for a column of whole ones: what it
// is compared with becomes a whole number too, so that an index serves.
var bounds = map[function.Test]func(q *bun.SelectQuery, column bun.Safe, term string) *bun.SelectQuery{
	function.Less:           bound("<", math.Ceil),
	function.LessOrEqual:    bound("<=", math.Floor),
	function.Greater:        bound(">", math.Floor),
	function.GreaterOrEqual: bound(">=", math.Ceil),
	function.NumberEqual: func(q *bun.SelectQuery, column bun.Safe, term string) *bun.SelectQuery {
		if n := number(term); n != math.Trunc(n) || math.Abs(n) > exactly {
			return q.Where("false")
		}
		return bound("=", math.Trunc)(q, column, term)
	},
}

// exactly is up to where each whole number is a float64, and far beyond any moment.
const exactly = 1 << 53

func bound(operator string, round func(float64) float64) func(*bun.SelectQuery, bun.Safe, string) *bun.SelectQuery {
	return func(q *bun.SelectQuery, column bun.Safe, term string) *bun.SelectQuery {
		n := min(max(round(number(term)), -exactly), exactly)
		return q.Where("? ? ?", column, bun.Safe(operator), int64(n))
	}
}

// number reads a term that package dispatch has found to be a number.
func number(term string) float64 {
	n, _ := strconv.ParseFloat(term, 64)
	return n
}
