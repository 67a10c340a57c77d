package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"postern/server/cluster"
	"postern/server/config"
	"postern/server/database"
	"postern/server/node"
	"postern/server/seal"
	"postern/shared/scalar"
)

// process is what every command that works on the database has open.
type process struct {
	config  config.Config
	log     *slog.Logger
	lines   *lines
	cluster *cluster.Cluster // nil when POSTERN_DATABASE_URL names a server
	db      *database.DB
}

// open reads the environment and reaches the database, starting the embedded
// one if need be.
func open(ctx context.Context) (*process, error) {
	c, err := config.Read(os.Environ())
	if err != nil {
		return nil, err
	}
	p := &process{config: c}
	p.log, p.lines = logger(c)
	if err := os.MkdirAll(c.Data, 0o711); err != nil {
		return nil, fmt.Errorf("POSTERN_DATA: %w", err)
	}
	url := c.DatabaseURL.Reveal()
	if url == "" {
		p.cluster, err = cluster.Start(ctx, cluster.Options{Dir: filepath.Join(c.Data, "postgresql"), Log: p.log, TenantAddress: embeddedAddress(c)})
		if err != nil {
			p.close()
			return nil, err
		}
		url = p.cluster.URL()
		if c.TenantURL == "" {
			p.config.TenantURL = seal.Secret(p.cluster.TenantURL())
		}
	}
	p.db, err = database.Open(ctx, database.Options{URL: url, ReadURL: c.ReadURL.Reveal()})
	if err != nil {
		p.close()
		return nil, err
	}
	return p, nil
}

// embeddedAddress is where the embedded server listens for accounts, if they are its.
func embeddedAddress(c config.Config) string {
	if c.TenantURL != "" {
		return ""
	}
	return c.TenantPlace
}

// close gives the database back, and the log's last lines away; the embedded server
// stops when nobody else uses it.
func (p *process) close() {
	if p.db != nil {
		if err := p.db.Close(); err != nil {
			p.log.Warn("database not closed", "error", err)
		}
	}
	if p.cluster != nil {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		if err := p.cluster.Stop(ctx); err != nil {
			p.log.Warn("PostgreSQL not stopped", "error", err)
		}
	}
	p.lines.flush()
}

func (p *process) migrate(ctx context.Context) ([]string, error) {
	if err := database.CheckVersion(ctx, p.db); err != nil {
		return nil, err
	}
	return database.Migrate(ctx, p.db)
}

func (p *process) node() (*node.Node, error) {
	key, err := p.sealKey()
	if err != nil {
		return nil, err
	}
	return node.New(node.Options{Config: &p.config, DB: p.db, Key: key, Now: now, Random: random, Log: p.log, Version: version})
}

// serve runs a node until it is told to stop.
func serve(ctx context.Context) error {
	return serveWith(ctx, func(*process, *node.Node) error { return nil })
}

// serveWith runs a node with something done before it answers.
func serveWith(ctx context.Context, before func(*process, *node.Node) error) error {
	p, err := open(ctx)
	if err != nil {
		return err
	}
	defer p.close()
	if _, err := p.migrate(ctx); err != nil {
		return err
	}
	n, err := p.node()
	if err != nil {
		return err
	}
	if err := n.Open(); err != nil {
		return err
	}
	secret, err := n.EnsureRoot(ctx)
	if err != nil {
		return err
	}
	if err := before(p, n); err != nil {
		return err
	}
	spareCollections()
	// What starting took is more than what serving takes.
	debug.FreeOSMemory()
	if err := forgetProgram(); err != nil {
		p.log.Warn("the program's pages stay in memory", "error", err)
	}
	p.greet(n, secret)
	return n.Serve(ctx)
}

// greet prints where to go. A generated password is printed once and kept nowhere.
func (p *process) greet(n *node.Node, secret string) {
	fmt.Printf("Postern %s is ready.\n", version)
	for _, s := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail} {
		fmt.Printf("  %-8s %s\n", s.Title(), n.Address(s))
	}
	switch {
	case secret == "":
	case p.config.RootPassword == "":
		fmt.Printf("  root’s password: %s   (shown this once)\n", secret)
	default:
		fmt.Println("  root’s password is the one in POSTERN_ROOT_PASSWORD.")
	}
}

// sealKey is the key that secrets at rest are sealed with: the operator's, or one
// that is made once and kept in POSTERN_DATA.
func (p *process) sealKey() (*seal.Key, error) {
	if text := p.config.SealKey; text != "" {
		return seal.NewKey(text.Reveal())
	}
	name := filepath.Join(p.config.Data, "seal.key")
	text, err := os.ReadFile(name)
	if errors.Is(err, fs.ErrNotExist) {
		text = []byte(seal.NewKeyText() + "\n")
		err = os.WriteFile(name, text, 0o600)
	}
	if err != nil {
		return nil, fmt.Errorf("the seal key: %w", err)
	}
	key, err := seal.NewKey(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return key, nil
}

func usage(w io.Writer) {
	fmt.Fprint(w, `postern: a server for the login side of a hosting machine,
compatible with cPanel & WHM and not affiliated with cPanel.

  postern serve              answer on the ports of cPanel, WHM and Webmail
  postern demo               serve with people and history to look at
  postern migrate            bring the database’s schema to this version
  postern whmapi1 function   call a function of WHM API 1 as root
  postern uapi Module f      call a function of UAPI as an account
  postern cpapi2 Module f    call a function of cPanel API 2 as an account
  postern webmail-config x   print configuration for dovecot or roundcube
  postern reference          print the OpenAPI document of all functions
  postern version            print the version

Each takes --help.
`)
}

func serveHelp(w io.Writer) {
	fmt.Fprint(w, "postern serve: answer on the ports of cPanel, WHM and Webmail until told to stop.\n\nIt is set by these variables of the environment:\n\n")
	for _, f := range config.Fields {
		value := f.Default
		if value == "" {
			value = "empty"
		}
		fmt.Fprintf(w, "  %s (%s)\n      %s\n", f.Name, value, f.Doc)
	}
}

func migrateHelp(w io.Writer) {
	fmt.Fprintln(w, "postern migrate: bring the database’s schema to this version. serve does so by itself.")
}

func referenceHelp(w io.Writer) {
	fmt.Fprintln(w, "postern reference: print the OpenAPI 3.1 document of all functions.")
}
