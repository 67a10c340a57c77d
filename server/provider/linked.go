package provider

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/fault"
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

// Hold keeps a link as it is until the transaction in which somebody is let in by
// it ends. Whoever comes in by a link that was only claimed proves it.
func (r *Room) Hold(ctx context.Context, db bun.IDB, link int64) error {
	return proveLink(ctx, db, link)
}

// Link links an identity that came back to the login that was signed in when it went.
func (r *Room) Link(ctx context.Context, db bun.IDB, id Identity, login int64, now time.Time) error {
	return insertLink(ctx, db, &linkRow{
		ProviderID: id.ProviderID, Subject: id.Subject, LoginID: login, PreferredUsername: id.PreferredName, Proven: true, CreatedAt: now,
	})
}
