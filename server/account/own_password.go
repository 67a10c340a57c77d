package account

import (
	"context"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// changing is a change of one's own password that may be made.
type changing struct {
	was  string // the hash of the password that was given as the present one
	hash string // of the new one
}

// Present tries the caller's present password as a sign in would: a lock first,
// then the hash, and a failure is counted. Who finds an open browser could else try
// passwords there without end. parameter is what it was given as, for the refusal;
// the login comes back as it was when its password was right. Call it outside any
// transaction.
func (r *Room) Present(ctx context.Context, c dispatch.Call, parameter, given string) (Login, error) {
	l, err := Find(ctx, c.DB, c.Name)
	if err != nil {
		return Login{}, err
	}
	right, err := r.Guard(ctx, c, l.Name, func(ctx context.Context) (bool, error) {
		right, _, err := r.Hasher.Verify(ctx, l.PasswordHash, given)
		return right, err
	})
	if err != nil {
		return Login{}, err
	}
	if !right {
		return Login{}, fault.Bad(parameter, catalog.PasswordNotPresent.Text)
	}
	return l, nil
}

func (r *Room) prepareChange(ctx context.Context, c dispatch.Call, in catalog.ChangePasswordRequest) (out changing, err error) {
	l, err := r.Present(ctx, c, "old_password", in.Old)
	if err != nil {
		return out, err
	}
	if in.New == in.Old {
		return out, fault.Bad("new_password", catalog.PasswordTheSame.Text)
	}
	service, known := own(l)
	if err := CheckPassword(ctx, c.DB, service, "new_password", in.New, known); err != nil {
		return out, err
	}
	out.was = l.PasswordHash
	out.hash, err = r.Hasher.Hash(ctx, in.New)
	return out, err
}

// change writes the new password, unless somebody else has set one since the
// present one was looked at: an administrator's would be undone.
func (r *Room) change(ctx context.Context, c dispatch.Call, _ catalog.ChangePasswordRequest, to changing) (out function.Nothing, err error) {
	if err := lockLogin(ctx, c.DB, c.Name); err != nil {
		return out, err
	}
	l, err := Find(ctx, c.DB, c.Name)
	if err != nil {
		return out, err
	}
	if l.ID != c.ID || l.PasswordHash != to.was {
		return out, catalog.PasswordMeanwhile.Fault()
	}
	if err := SetPassword(ctx, c.DB, l.ID, to.hash, c.Now); err != nil {
		return out, err
	}
	return out, r.EndOthers(ctx, c.DB, l.ID, c.Session)
}

// Guard stands before a look at the password of a name. It refuses one that is
// locked after too many failures, lets no more look at once than may fail, and
// counts what was wrong. It works outside any transaction.
type Guard func(ctx context.Context, c dispatch.Call, name string, look func(context.Context) (right bool, err error)) (right bool, err error)

// EndOthers ends the sessions of a login but the one that is kept, and the sign
// ins that it has begun, within db's transaction.
type EndOthers func(ctx context.Context, db bun.IDB, loginID int64, keep string) error
