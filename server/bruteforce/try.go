package bruteforce

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/fault"
)

// Try is the leave to look at one secret: a password, a code, a set of answers. It
// is granted before the secret is looked at, so that of guesses made at the same
// moment, on however many nodes, exactly as many are looked at as one by one. Its
// holder tells what came of it with Fail, Succeed or Return: the first of them
// counts. Close is for the ways out on which none was reached.
type Try struct {
	db      bun.IDB
	attempt Attempt
	rules   Settings
	address bool // held against the attempt's network
	user    bool // held against its name
	ends    time.Time
	wrong   bool
	settled bool
}

// How long a try lasts whose holder says nothing, for its node has died, and how
// long somebody waits for one, in which pauses.
const (
	lease     = time.Minute
	patience  = 10 * time.Second
	firstWait = 5 * time.Millisecond
	mostWait  = 40 * time.Millisecond
)

// Begin grants a try, in the one statement that reads settings, lists and locks. It
// refuses like Check. While as many tries are under way as failures would lock, it
// waits for what comes of them: honest people behind one address wait a moment,
// and who guesses finds the lock. fault.Unavailable says that it took too long.
func (r *Room) Begin(ctx context.Context, db bun.IDB, a Attempt, now time.Time) (*Try, error) {
	a.Name, a.Address = Clean(a.Name), clean(a.Address)
	waited, pause := time.Duration(0), firstWait
	for {
		t, err := r.begin(ctx, db, a, now.Add(waited))
		if err != nil || t != nil {
			return t, err
		}
		if waited >= patience {
			return nil, fault.Busy()
		}
		select {
		case <-ctx.Done():
			return nil, fault.Busy().Because(ctx.Err())
		case <-time.After(pause):
		}
		waited, pause = waited+pause, min(2*pause, mostWait)
	}
}

// begin asks for a try once; nil when it must be asked for again, later.
func (r *Room) begin(ctx context.Context, db bun.IDB, a Attempt, now time.Time) (*Try, error) {
	for {
		by := r.known()
		t := &Try{db: db, attempt: a, rules: by.Settings, ends: now.Add(lease).Truncate(time.Microsecond)}
		address, user := by.counts(a.Name, a.Address)
		g, err := reserve(ctx, t, by.text, address, user, now)
		if err != nil {
			return nil, err
		}
		if !g.Sure { // other settings are in force than those it was asked by: nothing was granted
			if err := r.learn(g.Kept); err != nil {
				return nil, err
			}
			continue
		}
		t.address, t.user = g.ByAddress, g.ByUser
		refused := g.stands(t.rules).refusal(a.Name, a.Address, now)
		if refused == nil && (g.White || g.ByAddress == address && g.ByUser == user) {
			return t, nil
		}
		t.Return(ctx) // it may be one of two
		return nil, refused
	}
}

// Within is a context for the look itself, which has to begin well before the try
// ends by itself.
func (t *Try) Within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, lease/2)
}

// Wrong notes that the secret was looked at and is wrong. Whatever keeps the holder
// from saying so, that is a failure.
func (t *Try) Wrong() { t.wrong = true }

// Fail makes the try a failure at that step, and locks when it was one too many.
// When a lock came before it, the lock is the answer and nothing is counted. Not
// even the caller's leaving undoes a failure.
func (t *Try) Fail(ctx context.Context, step string, now time.Time) error {
	if t.settled {
		return nil
	}
	ctx = context.WithoutCancel(ctx)
	t.settled, t.attempt.Step = true, step
	a := t.attempt
	if t.address {
		n := network(a.Address)
		counted, err := count(ctx, t.db, subject{"address", key(n), n}, t.rules.address(), a, t.ends, now)
		if err != nil || !counted {
			return t.overtaken(ctx, err, now)
		}
	}
	if t.user {
		counted, err := count(ctx, t.db, subject{kind: "user", key: a.Name}, t.rules.user(), a, t.ends, now)
		if err != nil || !counted {
			return t.overtaken(ctx, err, now)
		}
	}
	if !bool(t.rules.Enabled) {
		return nil
	}
	return record(ctx, t.db, a, now)
}

// overtaken is the answer to a failure that could not be counted.
func (t *Try) overtaken(ctx context.Context, err error, now time.Time) error {
	if err != nil {
		return err
	}
	if err := t.giveBack(ctx, false, now); err != nil {
		return err
	}
	return check(ctx, t.db, t.attempt.Name, t.attempt.Address, now)
}

// Succeed gives the try back and forgets the failures counted against the name. A
// lock that is on stays, and so does the count of the address.
func (t *Try) Succeed(ctx context.Context, now time.Time) error {
	if t.settled {
		return nil
	}
	t.settled = true
	return t.giveBack(context.WithoutCancel(ctx), true, now)
}

// Return gives the try back: the secret was right, or nobody looked at it.
func (t *Try) Return(ctx context.Context) {
	if !t.settled {
		t.settled = true
		_ = t.giveBack(context.WithoutCancel(ctx), false, t.ends.Add(-lease)) // else it ends by itself
	}
}

// Close settles a try of which nothing was said: what was wrong is a failure, all
// else is given back.
func (t *Try) Close(ctx context.Context, step string, now time.Time) {
	if !t.wrong {
		t.Return(ctx)
		return
	}
	_ = t.Fail(ctx, step, now) // the caller is being refused for something else
}

// giveBack takes the try off the counters that hold it.
func (t *Try) giveBack(ctx context.Context, forget bool, now time.Time) error {
	if !t.address && !t.user && !forget {
		return nil
	}
	return release(ctx, t, forget, now)
}

// Forget is Succeed for who came in without a secret of ours, by a login provider's word.
func (r *Room) Forget(ctx context.Context, db bun.IDB, name string, now time.Time) error {
	return release(ctx, &Try{db: db, attempt: Attempt{Name: Clean(name)}, ends: now}, true, now)
}

// Look is Begin, a look at a secret, and what came of it, for rooms that are given
// somebody's password. It tells whether that was right; a failure is counted.
func (r *Room) Look(ctx context.Context, db bun.IDB, a Attempt, now time.Time, look func(context.Context) (bool, error)) (bool, error) {
	t, err := r.Begin(ctx, db, a, now)
	if err != nil {
		return false, err
	}
	defer t.Return(ctx)
	within, cancel := t.Within(ctx)
	defer cancel()
	right, err := look(within)
	if err != nil || right {
		return right, err
	}
	return false, t.Fail(ctx, a.Step, now)
}
