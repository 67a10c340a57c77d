package token

import (
	"context"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/function"
	"postern/shared/scalar"
)

// An account's own tokens: the functions of UAPI's module Tokens. They belong to
// the account that the call is about, whoever makes it for the account.

func (r *Room) createForAccount(ctx context.Context, c dispatch.Call, in catalog.CreateAccountTokenRequest) (out catalog.CreatedAccountToken, err error) {
	if err := secure(c, catalog.CreateAccountToken.Function); err != nil {
		return out, err
	}
	t := &row{LoginID: c.AccountID, Scheme: CPanel, Name: in.Name}
	value, err := r.add(ctx, c, t, in.ExpiresAt)
	return catalog.CreatedAccountToken{CreateTime: scalar.At(c.Now), Token: value}, err
}

func (r *Room) listOfAccount(ctx context.Context, c dispatch.Call, _ catalog.ListAccountTokensRequest) ([]catalog.AccountToken, error) {
	all, err := list(ctx, c.DB, c.AccountID, CPanel)
	out := make([]catalog.AccountToken, 0, len(all))
	for _, t := range all {
		out = append(out, catalog.AccountToken{
			CreateTime: scalar.At(t.CreatedAt), ExpiresAt: scalar.At(t.ExpiresAt),
			Features: []string{}, HasFullAccess: true, Name: t.Name,
		})
	}
	return out, err
}

func (r *Room) renameOfAccount(ctx context.Context, c dispatch.Call, in catalog.RenameAccountTokenRequest) (function.Nothing, error) {
	t, err := find(ctx, c.DB, c.AccountID, CPanel, in.Name)
	if err != nil {
		return function.Nothing{}, err
	}
	t.Name = in.NewName
	return function.Nothing{}, replace(ctx, c.DB, t)
}

func (r *Room) revokeOfAccount(ctx context.Context, c dispatch.Call, in catalog.RevokeAccountTokenRequest) (scalar.Bit, error) {
	return true, remove(ctx, c.DB, c.AccountID, CPanel, []string{in.Name})
}
