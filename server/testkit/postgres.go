// Package testkit gives tests the real thing: a PostgreSQL database each, a
// clock that stands still, whole HTTP transcripts.
//
// It owns what only tests need and nothing that the server uses; only tests
// import it.
package testkit

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"postern/migrations"
	"postern/server/cluster"
	"postern/server/database"
)

// URLVariable names the environment variable that hands tests a PostgreSQL
// server: a role on it that may make databases. Without it the first test of a
// process starts a throwaway cluster, which ends with the process.
const URLVariable = "POSTERN_TEST_DATABASE_URL"

// TenantVariable names the environment variable that hands tests the same, or
// another, server as a role that may make roles too. Without it that is the role
// which a cluster of Postern's has for this; roles are the whole cluster's, so
// that tests must not use each other's names.
const TenantVariable = "POSTERN_TEST_TENANT_URL"

// TenantURL is where tests make accounts' roles and databases. What a test makes
// there it must drop.
func TenantURL(t testing.TB) string {
	t.Helper()
	if given := os.Getenv(TenantVariable); given != "" {
		return given
	}
	h, err := server()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	u, err := url.Parse(h.url)
	if err != nil {
		t.Fatalf("testkit: %s is not a URL", URLVariable)
	}
	if u.User.Username() == cluster.Role {
		u.User, u.Path = url.User(cluster.TenantRole), "/postgres"
	}
	return u.String()
}

// New returns a migrated, empty database of the test's own, open. It is dropped
// when the test ends. Tests that use it may run in parallel.
func New(t testing.TB) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), database.Options{URL: URL(t), MaxConns: 4})
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// URL is New for tests that start whole servers: the URL of a migrated, empty
// database of the test's own.
func URL(t testing.TB) string { return makeDatabase(t, template) }

// EmptyURL is the URL of a database of the test's own that has no schema yet.
func EmptyURL(t testing.TB) string {
	return makeDatabase(t, func(*host) (string, error) { return "template0", nil })
}

func makeDatabase(t testing.TB, from func(*host) (string, error)) string {
	t.Helper()
	h, err := server()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	origin, err := from(h)
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	name := "postern_test_" + rand.Text()
	if err := h.exec("CREATE DATABASE %s TEMPLATE %s", name, origin); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() {
		if err := h.drop(name); err != nil {
			t.Errorf("testkit: %v", err)
		}
	})
	return h.urlOf(name)
}

// drop drops a database. The connections of its owner it ends itself; those of
// other roles, which it may not end, have just been closed and take a moment to go.
func (h *host) drop(name string) error {
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		err := h.exec("DROP DATABASE IF EXISTS %s WITH (FORCE)", name)
		var said *pgconn.PgError
		if !errors.As(err, &said) || said.Code != "42501" || time.Now().After(end) {
			return err
		}
	}
}

// host is the PostgreSQL server that the process's tests use.
type host struct {
	url      string
	own      *cluster.Cluster // nil if given; held here, for its watchdog acts once it is garbage
	pool     *pgxpool.Pool    // to its own database, for making others
	template func() (string, error)
}

// server finds or starts it, once.
var server = sync.OnceValues(func() (*host, error) {
	h := &host{url: os.Getenv(URLVariable)}
	if h.url == "" {
		var err error
		if h.own, err = cluster.Throwaway(context.Background(), slog.New(slog.DiscardHandler)); err != nil {
			return nil, err
		}
		h.url = h.own.URL() // the cluster's watchdog ends it with this process
	}
	config, err := pgxpool.ParseConfig(h.url)
	if err != nil {
		return nil, fmt.Errorf("%s is not a PostgreSQL URL", URLVariable)
	}
	config.MaxConns = 4
	h.pool, err = pgxpool.NewWithConfig(context.Background(), config)
	h.template = sync.OnceValues(h.makeTemplate)
	return h, err
})

func template(h *host) (string, error) { return h.template() }

// exec runs a statement that names databases.
func (h *host) exec(statement string, names ...any) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	for i, name := range names {
		names[i] = pgx.Identifier{name.(string)}.Sanitize()
	}
	_, err := h.pool.Exec(ctx, fmt.Sprintf(statement, names...))
	return err
}

func (h *host) urlOf(name string) string {
	u, err := url.Parse(h.url)
	if err != nil {
		return h.url
	}
	u.Path = "/" + name
	return u.String()
}

// makeTemplate makes the migrated database that the tests' are copied from, or
// finds that another process has: its name says which migrations are in it, and
// the mark of a template says that it is whole.
func (h *host) makeTemplate() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	sum, err := fingerprint(migrations.FS)
	if err != nil {
		return "", err
	}
	name := "postern_template_" + sum
	conn, err := h.pool.Acquire(ctx)
	if err != nil {
		return "", err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtext($1))", name); err != nil {
		return "", err
	}
	defer conn.Exec(context.Background(), "SELECT pg_advisory_unlock(hashtext($1))", name)
	var whole bool
	err = conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)", name).Scan(&whole)
	if err != nil || whole {
		return name, err
	}
	if err := h.exec("DROP DATABASE IF EXISTS %s WITH (FORCE)", name); err != nil {
		return "", err
	}
	if err := h.exec("CREATE DATABASE %s TEMPLATE template0", name); err != nil {
		return "", err
	}
	if err := migrateAt(ctx, h.urlOf(name)); err != nil {
		return "", err
	}
	return name, h.exec("ALTER DATABASE %s WITH IS_TEMPLATE true ALLOW_CONNECTIONS false", name)
}

func migrateAt(ctx context.Context, at string) error {
	db, err := database.Open(ctx, database.Options{URL: at, MaxConns: 2})
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = database.Migrate(ctx, db)
	return err
}

// fingerprint is a hash of all migrations, names and texts.
func fingerprint(files fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := fs.ReadFile(files, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(text), text)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8]), err
}
