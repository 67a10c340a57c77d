package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"postern/server/config"
	"postern/server/database"
	roof "postern/server/node"
	"postern/server/seal"
	"postern/shared/scalar"
)

// movedClock names the variable that makes this program a node whose clock can
// be moved while it runs: it reads from its standard input, line by line, how far
// its clock is off.
//
// A postern reads the system's clock in one place, when it builds its node, so
// this one is the same node given another clock. To preload a library that lies
// about the time, as is done with other programs, does nothing to a static one;
// and the machine's own clock belongs to everybody on it.
const movedClock = "FAULTS_CLOCK"

// runMoved is that node.
func runMoved() int {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	if err := serveMoved(ctx); err != nil {
		fmt.Println("moved node:", err)
		return 1
	}
	return 0
}

func serveMoved(ctx context.Context) error {
	var off atomic.Int64
	if d, err := time.ParseDuration(os.Getenv(movedClock)); err == nil {
		off.Store(int64(d))
	}
	go func() {
		for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
			if d, err := time.ParseDuration(lines.Text()); err == nil {
				off.Store(int64(d))
				fmt.Println("clock moved by", d)
			}
		}
	}()
	c, err := config.Read(os.Environ())
	if err != nil {
		return err
	}
	db, err := database.Open(ctx, database.Options{URL: c.DatabaseURL.Reveal()})
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := database.Migrate(ctx, db); err != nil {
		return err
	}
	key, err := seal.NewKey(c.SealKey.Reveal())
	if err != nil {
		return err
	}
	n, err := roof.New(roof.Options{
		Config: &c, DB: db, Key: key, Random: rand.Reader, Log: slog.New(slog.NewJSONHandler(os.Stdout, nil)), Version: "faults",
		Now: func() time.Time { return time.Now().Add(time.Duration(off.Load())).UTC() },
	})
	if err != nil {
		return err
	}
	if err := n.Open(); err != nil {
		return err
	}
	if _, err := n.EnsureRoot(ctx); err != nil {
		return err
	}
	fmt.Println("  Webmail ", n.Address(scalar.Webmail))
	return n.Serve(ctx)
}
