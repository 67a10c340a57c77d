// Package cluster runs a private PostgreSQL server for Postern: the database of
// an installation whose operator named none, and the throwaway one of the tests.
//
// It owns the programs, the data directory, the socket and the life of the
// postmaster. It knows no SQL but the statements that make Postern's roles
// and its database; pools, migrations and queries belong to package database.
// The roof starts it at serve, the testkit at the first test.
//
// # Who gets in
//
// The server does not listen on TCP unless it is told to. Its Unix socket lies in
// a directory of mode 0700, so only its owner and root can reach it at all, and
// behind that PostgreSQL asks the kernel who is calling (authentication "peer")
// and admits the users that run Postern and nobody else. That was chosen over a password:
// there is no secret that a backup, a log, a process list or an environment
// could give away, the kernel's answer cannot be replayed, and a connection
// costs no key derivation. Postern's own role is no superuser: injected SQL
// could not run programs or read files. Nor may it make roles and databases: for
// those of accounts there is a second one, TenantRole, which owns nothing of
// Postern's.
//
// The accounts' database users have passwords (SCRAM). They are the members of
// TenantGroup, and no line of pg_hba.conf lets anybody else in with a password,
// or them into the databases that are not accounts'. To be of use to programs of
// other users of the machine, the server can listen on a port of the loopback
// (Options.TenantAddress); there it admits nobody but them, and what travels
// stays on the machine.
//
// # What lies where
//
// Options.Dir holds pgdata (the data directory) and run (the socket), both of
// the user that runs the server; the rest belongs to whoever runs Postern, so
// that a captured postmaster cannot plant links for root to follow:
// postgresql.conf, pg_hba.conf, pg_ident.conf (written at each start), the
// server's log and two lock files.
package cluster

import (
	"context"
	"log/slog"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"postern/shared/fault"
)

// Role is the database role that Postern works as: no superuser.
const Role = "postern"

// Database is the name of Postern's database, owned by Role.
const Database = "postern"

// TenantRole is the role that makes accounts' roles and databases.
const TenantRole = "postern_tenant"

// TenantGroup is the role whose members sign in with a password: the accounts'
// database users. Package tenant makes it.
const TenantGroup = "postern_tenants"

// DovecotRole is the role that reads mailboxes' password hashes for a mail server,
// in two views, and nothing else. It may sign in as those who run the server may:
// Dovecot's dict process runs as that user.
const DovecotRole = "postern_dovecot"

// Superuser is the role that administers the cluster: backups, ALTER SYSTEM.
const Superuser = "postgres"

// Options say where a cluster lives and how it runs.
type Options struct {
	Dir      string            // made if missing; for serve a directory inside POSTERN_DATA
	Settings map[string]string // postgresql.conf settings over Postern's own, by name
	Log      *slog.Logger      // nil: slog.Default()
	// TenantAddress is where the accounts' database users may connect over TCP, as
	// host:port with an address of the loopback; empty: nowhere.
	TenantAddress string
}

// Cluster is a running PostgreSQL server and this process's share in it.
// Several processes may hold the same one: the last to stop ends it.
type Cluster struct {
	dir       string  // absolute, without links
	base      string  // dir as the server's user can reach it
	socket    string  // directory of the socket
	port      int     // in the socket's name, and on TCP
	listen    string  // address of the loopback to listen on; empty: none
	server    account // whom the postmaster runs as
	bin       string  // directory of PostgreSQL's programs
	settings  map[string]string
	log       *slog.Logger
	presence  *os.File      // shared lock: this process uses the cluster
	done      chan struct{} // closed when a postmaster of our own has ended; nil if adopted
	pid       int
	throwaway bool
	watch     *exec.Cmd // ends a throwaway cluster when this process dies
	lifeline  *os.File  // the pipe that the watchdog listens on
}

// patience bounds a start that has no deadline of its own. Crash recovery of a
// large write-ahead log takes its time.
const patience = 5 * time.Minute

// Start makes the cluster in o.Dir if there is none, starts it, or adopts the
// one that runs there already, and returns when it answers.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	return start(ctx, o, false)
}

func start(ctx context.Context, o Options, throwaway bool) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c, err := place(o, throwaway)
	if err != nil {
		return nil, err
	}
	gate, err := c.gate(ctx)
	if err != nil {
		return nil, err
	}
	defer gate.Close()
	if c.presence, err = hold(filepath.Join(c.dir, "nodes.lock")); err != nil {
		return nil, err
	}
	if err = c.bring(ctx); err != nil {
		c.presence.Close()
		return nil, err
	}
	return c, nil
}

// bring makes the server answer, in whatever state it is found. The gate is held.
func (c *Cluster) bring(ctx context.Context) error {
	if err := c.ensureData(ctx); err != nil {
		return err
	}
	if err := c.ensureSocketDir(); err != nil {
		return err
	}
	changed, err := c.writeConfiguration()
	if err != nil {
		return err
	}
	for tries := 0; ; tries++ {
		adopted, err := c.adopt(ctx, changed)
		if err == nil && !adopted {
			err = c.launch(ctx)
		}
		if err != nil {
			return err
		}
		// One that was adopted may have been killed a moment ago.
		if err = c.ensureRoles(ctx); err == nil || !adopted || tries == 20 || pause(ctx, 20*step) != nil {
			return err
		}
	}
}

// URL is where Postern's own database is, as Role, for pgx and for libpq's programs.
// It holds no secret: the kernel vouches for the caller.
func (c *Cluster) URL() string { return c.urlOf(Role, Database) }

// TenantURL is the same server as TenantRole, in the database postgres.
func (c *Cluster) TenantURL() string { return c.urlOf(TenantRole, "postgres") }

// AdminURL is the same server as Superuser, in the database postgres.
func (c *Cluster) AdminURL() string { return c.urlOf(Superuser, "postgres") }

func (c *Cluster) urlOf(role, database string) string {
	where := url.Values{"host": {c.socket}}
	if c.port != defaultPort {
		where.Set("port", strconv.Itoa(c.port))
	}
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database, RawQuery: where.Encode()}
	return u.String()
}

// failed words a failure of the cluster; the cause is for the log.
func failed(format string, args ...any) error {
	return fault.New(fault.Unavailable, format, args...)
}
