package tenant_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/mailbox"
	"postern/server/session"
	"postern/server/tenant"
	"postern/server/testkit"
	"postern/server/testkit/roomtest"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

const strong = roomtest.Strong

// house is the room over a database of its own and the tenant server that all
// tests share: its accounts' names are no other test's.
type house struct {
	*roomtest.House
	room     *tenant.Room
	sessions *session.Room
	root     dispatch.Caller
	events   roomtest.Events
	// anna and carl are the names of two accounts.
	anna, carl string
}

func open(t *testing.T) *house {
	t.Helper()
	t.Parallel()
	h, hasher := &house{House: roomtest.New(t), anna: unique(), carl: unique()}, roomtest.Hasher(t)
	h.Clock.Set(time.Now()) // VALID UNTIL is judged by the server's clock
	h.room = &tenant.Room{DB: h.DB, Server: tenant.NewServer(testkit.TenantURL(t)), Key: make([]byte, 32), Random: rand.Reader, Now: h.Clock.Now,
		Log: slog.New(slog.NewTextHandler(t.Output(), nil)), Record: h.events.Record}
	h.room.Register(h.Mux)
	(&mailbox.Room{Hasher: hasher, EndSessions: session.EndAll}).Register(h.Mux)
	h.sessions = &session.Room{DB: h.DB.Write, Random: rand.Reader, Hasher: hasher, Lifetimes: func(context.Context, bun.IDB) (session.Lifetimes, error) {
		return session.Lifetimes{Unused: time.Minute, Idle: time.Hour, Absolute: 24 * time.Hour}, nil
	}}
	h.sessions.RegisterList(h.Mux)
	h.Open(&account.Room{Hasher: hasher, Random: rand.Reader, EndSessions: session.EndAll})
	h.root = h.caller("root")
	for _, name := range []string{h.anna, h.carl} {
		h.settle(name)
	}
	t.Cleanup(h.leave)
	return h
}

// unique is an account's name that no other test has.
func unique() string { return "t" + strings.ToLower(rand.Text()[:12]) }

func (h *house) settle(name string, words ...string) {
	h.Helper()
	h.whm("createacct", append(words, "username="+name, "domain="+name+".example", "password="+strong)...)
}

// leave drops all that the test made on the tenant server, as the removal of its
// accounts does, and checks that nothing of it is left.
func (h *house) leave() {
	ctx := context.Background()
	if _, err := h.DB.Write.NewRaw("UPDATE tenant_users SET retry_at = NULL").Exec(ctx); err != nil {
		h.Error(err)
	}
	if _, err := h.DB.Write.NewRaw("DELETE FROM logins WHERE kind = 'account'").Exec(ctx); err != nil {
		h.Error(err)
	}
	if err := h.room.Sweep(ctx); err != nil {
		h.Errorf("leaving: %v", err)
	}
	if left := h.column(`SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) OR starts_with(rolname, $2)
		UNION SELECT datname FROM pg_database WHERE starts_with(datname, $1) OR starts_with(datname, $2)`, h.anna, h.carl); len(left) > 0 {
		h.Errorf("left on the tenant server: %v", left)
	}
	h.room.Server.Close()
}

func (h *house) caller(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Address, c.Via, c.Service = netip.MustParseAddr("198.51.100.7"), dispatch.ByToken, scalar.CPanel
	return c
}

// signIn is a caller in a session of their own.
func (h *house) signIn(name string, service scalar.Service) dispatch.Caller {
	h.Helper()
	c := h.caller(name)
	row, err := h.sessions.New(context.Background(), h.DB.Write, h.Clock.Now(), session.Request{
		LoginID: c.ID, Login: c.Name, Service: service, Origin: session.FromLogin, Address: c.Address})
	h.Must(err)
	c.Via, c.Service, c.Session = dispatch.BySession, service, row.Name
	return c
}

// signOut ends a caller's session.
func (h *house) signOut(c dispatch.Caller) {
	h.Helper()
	h.Must(h.sessions.End(context.Background(), c.Session))
}

func (h *house) drain() {
	h.Helper()
	h.Must(h.room.Drain(context.Background()))
}

func (h *house) call(who dispatch.Caller, name function.Name, words ...string) (any, error) {
	reply, err := h.Reply(who, name, roomtest.Words(words...))
	return reply.Out, err
}

func (h *house) whm(f string, words ...string) any {
	h.Helper()
	out, err := h.call(h.root, function.WHM(f), words...)
	if err != nil {
		h.Fatalf("%s %v: %v", f, words, err)
	}
	return out
}

// pg calls a function of the module Postgresql as an account; its answer is given as JSON.
func (h *house) pg(name, f string, words ...string) string {
	h.Helper()
	out, err := h.call(h.caller(name), function.UAPI("Postgresql", f), words...)
	if err != nil {
		h.Fatalf("%s %v: %v", f, words, err)
	}
	text, err := json.Marshal(out)
	h.Must(err)
	return string(text)
}

// refused expects a fault of a kind, whose message has a text in it.
func (h *house) refused(kind fault.Kind, text string, who dispatch.Caller, name function.Name, words ...string) {
	h.Helper()
	out, err := h.call(who, name, words...)
	h.Refused(err, kind, text, name, words, out)
}

var (
	createTemp = function.UAPI("Session", "create_temp_user")
	renewTemp  = function.UAPI("Postern", "renew_temp_user_password")
)

// temp is the user of a session, made or found.
func (h *house) temp(who dispatch.Caller) catalog.TempUser {
	h.Helper()
	out, err := h.call(who, createTemp)
	h.Must(err)
	return out.(catalog.TempUser)
}

// at is the URL by which a user of a tenant's would connect.
func at(host string, port int, user, secret, database string) string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(user, secret), Path: "/" + database,
		RawQuery: url.Values{"host": {host}, "port": {fmt.Sprint(port)}}.Encode()}
	return u.String()
}

// dial connects with a name and a password, as anybody could.
func (h *house) dial(user, secret, database string) (*pgx.Conn, error) {
	config, err := pgx.ParseConfig(testkit.TenantURL(h))
	h.Must(err)
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, at(config.Host, int(config.Port), user, secret, database))
	if err == nil {
		h.Cleanup(func() { _ = conn.Close(context.Background()) })
	}
	return conn, err
}

func (h *house) enter(user, secret, database string) *pgx.Conn {
	h.Helper()
	conn, err := h.dial(user, secret, database)
	h.Must(err)
	return conn
}

// shut expects that a connection is refused, for a reason of PostgreSQL's.
func (h *house) shut(reason, user, secret, database string) {
	h.Helper()
	if _, err := h.dial(user, secret, database); err == nil || !strings.Contains(err.Error(), reason) {
		h.Errorf("%s connected to %s: %v; want %q", user, database, err, reason)
	}
}

func (h *house) exec(conn *pgx.Conn, sql string) {
	h.Helper()
	if _, err := conn.Exec(context.Background(), sql); err != nil {
		h.Fatalf("%s: %v", sql, err)
	}
}

func (h *house) execFails(conn *pgx.Conn, reason, sql string) {
	h.Helper()
	if _, err := conn.Exec(context.Background(), sql); err == nil || !strings.Contains(err.Error(), reason) {
		h.Errorf("%s: %v; want %q", sql, err, reason)
	}
}

// value asks a tenant's connection for one text.
func (h *house) value(conn *pgx.Conn, sql string, words ...any) (text string) {
	h.Helper()
	if err := conn.QueryRow(context.Background(), sql, words...).Scan(&text); err != nil {
		h.Fatalf("%s: %v", sql, err)
	}
	return text
}

// column asks the tenant server for texts.
func (h *house) column(sql string, words ...any) []string {
	h.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, testkit.TenantURL(h))
	h.Must(err)
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql, words...)
	h.Must(err)
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	h.Must(err)
	return all
}

// users are the temporary users of this house that are on the tenant server.
func (h *house) users() []string {
	h.Helper()
	var id string
	h.Must(h.DB.Write.NewRaw(`SELECT value #>> '{}' FROM settings WHERE name = 'tenant_installation'`).Scan(context.Background(), &id))
	return h.column(`SELECT rolname FROM pg_roles WHERE rolname LIKE 'cpses%' AND shobj_description(oid, 'pg_authid') LIKE 'postern ' || $1 || ' %'`, id)
}
