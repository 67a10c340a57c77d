package lookup

import (
	"fmt"

	"github.com/jackc/pgx/v5"
)

// Numbered reads the answers to n keys from a statement over
//
//	unnest($1::…) WITH ORDINALITY AS k (…, n)
//
// whose first column is k.n. Its first tables are best read LATERAL, with OFFSET 0, by
// the key's index: PostgreSQL does not know how few keys there are, and might read
// the whole table for them. into appends the places of the other columns in a row;
// what is null leaves its place as it is. Each row is told as it comes.
func Numbered[R any](rows pgx.Rows, err error, n int, into func(row *R, places []any) []any, tell func(i int, row *R)) error {
	if err != nil {
		return err
	}
	defer rows.Close()
	var number int
	places := make([]any, 0, len(rows.FieldDescriptions()))
	for rows.Next() {
		row := new(R)
		places = into(row, append(places[:0], &number))
		for i, value := range rows.RawValues() {
			if value == nil && i < len(places) {
				places[i] = nil
			}
		}
		if err := rows.Scan(places...); err != nil {
			return err
		}
		if number < 1 || number > n {
			return fmt.Errorf("a row answers the key %d of %d", number, n)
		}
		tell(number-1, row)
	}
	return rows.Err()
}
