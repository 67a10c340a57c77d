package cluster

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"syscall"
)

// largestLog is how big the server's log may be before a start sets it aside.
const largestLog = 16 << 20

// openLog opens the server's log; the one before it is kept as .old.
func openLog(path string) (*os.File, error) {
	if info, err := os.Lstat(path); err == nil && info.Size() > largestLog {
		if err := os.Rename(path, path+".old"); err != nil {
			return nil, err
		}
	}
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_APPEND, 0o600)
}

// tail reads a file from a place on, 64 KiB at most.
func tail(path string, from int64) []byte {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	text, _ := io.ReadAll(io.NewSectionReader(f, from, 64<<10))
	return text
}

// gate lets one process at a time start or stop the cluster.
func (c *Cluster) gate(ctx context.Context) (*os.File, error) {
	f, err := os.OpenFile(filepath.Join(c.dir, "gate.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, failed("The database's lock file cannot be opened: %w", err)
	}
	for {
		if lock(f, syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			return f, nil
		}
		if err := pause(ctx, step); err != nil {
			f.Close()
			return nil, failed("Another process has been starting or stopping the database in %s all the while: %w", c.dir, err)
		}
	}
}

// hold takes a share of a lock file until it is closed. The kernel gives it
// back if the process dies.
func hold(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err == nil {
		if err = lock(f, syscall.LOCK_SH); err == nil {
			return f, nil
		}
		f.Close()
	}
	return nil, failed("The database's lock file cannot be held: %w", err)
}

// held tells whether anybody has a share of a lock file.
func held(path string) bool {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return false
	}
	defer f.Close()
	return lock(f, syscall.LOCK_EX|syscall.LOCK_NB) != nil
}

// lock is flock, which signals may interrupt.
func lock(f *os.File, how int) error {
	for {
		if err := syscall.Flock(int(f.Fd()), how); err != syscall.EINTR {
			return err
		}
	}
}
