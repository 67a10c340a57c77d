package cluster_test

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"postern/server/cluster"
)

// fast are settings of a cluster that a test may lose.
var fast = map[string]string{"fsync": "off", "shared_buffers": "16MB"}

// home makes a directory that the server's user can reach, for a test as root too.
func home(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "pgt")
	if err != nil {
		t.Fatal(err)
	}
	if os.Geteuid() == 0 {
		must(t, os.Chmod(dir, 0o711))
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// usedDir is where the tests that only need some cluster, stopped, take turns:
// initdb is what takes the time.
var usedDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("/tmp", "pgt")
	if err != nil {
		panic(err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chmod(dir, 0o711); err != nil {
			panic(err)
		}
	}
	return dir
})

func used(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(usedDir(), "c")
	if pid := postmaster(dir); pid != 0 {
		t.Fatalf("the test before left a server running: %d", pid)
	}
	return dir
}

func begin(t *testing.T, dir string) *cluster.Cluster {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := cluster.Start(ctx, cluster.Options{Dir: dir, Settings: fast, Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, c) })
	return c
}

func end(t *testing.T, c *cluster.Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	must(t, c.Stop(ctx))
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// ask runs one statement with psql and returns what it prints.
func ask(t *testing.T, at, sql string) string {
	t.Helper()
	out, err := exec.Command("psql", "-XAtqc", sql, at).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v: %s", sql, err, out)
	}
	return strings.TrimSpace(string(out))
}

// postmaster is the process number in the pid file; 0 when there is none.
func postmaster(dir string) int {
	text, _ := os.ReadFile(filepath.Join(dir, "pgdata", "postmaster.pid"))
	pid, _ := strconv.Atoi(strings.SplitN(string(text), "\n", 2)[0])
	return pid
}

func socketOf(t *testing.T, c *cluster.Cluster) string {
	t.Helper()
	u, err := url.Parse(c.URL())
	must(t, err)
	return u.Query().Get("host")
}

func alive(pid int) bool {
	cwd, err := os.Readlink("/proc/" + strconv.Itoa(pid) + "/cwd")
	return err == nil && cwd != ""
}

func TestStart(t *testing.T) {
	dir := filepath.Join(home(t), "data", "cluster")
	c := begin(t, dir)
	for sql, want := range map[string]string{
		"SELECT current_user || current_database()":                  "posternpostern",
		"SELECT rolsuper FROM pg_roles WHERE rolname = current_user": "f",
		"SHOW listen_addresses":                                      "",
		"SHOW server_encoding":                                       "UTF8",
		"SHOW data_checksums":                                        "on",
		"SHOW shared_buffers":                                        "16MB",
		"SHOW standard_conforming_strings":                           "on",
		"SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'postern'": "postern",
	} {
		if got := ask(t, c.URL(), sql); got != want {
			t.Errorf("%s = %q, want %q", sql, got, want)
		}
	}
	if got := ask(t, c.AdminURL(), "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"); got != "t" {
		t.Errorf("the administrator is no superuser")
	}
	info, err := os.Stat(socketOf(t, c))
	must(t, err)
	if info.Mode().Perm() != 0o700 {
		t.Errorf("the socket's directory has mode %o", info.Mode().Perm())
	}
	ask(t, c.URL(), "CREATE TABLE kept (n int)")
	pid := postmaster(dir)
	end(t, c)
	if alive(pid) {
		t.Fatal("the server runs after Stop")
	}
	began := time.Now()
	c = begin(t, dir)
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("starting an existing cluster took %v", took)
	} else {
		t.Logf("started an existing cluster in %v", took)
	}
	ask(t, c.URL(), "INSERT INTO kept VALUES (1)")
}

// Nodes that start together share one server; only the last one stops it.
func TestShared(t *testing.T) {
	dir := used(t)
	nodes := make([]*cluster.Cluster, 4)
	var starts sync.WaitGroup
	for i := range nodes {
		starts.Go(func() {
			var err error
			if nodes[i], err = cluster.Start(t.Context(), cluster.Options{Dir: dir, Settings: fast}); err != nil {
				t.Error(err)
			}
		})
	}
	starts.Wait()
	if t.Failed() {
		return
	}
	pid, two := postmaster(dir), nodes[3]
	for _, one := range nodes[:3] {
		end(t, one)
	}
	if !alive(pid) {
		t.Fatal("the other nodes' stop ended the last one's server")
	}
	ask(t, two.URL(), "SELECT 1")
	end(t, two)
	if alive(pid) {
		t.Fatal("the last node's stop left the server running")
	}
}

// A client that is not ours keeps the server alive.
func TestStopSparesClients(t *testing.T) {
	dir := used(t)
	c := begin(t, dir)
	client := exec.Command("psql", "-XAtq", c.URL())
	in, err := client.StdinPipe()
	must(t, err)
	out, err := client.StdoutPipe()
	must(t, err)
	must(t, client.Start())
	in.Write([]byte("SELECT 7;\n"))
	if _, err := out.Read(make([]byte, 8)); err != nil {
		t.Fatal(err)
	}
	end(t, c)
	if !alive(postmaster(dir)) {
		t.Fatal("the server was stopped under a connected client")
	}
	in.Close()
	_ = client.Wait()
	end(t, begin(t, dir))
	if postmaster(dir) != 0 {
		t.Fatal("the server runs though nobody is connected")
	}
}

// After kill -9 of the server itself its pid file is stale.
func TestCrashedPostmaster(t *testing.T) {
	dir := used(t)
	c := begin(t, dir)
	ask(t, c.URL(), "CREATE TABLE survives AS SELECT 42 AS n")
	must(t, syscall.Kill(postmaster(dir), syscall.SIGKILL))
	again := begin(t, dir)
	if got := ask(t, again.URL(), "SELECT n FROM survives"); got != "42" {
		t.Errorf("survives = %q", got)
	}
}

// stalePidFile has a server run and stop, and returns who it ran as and what puts its
// pid file back, with another number in it.
func stalePidFile(t *testing.T, dir string) (put func(pid int), owner *syscall.Stat_t) {
	t.Helper()
	c := begin(t, dir)
	path := filepath.Join(dir, "pgdata", "postmaster.pid")
	text, err := os.ReadFile(path)
	must(t, err)
	info, err := os.Stat(path)
	must(t, err)
	end(t, c)
	_, rest, _ := strings.Cut(string(text), "\n")
	owner = info.Sys().(*syscall.Stat_t)
	return func(pid int) {
		t.Helper()
		must(t, os.WriteFile(path, []byte(strconv.Itoa(pid)+"\n"+rest), 0o600))
		must(t, os.Chown(path, int(owner.Uid), int(owner.Gid)))
	}, owner
}

// A server that is being killed has lost its socket while its process is still there:
// that is waited for, and not taken for a server that does not answer.
func TestServerOnItsWayOut(t *testing.T) {
	dir := used(t)
	stale, _ := stalePidFile(t, dir)
	going := exec.Command("sleep", "0.5")
	going.Dir = filepath.Join(dir, "pgdata")
	must(t, going.Start())
	gone := make(chan error, 1)
	go func() { gone <- going.Wait() }()
	stale(going.Process.Pid)

	ask(t, begin(t, dir).URL(), "SELECT 1")
	must(t, <-gone)
}

// The number in a stale pid file may be a living program's by now: it must
// neither be taken for the server nor be hurt.
func TestPidFileOfAnotherProcess(t *testing.T) {
	dir := used(t)
	stale, owner := stalePidFile(t, dir)
	other := exec.Command("sleep", "60")
	other.SysProcAttr = &syscall.SysProcAttr{}
	if os.Geteuid() == 0 { // the same user as the server: the hard case
		other.SysProcAttr.Credential = &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}
	}
	must(t, other.Start())
	defer func() { _ = other.Process.Kill(); _ = other.Wait() }()
	stale(other.Process.Pid)

	again := begin(t, dir)
	ask(t, again.URL(), "SELECT 1")
	end(t, again)
	if !alive(other.Process.Pid) {
		t.Error("a foreign process was ended")
	}
}
