package sso

import (
	"context"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	jose "github.com/go-jose/go-jose/v4"
	"github.com/uptrace/bun"
	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"

	"postern/server/database"
	"postern/server/session"
)

// storage is what the library asks for, its op.Storage. It keeps nothing itself.
type storage struct{ *Room }

type sessionKey struct{}

// withSession says whose browser asks.
func withSession(ctx context.Context, row *session.Row) context.Context {
	return context.WithValue(ctx, sessionKey{}, row)
}

func sessionOf(ctx context.Context) *session.Row {
	row, _ := ctx.Value(sessionKey{}).(*session.Row)
	return row
}

// CreateAuthRequest keeps a request that the browser's session answers.
func (s *storage) CreateAuthRequest(ctx context.Context, q *oidc.AuthRequest, _ string) (op.AuthRequest, error) {
	row := sessionOf(ctx)
	if row == nil {
		return nil, oidc.ErrLoginRequired()
	}
	k, err := findClient(ctx, s.DB.Write, q.ClientID)
	if err != nil {
		return nil, err
	}
	now := s.Now()
	a := &authRequest{client: k.Name, subject: row.Login, state: q.State, codeRow: codeRow{
		ClientID: k.ID, SessionName: row.Name, RedirectURI: q.RedirectURI, Scopes: slices.Clone([]string(q.Scopes)), Nonce: q.Nonce,
		Challenge: q.CodeChallenge, CreatedAt: now, ExpiresAt: now.Add(codeLife),
	}}
	if a.ID, err = s.draw(16); err != nil {
		return nil, err
	}
	_, err = s.DB.Write.NewInsert().Model(&a.codeRow).Exec(ctx)
	return a, err
}

var errUnused = errors.New("sso: requests are answered at once and not looked up")

func (s *storage) AuthRequestByID(context.Context, string) (op.AuthRequest, error) {
	return nil, errUnused
}

func (s *storage) SaveAuthCode(ctx context.Context, id, code string) error {
	return setCode(ctx, s.DB.Write, id, hashOf(code))
}

// AuthRequestByCode takes the code away: it is good once. Whoever shows it again
// has it from somewhere, so what came of it ends (RFC 6749, 4.1.2).
func (s *storage) AuthRequestByCode(ctx context.Context, code string) (op.AuthRequest, error) {
	row, client, subject, err := takeCode(ctx, s.DB.Write, hashOf(code), s.Now())
	if database.Gone(err) {
		return nil, errors.Join(err, endByCode(ctx, s.DB.Write, hashOf(code)))
	}
	return &authRequest{codeRow: row, client: client, subject: subject}, err
}

func (s *storage) DeleteAuthRequest(context.Context, string) error { return nil } // reading its code was it

// CreateAccessToken makes a token without a refresh token.
func (s *storage) CreateAccessToken(ctx context.Context, q op.TokenRequest) (string, time.Time, error) {
	id, _, ends, err := s.give(ctx, q, "", false)
	return id, ends, err
}

// CreateAccessAndRefreshTokens makes a token, and keeps the refresh token that there is.
func (s *storage) CreateAccessAndRefreshTokens(ctx context.Context, q op.TokenRequest, current string) (string, string, time.Time, error) {
	return s.give(ctx, q, current, true)
}

func (s *storage) give(ctx context.Context, q op.TokenRequest, current string, refreshes bool) (id, refresh string, ends time.Time, err error) {
	now := s.Now()
	t := &tokenRow{Scopes: slices.Clone(q.GetScopes()), CreatedAt: now, ExpiresAt: now.Add(s.TokenLife)}
	if t.ID, err = s.draw(16); err != nil {
		return "", "", ends, err
	}
	err = s.DB.InTx(ctx, func(ctx context.Context, tx bun.Tx) (err error) {
		switch a := q.(type) {
		case *refreshRequest:
			t.GrantID, refresh = a.ID, current
			if err = used(ctx, tx, a.SessionName, now); err != nil {
				return err
			}
		case *authRequest:
			if t.GrantID, refresh, err = s.grant(ctx, tx, a, refreshes, now); err != nil {
				return err
			}
		default:
			return oidc.ErrUnsupportedGrantType()
		}
		return insertToken(ctx, tx, t)
	})
	if database.Gone(err) || database.Dangling(err) { // the session ended meanwhile
		err = oidc.ErrInvalidGrant()
	}
	return t.ID, refresh, t.ExpiresAt, err
}

// grant keeps what a code was exchanged for.
func (s *storage) grant(ctx context.Context, tx bun.Tx, a *authRequest, refreshes bool, now time.Time) (id int64, refresh string, err error) {
	g := &grantRow{CodeHash: a.CodeHash, ClientID: a.ClientID, SessionName: a.SessionName, Scopes: a.Scopes, CreatedAt: now}
	if refreshes {
		if refresh, err = s.draw(32); err != nil {
			return 0, "", err
		}
		g.RefreshHash = hashOf(refresh)
	}
	err = insertGrant(ctx, tx, g, now)
	return g.ID, refresh, err
}

// TokenRequestByRefreshToken finds the grant of a refresh token.
func (s *storage) TokenRequestByRefreshToken(ctx context.Context, refresh string) (op.RefreshTokenRequest, error) {
	h, err := findGrant(ctx, s.DB.Write, hashOf(refresh), s.Now())
	if err != nil {
		return nil, oidc.ErrInvalidGrant().WithParent(err)
	}
	return &refreshRequest{held: h, scopes: slices.Clone(h.Scopes)}, nil
}

// TerminateSession is not how sessions end here: see EndSession.
func (s *storage) TerminateSession(context.Context, string, string) error { return errUnused }

// RevokeToken ends a client's own token: an access token by its id, or a grant by
// its refresh token. Another client's is left alone and not told of.
func (s *storage) RevokeToken(ctx context.Context, token, _, client string) *oidc.Error {
	done, err := revokeToken(ctx, s.DB.Write, token, client)
	if err == nil && !done {
		_, err = revokeGrant(ctx, s.DB.Write, hashOf(token), client)
	}
	if err != nil {
		return oidc.ErrServerError().WithParent(err)
	}
	return nil
}

func (s *storage) GetRefreshTokenInfo(ctx context.Context, client, token string) (user, id string, err error) {
	h, err := findGrant(ctx, s.DB.Write, hashOf(token), s.Now())
	if err != nil || h.Client != client {
		return "", "", op.ErrInvalidRefreshToken
	}
	return h.Subject, token, nil
}

func (s *storage) SigningKey(ctx context.Context) (op.SigningKey, error) {
	keys, err := s.keys(ctx)
	if err != nil {
		return nil, err
	}
	return keys[0], nil
}

func (s *storage) SignatureAlgorithms(context.Context) ([]jose.SignatureAlgorithm, error) {
	return []jose.SignatureAlgorithm{jose.ES256}, nil
}

func (s *storage) KeySet(ctx context.Context) ([]op.Key, error) {
	keys, err := s.keys(ctx)
	public := make([]op.Key, len(keys))
	for i, k := range keys {
		public[i] = publicKey{k}
	}
	return public, err
}

func (s *storage) GetClientByClientID(ctx context.Context, name string) (op.Client, error) {
	row, err := findClient(ctx, s.DB.Write, name)
	if err != nil {
		return nil, oidc.ErrInvalidClient().WithParent(err)
	}
	c := &client{clientRow: *row}
	if who := sessionOf(ctx); who != nil {
		c.prefix = s.Issuer() + who.Prefix()
	}
	return c, nil
}

func (s *storage) AuthorizeClientIDSecret(ctx context.Context, name, secret string) error {
	row, err := findClient(ctx, s.DB.Write, name)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(row.SecretHash, hashOf(secret)) != 1 {
		return errToken
	}
	return nil
}

func (s *storage) Health(context.Context) error { return nil }
