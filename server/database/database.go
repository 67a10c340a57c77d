// Package database opens PostgreSQL for Postern, keeps its schema at the
// binary's version and names its errors.
//
// It owns connections, their limits and the migrations' order; it holds no
// query but its own bookkeeping: those are in each room's rows.go. The roof
// opens it once; dispatch and the rooms work on its pools.
package database

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/shared/fault"
)

// Options say which servers to use and how hard.
type Options struct {
	URL      string // libpq's form: postgres://user@host/database?…
	ReadURL  string // a replica for calls that only read; empty: URL
	MaxConns int    // connections of each pool; 0: 12 (8 to 16 serve two cores, more gain nothing)
}

// DB is the database: one pool that writes, and one on which PostgreSQL itself
// refuses every write (SQLSTATE 25006).
//
// Write and Read are for bun, which writes arguments into the SQL text and
// sends it by the simple protocol: it would gain nothing from preparing a text
// that never comes twice. For the few statements that every request makes, Pool
// sends bound arguments and keeps the statement prepared:
//
//	db.Pool.QueryRow(ctx, "SELECT … WHERE id = $1", database.Bound, id)
//
// and inside a transaction of bun's the same with tx.Tx, database/sql's own.
type DB struct {
	Write    *bun.DB
	Read     *bun.DB
	Pool     *pgxpool.Pool // what Write stands on
	ReadPool *pgxpool.Pool // what Read stands on
}

// Bound, given as the first argument, makes a statement prepared (once for each
// connection) and its other arguments bound as $1, $2, …
const Bound = pgx.QueryExecModeCacheStatement

// Limits of every connection. A statement of Postern's takes milliseconds;
// these end what has gone wrong before it takes the rest along.
const (
	connectTimeout   = 3 * time.Second
	statementTimeout = 10 * time.Second
	lockTimeout      = 5 * time.Second
	idleInTxTimeout  = 10 * time.Second
	defaultMaxConns  = 12
)

// Open connects to both pools and checks that the servers answer. It neither
// migrates nor looks at the schema: see Migrate and CheckVersion.
func Open(ctx context.Context, o Options) (*DB, error) {
	write, err := openPool(ctx, "POSTERN_DATABASE_URL", o.URL, o.MaxConns, nil)
	if err != nil {
		return nil, err
	}
	readURL := o.ReadURL
	if readURL == "" {
		readURL = o.URL
	}
	read, err := openPool(ctx, "POSTERN_DATABASE_READ_URL", readURL, o.MaxConns,
		map[string]string{"default_transaction_read_only": "on"})
	if err != nil {
		write.Close()
		return nil, err
	}
	return &DB{Write: bunOver(write, true), Read: bunOver(read, false), Pool: write, ReadPool: read}, nil
}

// Close ends all connections; it waits for those in use.
func (db *DB) Close() error {
	err := errors.Join(db.Write.Close(), db.Read.Close())
	db.Pool.Close()
	db.ReadPool.Close()
	return err
}

// bunOver needs no pool of its own above pgx's.
func bunOver(pool *pgxpool.Pool, writes bool) *bun.DB {
	return bun.NewDB(over(pool, writes), pgdialect.New())
}

func openPool(ctx context.Context, variable, url string, maxConns int, extra map[string]string) (*pgxpool.Pool, error) {
	config, err := pgxpool.ParseConfig(url)
	if err != nil { // its text may repeat a password
		return nil, fault.New(fault.Invalid, "%s is not a PostgreSQL URL: allowed is postgres://user:password@host:port/database?sslmode=…", variable)
	}
	if maxConns <= 0 {
		maxConns = defaultMaxConns
	}
	config.MaxConns = int32(maxConns)
	config.MaxConnLifetime = time.Hour
	config.MaxConnLifetimeJitter = 10 * time.Minute
	config.MaxConnIdleTime = 10 * time.Minute
	limit(config.ConnConfig, extra)
	config.AfterConnect = check(config.ConnConfig.RuntimeParams)
	use := patient(config)
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "The database cannot be used: %w", err)
	}
	use(pool)
	if err := pool.Ping(ctx); err != nil {
		pool.Close()
		return nil, unreachable(variable, config.ConnConfig, err)
	}
	return pool, nil
}

// limit sets what every connection of ours starts with; it wins over what a
// database or a role has as its default, and over the URL.
func limit(c *pgx.ConnConfig, extra map[string]string) {
	c.ConnectTimeout = connectTimeout
	c.DefaultQueryExecMode = pgx.QueryExecModeSimpleProtocol
	params := map[string]string{
		"application_name":                    "postern",
		"client_encoding":                     "UTF8",
		"standard_conforming_strings":         "on",
		"search_path":                         "public",
		"timezone":                            "UTC",
		"statement_timeout":                   milliseconds(statementTimeout),
		"lock_timeout":                        milliseconds(lockTimeout),
		"idle_in_transaction_session_timeout": milliseconds(idleInTxTimeout),
		"default_transaction_isolation":       "read committed",
		// The bound statements are look-ups by key. Planned anew for every array of
		// keys, as PostgreSQL would by itself, they cost many times what they read.
		"plan_cache_mode":               "force_generic_plan",
		"default_transaction_read_only": "off",
	}
	for name, value := range params {
		c.RuntimeParams[name] = value
	}
	for name, value := range extra {
		c.RuntimeParams[name] = value
	}
}

func milliseconds(d time.Duration) string { return fmt.Sprint(d.Milliseconds()) }

// check refuses a connection that does not have the settings which Postern relies
// on. With standard_conforming_strings off, a backslash in a value could end its
// literal in bun's texts, and in an encoding other than UTF-8 half a character
// could. The rest is lost behind a pooler that hands every transaction another
// connection: the reading pool would write, and prepared statements would collide.
func check(want map[string]string) func(context.Context, *pgx.Conn) error {
	return func(ctx context.Context, conn *pgx.Conn) error {
		for _, name := range []string{"standard_conforming_strings", "client_encoding"} {
			if got := conn.PgConn().ParameterStatus(name); !strings.EqualFold(got, want[name]) {
				return lost(name, want[name], got)
			}
		}
		for _, name := range []string{"default_transaction_read_only", "default_transaction_isolation", "search_path"} {
			var got string
			if err := conn.QueryRow(ctx, "select current_setting($1)", name).Scan(&got); err != nil {
				return err
			}
			if got != want[name] {
				return lost(name, want[name], got)
			}
		}
		return nil
	}
}

func lost(name, want, got string) error {
	return fault.New(fault.Unavailable, "The database's setting %s must be %q for Postern's connections, but it is %q: "+
		"is there a connection pooler that drops settings? Connect to PostgreSQL itself.", name, want, got)
}

// unreachable words a failed first connection for the operator, without the URL.
func unreachable(variable string, c *pgx.ConnConfig, err error) error {
	var said *pgconn.PgError
	if errors.As(err, &said) { // it answers, and refuses: the password, the database's name
		return fault.New(fault.Unavailable, "PostgreSQL at %s refuses the connection of %s: %s.", c.Host, variable, said.Message)
	}
	if f := (*fault.Fault)(nil); errors.As(err, &f) {
		return f
	}
	return fault.New(fault.Unavailable, "PostgreSQL at %s does not answer: check %s: %w", c.Host, variable, err)
}

// InTx runs a statement list on the writing pool in one transaction, and once
// more, up to three times in all, when PostgreSQL ended it for the sake of
// another one (deadlock, serialization). do must have no effect outside of it.
func (db *DB) InTx(ctx context.Context, do func(context.Context, bun.Tx) error) (err error) {
	for range 3 {
		err = db.Write.RunInTx(ctx, nil, do)
		if err == nil || !Retryable(err) || ctx.Err() != nil {
			return err
		}
	}
	return err
}
