package cluster

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// step is how often a state is looked at while waiting for it to change.
const step = 5 * time.Millisecond

// silence is how long a server may not answer before that counts: one that has just
// been killed has closed its socket a moment before its process is gone, and a busy
// one's queue of connections may be full.
const silence = 2 * time.Second

// pidFile is what PostgreSQL keeps in postmaster.pid while it runs.
type pidFile struct {
	pid    int
	socket string
	port   int
	status string // starting, ready, stopping, standby
}

// readPidFile reads it, if it is there and whole. Its lines: pid, data
// directory, start time, port, socket directory, TCP address, shared memory, status.
func (c *Cluster) readPidFile() (pidFile, bool) {
	text, err := os.ReadFile(filepath.Join(c.pgdata(), "postmaster.pid"))
	lines := strings.Split(string(text), "\n")
	pid, perr := strconv.Atoi(strings.TrimSpace(lines[0]))
	if err != nil || perr != nil || pid <= 1 {
		return pidFile{}, false
	}
	p := pidFile{pid: pid, status: "starting"}
	if len(lines) > 4 {
		p.socket = lines[4]
		p.port, _ = strconv.Atoi(lines[3])
	}
	if len(lines) > 7 && lines[7] != "" {
		p.status = strings.TrimSpace(lines[7])
	}
	return p, true
}

// running tells whether the process really is a server of this data directory:
// after a crash its number may be another program's. A server's working
// directory is its data directory; where the system does not tell, the socket must.
func (c *Cluster) running(p pidFile) bool {
	if syscall.Kill(p.pid, 0) == syscall.ESRCH {
		return false
	}
	if cwd, err := os.Readlink("/proc/" + strconv.Itoa(p.pid) + "/cwd"); err == nil {
		return cwd == c.pgdata()
	}
	if _, err := os.Stat("/proc/self/cwd"); err == nil {
		return false // a zombie, or a process of somebody else's
	}
	return c.answers()
}

// answers tells whether somebody listens on the socket.
func (c *Cluster) answers() bool {
	conn, err := net.Dial("unix", c.socketFile())
	if err == nil {
		conn.Close()
	}
	return err == nil
}

// adopt takes over a server that outlived the process that started it. One
// that is on its way down is waited for; then there is none.
func (c *Cluster) adopt(ctx context.Context, changed bool) (bool, error) {
	for began := time.Now(); ; {
		p, found := c.readPidFile()
		if !found || !c.running(p) {
			return false, c.clearStale(p, found)
		}
		if p.status == "ready" {
			// Where it listens was decided when it was started.
			c.socket, c.port = p.socket, p.port
			if err := c.ensureSocketDir(); err != nil {
				return false, err
			}
			if !c.answers() {
				if time.Since(began) < silence && pause(ctx, step) == nil {
					continue
				}
				return false, failed("A PostgreSQL server with the process number %d runs in %s but does not answer on the socket in %s: stop it.", p.pid, c.pgdata(), c.socket)
			}
			if changed { // who may come in, above all
				_ = syscall.Kill(p.pid, syscall.SIGHUP)
			}
			c.pid = p.pid
			c.log.Debug("the database runs already", "pid", p.pid)
			return true, nil
		}
		if err := pause(ctx, step); err != nil {
			return false, failed("The database in %s has not finished %s: %w", c.pgdata(), p.status, err)
		}
	}
}

// clearStale removes the pid file of a dead server whose number another living
// process has now: PostgreSQL would take that one for its own. All other stale
// files are left to PostgreSQL, which knows best.
func (c *Cluster) clearStale(p pidFile, found bool) error {
	if !found || syscall.Kill(p.pid, 0) != nil || len(c.processes()) > 0 {
		return nil
	}
	c.log.Warn("removing the lock file of a database server that is gone", "pid", p.pid)
	return os.Remove(filepath.Join(c.pgdata(), "postmaster.pid"))
}

// launch starts the postmaster and waits until it answers. Right after a crash
// the dead server's children may still be letting go: then it tries again.
func (c *Cluster) launch(ctx context.Context) error {
	for {
		said, err := c.launchOnce(ctx)
		if err == nil || !bytes.Contains(said, []byte("shared memory block")) {
			return err
		}
		if pause(ctx, 100*time.Millisecond) != nil {
			return err
		}
	}
}

func (c *Cluster) launchOnce(ctx context.Context) (said []byte, err error) {
	out, err := openLog(filepath.Join(c.dir, "postgres.log"))
	if err != nil {
		return nil, failed("The database's log cannot be opened: %w", err)
	}
	defer out.Close()
	before, _ := out.Seek(0, io.SeekEnd)
	// Not bound to ctx: the server outlives the start.
	cmd, release, err := c.command(context.Background(), "postgres",
		"-D", filepath.Join(c.base, "pgdata"), "-c", "config_file="+filepath.Join(c.base, "postgresql.conf"))
	if err != nil {
		return nil, err
	}
	defer release()
	cmd.Stdout, cmd.Stderr = out, out
	if err := cmd.Start(); err != nil {
		return nil, failed("PostgreSQL cannot be started: %w", err)
	}
	done := make(chan struct{})
	go func() { _ = cmd.Wait(); close(done) }()
	c.done, c.pid = done, cmd.Process.Pid
	if err = c.awaitReady(ctx); err == nil {
		return nil, nil
	}
	_ = cmd.Process.Signal(syscall.SIGQUIT)
	<-done
	said = tail(out.Name(), before)
	return said, failed("PostgreSQL did not start in %s: %s (more in %s): %w", c.dir, reason(said), out.Name(), err)
}

// awaitReady returns when the server that was just started says that it is ready.
func (c *Cluster) awaitReady(ctx context.Context) error {
	for {
		if p, found := c.readPidFile(); found && p.pid == c.pid && p.status == "ready" && c.answers() {
			return nil
		}
		select {
		case <-c.done:
			return errors.New("it ended")
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(step):
		}
	}
}

// pause waits a moment, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
