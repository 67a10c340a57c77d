// Command postern is an open server for the login side of a hosting machine,
// compatible with cPanel & WHM's APIs and not affiliated with cPanel.
//
//	postern serve        answers on the ports of cPanel, WHM and Webmail
//	postern demo         serves with people and history to look at
//	postern migrate      brings the database's schema to this version
//	postern whmapi1 …    calls a function of WHM API 1 as root
//	postern uapi …       calls a function of UAPI as an account
//	postern cpapi2 …     calls a function of cPanel API 2 as an account
//	postern webmail-config …  prints configuration for Dovecot or Roundcube
//	postern reference    prints the OpenAPI document of all functions
//	postern version      prints the version
//
// whmapi1, uapi and cpapi2 work as names of links to this program too.
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"syscall"
	"time"

	"postern/server/cli"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/node"
	"postern/server/reference"
	"postern/shared/fault"
)

// version is set by the build: -ldflags "-X main.version=…".
var version = "0.1.0-dev"

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	name, args := filepath.Base(os.Args[0]), os.Args[1:]
	switch name {
	case "whmapi1", "uapi", "cpapi2":
	default:
		if len(args) == 0 {
			usage(os.Stderr)
			os.Exit(2)
		}
		name, args = args[0], args[1:]
	}
	os.Exit(run(ctx, name, args))
}

func run(ctx context.Context, name string, args []string) int {
	var err error
	switch name {
	case "serve":
		err = withoutWords(name, args, serveHelp, func() error { return serve(ctx) })
	case "demo":
		err = withoutWords(name, args, demoHelp, func() error { return runDemo(ctx) })
	case "migrate":
		err = withoutWords(name, args, migrateHelp, func() error { return migrate(ctx) })
	case "whmapi1", "uapi", "cpapi2":
		return command(ctx, name, args)
	case "reference":
		err = withoutWords(name, args, referenceHelp, printReference)
	case "webmail-config":
		err = webmailConfig(ctx, args)
	case "version", "--version":
		fmt.Println(version)
	case "help", "--help", "-h":
		usage(os.Stdout)
	default:
		usage(os.Stderr)
		return 2
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "postern: "+err.Error())
		return 1
	}
	return 0
}

// withoutWords runs a command that takes no words but --help.
func withoutWords(name string, args []string, help func(io.Writer), run func() error) error {
	if len(args) == 1 && (args[0] == "--help" || args[0] == "-h") {
		help(os.Stdout)
		return nil
	}
	if len(args) > 0 {
		return fmt.Errorf("%s takes no words, only --help; settings come from the environment", name)
	}
	return run()
}

func migrate(ctx context.Context) error {
	p, err := open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	applied, err := p.migrate(ctx)
	for _, a := range applied {
		fmt.Println("applied", a)
	}
	if err == nil && len(applied) == 0 {
		fmt.Println("The schema is at this version already.")
	}
	return err
}

func printReference() error {
	document, err := reference.OpenAPI("", version)
	if err == nil {
		_, err = os.Stdout.Write(append(document, '\n'))
	}
	return err
}

// command is one of the three command lines. Help needs no database.
func command(ctx context.Context, name string, args []string) int {
	if len(args) == 0 || slices.Contains(args, "--help") || slices.Contains(args, "-h") {
		return cli.Run(ctx, name, args, os.Stdin, os.Stdout, os.Stderr, nil, nil)
	}
	p, err := open(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, name+": "+err.Error())
		return 1
	}
	defer p.close()
	var n *node.Node
	if err = database.CheckReady(ctx, p.db); err == nil {
		n, err = p.node()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, name+": "+fault.Of(err).Error())
		return 1
	}
	return cli.Run(ctx, name, args, os.Stdin, os.Stdout, os.Stderr, n.Mux, func(ctx context.Context, user string) (dispatch.Caller, error) {
		return n.As(ctx, user)
	})
}

var (
	now    = func() time.Time { return time.Now().UTC() }
	random = rand.Reader
)
