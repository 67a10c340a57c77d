package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// diskFull fills the disk that PostgreSQL's data is on: a small one in memory, of
// a server of its own.
func diskFull(ctx context.Context, h *house, v *verdict) error {
	v.did = "the disk of PostgreSQL's data directory was full for 4 s"
	if os.Geteuid() != 0 {
		v.notRun = "only root may mount a disk small enough to be filled: run it as root"
		return nil
	}
	small := filepath.Join(h.dir, "mount-disk")
	if err := os.Mkdir(small, 0o711); err != nil {
		return err
	}
	if err := syscall.Mount("faults", small, "tmpfs", 0, "size=256m,mode=0711"); err != nil {
		v.notRun = fmt.Sprintf("no disk can be mounted here: %v", err)
		return nil
	}
	defer syscall.Unmount(small, syscall.MNT_DETACH)
	own := &house{dir: small, program: h.program, verbose: h.verbose, ledger: &ledger{}}
	own.db = own.postgres(filepath.Join(small, "postgresql"), map[string]string{"max_wal_size": "48MB", "min_wal_size": "32MB"})
	defer own.close()
	if err := own.open(ctx); err != nil {
		return err
	}
	down := false
	err := own.during(ctx, v, []*node{own.a, own.b}, func(ctx context.Context) error {
		filler := filepath.Join(small, "filler")
		until := time.Now().Add(4 * time.Second)
		for time.Now().Before(until) { // what is freed meanwhile is filled too
			if err := fill(filler); err != nil {
				return err
			}
			// The log of transactions has room ahead of itself: that is used up too.
			_ = own.db.administer(ctx, "SELECT pg_switch_wal()") // which fails when it is
			time.Sleep(50 * time.Millisecond)
		}
		if err := os.Remove(filler); err != nil {
			return err
		}
		if down = own.db.postmaster() == 0; down { // then whoever looks after it starts it again
			if err := own.db.forget(); err != nil {
				return err
			}
			return own.db.start(ctx)
		}
		return own.awaitDatabase(ctx)
	})
	if down {
		v.note("PostgreSQL stopped and was started again")
	}
	return err
}

// fill appends to a file until the disk is full.
func fill(name string) error {
	f, err := os.OpenFile(name, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	block := make([]byte, 256<<10)
	for {
		switch _, err := f.Write(block); {
		case err == nil:
		case errors.Is(err, syscall.ENOSPC) && len(block) == 1:
			return nil
		case errors.Is(err, syscall.ENOSPC):
			block = block[:max(1, len(block)/4)]
		default:
			return err
		}
	}
}

// awaitDatabase waits until PostgreSQL takes writes: after a panic it recovers by itself.
func (h *house) awaitDatabase(ctx context.Context) error {
	for range 300 {
		if err := h.db.administer(ctx, "SELECT txid_current()"); err == nil {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	return errors.New("PostgreSQL does not come back")
}
