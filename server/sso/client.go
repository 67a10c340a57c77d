package sso

import (
	"strings"
	"time"

	"github.com/zitadel/oidc/v3/pkg/oidc"
	"github.com/zitadel/oidc/v3/pkg/op"
)

// client is a client as the library asks for it, its op.Client: a confidential
// one that gets codes and refreshes.
type client struct {
	clientRow
	prefix string // Webmail's address with the path of the session that is asked for; empty outside one
}

func (c *client) GetID() string                                            { return c.Name }
func (c *client) RedirectURIs() []string                                   { return absolute(c.clientRow.RedirectURIs, c.prefix) }
func (c *client) PostLogoutRedirectURIs() []string                         { return absolute(c.LogoutURIs, c.prefix) }
func (c *client) ApplicationType() op.ApplicationType                      { return op.ApplicationTypeWeb }
func (c *client) AuthMethod() oidc.AuthMethod                              { return oidc.AuthMethod(c.Authentication) }
func (c *client) LoginURL(string) string                                   { return "" } // authorize approves in process
func (c *client) AccessTokenType() op.AccessTokenType                      { return op.AccessTokenTypeBearer }
func (c *client) IDTokenLifetime() time.Duration                           { return idTokenLife }
func (c *client) DevMode() bool                                            { return false }
func (c *client) RestrictAdditionalIdTokenScopes() func([]string) []string { return same }
func (c *client) RestrictAdditionalAccessTokenScopes() func([]string) []string {
	return same
}
func (c *client) IsScopeAllowed(scope string) bool     { return scope == scopeMail && c.ReadsMail }
func (c *client) IDTokenUserinfoClaimsAssertion() bool { return true } // saves mail applications a question about the address
func (c *client) ClockSkew() time.Duration             { return 0 }

func (c *client) ResponseTypes() []oidc.ResponseType {
	return []oidc.ResponseType{oidc.ResponseTypeCode}
}

func (c *client) GrantTypes() []oidc.GrantType {
	return []oidc.GrantType{oidc.GrantTypeCode, oidc.GrantTypeRefreshToken}
}

func same(scopes []string) []string { return scopes }

// absolute completes the addresses that stand behind a session's path. Without a
// session there are none of those: a code of one session is no good at another's.
func absolute(addresses []string, prefix string) []string {
	var out []string
	for _, a := range addresses {
		switch {
		case !strings.HasPrefix(a, "/"):
			out = append(out, a)
		case prefix != "":
			out = append(out, prefix+a)
		}
	}
	return out
}
