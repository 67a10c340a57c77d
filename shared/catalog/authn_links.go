package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// Links between identities at a provider and logins here. One that came of
// signing in at the provider, or that root made, is proven. One that was merely
// claimed by the other functions lets in whoever also says, with the sign in,
// which user they are: else anybody could claim somebody's identity and have
// them end up in an account that is not theirs.

// GetAuthnLinkedUsers is get_users_authn_linked_accounts.
var GetAuthnLinkedUsers = function.Define[function.Nothing, AuthnLinkedUsers](function.Spec{
	Names: []function.Name{function.WHM("get_users_authn_linked_accounts")},
	Needs: "manage-oidc",
	Doc:   "Lists the users of the caller’s who have a link to an identity at a provider, mailboxes too.",
})

// AuthnLinkedUsers is the answer of get_users_authn_linked_accounts.
type AuthnLinkedUsers struct {
	Links []AuthnLinkedUser `json:"username_linked_accounts" doc:"The links, in the order of the users’ names."`
}

// AuthnLink is an identity at a provider.
type AuthnLink struct {
	LinkTime          scalar.Epoch `json:"link_time" doc:"When the link was made, in seconds since 1970."`
	PreferredUsername string       `json:"preferred_username" doc:"The identity’s name for people."`
	ProviderID        string       `json:"provider_id" doc:"The provider."`
	ProviderProtocol  string       `json:"provider_protocol" doc:"How it is talked to: openid_connect."`
	Subject           string       `json:"subject_unique_identifier" doc:"The identity’s identifier at the provider: a text, digits only at some."`
	Proven            scalar.Bit   `json:"postern_proven" doc:"1 when the identity alone says who signs in; 0 when it was claimed and the name must be given with the sign in."`
}

// AuthnLinkedUser is a login with such an identity.
type AuthnLinkedUser struct {
	AuthnLink
	Username string `json:"username" doc:"The user."`
}

// LinkAuthnUser is link_user_authn_provider.
var LinkAuthnUser = function.Define[LinkAuthnUserRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("link_user_authn_provider")},
	Needs:  "manage-oidc",
	Effect: function.Writes,
	Opens:  true,
	Doc: "Links a user of the caller’s to an identity at a provider. In a browser session the caller gives their own password too. When a caller with every privilege makes it, the identity alone is enough to sign in; " +
		"else the sign in must name the user too, until it has once.",
})

// LinkAuthnUserRequest is a user and an identity.
type LinkAuthnUserRequest struct {
	AuthnProviderID
	PreferredUsername string `form:"preferred_username,required" max:"255" doc:"The identity’s name for people." example:"anna@example.com"`
	Subject           string `form:"subject_unique_identifier,required" max:"255" doc:"The identity’s identifier at the provider: the claim sub." example:"123456789012345678901"`
	Username          string `form:"username,required" max:"255" doc:"The user: an account, a mailbox, root." example:"anna"`
	CallerProof
}

// CallerProof is what a caller proves themself with before a link is made: it is a
// way in that stays, and who finds an open browser, or an API token, must not make
// one of their own.
type CallerProof struct {
	OwnPassword string `form:"own_password,secret" max:"512" doc:"The caller’s own present password. It is needed in a browser session, unless that was signed in to with a login provider in the last ten minutes, and with an API token that links its own user. Wrong ones count towards the brute-force lock."`
}

// BeginAuthnLink is Postern's own: where the way to a provider begins that ends in a link.
var BeginAuthnLink = function.Define[BeginAuthnLinkRequest, AuthnLinkStart](function.Spec{
	Names:       []function.Name{function.WHM("postern_begin_authn_link"), function.UAPI("Postern", "begin_authn_link")},
	Callers:     function.Everybody,
	Effect:      function.Writes,
	Opens:       true,
	SessionOnly: true,
	Doc: "Answers with the address at which a browser begins to link the caller to an identity at a provider, once the caller has given their password. " +
		"It is good for two minutes, once, and in this session alone, which must have begun with a sign in.",
})

// BeginAuthnLinkRequest names the provider.
type BeginAuthnLinkRequest struct {
	AuthnProviderID
	CallerProof
}

// AuthnLinkStart is where a browser goes to.
type AuthnLinkStart struct {
	Path string `json:"path" doc:"The address, a path to go to behind the session’s security token. The parameter goto_uri may be added: the path on this server to come back to."`
}

// UnlinkAuthnUser is unlink_user_authn_provider.
var UnlinkAuthnUser = function.Define[UnlinkAuthnUserRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("unlink_user_authn_provider")},
	Needs:  "manage-oidc",
	Effect: function.Writes,
	Doc:    "Takes a link away and ends the user’s sessions, but for the caller’s own.",
})

// UnlinkAuthnUserRequest names a link.
type UnlinkAuthnUserRequest struct {
	AuthnProviderID
	Subject  string `form:"subject_unique_identifier,required" max:"255" doc:"The identity’s identifier at the provider." example:"123456789012345678901"`
	Username string `form:"username,required" max:"255" doc:"The user." example:"anna"`
}

// AddAuthnLink is UAPI's ExternalAuthentication::add_authn_link.
var AddAuthnLink = function.Define[LinkAuthnUserRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("ExternalAuthentication", "add_authn_link")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Opens:   true,
	Doc: "Links the caller, or a mailbox of the account, to an identity at a provider. Until the identity has signed in with that user’s name, the name must be given too. " +
		"The better way is the provider’s button on the account’s own page: nothing need be typed there.",
})

// GetAuthnLinks is UAPI's ExternalAuthentication::get_authn_links.
var GetAuthnLinks = function.Define[function.Nothing, []AuthnLink](function.Spec{
	Names:   []function.Name{function.UAPI("ExternalAuthentication", "get_authn_links")},
	Callers: function.Everybody,
	Doc:     "Lists the identities that the caller is linked to.",
})

// RemoveAuthnLink is UAPI's ExternalAuthentication::remove_authn_link.
var RemoveAuthnLink = function.Define[RemoveAuthnLinkRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("ExternalAuthentication", "remove_authn_link")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc:     "Takes a link of the caller’s away and ends the caller’s other sessions.",
})

// RemoveAuthnLinkRequest names a link of the caller's.
type RemoveAuthnLinkRequest struct {
	Provider string `form:"provider,required" max:"32" doc:"The identity provider." example:"google"`
	Subject  string `form:"subject_unique_identifier,required" max:"255" doc:"The identity’s identifier at the provider." example:"123456789012345678901"`
}

// ConfiguredAuthnModules is UAPI's ExternalAuthentication::configured_modules.
var ConfiguredAuthnModules = function.Define[function.Nothing, []AuthnModule](function.Spec{
	Names:   []function.Name{function.UAPI("ExternalAuthentication", "configured_modules")},
	Callers: function.Everybody,
	Doc:     "Lists the identity providers that are on for the caller’s service.",
})

// AuthnModule is an identity provider as a signed-in user, or the sign-in page, sees it.
type AuthnModule struct {
	ButtonFace
	Link         string `json:"link" doc:"Where sign in begins."`
	ProviderName string `json:"provider_name" doc:"The provider."`
}

// HasAuthnModules is UAPI's ExternalAuthentication::has_external_auth_modules_configured.
var HasAuthnModules = function.Define[function.Nothing, scalar.Bit](function.Spec{
	Names:   []function.Name{function.UAPI("ExternalAuthentication", "has_external_auth_modules_configured")},
	Callers: function.Everybody,
	Doc:     "Tells whether any identity provider is on for the caller’s service.",
})
