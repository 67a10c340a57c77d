package account

import (
	"context"
	"strings"
	"unicode/utf8"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/function"
)

// far is from how many accounts on it is worth to look up where to begin, rather
// than to pass them one by one.
const far = 10_000

// skip finds where to begin in the list of all by name or by domain, so many
// accounts from its start: at a beginning of names that starts no later. How many
// begin with each two letters is known, see the migration of account_grams; of those
// who are not suspended it is the rest, for the others are few. It returns the
// condition, and how many accounts it leaves out.
func skip(ctx context.Context, c dispatch.Call, by function.Sort, from int, awake bool) (where *bun.RawQuery, left int, err error) {
	var at struct {
		Gram string
		Left int
	}
	column, order := shapedColumns[by.Column].sql, bun.Safe("gram")
	if by.Reverse {
		order = "gram DESC"
	}
	err = c.DB.NewRaw(`
		WITH parts AS (
			SELECT gram, accounts FROM account_grams WHERE part = ?0 AND gram > '^' AND gram < '_' AND length(gram) = 3
			UNION ALL SELECT left('^' || word || '$', 3), change FROM account_grams_due WHERE part = ?0
			UNION ALL SELECT left('^' || ?1 || '$', 3), -1 FROM account_list AS t WHERE t.suspended AND ?2),
		beginnings AS (SELECT gram, sum(accounts) AS accounts, sum(sum(accounts)) OVER (ORDER BY ?3) AS upto FROM parts GROUP BY gram)
		SELECT gram, (upto - accounts)::bigint AS "left" FROM beginnings WHERE upto - accounts <= ?4 ORDER BY upto - accounts DESC, upto DESC LIMIT 1`,
		by.Column, column, awake, order, from).Scan(ctx, &at)
	if database.Gone(err) {
		return c.DB.NewRaw("true"), 0, nil
	}
	if err != nil {
		return nil, 0, database.Fault(err, nil, nil)
	}
	begin, sql := strings.TrimSuffix(strings.TrimPrefix(at.Gram, wordStart), wordEnd), "? >= ?"
	if by.Reverse { // up to what comes after all that begin so
		begin, sql = strings.TrimPrefix(at.Gram, wordStart), "? < ?"
		last, size := utf8.DecodeLastRuneInString(begin)
		begin = begin[:len(begin)-size] + string(last+1)
	}
	return c.DB.NewRaw(sql, column, begin), at.Left, nil
}
