package database

import (
	"context"
	"io/fs"
)

// MigrateFiles is Migrate with other files than the binary's.
func MigrateFiles(ctx context.Context, db *DB, files fs.FS) (applied []string, err error) {
	err = migrating(ctx, db, files, func(s *session) error {
		applied, err = s.up(ctx)
		return err
	})
	return applied, err
}

// Check is what every new connection must pass.
var Check = check
