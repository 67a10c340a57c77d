// Command webmail shows the whole chain to a developer: a Postern with a mailbox,
// Dovecot, a delivery agent and Roundcube, on the loopback, with a message in the
// box. It prints a link that signs in once, and stops everything on Ctrl-C.
//
//	webmail -postern bin/postern   runs it
//	webmail -check                 tells whether all programs are there
//	webmail -packages              names Debian's packages of them
//
// With -adminer it is the same for Adminer, beside an account with a database.
package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"postern/server/cluster"
	"postern/server/webmailtest"
)

func main() {
	check := flag.Bool("check", false, "tell whether all programs are there")
	packages := flag.Bool("packages", false, "name Debian's packages")
	adminer := flag.Bool("adminer", false, "Adminer instead of Dovecot and Roundcube")
	program := flag.String("postern", "bin/postern", "the program")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var err error
	switch {
	case *adminer && *packages:
		fmt.Println(webmailtest.AdminerPackages)
	case *adminer && *check:
		err = webmailtest.AdminerMissing()
	case *adminer:
		err = withDatabase(ctx, func(url string) error { return showAdminer(ctx, *program, url) })
	case *packages:
		fmt.Println(webmailtest.Packages)
	case *check:
		err = webmailtest.Missing()
	default:
		err = withDatabase(ctx, func(url string) error { return show(ctx, *program, url) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "webmail: "+err.Error())
		os.Exit(1)
	}
}

// withDatabase works beside a throwaway PostgreSQL server.
func withDatabase(ctx context.Context, work func(url string) error) error {
	db, err := cluster.Throwaway(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	defer func() {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := db.Discard(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "webmail: "+err.Error())
		}
	}()
	return work(db.URL())
}

// settings are those of every Postern here: any free ports of the loopback.
func settings(url string, more ...string) []string {
	return append(os.Environ(), append([]string{"POSTERN_DATABASE_URL=" + url, "POSTERN_HOSTNAME=localhost",
		"POSTERN_BIND=127.0.0.1", "POSTERN_CPANEL_PORT=0", "POSTERN_WHM_PORT=0", "POSTERN_WEBMAIL_PORT=0", "POSTERN_CPANEL_PLAIN_PORT=off",
		"POSTERN_WHM_PLAIN_PORT=off", "POSTERN_WEBMAIL_PLAIN_PORT=off", "POSTERN_ROOT_PASSWORD=" + password, "POSTERN_LOG_LEVEL=warn"}, more...)...)
}

// show runs everything until it is told to stop.
func show(ctx context.Context, program, url string) error {
	chain, err := webmailtest.Plan(url)
	if err != nil {
		return err
	}
	defer chain.Stop()
	data, err := os.MkdirTemp("", "postern-webmail-data-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(data)
	p, err := serve(ctx, program, settings(url, append(chain.Environment(), "POSTERN_DATA="+data)...))
	if err != nil {
		return err
	}
	defer p.stop()
	link, err := p.furnish(ctx, chain)
	if err != nil {
		return err
	}
	fmt.Printf("\nThe message waits in the inbox of %s. This signs in once:\n\n  %s\n\nOr sign in as root with the password %s:\n  %s\n\nCtrl-C stops everything.\n",
		mailbox, link, password, p.addresses["WHM"])
	<-ctx.Done()
	return nil
}

// postern is a running Postern.
type postern struct {
	cmd       *exec.Cmd
	addresses map[string]string // by service title
}

func (p *postern) stop() {
	_ = p.cmd.Process.Signal(syscall.SIGTERM) // it may have ended
	_ = p.cmd.Wait()
}

// serve starts Postern and waits for its addresses.
func serve(ctx context.Context, program string, env []string) (*postern, error) {
	p := &postern{cmd: exec.Command(program, "serve"), addresses: map[string]string{}}
	p.cmd.Env, p.cmd.Stderr = env, os.Stderr
	p.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a terminal's Ctrl-C is for us to pass on
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	ready := make(chan error, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if words := strings.Fields(lines.Text()); len(words) == 2 && strings.HasPrefix(words[1], "https://") {
				if p.addresses[words[0]] = words[1]; len(p.addresses) == 3 {
					ready <- nil
					break
				}
			}
		}
		if len(p.addresses) < 3 {
			ready <- errors.New("the program ended before it was ready")
		}
		_, _ = io.Copy(io.Discard, out)
	}()
	select {
	case err = <-ready:
	case <-ctx.Done():
		err = ctx.Err()
	}
	if err != nil {
		p.stop()
	}
	return p, err
}
