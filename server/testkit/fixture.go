package testkit

import (
	"context"
	"crypto/rand"
	"sync"
	"testing"

	"postern/server/database"
)

// Fixture is a database that is filled once and copied for each test: for tests
// that share inhabitants whose making takes long. It stays until the server
// goes, which for tests is a throwaway one.
type Fixture struct {
	once sync.Once
	name string // empty: it could not be made
}

// New returns a copy of the test's own, open; fill makes the original when there
// is none yet. It is dropped when the test ends.
func (f *Fixture) New(t testing.TB, fill func(*database.DB)) *database.DB {
	t.Helper()
	f.once.Do(func() { f.make(t, fill) })
	if f.name == "" {
		t.Fatal("testkit: the fixture could not be made")
	}
	url := makeDatabase(t, func(*host) (string, error) { return f.name, nil })
	db, err := database.Open(t.Context(), database.Options{URL: url, MaxConns: 4})
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func (f *Fixture) make(t testing.TB, fill func(*database.DB)) {
	t.Helper()
	h, err := server()
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	origin, err := template(h)
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	name := "postern_fixture_" + rand.Text()
	if err := h.exec("CREATE DATABASE %s TEMPLATE %s", name, origin); err != nil {
		t.Fatalf("testkit: %v", err)
	}
	db, err := database.Open(context.Background(), database.Options{URL: h.urlOf(name), MaxConns: 4})
	if err != nil {
		t.Fatalf("testkit: %v", err)
	}
	fill(db)
	if err := db.Close(); err != nil { // PostgreSQL copies a database only while nobody is in it
		t.Fatalf("testkit: %v", err)
	}
	f.name = name
}
