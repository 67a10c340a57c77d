// Package node is one running Postern: the only place where rooms are built and
// joined. It holds no state of its own; several nodes on one database are one
// Postern. Package main runs it; so do the tests of the whole house.
package node

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strconv"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/audit"
	"postern/server/bruteforce"
	"postern/server/config"
	"postern/server/database"
	"postern/server/databaseapp"
	"postern/server/dispatch"
	"postern/server/httpd"
	"postern/server/login"
	"postern/server/mailbox"
	"postern/server/notify"
	"postern/server/password"
	"postern/server/policy"
	"postern/server/seal"
	"postern/server/session"
	"postern/server/sourceip"
	"postern/server/sso"
	"postern/server/statistics"
	"postern/server/tenant"
	"postern/server/token"
	"postern/server/twofactor"
	"postern/server/webmail"
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
	tenants   *tenant.Room
	databases *databaseapp.Room // nil: there is no database application
	sso       *sso.Room
	webmail   *webmail.Room
	sites     map[scalar.Service]*httpd.Site
	metrics   *httpd.Metrics
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
	o.Log = httpd.Log(o.Log)
	n := &Node{options: o, metrics: httpd.NewMetrics(o.DB.Pool), sites: map[scalar.Service]*httpd.Site{}}
	n.Mux = &dispatch.Mux{DB: o.DB.Write, ReadOnly: o.DB.Read, Now: o.Now, As: account.As, Record: n.record}
	n.brute = &bruteforce.Room{}
	n.sessions = &session.Room{
		DB: o.DB.Write, Pool: o.DB.Pool, Random: random, Hasher: hasher, URL: n.url,
		Lifetimes: func(ctx context.Context, db bun.IDB) (session.Lifetimes, error) {
			p, err := policy.Load(ctx, db)
			return session.Lifetimes{Unused: p.Unused(), Idle: p.Idle(), Absolute: p.Absolute()}, err
		},
		Guard: n.guard,
	}
	n.tokens = token.New(random, o.DB.Pool)
	n.account = &account.Room{
		Hasher: hasher, Random: random, Hostname: o.Config.Hostname, Version: o.Version, EndSessions: endAll, EndOthers: endOthers, Guard: n.guard, Read: o.DB.ReadPool,
	}
	addresses := &sourceip.Room{Hasher: hasher, Key: o.Key.Derive("security questions"),
		Policy: func(ctx context.Context, db bun.IDB) (sourceip.Policy, error) { return policy.Load(ctx, db) }}
	second := &twofactor.Room{
		Key: o.Key, Random: random, Hostname: o.Config.Hostname, SignedIn: session.SignedIn, Policy: policy.TwoFactor, SetPolicy: policy.SetTwoFactor,
		EndSessions: endOthers,
	}
	n.login = &login.Room{DB: o.DB.Write, Random: random, Hasher: hasher, Door: password.NewQueue(8*cores, 256*cores).Sparing(2 * cores), Sessions: n.sessions, Brute: n.brute,
		Addresses: addresses, SecondStep: second, Outside: n.providerRoom(random), Record: n.record, Log: o.Log}
	n.login.Outside.Register(n.Mux)
	mailboxes := &mailbox.Room{Hasher: hasher, EndSessions: endAll, Guard: n.guard}
	n.buildTenants(random)
	n.account.Register(n.Mux)
	mailboxes.Register(n.Mux)
	n.sessions.Register(n.Mux)
	n.sessions.RegisterList(n.Mux)
	addresses.Register(n.Mux)
	second.Register(n.Mux)
	(&policy.Room{}).Register(n.Mux)
	(&audit.Room{}).Register(n.Mux)
	n.brute.Register(n.Mux)
	(&statistics.Room{Hostname: o.Config.Hostname, Version: o.Version, Started: o.Now()}).Register(n.Mux)
	n.tokens.Register(n.Mux)
	(&notify.Room{Key: o.Key, Random: random, Hostname: o.Config.Hostname, Record: n.record}).Register(n.Mux)
	if err := n.buildWebmail(random); err != nil {
		return nil, err
	}
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

// endOthers ends what the login is signed in to but for one session, and what it
// has begun to sign in to.
func endOthers(ctx context.Context, db bun.IDB, id int64, keep string) error {
	if err := session.EndOthers(ctx, db, id, keep); err != nil {
		return err
	}
	return login.EndAll(ctx, db, id)
}

// guard stands before a password that an API function is given. It works outside the
// function's transaction, so that the refusal does not take the count back.
func (n *Node) guard(ctx context.Context, c dispatch.Call, name string, look func(context.Context) (bool, error)) (bool, error) {
	return n.brute.Look(ctx, n.options.DB.Write, bruteforce.Attempt{Name: name, Address: c.Address, Step: "function"}, c.Now, look)
}

func (n *Node) buildSites() error {
	for _, service := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail} {
		n.sites[service] = &httpd.Site{
			Service: service, Config: n.options.Config, DB: n.options.DB, Mux: n.Mux, Sessions: n.sessions, Login: n.login,
			Tokens: n.tokens, Now: n.options.Now, Log: n.options.Log, Version: n.options.Version, Port: n.port,
		}
		n.sites[service].Webmail = n.webmail
		n.sites[service].Databases, n.sites[service].MayDatabases = n.databases, n.tenants.Allowed
		if service == scalar.Webmail {
			n.sites[service].SSO = n.sso
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
	return n.metrics.Watch(string(service), h), err
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
