package testkit_test

import (
	"fmt"
	"testing"
	"time"

	"postern/server/testkit"
)

// Databases are the test's own: what one writes no other sees, at the same time.
func TestClonesAreIsolated(t *testing.T) {
	for i := range 12 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			began := time.Now()
			db := testkit.New(t)
			t.Logf("a database after %v", time.Since(began))
			for _, sql := range []string{"CREATE TABLE mine (n int)", "INSERT INTO mine VALUES (1)"} {
				if _, err := db.Write.ExecContext(t.Context(), sql); err != nil {
					t.Fatal(err)
				}
			}
			var n int
			if err := db.Read.NewRaw("SELECT count(*) FROM mine").Scan(t.Context(), &n); err != nil || n != 1 {
				t.Errorf("count = %d, %v", n, err)
			}
		})
	}
}

func TestDatabasesAreDropped(t *testing.T) {
	var name string
	t.Run("inner", func(t *testing.T) {
		if err := testkit.New(t).Write.NewRaw("SELECT current_database()").Scan(t.Context(), &name); err != nil {
			t.Fatal(err)
		}
	})
	var left int
	if err := testkit.New(t).Write.NewRaw("SELECT count(*) FROM pg_database WHERE datname = ?", name).Scan(t.Context(), &left); err != nil || left != 0 {
		t.Errorf("the database %s is still there (%v)", name, err)
	}
}

func TestClock(t *testing.T) {
	c := testkit.NewClock()
	if !c.Now().Equal(testkit.Noon) || !c.Now().Equal(c.Now()) {
		t.Errorf("a new clock shows %v", c.Now())
	}
	if got := c.Advance(time.Hour); !got.Equal(testkit.Noon.Add(time.Hour)) || !c.Now().Equal(got) {
		t.Errorf("an hour on it shows %v", got)
	}
	zone := time.FixedZone("east", 7200)
	c.Set(testkit.Noon.In(zone))
	if c.Now().Location() != time.UTC || !c.Now().Equal(testkit.Noon) {
		t.Errorf("set back it shows %v", c.Now())
	}
}
