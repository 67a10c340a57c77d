// Package tenant gives accounts PostgreSQL databases of their own, and sessions
// database users that die with them.
//
// It owns the tables tenant_accounts, tenant_settings and tenant_users, and on
// the tenant server (POSTERN_TENANT_URL) the roles and databases that carry its
// mark. It does not end sessions and does not know how they end: a foreign key
// leaves a mark in tenant_users, in the transaction that ends one. The roof
// builds the room and runs it; the doors reach it through package dispatch.
//
// # Who owns what there
//
// An account is a role that cannot sign in, made with its first database or
// user; names of its databases and users begin with the role's name and _. A
// database belongs to Postern's own role: the account may connect and make
// whatever it likes inside, and may neither rename, reconfigure nor open the
// database to others. CONNECT is revoked from PUBLIC before anybody can connect.
//
// A database user made by create_user may use the databases that are granted to
// it. A session's user is a member of the account's role and works as that role
// from its first statement, so that what it makes is the account's. Should it
// give that up (SET ROLE NONE), what it makes is handed to the account when it
// is dropped.
//
// # What PostgreSQL does not hide
//
// Names of roles and databases are in catalogs that every role may read: an
// account can learn that another one has a database called so and nothing of
// what is in it.
//
// # Texts in statements
//
// No statement is put together in Go. PostgreSQL's own format() quotes names
// (%I) and texts (%L): see do. Passwords reach the server as SCRAM verifiers, so
// that no log of statements can hold one.
package tenant

import (
	"context"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/function"
)

// Room answers the functions of databases and keeps the tenant server in step
// with accounts and sessions.
type Room struct {
	DB      *database.DB // Postern's own
	Server  *Server      // the tenants'
	Key     []byte       // 32 bytes, the same on every node: what passwords of sessions' users are drawn from
	Random  io.Reader
	Now     func() time.Time
	Log     *slog.Logger
	Address string // host:port as people are told; empty: where Server is
	// Application is what opens databases in a browser; an empty path: there is none.
	Application Application
	// Record adds to the audit trail; nil: there is none.
	Record func(ctx context.Context, db bun.IDB, e dispatch.Event) error

	known atomic.Pointer[string] // the installation; see mark
}

// Application is a database application that Postern mounts behind sessions' paths.
type Application struct {
	Title string // for people
	Path  string // behind a session's path, with a slash at both ends
}

// Register answers the functions about databases.
func (r *Room) Register(m *dispatch.Mux) {
	handle(m, r, catalog.CreateDatabase, r.createDatabase)
	handle(m, r, catalog.DeleteDatabase, r.deleteDatabase)
	handle(m, r, catalog.CreateDatabaseUser, r.createUser)
	handle(m, r, catalog.DeleteDatabaseUser, r.deleteUser)
	handle(m, r, catalog.SetDatabasePassword, r.setPassword)
	handle(m, r, catalog.GrantDatabase, r.grant)
	handle(m, r, catalog.RevokeDatabase, r.revoke)
	look(m, catalog.ListDatabases, r.listDatabases)
	look(m, catalog.ListDatabaseUsers, r.listUsers)
	dispatch.Handle(m, catalog.GetDatabaseRestrictions, r.restrictions)

	handle(m, r, catalog.CreateTempUser, r.createTempUser)
	handle(m, r, catalog.RenewTempUserPassword, r.renewTempUser)
	dispatch.Handle(m, catalog.SetMailboxDatabaseAccess, r.setMailboxAccess)
	dispatch.Handle(m, catalog.GetMailboxDatabaseAccess, r.getMailboxAccess)
	dispatch.Handle(m, catalog.GetDatabaseAccess, r.getAccess)

	look(m, catalog.ListAllDatabases, r.listAllDatabases)
	look(m, catalog.ListAllDatabaseUsers, r.listAllUsers)
	dispatch.Handle(m, catalog.ListTempUsers, r.listTempUsers)
	handle(m, r, catalog.SetPostgresqlPassword, r.setPasswordAsAdmin)
	handle(m, r, catalog.RenamePostgresqlDatabase, r.renameDatabase)
	handle(m, r, catalog.RenamePostgresqlUser, r.renameUser)
}

// look registers the answer to a function that reads from the tenant server, whose
// errors are worded for the caller.
func look[In, Out any](m *dispatch.Mux, f *function.Func[In, Out], answer func(context.Context, dispatch.Call, In) (Out, error)) {
	dispatch.Handle(m, f, func(ctx context.Context, c dispatch.Call, in In) (Out, error) {
		out, err := answer(ctx, c, in)
		return out, told(err)
	})
}

// handle registers the answer to a function that changes the tenant server. No
// transaction of Postern's spans such a change, so it is added to the audit
// trail here, once it has been made.
func handle[In, Out any](m *dispatch.Mux, r *Room, f *function.Func[In, Out], answer func(context.Context, dispatch.Call, In) (Out, error)) {
	dispatch.Handle(m, f, func(ctx context.Context, c dispatch.Call, in In) (Out, error) {
		out, err := answer(ctx, c, in)
		if err != nil || r.Record == nil {
			return out, told(err)
		}
		e := dispatch.EventOf(c.Caller, c.Now)
		e.Function, e.Details = f.Names[0], dispatch.Details(f.Fields, f.Write(in))
		if e.Function.Dialect == function.OnWHM { // about another's account than the caller's own
			e.AccountID, e.Account = 0, ""
			if named := e.Details["cpuser"]; named != "" {
				e.Named = []string{named}
			}
		}
		return out, r.Record(context.WithoutCancel(ctx), r.DB.Write, e)
	})
}
