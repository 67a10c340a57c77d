package database_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/testkit"
	"postern/shared/fault"
)

func code(err error) string {
	var said *pgconn.PgError
	if errors.As(err, &said) {
		return said.Code
	}
	return ""
}

func exec(t *testing.T, db bun.IDB, sql string, args ...any) {
	t.Helper()
	if _, err := db.NewRaw(sql, args...).Exec(t.Context()); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func TestReadPoolRefusesWrites(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	exec(t, db.Write, "CREATE TABLE things (n int PRIMARY KEY)")
	for _, sql := range []string{
		"INSERT INTO things VALUES (1)", "UPDATE things SET n = 2", "DELETE FROM things", "DROP TABLE things",
		"CREATE TABLE more ()", "SELECT * FROM things FOR UPDATE", "SELECT 1; INSERT INTO things VALUES (2)",
		"WITH w AS (INSERT INTO things VALUES (3) RETURNING n) SELECT n FROM w", "SELECT nextval('bun_migrations_id_seq')",
	} {
		if _, err := db.Read.ExecContext(t.Context(), sql); code(err) != "25006" {
			t.Errorf("%s on the reading pool: %v", sql, err)
		}
	}
	var n int
	if err := db.Read.NewRaw("SELECT count(*) FROM things").Scan(t.Context(), &n); err != nil || n != 0 {
		t.Errorf("count = %d, %v", n, err)
	}
}

// Values are not text: whatever an attacker writes arrives as it was written,
// also when the database's owner switched safe quoting off for all sessions.
func TestValuesStayValues(t *testing.T) {
	t.Parallel()
	at := testkit.URL(t)
	first, err := database.Open(t.Context(), database.Options{URL: at, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	exec(t, first.Write, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET standard_conforming_strings = off', current_database()); END $$`)
	first.Close()
	db, err := database.Open(t.Context(), database.Options{URL: at, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var mode string
	if err := db.Write.NewRaw("SHOW standard_conforming_strings").Scan(t.Context(), &mode); err != nil || mode != "on" {
		t.Fatalf("standard_conforming_strings is %s, %v", mode, err)
	}
	for _, evil := range []string{
		`\'; SELECT 'gone`, `\`, `'`, `\\'`, `''`, `$1`, `?`, `?0`, "x'; DROP TABLE accounts; --", "$$", "\u2019", `E'\x27'`,
	} {
		var byBun, bound string
		if err := db.Write.NewRaw("SELECT ?", evil).Scan(t.Context(), &byBun); err != nil || byBun != evil {
			t.Errorf("bun: %q came back as %q, %v", evil, byBun, err)
		}
		if err := db.Pool.QueryRow(t.Context(), "SELECT $1::text", database.Bound, evil).Scan(&bound); err != nil || bound != evil {
			t.Errorf("bound: %q came back as %q, %v", evil, bound, err)
		}
	}
	raw := []byte{0, 39, 92, 255}
	var back []byte
	if err := db.Write.NewRaw("SELECT ?::bytea", raw).Scan(t.Context(), &back); err != nil || string(back) != string(raw) {
		t.Errorf("bytes came back as %v, %v", back, err)
	}
}

// A pooler that hands out its own connections drops what we asked for: the
// reading pool would write. Such a connection is refused, with the reason.
func TestRefusesLostSettings(t *testing.T) {
	t.Parallel()
	bare, err := pgx.Connect(t.Context(), testkit.URL(t)) // as behind such a pooler: with none of our settings
	if err != nil {
		t.Fatal(err)
	}
	defer bare.Close(context.Background())
	want := map[string]string{
		"standard_conforming_strings": "on", "client_encoding": "UTF8",
		"default_transaction_read_only": "on", "default_transaction_isolation": "read committed", "search_path": "public",
	}
	err = database.Check(want)(t.Context(), bare)
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), `default_transaction_read_only must be "on"`) {
		t.Errorf("said %v", err)
	}
	for _, set := range []string{"SET default_transaction_read_only = on", "SET search_path = public"} {
		if _, err := bare.Exec(t.Context(), set); err != nil {
			t.Fatal(err)
		}
	}
	if err := database.Check(want)(t.Context(), bare); err != nil {
		t.Errorf("with all settings: %v", err)
	}
}

// A bound statement is prepared, and works inside bun's transaction.
func TestBound(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	exec(t, db.Write, "CREATE TABLE things (n int)")
	err := db.Write.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		for n := range 3 {
			if _, err := tx.Tx.ExecContext(ctx, "INSERT INTO things VALUES ($1)", database.Bound, n); err != nil {
				return err
			}
		}
		var prepared, sum int
		if err := tx.NewRaw("SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE 'INSERT INTO things%'").Scan(ctx, &prepared); err != nil || prepared != 1 {
			t.Errorf("%d prepared statements, %v", prepared, err)
		}
		if err := tx.NewRaw("SELECT sum(n) FROM things").Scan(ctx, &sum); err != nil || sum != 3 {
			t.Errorf("sum = %d, %v", sum, err)
		}
		return errors.New("roll back")
	})
	var left int
	if err2 := db.Pool.QueryRow(t.Context(), "SELECT count(*) FROM things").Scan(&left); err == nil || err2 != nil || left != 0 {
		t.Errorf("after the rollback %d rows, %v", left, err2)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	for _, pool := range []*bun.DB{db.Write, db.Read} {
		for name, want := range map[string]string{
			"statement_timeout": "10s", "lock_timeout": "5s", "idle_in_transaction_session_timeout": "10s",
			"application_name": "postern", "timezone": "UTC", "client_encoding": "UTF8", "search_path": "public",
		} {
			var got string
			if err := pool.NewRaw("SHOW ?", bun.Ident(name)).Scan(t.Context(), &got); err != nil || got != want {
				t.Errorf("%s = %q, want %q (%v)", name, got, want, err)
			}
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := db.Write.ExecContext(ctx, "SELECT pg_sleep(5)")
	if err = database.Fault(err, nil, nil); !fault.Is(err, fault.Unavailable) {
		t.Errorf("a statement without an end: %v", err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	exec(t, db.Write, "CREATE TABLE owners (id int PRIMARY KEY, name text CONSTRAINT owner_names UNIQUE)")
	exec(t, db.Write, "CREATE TABLE things (owner int REFERENCES owners)")
	exec(t, db.Write, "INSERT INTO owners VALUES (1, 'a')")
	taken, gone := fault.New(fault.Exists, "It exists."), fault.New(fault.Unknown, "It does not.")

	_, err := db.Write.NewRaw("INSERT INTO owners VALUES (2, 'a')").Exec(t.Context())
	if !database.Taken(err) || database.Constraint(err) != "owner_names" {
		t.Errorf("unique violation: %v (%q)", err, database.Constraint(err))
	}
	told := database.Fault(err, taken, gone)
	if !fault.Is(told, fault.Exists) || fault.Of(told).Message != "It exists." || !errors.Is(told, err) {
		t.Errorf("told %v", told)
	}
	if database.Fault(err, nil, gone) != err {
		t.Error("an unexpected violation was told")
	}
	_, err = db.Write.NewRaw("INSERT INTO things VALUES (9)").Exec(t.Context())
	if !database.Dangling(err) || database.Taken(err) {
		t.Errorf("dangling: %v", err)
	}
	var id int
	for name, err := range map[string]error{
		"bun":  db.Read.NewRaw("SELECT id FROM owners WHERE id = 9").Scan(t.Context(), &id),
		"pgx":  db.Pool.QueryRow(t.Context(), "SELECT id FROM owners WHERE id = 9").Scan(&id),
		"none": database.Hit(db.Write.NewRaw("UPDATE owners SET name = 'b' WHERE id = 9").Exec(t.Context())),
	} {
		if told := database.Fault(err, taken, gone); !fault.Is(told, fault.Unknown) {
			t.Errorf("%s: missing row told as %v", name, told)
		}
	}
	if err := database.Hit(db.Write.NewRaw("UPDATE owners SET name = 'b'").Exec(t.Context())); err != nil {
		t.Errorf("a hit: %v", err)
	}
	if err := database.Fault(gone, taken, nil); err != gone {
		t.Errorf("a fault became %v", err)
	}
	if database.Fault(nil, taken, gone) != nil {
		t.Error("no error became one")
	}
}

// A server that ends our connections, or is not there, is told as unavailable,
// without its URL's password; the pool recovers by itself.
func TestNoAnswer(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	exec(t, db.Write, "SELECT 1")
	err := db.Write.RunInTx(t.Context(), nil, func(ctx context.Context, tx bun.Tx) error {
		_, err := tx.NewRaw("SELECT pg_terminate_backend(pg_backend_pid())").Exec(ctx)
		return err
	})
	if told := database.Fault(err, nil, nil); !fault.Is(told, fault.Unavailable) {
		t.Errorf("a connection that broke: %v", err)
	}
	exec(t, db.Write, "SELECT 1")

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	_, err = database.Open(t.Context(), database.Options{URL: "postgres://u:hunter2@" + closed.Addr().String() + "/x"})
	if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("nobody there: %v", err)
	}
	for _, bad := range []string{"postgres://u:hunter2@%zz/x", "mysql://u:hunter2@h/x", "postgres://u:hunter2@h:port/x"} {
		if _, err = database.Open(t.Context(), database.Options{URL: bad}); err == nil || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", bad, err)
		}
	}
}

// Two transactions that wait for each other: one is ended by PostgreSQL and tried again.
func TestInTxRetriesDeadlocks(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	exec(t, db.Write, "CREATE TABLE things (id int PRIMARY KEY, n int)")
	exec(t, db.Write, "INSERT INTO things VALUES (1, 0), (2, 0)")
	var both, done sync.WaitGroup
	both.Add(2)
	for i := range 2 {
		first := true
		done.Go(func() {
			err := db.InTx(t.Context(), func(ctx context.Context, tx bun.Tx) error {
				if _, err := tx.NewRaw("UPDATE things SET n = n + 1 WHERE id = ?", 1+i).Exec(ctx); err != nil {
					return err
				}
				if first {
					first = false
					both.Done()
					both.Wait()
				}
				_, err := tx.NewRaw("UPDATE things SET n = n + 1 WHERE id = ?", 2-i).Exec(ctx)
				return err
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	done.Wait()
	var sum int
	if err := db.Write.NewRaw("SELECT sum(n) FROM things").Scan(t.Context(), &sum); err != nil || sum != 4 {
		t.Errorf("sum = %d, %v", sum, err)
	}
}
