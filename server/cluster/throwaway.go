package cluster

import (
	"context"
	"errors"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
)

// Throwaway starts a cluster for tests in a new temporary directory, in memory
// where there is room: nothing is written safely, and Postern's role may make
// databases. It ends with this process, however that ends: Stop ends it in good
// order; if the process is killed, a watchdog does.
func Throwaway(ctx context.Context, log *slog.Logger) (*Cluster, error) {
	dir, err := os.MkdirTemp(roomiest(), "postern-test-")
	if err != nil {
		return nil, failed("No directory can be made for a temporary database: %w", err)
	}
	if os.Geteuid() == 0 {
		if err := os.Chmod(dir, 0o711); err != nil {
			return nil, failed("The directory %s cannot be opened to PostgreSQL: %w", dir, err)
		}
	}
	watch, lifeline, err := watchdog(dir)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	c, err := start(ctx, Options{Dir: dir, Log: log}, true)
	if err != nil {
		lifeline.Close() // the watchdog clears up
		_ = watch.Wait()
		return nil, err
	}
	c.watch, c.lifeline = watch, lifeline
	return c, nil
}

// Discard stops a throwaway cluster and removes all that there was of it.
func (c *Cluster) Discard(ctx context.Context) error {
	if !c.throwaway {
		return errors.New("cluster: Discard is for throwaway clusters")
	}
	err := c.Stop(ctx)
	if err == nil {
		err = os.RemoveAll(c.dir)
	}
	c.lifeline.Close()
	return errors.Join(err, c.watch.Wait())
}

// watchdogScript waits for the end of its standard input, which comes when the
// last process that holds the pipe's other end is gone. If the directory $1 is
// still there then, nobody stopped the server in good order. An initdb is left to
// finish, since killed it leaves shared memory behind; then whatever works in
// there is ended, twice, for a server caught at its first step, and the
// directory removed.
const watchdogScript = `
while read -r _; do :; done
[ -d "$1" ] || exit 0
inside() {
	[ -d /proc/self ] || { head -n 1 "$1/pgdata/postmaster.pid" 2>/dev/null; return; }
	for link in /proc/[0-9]*/cwd; do
		case "$(readlink "$link" 2>/dev/null)" in
		"$1"/"$2"*) pid=${link#/proc/}; echo "${pid%/cwd}" ;;
		esac
	done
}
n=0
while [ -d /proc/self ] && [ -n "$(inside "$1" pgdata.new)" ] && [ $n -lt 100 ]; do sleep 0.1; n=$((n+1)); done
socket=$(sed -n 5p "$1/pgdata/postmaster.pid" 2>/dev/null)
for round in 1 2; do
	n=0
	while pids=$(inside "$1") && [ -n "$pids" ] && [ $n -lt 50 ]; do
		kill -QUIT $pids 2>/dev/null
		sleep 0.1
		n=$((n+1))
	done
	rm -rf "$1"
	sleep 0.1
done
case "$socket" in /tmp/postern-*) rm -rf "$socket" ;; esac
rm -rf "$1"
`

// watchdog starts the script in a session of its own, so that what kills the
// test's whole process group spares it.
func watchdog(dir string) (*exec.Cmd, *os.File, error) {
	real, err := filepath.EvalSymlinks(dir)
	if err != nil {
		return nil, nil, failed("The directory %s cannot be resolved: %w", dir, err)
	}
	read, write, err := os.Pipe()
	if err != nil {
		return nil, nil, failed("No pipe can be made for the watchdog: %w", err)
	}
	defer read.Close()
	cmd := exec.Command("/bin/sh", "-c", watchdogScript, "postern-watchdog", real)
	cmd.Stdin, cmd.Dir = read, "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		write.Close()
		return nil, nil, failed("The watchdog cannot be started: %w", err)
	}
	return cmd, write, nil
}

// roomiest is where temporary databases go: the system's shared memory if it
// is there, writable and has 2 GiB free, else the temporary directory.
func roomiest() string {
	const shm, enough = "/dev/shm", 2 << 30
	var fs syscall.Statfs_t
	if syscall.Statfs(shm, &fs) == nil && uint64(fs.Bavail)*uint64(fs.Bsize) >= enough {
		if probe, err := os.CreateTemp(shm, "postern-probe-"); err == nil {
			probe.Close()
			os.Remove(probe.Name())
			return shm
		}
	}
	return os.TempDir()
}
