// Package node is one running Postern: the only place where rooms are built and
// joined. It holds no state of its own; several nodes on one database are one
// Postern. Package main runs it; so do the tests of the whole house.
package node

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/audit"
	"postern/server/bruteforce"
	"postern/server/config"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/httpd"
	"postern/server/login"
	"postern/server/mailbox"
	"postern/server/password"
	"postern/server/policy"
	"postern/server/seal"
	"postern/server/session"
	"postern/server/sourceip"
	"postern/server/statistics"
	"postern/server/token"
	"postern/server/twofactor"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Options are what a node is made of.
type Options struct {
	Config  *config.Config
	DB      *database.DB
	Key     *seal.Key // the same on every node
	Now     func() time.Time
	Random  io.Reader
	Log     *slog.Logger
	Version string
}

// Node is one running Postern.
type Node struct {
	Mux *dispatch.Mux

	options   Options
	account   *account.Room
	sessions  *session.Room
	tokens    *token.Room
	brute     *bruteforce.Room
	login     *login.Room
	sites     map[scalar.Service]*httpd.Site
	listeners *httpd.Listeners
}

// New builds the rooms and joins them. It fails if a declared function has no answer.
func New(o Options) (*Node, error) {
	random := &shared{from: o.Random}
	cores := runtime.GOMAXPROCS(0)
	// One hash a core, and about two seconds' worth that wait; more are told to come again.
	hasher, err := password.NewHasher(random, cores, 64*cores)
	if err != nil {
		return nil, err
	}
	n := &Node{options: o, sites: map[scalar.Service]*httpd.Site{}}
	n.Mux = &dispatch.Mux{DB: o.DB.Write, ReadOnly: o.DB.Read, Now: o.Now, As: account.As, Record: n.record}
	n.brute = &bruteforce.Room{Settings: bruteforce.Defaults()}
	n.sessions = &session.Room{
		DB: o.DB.Write, Random: random, Hasher: hasher, URL: n.url,
		Lifetimes: func(ctx context.Context, db bun.IDB) (session.Lifetimes, error) {
			p, err := policy.Load(ctx, db)
			return session.Lifetimes{Unused: p.Unused(), Idle: p.Idle(), Absolute: p.Absolute()}, err
		},
		Locked: func(ctx context.Context, name string, from netip.Addr, now time.Time) error {
			return n.brute.Check(ctx, o.DB.Write, name, from, now)
		},
		Failed: n.failed,
	}
	n.tokens = token.New(random)
	n.account = &account.Room{
		Hasher: hasher, Random: random, Hostname: o.Config.Hostname, Version: o.Version, EndSessions: endAll,
	}
	addresses := &sourceip.Room{Hasher: hasher, Random: random, Key: o.Key.Derive("security questions"),
		Policy: func(ctx context.Context, db bun.IDB) (sourceip.Policy, error) { return policy.Load(ctx, db) }}
	second := &twofactor.Room{
		Key: o.Key, Random: random, Hostname: o.Config.Hostname, Policy: policy.TwoFactor, SetPolicy: policy.SetTwoFactor,
		EndSessions: func(ctx context.Context, db bun.IDB, id int64, keep string) error {
			if err := session.EndOthers(ctx, db, id, keep); err != nil {
				return err
			}
			return login.EndAll(ctx, db, id)
		},
	}
	n.login = &login.Room{DB: o.DB.Write, Random: random, Hasher: hasher, Sessions: n.sessions, Brute: n.brute,
		Addresses: addresses, SecondStep: second, Record: n.record, Log: o.Log}
	mailboxes := &mailbox.Room{
		Hasher: hasher, EndSessions: endAll,
		Locked: func(ctx context.Context, c dispatch.Call, name string) error {
			return n.brute.Check(ctx, o.DB.Write, name, c.Address, c.Now)
		},
		Failed: func(ctx context.Context, c dispatch.Call, name string) error {
			return n.failed(ctx, name, c.Address, c.Now)
		},
	}
	n.account.Register(n.Mux)
	mailboxes.Register(n.Mux)
	n.sessions.Register(n.Mux)
	n.sessions.RegisterList(n.Mux)
	addresses.Register(n.Mux)
	second.Register(n.Mux)
	(&policy.Room{}).Register(n.Mux)
	(&audit.Room{}).Register(n.Mux)
	(&statistics.Room{Hostname: o.Config.Hostname, Version: o.Version, Started: o.Now()}).Register(n.Mux)
	n.tokens.Register(n.Mux)
	n.Mux.Nested()
	if err := n.Mux.Missing(); err != nil {
		return nil, err
	}
	return n, n.buildSites()
}

// record adds to the audit trail, under the id by which the log knows the request.
func (n *Node) record(ctx context.Context, db bun.IDB, e dispatch.Event) error {
	e.Request = httpd.RequestID(ctx)
	return audit.Record(ctx, db, e)
}

// endAll ends what the logins are signed in to, and what they have begun to sign in to.
func endAll(ctx context.Context, db bun.IDB, logins ...int64) error {
	if err := session.EndAll(ctx, db, logins...); err != nil {
		return err
	}
	return login.EndAll(ctx, db, logins...)
}

// failed counts a wrong password that an API function was given, outside the
// function's transaction, so that the refusal does not take the count back.
func (n *Node) failed(ctx context.Context, name string, from netip.Addr, now time.Time) error {
	return n.brute.Fail(ctx, n.options.DB.Write, bruteforce.Attempt{Name: name, Address: from, Step: "function"}, now)
}

func (n *Node) buildSites() error {
	for _, service := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail} {
		n.sites[service] = &httpd.Site{
			Service: service, Config: n.options.Config, DB: n.options.DB, Mux: n.Mux, Sessions: n.sessions, Login: n.login,
			Tokens: n.tokens, Now: n.options.Now, Log: n.options.Log, Version: n.options.Version, Port: n.port,
		}
	}
	return nil
}

// Handler is what a service answers with, over TLS or in the clear.
func (n *Node) Handler(service scalar.Service, overTLS bool) (http.Handler, error) {
	site := n.sites[service]
	h, err := site.Handler()
	if err == nil && !overTLS && n.options.Config.Plain == "redirect" {
		h = site.Plain()
	}
	return h, err
}

// port is the TLS port of a service as people outside write it.
func (n *Node) port(service scalar.Service) int {
	if n.listeners != nil {
		if p := n.listeners.Port(service, true); p != 0 {
			return p
		}
	}
	c := n.options.Config
	switch service {
	case scalar.WHM:
		return int(c.WHMPort)
	case scalar.Webmail:
		return int(c.WebmailPort)
	}
	return int(c.CPanelPort)
}

// url is the address of a service, for a host name or the server's own.
func (n *Node) url(service scalar.Service, host string) string {
	if host == "" {
		host = n.options.Config.Hostname
	}
	return "https://" + net.JoinHostPort(host, strconv.Itoa(n.port(service)))
}

// EnsureRoot makes root in a new database and returns its password; empty when
// root is there already.
func (n *Node) EnsureRoot(ctx context.Context) (string, error) {
	secret := n.options.Config.RootPassword.Reveal()
	if secret == "" {
		var err error
		if secret, err = password.Generate(n.options.Random); err != nil {
			return "", err
		}
	}
	made, err := n.account.EnsureRoot(ctx, n.options.DB.Write, secret, n.options.Now())
	if err != nil || !made {
		return "", err
	}
	return secret, nil
}

// As is the caller that a command line acts as: root, or another user by name.
func (n *Node) As(ctx context.Context, user string) (dispatch.Caller, error) {
	who, err := account.Find(ctx, n.options.DB.Write, user)
	if fault.Is(err, fault.Unknown) {
		return dispatch.Caller{}, fault.New(fault.Unknown, "There is no user “%s”.", user)
	}
	caller := account.ToCaller(who)
	caller.Via, caller.Service, caller.TLS = dispatch.ByCommand, scalar.Command, true
	return caller, err
}

// Open binds all ports.
func (n *Node) Open() error {
	c := n.options.Config
	bind, err := netip.ParseAddr(c.Bind)
	if err != nil {
		return fmt.Errorf("POSTERN_BIND: %w", err)
	}
	certificate := &httpd.Certificate{CertFile: c.TLSCert, KeyFile: c.TLSKey}
	if c.TLSCert == "" {
		if certificate, err = httpd.SelfSigned(c.Data, c.Hostname, n.options.Now()); err != nil {
			return fmt.Errorf("the self-signed certificate: %w", err)
		}
	}
	if _, err := certificate.Get(nil); err != nil {
		return err
	}
	var doors []httpd.Door
	for _, d := range []httpd.Door{
		{Service: scalar.CPanel, TLS: true, Port: c.CPanelPort}, {Service: scalar.WHM, TLS: true, Port: c.WHMPort}, {Service: scalar.Webmail, TLS: true, Port: c.WebmailPort},
		{Service: scalar.CPanel, Port: c.CPanelPlain}, {Service: scalar.WHM, Port: c.WHMPlain}, {Service: scalar.Webmail, Port: c.WebmailPlain},
	} {
		if d.Handler, err = n.Handler(d.Service, d.TLS); err != nil {
			return err
		}
		doors = append(doors, d)
	}
	n.listeners, err = httpd.Open(bind, certificate, doors, n.options.Log)
	return err
}

// Address is where a service is open over TLS.
func (n *Node) Address(service scalar.Service) string { return n.url(service, "") }

// Serve answers until the context ends, then finishes what runs within ten seconds.
func (n *Node) Serve(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	go n.tidy(work)
	go n.tokens.Run(work, n.options.DB)
	failed := make(chan error, 1)
	go func() { failed <- n.listeners.Serve() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(work, 10*time.Second)
	defer cancel()
	n.listeners.Shutdown(deadline)
	if err := n.sessions.Flush(deadline, n.options.Now()); err != nil {
		n.options.Log.Warn("sessions' last use not written", "error", err)
	}
	return <-failed
}

// tidy writes what is written in batches and sweeps what has ended.
func (n *Node) tidy(ctx context.Context) {
	flush, sweep := time.NewTicker(5*time.Second), time.NewTicker(time.Minute)
	defer flush.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-flush.C:
			err = n.sessions.Flush(ctx, n.options.Now())
		case <-sweep.C:
			err = n.sweep(ctx)
		}
		if err != nil && ctx.Err() == nil {
			n.options.Log.Warn("housekeeping failed; it is tried again", "error", err)
		}
	}
}

// sweep deletes what has ended. It only tidies: what has ended is refused where
// it is looked up, swept or not.
func (n *Node) sweep(ctx context.Context) error {
	db, now := n.options.DB.Write, n.options.Now()
	_, err := n.brute.Sweep(ctx, db, now)
	return errors.Join(err, session.Sweep(ctx, db, now), login.Sweep(ctx, db, now))
}
