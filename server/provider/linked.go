package provider

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/fault"
	"postern/shared/scalar"
)

// Linked is a link of an identity that came back.
type Linked struct {
	ID    int64
	Login string
}

// Unlinked is what an identity's holder is told when nobody is linked to it, or
// when they did not say which of several they are.
func (id Identity) Unlinked() *fault.Fault {
	return fault.New(fault.Stranger, "No user here is linked to this identity of “%s”. Sign in with your password and link it, or type your user’s name first and then choose the provider.", id.Provider)
}

// Links are the links by which an identity may sign in: those to the user whose
// name came with the sign in, else those that need no name.
func (r *Room) Links(ctx context.Context, id Identity) ([]Linked, error) {
	all, err := linksTo(ctx, r.DB, id.ProviderID, id.Subject)
	var out []Linked
	for _, k := range all {
		if id.User == "" && k.Proven || id.User != "" && strings.EqualFold(id.User, k.Login) {
			out = append(out, Linked{k.ID, k.Login})
		}
	}
	return out, err
}

// Still is the provider of a link by which a login is signing in to a service. A
// sign in takes steps, and who stands at one is told when this way in has been shut
// meanwhile: their identity was proven, so they may know.
func (r *Room) Still(ctx context.Context, db bun.IDB, link, login int64, service scalar.Service) (string, error) {
	name, on, err := linkStands(ctx, db, link, login, service)
	if err == nil && !on {
		err = fault.New(fault.Invalid, "Signing in with “%s” was switched off while you were at it. Sign in again in another way.", name)
	}
	return name, err
}

// Hold keeps a link as it is until the transaction in which somebody is let in by
// it ends, or refuses like Still. Whoever comes in by a link that was only claimed
// proves it.
func (r *Room) Hold(ctx context.Context, db bun.IDB, link, login int64, service scalar.Service) error {
	if err := proveLink(ctx, db, link); err != nil {
		return err
	}
	_, err := r.Still(ctx, db, link, login, service)
	return err
}

// Link links an identity that came back to the login that was signed in when it went.
func (r *Room) Link(ctx context.Context, db bun.IDB, id Identity, login int64, now time.Time) error {
	return insertLink(ctx, db, &linkRow{
		ProviderID: id.ProviderID, Subject: id.Subject, LoginID: login, PreferredUsername: id.PreferredName, Proven: true, CreatedAt: now,
	})
}
