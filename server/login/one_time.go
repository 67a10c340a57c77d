package login

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/bruteforce"
	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/fault"
)

// What happens to a session besides its making, as the audit trail names it.
const (
	oneTime = "one_time_session"
	signOut = "sign_out"
)

// OneTime activates a session that an API call made, and records it: whoever
// holds such a text is in without a password, so the trail must say from where.
func (r *Room) OneTime(ctx context.Context, text, token string, a Attempt, now time.Time) (row *session.Row, err error) {
	err = r.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if row, err = r.Sessions.Activate(ctx, tx, text, token, a.Service, a.Address, a.UserAgent, now); err != nil {
			return err
		}
		who, err := account.Find(ctx, tx, row.Login)
		if err != nil {
			return err
		}
		if who.Suspended() { // while the session was being made
			return fault.Denied()
		}
		return r.recordSession(ctx, tx, row, who, a, oneTime, now)
	})
	if !fault.Is(err, fault.Stranger) {
		return row, err
	}
	name, _, _, _ := session.Parse(text)
	refused := dispatch.Event{
		At: now, Actor: bruteforce.Clean(name), Login: bruteforce.Clean(name), Service: a.Service, Via: dispatch.BySession,
		Address: a.Address, Action: oneTime, Refused: fault.Stranger,
	}
	if err := r.Record(ctx, r.DB, refused); err != nil {
		return nil, err
	}
	return nil, err
}

// SignOut ends a session and records it.
func (r *Room) SignOut(ctx context.Context, row *session.Row, a Attempt, now time.Time) error {
	who, err := account.Find(ctx, r.DB, row.Login)
	if err != nil {
		return err
	}
	return r.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if err := session.End(ctx, tx, row.Name); err != nil {
			return err
		}
		return r.recordSession(ctx, tx, row, who, a, signOut, now)
	})
}

func (r *Room) recordSession(ctx context.Context, db bun.IDB, row *session.Row, who account.Login, a Attempt, step string, now time.Time) error {
	actor := who.Name
	if row.Possessor != "" {
		actor = row.Possessor
	}
	return r.Record(ctx, db, dispatch.Event{
		At: now, Actor: actor, Login: who.Name, LoginID: who.ID, AccountID: who.AccountID, Account: who.Account,
		Service: a.Service, Via: dispatch.BySession, Address: a.Address, Session: row.Name, Action: step,
	})
}
