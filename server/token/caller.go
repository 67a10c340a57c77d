package token

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Caller is who a request's token speaks for. scheme is the door's: WHM at WHM,
// CPanel at cPanel, whatever word the header began with. Any reason to refuse is
// the same fault.Denied: no such token, another user's, expired, an address that
// is not allowed, an owner who is suspended or has no business at that door.
//
// The value is looked up by its SHA-256, so that the time of the look-up tells
// nothing of a value that is nearly right. The door adds TLS and the locale.
func (r *Room) Caller(ctx context.Context, scheme, user, value string, from netip.Addr, now time.Time) (dispatch.Caller, error) {
	user = strings.ToLower(user)
	if !wellFormed(value) || user == "" || len(user) > 255 || strings.ContainsRune(user, 0) {
		return dispatch.Caller{}, fault.Denied()
	}
	found, ask := &r.found, r.usable
	if account.WantsDetails(ctx) {
		found, ask = &r.detailed, r.usableWithDetails
	}
	u, err := found.Get(ctx, proof{scheme, user, value, from}, ask)
	if err != nil {
		return dispatch.Caller{}, database.Fault(err, nil, nil)
	}
	if u == nil || !u.expires.IsZero() && !u.expires.After(now) {
		return dispatch.Caller{}, fault.Denied()
	}
	c := u.owner.Caller
	switch {
	case scheme == WHM && (c.Kind == dispatch.Root || c.Kind == dispatch.Reseller):
		c.Service = scalar.WHM
		c.Privileges = limited(c, u.all, u.privileges)
	case scheme == CPanel && (c.Kind == dispatch.Account || c.Kind == dispatch.Reseller):
		c.Service = scalar.CPanel
		c.Kind, c.Privileges = dispatch.Account, nil // a reseller's own account is an account
	default:
		return dispatch.Caller{}, fault.Denied()
	}
	c.Via, c.Address, c.Confined = dispatch.ByToken, from, u.confined
	if now.Sub(u.lastUsed) >= noteEvery {
		r.note(use{u.id, now})
	}
	return c, nil
}

// noteEvery is how old the last use gets before another one is noted.
const noteEvery = time.Minute

// note hands a use to Run. When Run is behind, the use goes unnoted: last_used_at
// is for people who tidy up, and never a reason to slow or refuse a call.
func (r *Room) note(u use) {
	select {
	case r.used <- u:
	default:
	}
}

// Run writes down when tokens were used until ctx ends. Uses that wait at the
// same moment are one statement.
func (r *Room) Run(ctx context.Context, db *database.DB) {
	for {
		select {
		case <-ctx.Done():
			return
		case u := <-r.used:
			tokens, at := r.waiting(u)
			if err := noteUses(ctx, db, tokens, at); err != nil && ctx.Err() == nil {
				slog.WarnContext(ctx, "the last use of tokens was not noted", "tokens", len(tokens), "error", err)
			}
		}
	}
}

// waiting is the tokens of a use and of all that wait behind it, and the latest moment.
func (r *Room) waiting(first use) (tokens []int64, at time.Time) {
	tokens, at = []int64{first.token}, first.at
	for len(tokens) < cap(r.used) {
		select {
		case u := <-r.used:
			tokens = append(tokens, u.token)
			if u.at.After(at) {
				at = u.at
			}
		default:
			return tokens, at
		}
	}
	return tokens, at
}
