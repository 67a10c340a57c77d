package token

import (
	"context"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/fault"
)

// owner is the caller that a token's owner would be, with the privileges of now.
func owner(ctx context.Context, db bun.IDB, name string) (dispatch.Caller, error) {
	l, err := account.Find(ctx, db, name)
	return account.ToCaller(l), err
}

// awake is owner, of one who may sign in.
func awake(ctx context.Context, db bun.IDB, name string) (dispatch.Caller, error) {
	l, err := account.Find(ctx, db, name)
	if fault.Is(err, fault.Unknown) || err == nil && l.Suspended() {
		return dispatch.Caller{}, fault.Denied() // so since the token was looked up
	}
	return account.ToCaller(l), err
}
