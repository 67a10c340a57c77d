package cluster_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"postern/server/cluster"
)

// A test that kills a process starts this binary again with one of these
// variables: it then holds a cluster, says so, and waits to be killed.
const (
	holdIn        = "CLUSTER_TEST_HOLD_IN" // a directory for Start
	holdThrowaway = "CLUSTER_TEST_HOLD_THROWAWAY"
)

func TestMain(m *testing.M) {
	log := slog.New(slog.NewTextHandler(os.Stdout, nil))
	var c *cluster.Cluster
	var err error
	switch {
	case os.Getenv(holdIn) != "":
		c, err = cluster.Start(context.Background(), cluster.Options{Dir: os.Getenv(holdIn), Settings: fast, Log: log})
	case os.Getenv(holdThrowaway) != "":
		c, err = cluster.Throwaway(context.Background(), log)
	default:
		status := m.Run()
		os.RemoveAll(usedDir())
		os.Exit(status)
	}
	fmt.Println("HELD", c.URL(), err)
	_, _ = io.ReadAll(os.Stdin)
	fmt.Println(c.URL())
}

// holder starts this binary as a process group of its own.
func holder(t *testing.T, variable, value string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), variable+"="+value)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	must(t, err)
	_, err = cmd.StdinPipe()
	must(t, err)
	must(t, cmd.Start())
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	return cmd, bufio.NewScanner(out)
}

// lineWith reads on until a line holds the text.
func lineWith(t *testing.T, lines *bufio.Scanner, text string) string {
	t.Helper()
	for lines.Scan() {
		if strings.Contains(lines.Text(), text) {
			return lines.Text()
		}
	}
	t.Fatalf("the process ended without saying %q", text)
	return ""
}

// The server outlives a node that is killed, and a Ctrl-C in its terminal; the
// next start adopts it.
func TestAdopt(t *testing.T) {
	for name, kill := range map[string]syscall.Signal{"kill -9": syscall.SIGKILL, "Ctrl-C": syscall.SIGINT} {
		t.Run(name, func(t *testing.T) {
			dir := used(t)
			cmd, lines := holder(t, holdIn, dir)
			lineWith(t, lines, "HELD postgres:")
			pid := postmaster(dir)
			must(t, syscall.Kill(-cmd.Process.Pid, kill))
			_ = cmd.Wait()
			time.Sleep(50 * time.Millisecond)
			if !alive(pid) {
				t.Fatal("the server died with the node")
			}
			c := begin(t, dir)
			if postmaster(dir) != pid {
				t.Error("the running server was not adopted")
			}
			ask(t, c.URL(), "SELECT 1")
			end(t, c)
			if alive(pid) {
				t.Error("the adopted server was not stopped by its last node")
			}
		})
	}
}

// A throwaway cluster ends with its process, however and whenever that dies.
func TestThrowawayEndsWithItsProcess(t *testing.T) {
	for name, moment := range map[string]string{"while initdb works": "making the database", "when it runs": "HELD postgres:"} {
		t.Run(name, func(t *testing.T) {
			cmd, lines := holder(t, holdThrowaway, "1")
			first := lineWith(t, lines, "making the database")
			_, dir, _ := strings.Cut(first, " dir=")
			dir = strings.TrimSuffix(strings.Fields(dir)[0], "/pgdata")
			if moment != "making the database" {
				lineWith(t, lines, moment)
			} else {
				time.Sleep(150 * time.Millisecond)
			}
			must(t, syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL))
			_ = cmd.Wait()
			for end := time.Now().Add(10 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				_, err := os.Stat(dir)
				if os.IsNotExist(err) && len(workingIn(dir)) == 0 {
					return
				}
				if time.Now().After(end) {
					t.Fatalf("left in %s: %v, processes %v", dir, err, workingIn(dir))
				}
			}
		})
	}
}

// workingIn lists the processes whose working directory is in dir, removed or not.
func workingIn(dir string) (pids []string) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && strings.HasPrefix(cwd, dir+"/") {
			pids = append(pids, link)
		}
	}
	return pids
}

func TestDiscard(t *testing.T) {
	c, err := cluster.Throwaway(t.Context(), slog.New(slog.DiscardHandler))
	must(t, err)
	dir := filepath.Dir(socketOf(t, c))
	ask(t, c.URL(), "CREATE DATABASE another")
	must(t, c.Discard(t.Context()))
	if _, err := os.Stat(dir); !os.IsNotExist(err) || len(workingIn(dir)) > 0 {
		t.Errorf("left in %s: %v, processes %v", dir, err, workingIn(dir))
	}
}

// Run by root, the tests above show that it steps down to the user postgres;
// here they run once more as a user without any rights. (Run by another user,
// they have shown that already.)
func TestAsAnotherUser(t *testing.T) {
	if os.Geteuid() != 0 {
		return
	}
	dir := home(t)
	binary := filepath.Join(dir, "cluster.test")
	text, err := os.ReadFile(os.Args[0])
	must(t, err)
	must(t, os.WriteFile(binary, text, 0o755))
	must(t, os.Chmod(binary, 0o755))
	cmd := exec.Command(binary, "-test.v", "-test.run", "^(TestStart|TestShared|TestCrashedPostmaster|TestSocketDirectory|TestDiscard)$")
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential(t, "nobody")}
	out, err := cmd.CombinedOutput()
	if err != nil || strings.Count(string(out), "\n--- PASS") != 5 {
		t.Errorf("as nobody: %v\n%s", err, out)
	}
}

// The kernel says who calls: a user whom nobody let in is refused, by the
// socket's directory and by PostgreSQL too.
func TestStrangersAreRefused(t *testing.T) {
	if os.Geteuid() != 0 {
		return // it takes root to be somebody else
	}
	c := begin(t, used(t))
	askAs := func(user string) (string, error) {
		cmd := exec.Command("psql", "-XAtqc", "SELECT 1", c.AdminURL())
		cmd.Dir = "/"
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: credential(t, user)}
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := askAs("nobody"); err == nil || !strings.Contains(out, "Permission denied") {
		t.Errorf("a stranger at the socket's directory: %v %s", err, out)
	}
	must(t, os.Chmod(socketOf(t, c), 0o755))
	must(t, os.Chmod(filepath.Join(socketOf(t, c), ".s.PGSQL.5432"), 0o777))
	if out, err := askAs("nobody"); err == nil || !strings.Contains(out, "Peer authentication failed") {
		t.Errorf("a stranger at the socket: %v %s", err, out)
	}
	if out, err := askAs("postgres"); err != nil {
		t.Errorf("the server's own user: %v %s", err, out)
	}
	must(t, os.Chmod(socketOf(t, c), 0o700))
}

func credential(t *testing.T, name string) *syscall.Credential {
	t.Helper()
	u, err := user.Lookup(name)
	must(t, err)
	uid, err := strconv.Atoi(u.Uid)
	must(t, err)
	gid, err := strconv.Atoi(u.Gid)
	must(t, err)
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
}
