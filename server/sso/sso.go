// Package sso lets mail applications sign people in by Postern: it is an OpenID
// Connect provider over the sessions of Webmail.
//
// It owns the tables sso_clients, sso_codes, sso_grants, sso_tokens and sso_keys,
// the endpoints of the protocol and the functions about clients. It makes no
// session and ends none but at its own end-session address: who is signed in is
// package session's to know, and package login's to decide. Package httpd mounts
// Public on Webmail; package node opens Loopback.
//
// # What a token lives on
//
// Every code, grant and token hangs on the row of the session that it came from,
// by a foreign key. However that session ends (sign out, a changed password, a
// suspension, an administrator) they are gone in the same transaction, and the
// next question about them is answered "inactive". Idle sessions and suspended
// mailboxes are judged again at every question, so nothing waits for a sweep.
//
// # Decisions
//
//   - Access tokens are opaque and are asked about: a token that a mail server
//     checks by itself would outlive its revocation.
//   - Refresh tokens are not rotated. Mail applications refresh in several requests
//     at once, and the losers of a strict rotation lose their session.
//   - The library's own token crypto is not authenticated: whoever holds a token
//     could change the name in it. Ours is AES-GCM, and the name in a token is
//     never used: who owns it is looked up by its id.
//   - The library removes a code only after the tokens are made. Here reading it is
//     what removes it, in one statement.
//   - Tokens are given out and asked about on the loopback alone.
package sso

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/zitadel/oidc/v3/pkg/op"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/seal"
	"postern/server/session"
	"postern/shared/catalog"
)

// The paths of the endpoints, public and internal.
const (
	pathDiscovery  = "/.well-known/openid-configuration"
	pathAuthorize  = "/oauth2/authorize"
	pathEndSession = "/oauth2/logout"
	pathKeys       = "/oauth2/keys"
	pathToken      = "/oauth2/token"
	pathIntrospect = "/oauth2/introspect"
	pathUserinfo   = "/oauth2/userinfo"
	pathRevoke     = "/oauth2/revoke"
	pathUnused     = "/oauth2/off/" // endpoints of the library that Postern does not offer
)

// scopeMail is the scope whose tokens open the mailbox.
const scopeMail = "mail"

const (
	codeLife    = time.Minute
	idTokenLife = 5 * time.Minute
)

// Options are what the room stands on.
type Options struct {
	DB       *database.DB
	Key      *seal.Key
	Random   io.Reader
	Now      func() time.Time
	Log      *slog.Logger
	Sessions *session.Room
	// Issuer is Webmail's own address for people outside, without a path.
	Issuer func() string
	// Internal is where Loopback answers, such as http://127.0.0.1:2094; empty: nowhere.
	Internal func() string
	// TokenLife is how long an access token lives.
	TokenLife time.Duration
	// Record adds to the audit trail.
	Record func(ctx context.Context, e dispatch.Event) error
}

// Room is the provider.
type Room struct {
	Options
	provider *op.Provider
	internal http.Handler
}

// New makes the provider.
func New(o Options) (*Room, error) {
	r := &Room{Options: o}
	tokens, err := newTokenCrypto(o.Key.Derive("single sign on tokens"), o.Random)
	if err != nil {
		return nil, err
	}
	config := &op.Config{
		CodeMethodS256: true, AuthMethodPost: true, GrantTypeRefreshToken: true, DefaultLogoutRedirectURI: "/login?signed_out=1",
		SupportedScopes: []string{"openid", "email", "profile", "offline_access", scopeMail},
		SupportedClaims: []string{"sub", "aud", "exp", "iat", "iss", "auth_time", "nonce", "email", "email_verified", "preferred_username"},
	}
	issuer := func(bool) (op.IssuerFromRequest, error) {
		return func(*http.Request) string { return o.Issuer() }, nil
	}
	endpoints()
	r.provider, err = op.NewProvider(config, &storage{r}, issuer,
		op.WithCrypto(tokens), op.WithCORSOptions(nil), op.WithLogger(slog.New(slog.DiscardHandler)))
	if err != nil {
		return nil, err
	}
	r.internal = r.guard(r.provider)
	return r, nil
}

// endpoints puts ours in the place of the library's, once. Its options for that write
// into a variable that all providers of a process share, while others read it.
var endpoints = sync.OnceFunc(func() {
	op.DefaultEndpoints = &op.Endpoints{
		Authorization: op.NewEndpoint(pathAuthorize), Token: op.NewEndpoint(pathToken), Introspection: op.NewEndpoint(pathIntrospect),
		Userinfo: op.NewEndpoint(pathUserinfo), Revocation: op.NewEndpoint(pathRevoke), EndSession: op.NewEndpoint(pathEndSession),
		JwksURI: op.NewEndpoint(pathKeys), DeviceAuthorization: op.NewEndpoint(pathUnused + "device"),
	}
})

// Register answers the functions about clients.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.CreateSSOClient, r.createClient)
	dispatch.Handle(m, catalog.ListSSOClients, r.listClients)
	dispatch.Handle(m, catalog.UpdateSSOClient, r.updateClient)
	dispatch.Handle(m, catalog.DeleteSSOClient, r.deleteClient)
}

// opensMailbox tells whether a login has a mailbox that an application could show.
func opensMailbox(who account.Login) bool {
	return who.Kind == dispatch.Mailbox && !who.Suspended()
}
