package provider

import (
	"context"
	"fmt"
	"io"
	"net/url"
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
)

// granted is how long somebody who has proved who they are may take to leave for the provider.
const granted = 2 * time.Minute

// beginLink grants the caller's session one way to a provider and back that ends in a
// link. It is kept like that of a browser which has left, under what only the holder
// of the ticket and of Postern's key can say, so that no return is taken for it.
func (r *Room) beginLink(ctx context.Context, c dispatch.Call, in catalog.BeginAuthnLinkRequest, _ proven) (out catalog.AuthnLinkStart, err error) {
	p, _, err := r.open(ctx, c.DB, in.ProviderID, c.Service)
	if err != nil {
		return out, err
	}
	secret := make([]byte, 32)
	if _, err := io.ReadFull(r.Random, secret); err != nil {
		return out, fmt.Errorf("random bytes: %w", err)
	}
	ticket := text(secret)
	q := Request{Service: c.Service, Session: c.Session, Address: c.Address}
	row := requestOf(q, p, r.ticketState(ticket), hash(r.derive("ticket cookie", ticket)), hash(r.derive("ticket nonce", ticket)), c.Now, granted)
	out.Path = Link + url.PathEscape(p.Name) + "?" + url.Values{"link": {ticket}}.Encode()
	return out, keep(ctx, c.DB, row)
}

func (r *Room) ticketState(ticket string) []byte { return hash(r.derive("ticket state", ticket)) }
