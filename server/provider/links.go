package provider

import (
	"context"
	"strings"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

func (r *Room) linkedUsers(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.AuthnLinkedUsers, err error) {
	all, err := selectLinks(ctx, c)
	out.Links = []catalog.AuthnLinkedUser{}
	for _, k := range all {
		out.Links = append(out.Links, catalog.AuthnLinkedUser{AuthnLink: k.shown(), Username: k.Login})
	}
	return out, err
}

func (r *Room) linkUser(ctx context.Context, c dispatch.Call, in catalog.LinkAuthnUserRequest, _ proven) (none function.Nothing, err error) {
	who, err := account.Subject(ctx, c, in.Username)
	if err != nil {
		return none, err
	}
	return none, r.claim(ctx, c, in, who, c.Superuser())
}

func (r *Room) addLink(ctx context.Context, c dispatch.Call, in catalog.LinkAuthnUserRequest, _ proven) (none function.Nothing, err error) {
	who, err := r.own(ctx, c, in.Username)
	if err != nil {
		return none, err
	}
	return none, r.claim(ctx, c, in, who, false)
}

// claim adds a link that a function was asked for.
func (r *Room) claim(ctx context.Context, c dispatch.Call, in catalog.LinkAuthnUserRequest, who account.Login, proven bool) error {
	p, err := findProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return err
	}
	return insertLink(ctx, c.DB, &linkRow{
		ProviderID: p.ID, Subject: in.Subject, LoginID: who.ID, PreferredUsername: in.PreferredUsername, Proven: proven, CreatedAt: c.Now,
	})
}

// own is the caller, or a mailbox of the account that the call is about.
func (r *Room) own(ctx context.Context, c dispatch.Call, name string) (account.Login, error) {
	missing := catalog.NoUser.Fault("name", strings.ToLower(name))
	who, err := account.Find(ctx, c.DB, name)
	if fault.Is(err, fault.Unknown) {
		return account.Login{}, missing
	}
	if err != nil {
		return account.Login{}, err
	}
	if who.ID != c.ID && !(who.Kind == dispatch.Mailbox && who.AccountID == c.AccountID && c.Kind != dispatch.Mailbox) {
		return account.Login{}, missing
	}
	return who, nil
}

func (r *Room) unlinkUser(ctx context.Context, c dispatch.Call, in catalog.UnlinkAuthnUserRequest) (none function.Nothing, err error) {
	who, err := account.Subject(ctx, c, in.Username)
	if err != nil {
		return none, err
	}
	return none, r.unlink(ctx, c, in.ProviderID, in.Subject, who.ID)
}

func (r *Room) removeLink(ctx context.Context, c dispatch.Call, in catalog.RemoveAuthnLinkRequest) (none function.Nothing, err error) {
	return none, r.unlink(ctx, c, in.Provider, in.Subject, c.ID)
}

// unlink takes a link away, and the sessions that may have come of it.
func (r *Room) unlink(ctx context.Context, c dispatch.Call, provider, subject string, login int64) error {
	if err := deleteLink(ctx, c.DB, provider, subject, login); err != nil {
		return err
	}
	return r.EndSessions(ctx, c.DB, login, c.Session)
}

func (r *Room) getLinks(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.AuthnLink, error) {
	all, err := linksOf(ctx, c.DB, c.ID)
	out := []catalog.AuthnLink{}
	for _, k := range all {
		out = append(out, k.shown())
	}
	return out, err
}
