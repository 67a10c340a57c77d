package audit_test

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"postern/server/audit"
	"postern/server/dispatch"
	"postern/server/testkit/roomtest"
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

// house is a settled house whose calls are recorded by the room.
type house struct{ *roomtest.House }

func newHouse(t *testing.T) *house {
	t.Parallel()
	h := &house{roomtest.New(t)}
	h.Mux.Record = func(ctx context.Context, db bun.IDB, e dispatch.Event) error {
		e.Request = "r-1"
		return audit.Record(ctx, db, e)
	}
	new(audit.Room).Register(h.Mux)
	write := func(ctx context.Context, c dispatch.Call, in request) (out function.Nothing, err error) {
		if _, err = c.DB.NewRaw(`INSERT INTO settings VALUES (?, '{}', now()) ON CONFLICT DO NOTHING`, "audit "+in.Name).Exec(ctx); err != nil {
			return out, err
		}
		if in.Fail != "" {
			return out, fault.New(fault.Kind(in.Fail), "Failed as asked.")
		}
		return out, nil
	}
	dispatch.Handle(h.Mux, change, write)
	dispatch.Handle(h.Mux, needy, write)
	dispatch.Handle(h.Mux, look, func(context.Context, dispatch.Call, request) (out function.Nothing, err error) { return out, nil })
	h.Settle("list-accts")
	return h
}

// as is a user in a session of their own; everybody has an address of their own.
func (h *house) as(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Via, c.TLS, c.Session, c.Service = dispatch.BySession, true, "S"+name, scalar.CPanel
	c.Address = netip.AddrFrom4([4]byte{192, 0, 2, byte(c.ID)})
	return c
}

// call makes a call that is recorded; its answer is nothing.
func (h *house) call(who dispatch.Caller, name function.Name, pairs ...string) error {
	_, err := h.Reply(who, name, roomtest.Pairs(pairs...))
	return err
}

// events is what a caller reads, as one line each: actor login account action outcome address.
func (h *house) events(who dispatch.Caller, pairs ...string) string {
	h.Helper()
	name := function.UAPI("Postern", "list_audit_events")
	if who.Kind == dispatch.Root || who.Kind == dispatch.Reseller {
		name = function.WHM("postern_list_audit_events")
	}
	r, err := h.Reply(who, name, roomtest.Pairs(pairs...))
	h.Must(err)
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
