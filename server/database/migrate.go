package database

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"
	"github.com/uptrace/bun/migrate"

	"postern/migrations"
	"postern/shared/fault"
)

// migrationLock is the number of the advisory lock that lets one process at a
// time change the schema ("postern" in ASCII). PostgreSQL gives it back when
// the session ends, however it ends; bun's own lock is a row that a crash leaves.
const migrationLock = 0x706f737465726e

// Migrate brings the schema to the binary's version and returns the names of
// the migrations it applied. Processes that start at once wait for each other.
// A schema newer than the binary is refused and left alone.
func Migrate(ctx context.Context, db *DB) (applied []string, err error) {
	err = migrating(ctx, db, migrations.FS, func(s *session) error {
		applied, err = s.up(ctx)
		return err
	})
	return applied, err
}

// Rollback takes back what the last Migrate that had something to do applied.
// It is for tests: released migrations go forward only.
func Rollback(ctx context.Context, db *DB) error {
	return migrating(ctx, db, migrations.FS, func(s *session) error { return s.down(ctx) })
}

// CheckVersion refuses a schema that is newer than the binary: one with
// migrations that the binary does not know. An older or empty one passes, and
// is for Migrate. It changes nothing.
func CheckVersion(ctx context.Context, db *DB) error {
	known, err := discover(migrations.FS)
	if err != nil {
		return err
	}
	var exists bool
	if err := db.Write.NewRaw("SELECT to_regclass('bun_migrations') IS NOT NULL").Scan(ctx, &exists); err != nil {
		return Fault(err, nil, nil)
	}
	if !exists {
		return nil
	}
	unknown, err := migrate.NewMigrator(db.Write, known).MissingMigrations(ctx)
	if err != nil {
		return Fault(err, nil, nil)
	}
	if len(unknown) > 0 {
		return newer(unknown)
	}
	return nil
}

// CheckReady refuses a schema that is not the binary's own, an empty one too: for
// those who use it and leave migrating to a server. It changes nothing.
func CheckReady(ctx context.Context, db *DB) error {
	if err := CheckVersion(ctx, db); err != nil {
		return err
	}
	behind := fault.New(fault.Unavailable, "The database is not at this version yet. Start “postern serve” first, or run “postern migrate”.")
	var exists bool
	if err := db.Write.NewRaw("SELECT to_regclass('bun_migrations') IS NOT NULL").Scan(ctx, &exists); err != nil {
		return Fault(err, nil, nil)
	}
	if !exists {
		return behind
	}
	known, err := discover(migrations.FS)
	if err != nil {
		return err
	}
	all, err := migrate.NewMigrator(db.Write, known).MigrationsWithStatus(ctx)
	if err != nil {
		return Fault(err, nil, nil)
	}
	if len(all.Unapplied()) > 0 {
		return behind
	}
	return nil
}

func newer(unknown migrate.MigrationSlice) error {
	return fault.New(fault.Unavailable, "The database's schema is newer than this postern: it does not know the migrations %s. Use the newer binary.", names(unknown))
}

func names(ms migrate.MigrationSlice) string {
	var all []string
	for _, m := range ms {
		all = append(all, m.Name)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

func discover(files fs.FS) (*migrate.Migrations, error) {
	found := migrate.NewMigrations()
	if err := found.Discover(files); err != nil {
		return nil, fault.New(fault.Internal, "The migrations cannot be read: %w", err)
	}
	return found, nil
}

// session is the one connection over which a schema is changed.
type session struct {
	db    *bun.DB
	known *migrate.Migrations
}

// migrating opens the session, takes the lock and runs do. Lock and changes
// share one connection, which is never replaced: if it breaks, so does the run,
// and nothing is recorded that was not committed.
func migrating(ctx context.Context, db *DB, files fs.FS, do func(*session) error) error {
	known, err := discover(files)
	if err != nil {
		return err
	}
	config := db.Pool.Config().ConnConfig
	for _, endless := range []string{"statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"} {
		config.RuntimeParams[endless] = "0" // a large table takes its time
	}
	config.DialFunc = dialer.DialContext // so does the wait for a reply
	opened := false
	raw := stdlib.OpenDB(*config, stdlib.OptionBeforeConnect(func(context.Context, *pgx.ConnConfig) error {
		if opened {
			return errors.New("the connection broke while the schema was being changed")
		}
		opened = true
		return nil
	}), stdlib.OptionAfterConnect(check(config.RuntimeParams)))
	raw.SetMaxOpenConns(1)
	raw.SetMaxIdleConns(1)
	s := &session{bun.NewDB(raw, pgdialect.New()), known}
	defer s.db.Close() // and with it the lock
	if _, err := raw.ExecContext(ctx, "SELECT pg_advisory_lock($1)", int64(migrationLock)); err != nil {
		return Fault(err, nil, nil)
	}
	return do(s)
}

// up applies what is missing.
func (s *session) up(ctx context.Context) (applied []string, err error) {
	m := s.migrator(func(ctx context.Context, tx bun.IConn, step *migrate.Migration) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO bun_migrations (name, group_id) VALUES (?, ?)", step.Name, step.GroupID)
		return err
	})
	if err := m.Init(ctx); err != nil {
		return nil, Fault(err, nil, nil)
	}
	unknown, err := m.MissingMigrations(ctx)
	if err != nil {
		return nil, Fault(err, nil, nil)
	}
	if len(unknown) > 0 {
		return nil, newer(unknown)
	}
	group, err := m.Migrate(ctx)
	if err != nil {
		return nil, fault.New(fault.Internal, "The database's schema cannot be brought up to date: %w", err)
	}
	for _, step := range group.Migrations {
		applied = append(applied, step.Name+"_"+step.Comment)
	}
	return applied, nil
}

// down takes the last group back.
func (s *session) down(ctx context.Context) error {
	m := s.migrator(func(ctx context.Context, tx bun.IConn, step *migrate.Migration) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM bun_migrations WHERE name = ?", step.Name)
		return err
	})
	if _, err := m.Rollback(ctx); err != nil {
		return fault.New(fault.Internal, "The last change of the database's schema cannot be taken back: %w", err)
	}
	return nil
}

// migrator records each step in the step's own transaction: bun does so only
// after it, so that a crash between the two would run the step again, and it
// overlooks a COMMIT that fails, which deferred constraints could make it do.
// What bun records afterwards is the same row once more.
func (s *session) migrator(record migrate.MigrationHook) *migrate.Migrator {
	return migrate.NewMigrator(s.db, s.known, migrate.WithMarkAppliedOnSuccess(true), migrate.WithUpsert(true),
		migrate.AfterMigration(func(ctx context.Context, tx bun.IConn, step *migrate.Migration) error {
			if _, err := tx.ExecContext(ctx, "SET CONSTRAINTS ALL IMMEDIATE"); err != nil {
				return err
			}
			return record(ctx, tx, step)
		}))
}
