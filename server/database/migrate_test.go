package database_test

import (
	subprocess "os/exec"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"postern/migrations"
	"postern/server/database"
	"postern/server/testkit"
	"postern/shared/fault"
)

func open(t *testing.T, at string) *database.DB {
	t.Helper()
	db, err := database.Open(t.Context(), database.Options{URL: at, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// dump is the schema as pg_dump writes it, less the random words of its newer versions.
func dump(t *testing.T, at string) string {
	t.Helper()
	out, err := subprocess.Command("pg_dump", "--schema-only", "--no-owner", at).CombinedOutput()
	if err != nil {
		t.Fatalf("pg_dump: %v: %s", err, out)
	}
	return regexp.MustCompile(`(?m)^\\(un)?restrict .*$`).ReplaceAllString(string(out), "")
}

func TestUpDownUp(t *testing.T) {
	t.Parallel()
	at := testkit.EmptyURL(t)
	db := open(t, at)
	if err := database.CheckVersion(t.Context(), db); err != nil {
		t.Errorf("CheckVersion of an empty database: %v", err)
	}
	if err := database.CheckReady(t.Context(), db); !fault.Is(err, fault.Unavailable) {
		t.Errorf("CheckReady of an empty database: %v", err)
	}
	applied, err := database.Migrate(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	files, _ := migrations.FS.ReadDir(".")
	if len(applied)*2 != len(files) {
		t.Errorf("%d migrations applied, %d files", len(applied), len(files))
	}
	up := dump(t, at)
	if err := database.CheckVersion(t.Context(), db); err != nil {
		t.Errorf("CheckVersion after Migrate: %v", err)
	}
	if err := database.CheckReady(t.Context(), db); err != nil {
		t.Errorf("CheckReady after Migrate: %v", err)
	}
	if again, err := database.Migrate(t.Context(), db); err != nil || len(again) != 0 {
		t.Errorf("the second Migrate applied %v, %v", again, err)
	}
	if err := database.Rollback(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	var left []string
	err = db.Write.NewRaw(`SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
		WHERE nspname = 'public' AND relname NOT LIKE 'bun\_%'`).Scan(t.Context(), &left)
	if err != nil || len(left) > 0 {
		t.Errorf("left after the way down: %v, %v", left, err)
	}
	if _, err := database.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if down := dump(t, at); down != up {
		t.Errorf("up, down, up differs from up:\n%s\n---- before:\n%s", down, up)
	}
}

// Every pair is whole, in one transaction each way, and has a time of its own.
func TestFileNames(t *testing.T) {
	files, err := migrations.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	var names, times []string
	for _, f := range files {
		names = append(names, f.Name())
	}
	form := regexp.MustCompile(`^(\d{14})_[a-z_]+\.tx\.(up|down)\.sql$`)
	for _, name := range names {
		m := form.FindStringSubmatch(name)
		if m == nil {
			t.Errorf("%s is not named like a migration", name)
			continue
		}
		if m[2] == "down" {
			times = append(times, m[1])
			continue
		}
		if !slices.Contains(names, strings.Replace(name, ".up.", ".down.", 1)) {
			t.Errorf("%s has no way down", name)
		}
	}
	if unique := slices.Compact(slices.Sorted(slices.Values(times))); len(unique) != len(times) || len(names) != 2*len(times) {
		t.Errorf("two migrations share a time: %v", names)
	}
}

// Nodes that start at the same moment migrate once, and all go on.
func TestMigrateTogether(t *testing.T) {
	t.Parallel()
	at := testkit.EmptyURL(t)
	var mu sync.Mutex
	var all []string
	var nodes sync.WaitGroup
	for range 6 {
		db := open(t, at)
		nodes.Go(func() {
			applied, err := database.Migrate(t.Context(), db)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, applied...)
		})
	}
	nodes.Wait()
	files, _ := migrations.FS.ReadDir(".")
	if len(all)*2 != len(files) {
		t.Errorf("applied by six nodes: %v", all)
	}
	if err := database.CheckVersion(t.Context(), open(t, at)); err != nil {
		t.Error(err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	db := testkit.New(t)
	exec(t, db.Write, "INSERT INTO bun_migrations (name, group_id) VALUES ('29990101000000', 99)")
	before := migrationsOf(t, db)
	err := database.CheckVersion(t.Context(), db)
	if !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "newer") || !strings.Contains(err.Error(), "29990101000000") {
		t.Errorf("CheckVersion: %v", err)
	}
	if _, err := database.Migrate(t.Context(), db); err == nil || !strings.Contains(err.Error(), "newer") {
		t.Errorf("Migrate: %v", err)
	}
	if after := migrationsOf(t, db); after != before {
		t.Errorf("a refused schema changed: %s, before %s", after, before)
	}
}

// A step that fails, in its text or at its commit, leaves nothing and is not
// recorded; the steps before it stay, and the next run goes on from there.
func TestFailedStep(t *testing.T) {
	t.Parallel()
	for name, bad := range map[string]string{
		"in its text":   "CREATE TABLE two (n int); SELECT 1/0;",
		"at its commit": "CREATE TABLE two (n int REFERENCES one DEFERRABLE INITIALLY DEFERRED); INSERT INTO two VALUES (7);",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := open(t, testkit.EmptyURL(t))
			files := fstest.MapFS{
				"20200101000001_one.tx.up.sql": {Data: []byte("CREATE TABLE one (n int PRIMARY KEY);")},
				"20200101000002_two.tx.up.sql": {Data: []byte(bad)},
			}
			if _, err := database.MigrateFiles(t.Context(), db, files); err == nil {
				t.Fatal("a bad step was applied")
			}
			if got := migrationsOf(t, db); got != "20200101000001" {
				t.Errorf("recorded: %s", got)
			}
			files["20200101000002_two.tx.up.sql"].Data = []byte("CREATE TABLE two (n int);")
			applied, err := database.MigrateFiles(t.Context(), db, files)
			if err != nil || !slices.Equal(applied, []string{"20200101000002_two"}) {
				t.Errorf("the mended step: %v, %v", applied, err)
			}
			if got := migrationsOf(t, db); got != "20200101000001 20200101000002" {
				t.Errorf("recorded at last: %s", got)
			}
		})
	}
}

func migrationsOf(t *testing.T, db *database.DB) (list string) {
	t.Helper()
	if err := db.Write.NewRaw("SELECT string_agg(name, ' ' ORDER BY name) FROM bun_migrations").Scan(t.Context(), &list); err != nil {
		t.Fatal(err)
	}
	return list
}
