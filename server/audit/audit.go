// Package audit keeps who did what, from where, and what they were refused.
//
// It owns the table audit_events, to which rows are only added: the database
// refuses to change one or take one away, whoever asks. It does not decide what
// is an event: package dispatch makes one of every call that writes and of every
// refusal, package login of every step of a sign in, and both give it to Record.
package audit

import (
	"context"
	"net/netip"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/shared/catalog"
)

// Room answers the functions that read the trail.
type Room struct{}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.ListAuditEvents, r.listForAccount)
	dispatch.Handle(m, catalog.ListAllAuditEvents, r.listForAdmin)
}

// Bounds of what is kept of refusals, for a stranger can cause as many as they
// like: this many in a minute from one address (for IPv6 its /64), and from all.
// What is above is still counted, minute by minute, by package bruteforce.
const (
	refusalsByAddress = 20
	refusalsByAll     = 600
)

// Record adds an event, in db's transaction if that is one. A call that names
// users whom its caller has power over is about their accounts: it is one event
// for each of these accounts.
func Record(ctx context.Context, db bun.IDB, e dispatch.Event) error {
	about := []subject{{e.AccountID, e.Account}}
	if len(e.Named) > 0 {
		found, err := subjects(ctx, db, e)
		if err != nil {
			return err
		}
		switch {
		case len(found) > 0:
			about = found
		case len(e.Named) == 1: // it does not exist any more
			about[0].Name = e.Named[0]
		}
	}
	for _, s := range about {
		if err := insert(ctx, db, row(e, s)); err != nil {
			return err
		}
	}
	return nil
}

// row is an event about one account.
func row(e dispatch.Event, about subject) *eventRow {
	r := &eventRow{
		At: e.At, Actor: clip(e.Actor), Login: clip(e.Login), LoginID: e.LoginID, Account: clip(about.Name), AccountID: about.ID,
		Service: string(e.Service), Via: string(e.Via), Dialect: string(e.Function.Dialect), Action: clip(e.Action),
		Outcome: "ok", Session: clip(e.Session), Request: clip(e.Request), Details: e.Details,
	}
	if e.Function.Function != "" {
		r.Action = clip(e.Function.String())
	}
	if e.Refused != "" {
		r.Outcome, r.Kind = "refused", string(e.Refused)
	}
	if e.Address.IsValid() {
		text := e.Address.Unmap().WithZone("").String()
		r.Address = &text
	}
	if r.Details == nil {
		r.Details = map[string]string{}
	}
	return r
}

// networkOf is what refusals are counted by.
func networkOf(address string) string {
	a, err := netip.ParseAddr(address)
	if err != nil {
		return address
	}
	bits := 32
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return address
	}
	return p.String()
}
