package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"postern/server/cluster"
)

// keeper is the process that holds the database server. It lives in a session of
// its own, so that whatever ends this program, be it a kill, leaves somebody to
// end the servers and to remove their files.
type keeper struct {
	dir   string // everything of the run is in it
	url   string // of Postern's role
	admin string // of the superuser
	cmd   *exec.Cmd
	in    io.WriteCloser
}

// newKeeper makes the folder and the database server in it.
func newKeeper(parent string) (*keeper, error) {
	dir, err := os.MkdirTemp(parent, "postern-bench-")
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(dir, 0o711); err != nil { // root's servers run as another user
		return nil, err
	}
	k := &keeper{dir: dir, cmd: exec.Command(self(), "keep", dir)}
	k.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	k.cmd.Stderr = os.Stderr
	if k.in, err = k.cmd.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := k.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := k.cmd.Start(); err != nil {
		return nil, err
	}
	if _, err := fmt.Fscan(out, &k.url, &k.admin); err != nil {
		return nil, errors.Join(errors.New("the database server was not started"), k.close())
	}
	return k, nil
}

// hold makes the keeper end a process if this one cannot; release takes it back.
func (k *keeper) hold(pid int)    { fmt.Fprintf(k.in, "+%d\n", pid) }
func (k *keeper) release(pid int) { fmt.Fprintf(k.in, "-%d\n", pid) }

// close ends the database server and removes all files.
func (k *keeper) close() error {
	_ = k.in.Close() // that is the sign
	return k.cmd.Wait()
}

// keep is the keeper's side: its standard input says which processes there are,
// and by its end that all is over.
func keep(dir string) error {
	c, err := startCluster(dir)
	if err != nil {
		return errors.Join(err, os.RemoveAll(dir))
	}
	fmt.Println(c.URL(), c.AdminURL())
	held := map[int]bool{}
	for s := bufio.NewScanner(os.Stdin); s.Scan(); {
		if pid, err := strconv.Atoi(strings.TrimLeft(s.Text(), "+-")); err == nil {
			held[pid] = strings.HasPrefix(s.Text(), "+")
		}
	}
	for pid, still := range held {
		if still {
			end(pid)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	return errors.Join(c.Stop(ctx), os.RemoveAll(dir))
}

// startCluster starts the server with the extension that counts statements, or
// without where the distribution has it in a package of its own.
func startCluster(dir string) (*cluster.Cluster, error) {
	settings := map[string]string{
		"max_connections":          "200", // for a house of each size
		"max_wal_size":             "8GB", // no checkpoint falls into a round
		"shared_preload_libraries": "pg_stat_statements",
	}
	ctx, quiet := context.Background(), slog.New(slog.DiscardHandler)
	c, err := cluster.Start(ctx, cluster.Options{Dir: filepath.Join(dir, "postgresql"), Settings: settings, Log: quiet})
	if err == nil {
		return c, nil
	}
	delete(settings, "shared_preload_libraries")
	return cluster.Start(ctx, cluster.Options{Dir: filepath.Join(dir, "postgresql"), Settings: settings, Log: quiet})
}

// end ends a process that is not our child, and waits until it is gone.
func end(pid int) {
	for i := range 100 {
		signal := syscall.SIGTERM
		if i > 50 {
			signal = syscall.SIGKILL
		}
		if syscall.Kill(pid, signal) != nil {
			return
		}
		time.Sleep(100 * time.Millisecond)
	}
}

func self() string {
	name, err := os.Executable()
	if err != nil {
		return os.Args[0]
	}
	return name
}
