// Package dispatch takes a call to its handler: may they, decode, transaction.
//
// It owns the registry of answers, privileges, the transaction around a call,
// output controls and calls within calls (batch, the bridge). It does not know
// HTTP, who somebody is, or how a dialect spells its envelope. The doors call
// Call; the rooms register with Handle or Prepare.
package dispatch

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// Call is one question: who asks, when, with which output controls, and the
// transaction it is answered in.
type Call struct {
	Caller
	Now   time.Time
	Shape function.Shape // a handler that applies it itself returns Shaped
	DB    bun.IDB
	after *[]func(context.Context)
	done  func(context.Context, Call) error // records the call in its transaction; nil: no
}

// After runs work once the call's transaction has been committed, and never
// when it has not. The work must not fail the call.
func (c Call) After(work func(context.Context)) { *c.after = append(*c.after, work) }

// Mux holds the handlers.
type Mux struct {
	DB       *bun.DB // writes
	ReadOnly *bun.DB // PostgreSQL refuses writes here (SQLSTATE 25006)
	Now      func() time.Time
	// As makes the caller of a call that one user makes as another: WHM's bridge.
	// It refuses users that the caller has no power over.
	As func(ctx context.Context, db bun.IDB, who Caller, user string) (Caller, error)
	// Record adds to the audit trail, within db's transaction where that is one.
	// Nil: there is none.
	Record  func(ctx context.Context, db bun.IDB, e Event) error
	answers map[function.Name]answer
}

type answer struct {
	*function.Function
	give func(context.Context, *Mux, Call, url.Values) (any, error)
}

// Handle registers the answer to a function. Reads is answered on the
// read-only pool, Writes in one transaction, Reaches on the pool.
func Handle[In, Out any](m *Mux, f *function.Func[In, Out], handle func(context.Context, Call, In) (Out, error)) {
	m.add(&f.Function, func(ctx context.Context, m *Mux, c Call, args url.Values) (any, error) {
		in, err := f.Read(args)
		if err != nil {
			return nil, err
		}
		return m.within(ctx, f.Effect, c, func(ctx context.Context, c Call) (any, error) { return handle(ctx, c, in) })
	})
}

// Prepare registers the answer to a function with slow work, such as hashing a
// password, that must be done before a transaction is opened: prepare does it
// and gives its outcome to handle.
func Prepare[In, Mid, Out any](m *Mux, f *function.Func[In, Out],
	prepare func(context.Context, Call, In) (Mid, error),
	handle func(context.Context, Call, In, Mid) (Out, error),
) {
	m.add(&f.Function, func(ctx context.Context, m *Mux, c Call, args url.Values) (any, error) {
		in, err := f.Read(args)
		if err != nil {
			return nil, err
		}
		outside := c
		outside.DB = m.DB // it may look at credentials, and a replica may lag
		mid, err := prepare(ctx, outside, in)
		if err != nil {
			return nil, err
		}
		return m.within(ctx, f.Effect, c, func(ctx context.Context, c Call) (any, error) { return handle(ctx, c, in, mid) })
	})
}

func (m *Mux) add(f *function.Function, give func(context.Context, *Mux, Call, url.Values) (any, error)) {
	if m.answers == nil {
		m.answers = map[function.Name]answer{}
	}
	for _, n := range f.Names {
		if _, twice := m.answers[n]; twice {
			panic("dispatch: " + n.String() + " is answered twice")
		}
		m.answers[n] = answer{f, give}
	}
}

// within runs a handler with the transaction that the function's effect asks for.
func (m *Mux) within(ctx context.Context, effect function.Effect, c Call, run func(context.Context, Call) (any, error)) (out any, err error) {
	switch effect {
	case function.Reads:
		c.DB = m.ReadOnly
		return run(ctx, c)
	case function.Reaches:
		c.DB = m.DB
		return run(ctx, c)
	}
	var after []func(context.Context)
	c.after = &after
	err = m.DB.RunInTx(ctx, &sql.TxOptions{}, func(ctx context.Context, tx bun.Tx) error {
		c.DB = tx
		if out, err = run(ctx, c); err != nil || c.done == nil {
			return err
		}
		return c.done(ctx, c)
	})
	if err != nil {
		return nil, err
	}
	for _, work := range after {
		work(ctx)
	}
	return out, nil
}

// Call answers one call. Output controls are applied to the rows of the answer.
// The error is a fault, or something internal that fault.Of makes one of.
func (m *Mux) Call(ctx context.Context, who Caller, name function.Name, args url.Values, shape function.Shape) (function.Reply, error) {
	none := []func(context.Context){}
	c := Call{Caller: who, Now: m.Now(), Shape: shape, after: &none}
	a, err := m.find(who, name)
	if err != nil {
		return function.Reply{}, m.recordRefused(ctx, m.DB, a.Function, name, c, args, err)
	}
	if err := CheckShape(a.Function, shape); err != nil {
		return function.Reply{}, err
	}
	c.done = m.recordDone(a.Function, name, args)
	out, err := a.give(ctx, m, c, args)
	// Opening and committing the transaction may fail too, and no handler sees that.
	if err = database.Fault(err, nil, nil); err != nil {
		return function.Reply{}, m.recordRefused(ctx, m.DB, a.Function, name, c, args, err)
	}
	reply := function.Reply{Out: out}
	if n, has := out.(function.WithNotes); has {
		reply.Notes = n.Noted()
	}
	if reply.Notes.Reason == "" {
		reply.Notes.Reason = a.Reason
	}
	return ApplyShape(a.Function, reply, shape)
}

// find is the answer to a name, if this caller may have it.
func (m *Mux) find(who Caller, name function.Name) (answer, error) {
	a, found := m.answers[name]
	switch {
	case !found:
		return a, fault.NoSuchFunction(name.Function)
	case name.Dialect == function.OnWHM && who.Kind != Root && who.Kind != Reseller:
		return a, fault.NotHere(name.Function, "by this user")
	case name.Dialect != function.OnWHM && who.AccountID == 0:
		return a, fault.NotHere(name.Function, "without an account")
	case name.Dialect != function.OnWHM && who.Kind == Mailbox && a.Callers != function.Everybody:
		return a, fault.NotHere(name.Function, "by a mailbox’s owner")
	case a.SessionOnly && who.Via != BySession:
		return a, fault.NotHere(name.Function, "outside a browser session")
	case a.NoCommandLine && who.Service == scalar.Command:
		return a, fault.NotHere(name.Function, "from the command line")
	case who.Unverified && guards(a.Function, name):
		return a, fault.PolicyApplies()
	case !who.Has(a.Feature):
		return a, fault.NoFeature(a.Feature)
	case name.Dialect == function.OnWHM && !who.May(a.Needs):
		return a, fault.NoPrivilege(a.Needs)
	}
	return a, nil
}

// guards tells whether a function stays shut for a password that the sign-in
// policies would not let in alone, though they spare API calls: it hands out a
// session or a token, or it writes what only root-level callers may. With one of
// these a thief of root's password would turn the policies off, or raise a
// reseller of their own, and sign in.
func guards(f *function.Function, name function.Name) bool {
	return f.Opens || name.Dialect == function.OnWHM && f.Needs == Everything && f.Effect != function.Reads
}

// Missing lists the declared functions that nobody answers; the start fails on one.
func (m *Mux) Missing() error {
	for _, f := range function.All() {
		for _, n := range f.Names {
			if _, found := m.answers[n]; !found {
				return fmt.Errorf("the function %s is declared and nobody answers it", n)
			}
		}
	}
	return nil
}

// Available lists the functions of a dialect that the caller may call.
func (m *Mux) Available(who Caller, d function.Dialect) []string {
	var names []string
	for _, f := range function.All() {
		if n, in := f.In(d); in {
			if _, err := m.find(who, n); err == nil {
				names = append(names, n.String())
			}
		}
	}
	return names
}
