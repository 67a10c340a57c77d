// Package bruteforce remembers failed sign ins and locks out who fails too often.
//
// It owns the tables login_failures, lockouts and bruteforce_lists and the row
// cphulk of settings, the rules by which a failure counts, the lock that follows,
// and the functions that administer them, which cPanel calls cPHulk. It does not
// check a password, does not know who exists, and answers the same for a name
// that nobody has. The login flow, and the rooms that are given a password, ask for
// a Try before they look at a secret, and tell what came of it. That must be
// outside the transaction of the call that is refused, or the count goes with it.
//
// Settings are read with each question: what an administrator changes on one node
// holds on all of them at once. What was read last is kept only to ask by, and the
// answer says whether it still holds.
//
// Choices of ours where cPHulk's documentation leaves room:
//   - A loopback address is never locked, and root is never locked or refused
//     there, so that whoever has the machine can always get in.
//   - Tries under way count like failures until it is known what they are, but they
//     lock nobody: whoever comes when they are as many as would lock waits for them.
//   - While a lock lasts nothing is counted and it does not grow; a caller who
//     keeps trying waits no longer and fills no table. A lock never outlives its
//     setting: a shorter period shortens those that are on.
//   - A success does not clear the count of its address: whoever has one account
//     could otherwise sign in to it after every fourth guess at another's.
//   - A black-listed address is refused like a wrong password, at once and
//     without a look at it: there is no time to wait for, and nothing to learn.
//     An address on both lists is white.
//   - Countries are unknown here: the country lists can only be empty.
package bruteforce

import (
	"context"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Room keeps the rules.
type Room struct {
	last atomic.Pointer[reading] // the settings as they were read last
}

// Attempt is one failed sign in.
type Attempt struct {
	Name    string // as it was typed; nobody need have it
	Address netip.Addr
	Service scalar.Service
	Step    string // what failed: password, security_questions, tfa, function
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
	if m := int((l.Remaining + time.Minute - 1) / time.Minute); m > 1 {
		return catalog.SignInsTooMany.Fault("n", strconv.Itoa(m))
	}
	return catalog.SignInsTooMany1.Fault()
}

// Check refuses, with a *Lock, a sign in with this name from this address while
// either is locked, and with fault.Denied one from a black-listed address. It
// costs one read and is the same for names that nobody has. It is for steps at
// which nothing is guessed: before a secret is looked at stands Begin.
func (r *Room) Check(ctx context.Context, db bun.IDB, name string, address netip.Addr, now time.Time) error {
	return check(ctx, db, Clean(name), clean(address), now)
}

func check(ctx context.Context, db bun.IDB, name string, address netip.Addr, now time.Time) error {
	s, err := standing(ctx, db, name, address, now)
	if err != nil {
		return err
	}
	return s.refusal(name, address, now)
}

// refusal is what stands against an attempt; nil for nothing.
func (s stands) refusal(name string, address netip.Addr, now time.Time) error {
	if !bool(s.Enabled) || s.white {
		return nil
	}
	if name == root && (!address.IsValid() || address.IsLoopback()) {
		return nil
	}
	if s.black {
		return fault.Denied()
	}
	var until time.Time
	if s.countsAddress(address) {
		until = later(until, s.addressLock.ends(s.address()))
	}
	if s.countsUser(name, address) {
		until = later(until, s.userLock.ends(s.user()))
	}
	if !until.After(now) {
		return nil
	}
	return &Lock{Until: until, Remaining: until.Sub(now)}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// Sweep deletes what no rule looks at any more, at most SweepSize rows of each
// table, and tells how many it took.
func (r *Room) Sweep(ctx context.Context, db bun.IDB, now time.Time) (int64, error) {
	s, err := load(ctx, db)
	if err != nil {
		return 0, err
	}
	return sweep(ctx, db, s, now)
}
