package database

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
)

// Statement is a statement that each connection keeps prepared: what every sign in
// asks would otherwise be parsed and planned for longer than it runs.
type Statement struct {
	asker interface {
		QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
		ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	}
	query string
	args  []any
}

// Prepared is bun's NewRaw for a statement that is to be kept prepared. Its text is
// a constant, with $1, $2, … where the arguments go. It runs on db's pool or in its
// transaction.
func Prepared(db bun.IDB, query string, args ...any) Statement {
	s := Statement{query: query, args: append([]any{Bound}, args...)}
	switch db := db.(type) {
	case *bun.DB:
		s.asker = db.DB
	case bun.Tx:
		s.asker = db.Tx
	default:
		panic(fmt.Sprintf("database: a statement on a %T", db)) // a mistake of ours: there are these two
	}
	return s
}

// reader reads rows as bun does. It has no connection and needs none.
var reader = bun.NewDB(nil, pgdialect.New())

// Scan reads the first row into one struct or several values; sql.ErrNoRows when
// there is none.
func (s Statement) Scan(ctx context.Context, dest ...any) error {
	rows, err := s.asker.QueryContext(ctx, s.query, s.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return sql.ErrNoRows
	}
	if err := reader.ScanRow(ctx, rows, dest...); err != nil {
		return err
	}
	return rows.Close()
}

// Exec runs the statement for what it does.
func (s Statement) Exec(ctx context.Context) (sql.Result, error) {
	return s.asker.ExecContext(ctx, s.query, s.args...)
}
