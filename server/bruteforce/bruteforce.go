// Package bruteforce remembers failed sign ins and locks out who fails too often.
//
// It owns the tables login_failures and lockouts, the rules by which a failure
// counts, and the lock that follows. It does not check a password, does not know
// who exists, and answers the same for a name that nobody has. The login flow,
// and the doors that take a password or a token with a request, call Check
// before they look at a credential, then Fail or Succeed. Each of them must be
// called outside the transaction of the call that is refused, or the count goes
// with it.
//
// Three choices of ours where cPHulk's documentation leaves room:
//   - A loopback address is never locked, and root is never locked there, so that
//     whoever has the machine can always get in.
//   - While a lock lasts nothing is counted and it does not grow; a caller who
//     keeps trying waits no longer and fills no table.
//   - A success does not clear the count of its address: whoever has one account
//     could otherwise sign in to it after every fourth guess at another's.
package bruteforce

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/fault"
	"postern/shared/scalar"
)

// Room holds the rules in force.
type Room struct{ Settings Settings }

// Attempt is one failed sign in.
type Attempt struct {
	Name    string // as it was typed; nobody need have it
	Address netip.Addr
	Service scalar.Service
	Step    string // what failed: password, session, token
}

// Lock is the error of a caller who is locked out. It is a fault.Locked too.
type Lock struct {
	Until     time.Time
	Remaining time.Duration // from now to Until; more than 0
}

// Error is the fault's message.
func (l *Lock) Error() string { return l.fault().Message }

// Unwrap gives the fault to fault.Of.
func (l *Lock) Unwrap() error { return l.fault() }

// Seconds is how long to wait, rounded up: the value of the header Retry-After.
func (l *Lock) Seconds() int { return int((l.Remaining + time.Second - 1) / time.Second) }

// fault says the wait in minutes and not whose failures it was: the name's or the address's.
func (l *Lock) fault() *fault.Fault {
	wait := "a minute"
	if m := int((l.Remaining + time.Minute - 1) / time.Minute); m > 1 {
		wait = fmt.Sprintf("%d minutes", m)
	}
	return fault.New(fault.Locked, "There were too many failed sign ins. Try again in %s.", wait)
}

// Check refuses, with a *Lock, a sign in with this name from this address while
// either is locked. It costs one read and is the same for names that nobody has.
func (r *Room) Check(ctx context.Context, db bun.IDB, name string, address netip.Addr, now time.Time) error {
	s := r.Settings
	name, address = Clean(name), address.Unmap().WithZone("")
	if !s.Enabled || s.listed(address) {
		return nil
	}
	var keys subjects
	if s.countsAddress(address) {
		keys.address = network(address)
	}
	if s.countsUser(name, address) {
		keys.user = name
	}
	until, err := lockedUntil(ctx, db, keys, now)
	if err != nil || until.IsZero() {
		return err
	}
	return &Lock{Until: until, Remaining: until.Sub(now)}
}

// Fail records a failure, and locks when it was one too many. A failure during a
// lock is not recorded.
func (r *Room) Fail(ctx context.Context, db bun.IDB, a Attempt, now time.Time) error {
	s := r.Settings
	a.Name, a.Address = Clean(a.Name), a.Address.Unmap().WithZone("")
	if !s.Enabled {
		return nil
	}
	if s.countsAddress(a.Address) && !s.listed(a.Address) {
		counted, err := count(ctx, db, "address", network(a.Address), s.Address, now)
		if err != nil || !counted {
			return err
		}
	}
	if s.countsUser(a.Name, a.Address) && !s.listed(a.Address) {
		counted, err := count(ctx, db, "user", a.Name, s.User, now)
		if err != nil || !counted {
			return err
		}
	}
	return record(ctx, db, a, now)
}

// Succeed forgets the failures counted against a name that signed in. A lock that
// is on stays, and so does the count of the address.
func (r *Room) Succeed(ctx context.Context, db bun.IDB, name string, now time.Time) error {
	if !r.Settings.Enabled {
		return nil
	}
	return forget(ctx, db, Clean(name), now)
}

// Sweep deletes what no rule looks at any more, at most SweepSize rows of each
// table, and tells how many it took.
func (r *Room) Sweep(ctx context.Context, db bun.IDB, now time.Time) (int64, error) {
	return sweep(ctx, db, r.Settings, now)
}
