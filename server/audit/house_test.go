package audit_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/audit"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// The functions whose calls the tests have recorded.
type request struct {
	User    []string          `form:"user"`
	Name    string            `form:"name"`
	Code    string            `form:"code,secret"`
	NewPass string            `form:"new_password"`
	Answer  string            `form:"q1answer"`
	Keys    map[string]string `form:"k-*,secret"`
	ACL     map[string]string `form:"acl-*"`
	Fail    string            `form:"fail"`
}

var (
	change = function.Define[request, function.Nothing](function.Spec{
		Names:   []function.Name{function.WHM("audit_change"), function.UAPI("AuditTest", "change")},
		Callers: function.Everybody, Effect: function.Writes, Doc: "Writes a row of settings."})
	needy = function.Define[request, function.Nothing](function.Spec{
		Names: []function.Name{function.WHM("audit_needy")}, Needs: "passwd", Effect: function.Writes, Doc: "Needs a privilege."})
	look = function.Define[request, function.Nothing](function.Spec{
		Names: []function.Name{function.WHM("audit_look")}, Doc: "Only reads."})
)

// house is a database with root, the reseller rita who owns carl, and root's
// account anna, each account with a mailbox bob@.
type house struct {
	*testing.T
	db    *database.DB
	mux   *dispatch.Mux
	clock *testkit.Clock
}

func newHouse(t *testing.T) *house {
	t.Parallel()
	h := &house{T: t, db: testkit.New(t), clock: testkit.NewClock()}
	h.mux = &dispatch.Mux{DB: h.db.Write, ReadOnly: h.db.Read, Now: h.clock.Now, Record: func(ctx context.Context, db bun.IDB, e dispatch.Event) error {
		e.Request = "r-1"
		return audit.Record(ctx, db, e)
	}}
	new(audit.Room).Register(h.mux)
	write := func(ctx context.Context, c dispatch.Call, in request) (out function.Nothing, err error) {
		if _, err = c.DB.NewRaw(`INSERT INTO settings VALUES (?, '{}', now()) ON CONFLICT DO NOTHING`, "audit "+in.Name).Exec(ctx); err != nil {
			return out, err
		}
		if in.Fail != "" {
			return out, fault.New(fault.Kind(in.Fail), "Failed as asked.")
		}
		return out, nil
	}
	dispatch.Handle(h.mux, change, write)
	dispatch.Handle(h.mux, needy, write)
	dispatch.Handle(h.mux, look, func(context.Context, dispatch.Call, request) (out function.Nothing, err error) { return out, nil })
	h.exec(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at)
		SELECT name, CASE name WHEN 'root' THEN 'root' ELSE 'account' END, '', now(), now()
		FROM unnest(ARRAY['root', 'rita', 'anna', 'carl']) name`)
	h.exec(`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
		SELECT l.id, o.id, l.name || '.example', '', '192.0.2.1', '{}', '', now(), now() FROM logins l
		JOIN logins o ON o.name = CASE l.name WHEN 'carl' THEN 'rita' ELSE 'root' END WHERE l.kind = 'account'`)
	h.exec(`INSERT INTO resellers SELECT id, ARRAY['list-accts'], now() FROM logins WHERE name = 'rita'`)
	h.exec(`INSERT INTO logins (name, kind, account_id, password_hash, password_changed_at, created_at)
		SELECT 'bob@' || name || '.example', 'mailbox', id, '', now(), now() FROM logins WHERE name IN ('anna', 'carl')`)
	return h
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.db.Write.NewRaw(query, args...).Exec(context.Background()); err != nil {
		h.Fatal(err)
	}
}

func (h *house) count(query string, args ...any) (n int) {
	h.Helper()
	if err := h.db.Write.NewRaw("SELECT count(*) FROM "+query, args...).Scan(context.Background(), &n); err != nil {
		h.Fatal(err)
	}
	return n
}

// as is a user in a session of their own; everybody has an address of their own.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	l, err := account.Find(h.Context(), h.db.Write, name)
	if err != nil {
		h.Fatal(err)
	}
	c := account.ToCaller(l)
	c.Via, c.TLS, c.Session, c.Service = dispatch.BySession, true, "S"+name, scalar.CPanel
	c.Address = netip.AddrFrom4([4]byte{192, 0, 2, byte(l.ID)})
	return c
}

// call makes a call with pairs of names and values.
func (h *house) call(who dispatch.Caller, name function.Name, pairs ...string) error {
	h.Helper()
	_, err := h.shaped(who, name, function.Shape{}, pairs...)
	return err
}

func (h *house) shaped(who dispatch.Caller, name function.Name, s function.Shape, pairs ...string) (function.Reply, error) {
	h.Helper()
	args := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		args.Add(pairs[i], pairs[i+1])
	}
	return h.mux.Call(context.Background(), who, name, args, s)
}

// events is what a caller reads, as one line each: actor login account action outcome address.
func (h *house) events(who dispatch.Caller, pairs ...string) string {
	h.Helper()
	name := function.UAPI("Postern", "list_audit_events")
	if who.Kind == dispatch.Root || who.Kind == dispatch.Reseller {
		name = function.WHM("postern_list_audit_events")
	}
	r, err := h.shaped(who, name, function.Shape{}, pairs...)
	if err != nil {
		h.Fatal(err)
	}
	var lines []string
	for _, e := range r.Out.(catalog.AuditEvents).Events {
		lines = append(lines, strings.Join([]string{e.Actor, e.Login, e.Account, e.Action, e.Outcome, e.Address}, " "))
	}
	return strings.Join(lines, "\n")
}

func details(h *house, e catalog.AuditEvent) string {
	text, err := json.Marshal(e)
	if err != nil {
		h.Fatal(err)
	}
	return string(text)
}
