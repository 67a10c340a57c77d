package account

import (
	"context"
	"fmt"
	"strings"
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// preparePasswd rates and hashes. Whose password it is, is judged by passwd, in
// the transaction that writes it.
func (r *Room) preparePasswd(ctx context.Context, c dispatch.Call, in catalog.PasswdRequest) (hash string, err error) {
	if err := CheckPassword(ctx, c.DB, "passwd", "password", in.Password, Guessable(in.User, "", "")); err != nil {
		return "", err
	}
	return r.Hasher.Hash(ctx, in.Password)
}

func (r *Room) passwd(ctx context.Context, c dispatch.Call, in catalog.PasswdRequest, hash string) (out catalog.PasswdAnswer, err error) {
	l, err := r.passwordOwner(ctx, c, in.User)
	if err != nil {
		return out, err
	}
	if err := SetPassword(ctx, c.DB, l.ID, hash, c.Now); err != nil {
		return out, err
	}
	if err := r.EndSessions(ctx, c.DB, l.ID); err != nil {
		return out, err
	}
	return catalog.PasswdAnswer{
		App:   []string{"cpanel"},
		Notes: function.Notes{Reason: fmt.Sprintf("Password changed for user “%s”.", l.Name)},
	}, nil
}

// passwordOwner is an account, or root for root itself: a reseller with every
// privilege may do all that root may, but not take root's place.
func (r *Room) passwordOwner(ctx context.Context, c dispatch.Call, name string) (Login, error) {
	if strings.EqualFold(name, string(dispatch.Root)) && c.Kind == dispatch.Root && c.Superuser() {
		return Find(ctx, c.DB, name)
	}
	return powerLocked(ctx, c.DB, c.Caller, name)
}

func (r *Room) remove(ctx context.Context, c dispatch.Call, in catalog.RemoveAcctRequest) (out catalog.Logged, err error) {
	l, err := powerLocked(ctx, c.DB, c.Caller, in.Username)
	if err != nil {
		return out, err
	}
	if l.ID == c.ID {
		return out, fault.New(fault.Forbidden, "You cannot remove your own account.")
	}
	if err := r.endAccount(ctx, c, l.ID); err != nil {
		return out, err
	}
	if err := deleteAccount(ctx, c.DB, l.ID); err != nil {
		return out, err
	}
	out.Raw = fmt.Sprintf("The account %s, its mailboxes, sessions and tokens were removed.\n", l.Name)
	out.Reason = l.Name + " account removed"
	return out, nil
}

// endAccount ends the sessions of an account and of its mailboxes, whoever acts in them.
func (r *Room) endAccount(ctx context.Context, c dispatch.Call, id int64) error {
	ids, err := mailboxIDs(ctx, c.DB, id)
	if err != nil {
		return err
	}
	return r.EndSessions(ctx, c.DB, append(ids, id)...)
}

func (r *Room) suspend(ctx context.Context, c dispatch.Call, in catalog.SuspendAcctRequest) (out catalog.Logged, err error) {
	l, err := powerLocked(ctx, c.DB, c.Caller, in.User)
	switch {
	case err != nil:
		return out, err
	case l.ID == c.ID:
		return out, fault.New(fault.Forbidden, "You cannot suspend your own account.")
	case bool(in.Lock) && !c.Superuser():
		return out, fault.NoPrivilege(dispatch.Everything)
	case !l.SuspendedAt.IsZero():
		return out, fault.New(fault.Exists, "The account “%s” is suspended already.", l.Name)
	}
	if err := updateSuspension(ctx, c.DB, l.ID, c.Now, in.Reason, c.Actor(), bool(in.Lock)); err != nil {
		return out, err
	}
	if err := r.endAccount(ctx, c, l.ID); err != nil {
		return out, err
	}
	out.Raw = fmt.Sprintf("The account %s was suspended. Its sessions and those of its mailboxes have ended.\n", l.Name)
	out.Reason = fmt.Sprintf("%s’s account has been suspended", l.Name)
	return out, nil
}

// unsuspend lifts a suspension; where there is none, it is content.
func (r *Room) unsuspend(ctx context.Context, c dispatch.Call, in catalog.UnsuspendAcctRequest) (out catalog.Logged, err error) {
	l, err := powerLocked(ctx, c.DB, c.Caller, in.User)
	if err != nil {
		return out, err
	}
	if l.SuspensionLocked && !c.Superuser() {
		return out, fault.New(fault.Forbidden, "The suspension of “%s” is locked: only root may lift it.", l.Name)
	}
	if err := updateSuspension(ctx, c.DB, l.ID, time.Time{}, "", "", false); err != nil {
		return out, err
	}
	out.Raw = fmt.Sprintf("The account %s is open again.\n", l.Name)
	out.Reason = fmt.Sprintf("%s’s account is now active", l.Name)
	return out, nil
}
