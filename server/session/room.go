package session

import (
	"context"
	"crypto/sha256"
	"io"
	"net/netip"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/server/lookup"
	"postern/server/password"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Room makes, finds and ends sessions.
type Room struct {
	DB        *bun.DB
	Pool      *pgxpool.Pool // what DB stands on, for Find
	Random    io.Reader
	Lifetimes func(ctx context.Context, db bun.IDB) (Lifetimes, error)
	Hasher    *password.Hasher // for create_webmail_session_…_check_password
	// URL is the address of a service for people outside, without a path.
	URL func(service scalar.Service, host string) string
	// Guard stands before a password that is given to a function.
	Guard account.Guard

	found    lookup.Joined[string, *Row]
	detailed lookup.Joined[string, *Row] // by requests that tell of the account
	mu       sync.Mutex
	touched  map[string]struct{} // sessions used since the last Flush
}

// Find is the living session that a cookie's text opens for a service at an
// address; a fault.Stranger if there is none. Nothing is cached: what ended
// anywhere is refused here at once. Whether its user is suspended is for the
// caller to ask, of the row's Who.
func (r *Room) Find(ctx context.Context, text string, service scalar.Service, from netip.Addr, now time.Time) (*Row, error) {
	login, name, secret, ok := Parse(text)
	if !ok {
		return nil, fault.Denied()
	}
	found, ask := &r.found, r.used
	if account.WantsDetails(ctx) {
		found, ask = &r.detailed, r.usedWithDetails
	}
	shared, err := found.Get(ctx, name, ask)
	if err != nil {
		return nil, database.Fault(err, nil, nil)
	}
	if shared == nil {
		return nil, fault.Denied()
	}
	row := new(*shared)
	if !row.Ends().After(now) || !row.Matches(secret) || row.Login != login || row.Service != string(service) || !row.admits(from) {
		return nil, fault.Denied()
	}
	if now.Sub(row.LastSeenAt) > touchEvery {
		r.touch(name)
	}
	return row, nil
}

// admits tells whether the session may be used from an address.
func (s *Row) admits(from netip.Addr) bool {
	return s.BoundAddress == nil || *s.BoundAddress == address(from)
}

// Activate consumes a session that an API call made: it can be done once. The
// row that comes back has a new name and secret, for the cookie. token is the
// security token under which it was asked for; empty when there was none. In a
// transaction, those who try at the same moment wait for its end.
func (r *Room) Activate(ctx context.Context, db bun.IDB, text, token string, service scalar.Service, from netip.Addr, userAgent string, now time.Time) (*Row, error) {
	_, name, secret, ok := Parse(text)
	if !ok {
		return nil, fault.Denied()
	}
	lives, err := r.Lifetimes(ctx, db)
	if err != nil {
		return nil, err
	}
	next := &Row{Service: string(service), Token: token, Address: address(from), UserAgent: Printable(userAgent, 300), ExpiresAt: now.Add(lives.Absolute)}
	if err := r.rename(next, 16, 16); err != nil {
		return nil, err
	}
	hash := sha256.Sum256([]byte(secret))
	row, err := activate(ctx, db, name, hash[:], next, seconds(lives.Idle), now)
	if err != nil {
		return nil, err
	}
	row.secret = next.secret
	return row, nil
}

// End ends a session.
func (r *Room) End(ctx context.Context, name string) error { return End(ctx, r.DB, name) }

// End ends a session, in the caller's transaction.
func End(ctx context.Context, db bun.IDB, name string) error { return remove(ctx, db, name) }

// touchEvery is how stale last_seen_at may get: a write at each request would
// cost more than all the rest of the request.
const touchEvery = time.Minute

func (r *Room) touch(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.touched == nil {
		r.touched = map[string]struct{}{}
	}
	r.touched[name] = struct{}{}
}

// Flush writes, in one statement, that sessions were used since the last Flush.
// What it could not write, the next one does: a session must not end for want of a
// use that the database was not there to hear of.
func (r *Room) Flush(ctx context.Context, now time.Time) error {
	r.mu.Lock()
	names := make([]string, 0, len(r.touched))
	for n := range r.touched {
		names = append(names, n)
	}
	r.touched = nil
	r.mu.Unlock()
	if len(names) == 0 {
		return nil
	}
	err := seen(ctx, r.DB, names, now)
	if err != nil {
		for _, n := range names {
			r.touch(n)
		}
	}
	return err
}
