// Command withpostgres runs a command beside a throwaway PostgreSQL server,
// whose URL the command finds in POSTERN_TEST_DATABASE_URL:
//
//	go run ./server/testkit/withpostgres go test ./...
//
// It exits with the command's status and leaves nothing running, whatever ends
// it. If the variable is set already, that server is used and nothing started.
// With -check instead of a command it only says whether PostgreSQL's server
// programs are installed.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"postern/server/cluster"
	"postern/server/testkit"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: withpostgres -check | COMMAND [ARGUMENT]…")
		os.Exit(2)
	}
	var status int
	var err error
	if os.Args[1] == "-check" {
		err = cluster.Installed()
	} else {
		status, err = run(os.Args[1:])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "withpostgres:", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

func run(command []string) (status int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	if os.Getenv(testkit.URLVariable) == "" {
		c, err := cluster.Throwaway(ctx, slog.New(slog.DiscardHandler))
		if err != nil {
			return 1, err
		}
		defer func() {
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			defer cancel()
			err = errors.Join(err, c.Discard(ctx))
		}()
		if err := os.Setenv(testkit.URLVariable, c.URL()); err != nil {
			return 1, err
		}
	}
	cmd := exec.CommandContext(ctx, command[0], command[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	// A terminal's Ctrl-C has reached the command too; SIGTERM is passed on.
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = 20 * time.Second
	err = cmd.Run()
	if ended := (*exec.ExitError)(nil); errors.As(err, &ended) {
		return max(ended.ExitCode(), 1), nil
	}
	return 0, err
}
