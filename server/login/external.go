package login

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/policy"
	"postern/server/provider"
	"postern/server/session"
	"postern/server/sourceip"
	"postern/shared/fault"
)

// external is the step of a sign in that a provider answers for; in the audit
// trail also the linking of an identity.
const (
	external = "external"
	linking  = "external_link"
)

// SignInExternal runs the steps for an identity that came back from a provider.
// It stands where the password stands: the lock and suspension come before, the
// verified address and the second factor after it, unless the provider is marked
// as one that asks for enough itself.
func (r *Room) SignInExternal(ctx context.Context, id provider.Identity, a Attempt, now time.Time) (Outcome, error) {
	who, err := r.linked(ctx, id, &a)
	if err != nil {
		return Outcome{}, err
	}
	if who.ID == 0 {
		return Outcome{}, r.turnedAway(ctx, id, a, id.Unlinked(), now)
	}
	if err := r.Brute.Check(ctx, r.DB, a.Name, a.Address, now); err != nil {
		return Outcome{}, err
	}
	if who.Suspended() {
		return Outcome{}, r.turnedAway(ctx, id, a, fault.Denied(), now)
	}
	p, err := policy.Load(ctx, r.DB)
	if err != nil {
		return Outcome{}, err
	}
	if err := r.recordExternal(ctx, r.DB, id, who, a, external, "", now); err != nil {
		return Outcome{}, err
	}
	if id.Strong {
		a.coded = true
		return r.enter(ctx, p, who, a, now)
	}
	need, err := r.Addresses.Required(ctx, r.DB, p, who, a.Service, a.Address, now)
	if err != nil {
		return Outcome{}, err
	}
	switch need {
	case sourceip.Setup:
		return r.setUp(ctx, who, a, now)
	case sourceip.Challenge:
		return r.ask(ctx, p, who.ID, who, a, now)
	}
	return r.secondFactor(ctx, p, who, a, now)
}

// linked is the login that an identity opens at the service; nobody when there is
// none, and when there are several and none was named.
func (r *Room) linked(ctx context.Context, id provider.Identity, a *Attempt) (found account.Login, err error) {
	all, err := r.Outside.Links(ctx, id)
	if err != nil {
		return found, err
	}
	for _, k := range all {
		who, err := account.Find(ctx, r.DB, k.Login)
		if err != nil {
			return account.Login{}, err
		}
		if !opens(who, a.Service) {
			continue
		}
		if found.ID != 0 {
			return account.Login{}, nil
		}
		found, a.Name, a.link, a.provider = who, who.Name, k.ID, id.Provider
	}
	return found, nil
}

// turnedAway records that an identity did not come in, and is the refusal. It
// counts for no lock: the identity was proven, nothing was guessed, and nobody
// else's name may be locked by one's own identity.
func (r *Room) turnedAway(ctx context.Context, id provider.Identity, a Attempt, why *fault.Fault, now time.Time) error {
	if err := r.recordExternal(ctx, r.DB, id, account.Login{Name: id.User}, a, external, why.Kind, now); err != nil {
		return err
	}
	return why
}

func (r *Room) recordExternal(ctx context.Context, db bun.IDB, id provider.Identity, who account.Login, a Attempt, step string, refused fault.Kind, now time.Time) error {
	via := dispatch.ByProvider
	if step == linking {
		via = dispatch.BySession
	}
	return r.Record(ctx, db, dispatch.Event{
		At: now, Actor: who.Name, Login: who.Name, LoginID: who.ID, AccountID: who.AccountID, Account: who.Account,
		Service: a.Service, Via: via, Address: a.Address, Action: step, Refused: refused,
		Details: map[string]string{"provider_id": id.Provider, "preferred_username": id.PreferredName},
	})
}

// LinkExternal links an identity that came back to the login of the session that
// it was begun in, which must be the session of the browser.
func (r *Room) LinkExternal(ctx context.Context, id provider.Identity, row *session.Row, a Attempt, now time.Time) error {
	if row == nil || row.Name != id.Session {
		return fault.New(fault.Stranger, "You are not signed in any more as whom you began to link. Sign in and begin again.")
	}
	return r.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		who, err := account.Find(ctx, tx, row.Login)
		if err != nil {
			return err
		}
		if who.Suspended() {
			return fault.Denied()
		}
		if err := r.Outside.Link(ctx, tx, id, who.ID, now); err != nil {
			return err
		}
		return r.recordExternal(ctx, tx, id, who, a, linking, "", now)
	})
}
