package token

import (
	"context"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
)

// owner is the caller that a token's owner would be, with the privileges of now.
func owner(ctx context.Context, db bun.IDB, name string) (dispatch.Caller, error) {
	l, err := account.Find(ctx, db, name)
	return account.ToCaller(l), err
}
