package tenant

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"postern/server/database"
	"postern/shared/fault"
)

// Server is the PostgreSQL server that holds the accounts' databases, reached as
// a role that may make roles and databases. It is not connected to until it is needed.
type Server struct {
	url string

	mu   sync.Mutex
	pool *pgxpool.Pool
}

// NewServer takes libpq's form of a URL. Its database is where roles and
// databases are made from; tenants' data is never there.
func NewServer(url string) *Server { return &Server{url: url} }

// Close ends all connections.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pool != nil {
		s.pool.Close()
		s.pool = nil
	}
}

// maxConns bounds the connections to the server; making a database is what takes long.
const maxConns = 4

// main is the pool to the database of the URL.
func (s *Server) main(ctx context.Context) (*pgxpool.Pool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pool != nil {
		return s.pool, nil
	}
	config, err := pgxpool.ParseConfig(s.url)
	if err != nil { // its text may repeat a password
		return nil, fault.New(fault.Unavailable, "POSTERN_TENANT_URL is not a PostgreSQL URL.")
	}
	config.MaxConns = maxConns
	config.MaxConnIdleTime = time.Minute
	limit(config.ConnConfig)
	s.pool, err = pgxpool.NewWithConfig(context.WithoutCancel(ctx), config)
	return s.pool, err
}

// in is a connection to a tenant's database, which the caller closes.
func (s *Server) in(ctx context.Context, name string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(s.url)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "POSTERN_TENANT_URL is not a PostgreSQL URL.")
	}
	limit(config)
	config.Database = name
	return pgx.ConnectConfig(ctx, config)
}

// limit sets what every connection starts with; it wins over what a role or a
// database has as its default. The search path is what matters: a tenant may put
// functions and operators of any name into a schema of their own, and none of
// them may ever be called by this role.
func limit(c *pgx.ConnConfig) {
	c.ConnectTimeout = 5 * time.Second
	c.DefaultQueryExecMode = pgx.QueryExecModeExec
	for name, value := range map[string]string{
		"application_name":                    "postern",
		"client_encoding":                     "UTF8",
		"standard_conforming_strings":         "on",
		"search_path":                         "pg_catalog, pg_temp",
		"role":                                "none",
		"timezone":                            "UTC",
		"statement_timeout":                   "60000",
		"lock_timeout":                        "5000",
		"idle_in_transaction_session_timeout": "30000",
		"default_transaction_read_only":       "off",
	} {
		c.RuntimeParams[name] = value
	}
}

// address is where the server is, as libpq writes it.
func (s *Server) address() (host string, port int) {
	config, err := pgx.ParseConfig(s.url)
	if err != nil {
		return "", 0
	}
	return config.Host, int(config.Port)
}

// tls are the URL's words about TLS.
func (s *Server) tls() map[string]string {
	words := map[string]string{}
	if u, err := url.Parse(s.url); err == nil {
		for _, name := range []string{"sslmode", "sslrootcert"} {
			if value := u.Query().Get(name); value != "" {
				words[name] = value
			}
		}
	}
	return words
}

// place is where people find the databases.
func (r *Room) place() (host string, port int) {
	if h, p, err := net.SplitHostPort(r.Address); err == nil {
		if n, err := strconv.Atoi(p); err == nil {
			return h, n
		}
	}
	return r.Server.address()
}

// querier is a pool, a connection or a transaction.
type querier interface {
	Exec(ctx context.Context, sql string, args ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// do runs statements whose names (%I) and texts (%L) PostgreSQL itself puts in,
// by its function format: %1$I is the first word, quoted as a name. Several
// statements are one transaction: all are done, or none.
func do(ctx context.Context, q querier, statements string, words ...string) error {
	var sql string
	if words == nil {
		words = []string{}
	}
	if err := q.QueryRow(ctx, "SELECT format($1::text, VARIADIC $2::text[])", statements, words).Scan(&sql); err != nil {
		return err
	}
	_, err := q.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	return err
}

// PostgreSQL's error codes that this room acts on.
const (
	duplicateObject   = "42710" // a role
	duplicateDatabase = "42P04"
	undefinedObject   = "42704" // a role
	undefinedDatabase = "3D000"
	reservedName      = "42939"
	lacksPrivilege    = "42501"
	inUse             = "55006"
	uniqueViolation   = "23505" // two at the same moment
)

func code(err error) string {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.Code
	}
	return ""
}

func taken(err error) bool {
	c := code(err)
	return c == duplicateObject || c == duplicateDatabase || c == uniqueViolation
}

// told words an error of the tenant server's for the caller; a fault stays what it is.
func told(err error) error {
	var f *fault.Fault
	switch {
	case err == nil, errors.As(err, &f):
		return err
	case database.Unanswered(err):
		return fault.New(fault.Unavailable, "The server of the accounts’ databases does not answer. Try again in a few seconds: %w", err)
	case code(err) == lacksPrivilege:
		return fault.New(fault.Unavailable, "Accounts cannot have databases here: the role in POSTERN_TENANT_URL must have CREATEROLE and CREATEDB: %w", err)
	}
	return fmt.Errorf("the tenant server: %w", err)
}
