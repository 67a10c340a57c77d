package cluster_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/server/cluster"
)

// A path too long for a socket gets a short one; a stranger's directory, link
// or open directory of that name is refused.
func TestSocketDirectory(t *testing.T) {
	dir := filepath.Join(home(t), strings.Repeat("long", 25), "c")
	c := begin(t, dir)
	socket := socketOf(t, c)
	if len(socket) > 60 || !strings.HasPrefix(socket, "/tmp/postern-") {
		t.Fatalf("the socket is in %s", socket)
	}
	ask(t, c.URL(), "SELECT 1")
	end(t, c)

	elsewhere := home(t)
	for name, squat := range map[string]func() error{
		"open to others": func() error {
			if err := os.Mkdir(socket, 0o777); err != nil {
				return err
			}
			return os.Chmod(socket, 0o777)
		},
		"a link": func() error { return os.Symlink(elsewhere, socket) },
		"a file": func() error { return os.WriteFile(socket, nil, 0o700) },
		"of another user": func() error {
			if os.Geteuid() != 0 { // only root can make one; others meet it through "open to others"
				return os.Mkdir(socket, 0o755)
			}
			if err := os.Mkdir(socket, 0o700); err != nil {
				return err
			}
			return os.Chown(socket, 65534, 65534)
		},
	} {
		t.Run(name, func(t *testing.T) {
			os.RemoveAll(socket)
			must(t, squat())
			defer os.RemoveAll(socket)
			_, err := cluster.Start(context.Background(), cluster.Options{Dir: dir, Settings: fast})
			if err == nil || !strings.Contains(err.Error(), socket) {
				t.Errorf("Start over a squatted socket directory: %v", err)
			}
		})
	}
}

// Data below a directory that the server's user cannot enter, such as /root or
// a private temporary directory, works all the same.
func TestUnreachableParents(t *testing.T) {
	above := home(t)
	must(t, os.Chmod(above, 0o700))
	dir := filepath.Join(above, "data", "cluster")
	c := begin(t, dir)
	ask(t, c.URL(), "CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)")
	end(t, c)
	again := begin(t, dir)
	if got := ask(t, again.URL(), "SELECT count(*) FROM kept"); got != "1" {
		t.Errorf("count = %s", got)
	}
	if two := begin(t, dir); two.URL() != again.URL() {
		t.Errorf("the second node found another server: %s", two.URL())
	}
}

// What an interrupted initdb left is thrown away; what somebody put there is not.
func TestUnfinishedData(t *testing.T) {
	dir := filepath.Join(home(t), "c")
	must(t, os.MkdirAll(filepath.Join(dir, "pgdata.new", "base"), 0o700))
	if os.Geteuid() == 0 {
		must(t, os.Chmod(dir, 0o711))
	}
	ask(t, begin(t, dir).URL(), "SELECT 1")

	strange := filepath.Join(home(t), "c")
	must(t, os.MkdirAll(filepath.Join(strange, "pgdata"), 0o755))
	must(t, os.WriteFile(filepath.Join(strange, "pgdata", "thesis.txt"), []byte("mine"), 0o600))
	if os.Geteuid() == 0 {
		must(t, os.Chown(filepath.Join(strange, "pgdata"), 65534, 65534))
	}
	_, err := cluster.Start(context.Background(), cluster.Options{Dir: strange})
	if err == nil || !strings.Contains(err.Error(), "not empty") {
		t.Errorf("Start over foreign files: %v", err)
	}
}

func TestMissingPrograms(t *testing.T) {
	t.Setenv("PATH", "/nonexistent")
	restore := cluster.LookOnlyIn(t.TempDir())
	defer restore()
	_, err := cluster.Start(context.Background(), cluster.Options{Dir: filepath.Join(home(t), "c")})
	if err == nil || !strings.Contains(err.Error(), "apt-get install postgresql") || strings.Contains(err.Error(), "\n") {
		t.Errorf("without programs: %v", err)
	}
}
