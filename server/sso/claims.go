package sso

import (
	"context"
	"errors"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"postern/server/database"
)

// describe says who somebody is: the mailbox's address is all that there is to say.
func describe(info *oidc.UserInfo, address string) {
	info.Subject, info.PreferredUsername = address, address
	info.Email, info.EmailVerified = address, true
}

// SetUserinfoFromRequest fills an identity token.
func (s *storage) SetUserinfoFromRequest(_ context.Context, info *oidc.UserInfo, q op.IDTokenRequest, _ []string) error {
	describe(info, q.GetSubject())
	return nil
}

// SetUserinfoFromToken answers a userinfo question. The name that came with the
// token is not looked at: who owns it is in the database.
func (s *storage) SetUserinfoFromToken(ctx context.Context, info *oidc.UserInfo, id, _, _ string) error {
	t, err := findToken(ctx, s.DB.Write, id, s.Now())
	if err != nil {
		return s.refused(ctx, err)
	}
	describe(info, t.Subject)
	return nil
}

// SetIntrospectionFromToken tells a server that may ask what a token is good for.
// An error is the answer "inactive", without a reason.
func (s *storage) SetIntrospectionFromToken(ctx context.Context, out *oidc.IntrospectionResponse, id, _, asks string) error {
	k, err := findClient(ctx, s.DB.Write, asks)
	if err != nil || !k.Introspects {
		return s.refused(ctx, err)
	}
	t, err := findToken(ctx, s.DB.Write, id, s.Now())
	if err != nil {
		return s.refused(ctx, err)
	}
	out.Subject, out.Username, out.Email, out.EmailVerified = t.Subject, t.Subject, t.Subject, true
	out.Scope, out.ClientID, out.TokenType, out.Issuer = t.Scopes, t.Client, oidc.BearerToken, s.Issuer()
	out.Audience = oidc.Audience{t.Client}
	out.IssuedAt, out.Expiration = oidc.FromTime(t.CreatedAt), oidc.FromTime(t.ExpiresAt)
	return nil
}

var errInactive = errors.New("sso: the token is not active, or not for this client to ask about")

// refused logs what is no refusal but a failure.
func (s *storage) refused(ctx context.Context, err error) error {
	if err != nil && !database.Gone(err) {
		s.Log.ErrorContext(ctx, "single sign on: a token could not be looked up", "error", err)
	}
	return errInactive
}

// What the library asks for and Postern does not offer.

func (s *storage) SetUserinfoFromScopes(context.Context, *oidc.UserInfo, string, string, []string) error {
	return nil // deprecated: SetUserinfoFromRequest does it
}

func (s *storage) GetPrivateClaimsFromScopes(context.Context, string, string, []string) (map[string]any, error) {
	return nil, nil // access tokens are opaque
}

func (s *storage) GetKeyByIDAndClientID(context.Context, string, string) (*jose.JSONWebKey, error) {
	return nil, errUnused // clients prove who they are with secrets
}

func (s *storage) ValidateJWTProfileScopes(context.Context, string, []string) ([]string, error) {
	return nil, errUnused
}
