// Package migrations is the history of the database's schema: plain SQL, in
// pairs of <time>_<what>.tx.up.sql and .tx.down.sql, each applied in one
// transaction. It only embeds the files; package database applies them. A file
// that has been released is never changed: add another.
package migrations

import "embed"

// FS holds the SQL files.
//
//go:embed *.sql
var FS embed.FS
