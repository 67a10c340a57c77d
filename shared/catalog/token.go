package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// API tokens. WHM's belong to root or a reseller and may hold fewer privileges
// than their owner; UAPI's belong to an account and can do all that it can.

// CreateToken is api_token_create.
var CreateToken = function.Define[CreateTokenRequest, CreatedToken](function.Spec{
	Names:  []function.Name{function.WHM("api_token_create")},
	Needs:  "manage-api-tokens",
	Effect: function.Writes,
	Opens:  true,
	Doc: "Makes an API token for the caller. The token's value is in this answer and in no other. " +
		"The call needs TLS, or a command line on the machine itself.",
})

// CreateTokenRequest asks for a WHM token.
type CreateTokenRequest struct {
	Name        string       `form:"token_name,required" max:"50" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, “-” and “_”" doc:"The new token's name, which no other token of the caller has." example:"backup-panel"`
	ACL         []string     `form:"acl" max:"100" doc:"The privileges of the token, of those that the caller holds; “all” is every privilege there is. Without it the token has all of the caller's." example:"list-accts"`
	ExpiresAt   scalar.Epoch `form:"expires_at" doc:"When the token stops working, in seconds since 1970; 0 or nothing for never. An expired token is refused and stays in the list." example:"1893456000"`
	WhitelistIP []string     `form:"whitelist_ip" max:"60" doc:"The addresses and networks (CIDR) from which the token may be used; without it, any. A network is stored without its host bits." example:"192.0.2.8/29"`
}

// CreatedToken is a new WHM token, with its value.
type CreatedToken struct {
	ACLs         []string     `json:"acls" doc:"The privileges of the token."`
	CreateTime   scalar.Epoch `json:"create_time" doc:"When the token was made, in seconds since 1970."`
	ExpiresAt    scalar.Epoch `json:"expires_at" doc:"When the token stops working; null means never."`
	Name         string       `json:"name" doc:"The token's name."`
	Token        string       `json:"token" doc:"The token's value: 32 characters of A-Z and 0-9. It cannot be read again."`
	WhitelistIPs []string     `json:"whitelist_ips" doc:"The addresses and networks that may use the token; null means any."`
}

// UpdateToken is api_token_update.
var UpdateToken = function.Define[UpdateTokenRequest, TokenDetails](function.Spec{
	Names:  []function.Name{function.WHM("api_token_update")},
	Needs:  "manage-api-tokens",
	Opens:  true, // it can take a token's limits away
	Effect: function.Writes,
	Doc: "Renames a token of the caller, and replaces its privileges and its expiry: what is left out is not kept. " +
		"Its addresses stay as they are unless they are given. Its value stays the same.",
})

// UpdateTokenRequest says what a WHM token is to be.
type UpdateTokenRequest struct {
	Name        string       `form:"token_name,required" max:"50" doc:"The name of the token." example:"backup-panel"`
	NewName     string       `form:"new_name" max:"50" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, “-” and “_”" doc:"The token's new name; without it the name stays." example:"backup-panel-2"`
	ACL         []string     `form:"acl" max:"100" doc:"The privileges of the token, which replace those it has; without it, all of the caller's." example:"list-accts"`
	ExpiresAt   scalar.Epoch `form:"expires_at" doc:"When the token stops working, in seconds since 1970; 0 or nothing for never." example:"1893456000"`
	WhitelistIP []string     `form:"whitelist_ip" max:"60" doc:"The addresses and networks that may use the token, which replace those it has; “any” takes the limit away." example:"192.0.2.8/29"`
}

// TokenDetails is a WHM token without its value.
type TokenDetails struct {
	ACLs         []string     `json:"acls" doc:"The privileges of the token."`
	CreateTime   scalar.Epoch `json:"create_time" doc:"When the token was made, in seconds since 1970."`
	ExpiresAt    scalar.Epoch `json:"expires_at" doc:"When the token stops working; null means never."`
	Name         string       `json:"name" doc:"The token's name."`
	WhitelistIPs []string     `json:"whitelist_ips" doc:"The addresses and networks that may use the token; null means any."`
}

// ListTokens is api_token_list.
var ListTokens = function.Define[ListTokensRequest, TokenList](function.Spec{
	Names: []function.Name{function.WHM("api_token_list")},
	Needs: "manage-api-tokens",
	Doc:   "Lists the caller's WHM tokens, the expired ones too, without their values.",
})

// ListTokensRequest asks for the caller's WHM tokens.
type ListTokensRequest struct{}

// TokenList is the caller's WHM tokens.
type TokenList struct {
	Tokens map[string]ListedToken `json:"tokens" doc:"The tokens, each under its name."`
}

// ListedToken is a WHM token in the list.
type ListedToken struct {
	ACLs         map[string]scalar.Bit `json:"acls" doc:"Every privilege there is: 1 if the token holds it, 0 if not."`
	CreateTime   scalar.Epoch          `json:"create_time" doc:"When the token was made, in seconds since 1970."`
	ExpiresAt    scalar.Epoch          `json:"expires_at" doc:"When the token stops working; null means never."`
	Name         string                `json:"name" doc:"The token's name."`
	WhitelistIPs []string              `json:"whitelist_ips" doc:"The addresses and networks that may use the token; null means any."`
}

// RevokeTokens is api_token_revoke.
var RevokeTokens = function.Define[RevokeTokensRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("api_token_revoke")},
	Needs:  "manage-api-tokens",
	Effect: function.Writes,
	Doc:    "Takes tokens away from the caller: they are refused from the next request on. A name that no token has is no failure.",
})

// RevokeTokensRequest names WHM tokens.
type RevokeTokensRequest struct {
	Names []string `form:"token_name,required" max:"50" doc:"The names of the tokens." example:"backup-panel"`
}

// GetTokenDetails is api_token_get_details.
var GetTokenDetails = function.Define[GetTokenDetailsRequest, FoundToken](function.Spec{
	Names: []function.Name{function.WHM("api_token_get_details")},
	Doc: "Looks a WHM token up by its value. The answer has no data when there is no such token, " +
		"or when it is another user's and the caller does not hold every privilege.",
})

// GetTokenDetailsRequest holds a token's value.
type GetTokenDetailsRequest struct {
	Token string `form:"token,required,secret" max:"64" doc:"The token's value." example:"GVJWD78FF12NMBFKYKPS9BJ483C0XSQH"`
}

// FoundToken is a WHM token that was looked up by its value.
type FoundToken struct {
	function.Notes `json:"-"`
	TokenDetails
}

// CreateAccountToken is Tokens::create_full_access.
var CreateAccountToken = function.Define[CreateAccountTokenRequest, CreatedAccountToken](function.Spec{
	Names:   []function.Name{function.UAPI("Tokens", "create_full_access")},
	Feature: tokenFeature,
	Effect:  function.Writes,
	Opens:   true,
	Doc: "Makes an API token that can do all that the account can, features that it lacks excepted. " +
		"The token's value is in this answer and in no other. The call needs TLS, or a command line on the machine itself.",
})

// tokenFeature is the feature that an account needs for tokens of its own.
const tokenFeature = "apitokens"

// CreateAccountTokenRequest asks for an account's token.
type CreateAccountTokenRequest struct {
	Name      string       `form:"name,required" max:"50" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, “-” and “_”" doc:"The new token's name, which no other token of the account has." example:"phone"`
	ExpiresAt scalar.Epoch `form:"expires_at" doc:"When the token stops working, in seconds since 1970; 0 or nothing for never. An expired token is refused and stays in the list." example:"1893456000"`
}

// CreatedAccountToken is an account's new token, with its value.
type CreatedAccountToken struct {
	CreateTime scalar.Epoch `json:"create_time" doc:"When the token was made, in seconds since 1970."`
	Token      string       `json:"token" doc:"The token's value: 32 characters of A-Z and 0-9. It cannot be read again."`
}

// ListAccountTokens is Tokens::list.
var ListAccountTokens = function.Define[ListAccountTokensRequest, []AccountToken](function.Spec{
	Names:   []function.Name{function.UAPI("Tokens", "list")},
	Feature: tokenFeature,
	Doc:     "Lists the account's tokens, the expired ones too, without their values.",
})

// ListAccountTokensRequest asks for the account's tokens.
type ListAccountTokensRequest struct{}

// AccountToken is an account's token in the list.
type AccountToken struct {
	CreateTime    scalar.Epoch `json:"create_time" doc:"When the token was made, in seconds since 1970."`
	ExpiresAt     scalar.Epoch `json:"expires_at" doc:"When the token stops working; null means never."`
	Features      []string     `json:"features" doc:"The features that the token is limited to; an empty list means no limit."`
	HasFullAccess scalar.Bit   `json:"has_full_access" doc:"1 if the token can do all that the account can."`
	Name          string       `json:"name" doc:"The token's name."`
}

// RenameAccountToken is Tokens::rename.
var RenameAccountToken = function.Define[RenameAccountTokenRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("Tokens", "rename")},
	Feature: tokenFeature,
	Effect:  function.Writes,
	Doc:     "Gives a token of the account another name. Its value stays the same.",
})

// RenameAccountTokenRequest names a token and its new name.
type RenameAccountTokenRequest struct {
	Name    string `form:"name,required" max:"50" doc:"The name of the token." example:"phone"`
	NewName string `form:"new_name,required" max:"50" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, “-” and “_”" doc:"The token's new name." example:"old-phone"`
}

// RevokeAccountToken is Tokens::revoke.
var RevokeAccountToken = function.Define[RevokeAccountTokenRequest, scalar.Bit](function.Spec{
	Names:   []function.Name{function.UAPI("Tokens", "revoke")},
	Feature: tokenFeature,
	Effect:  function.Writes,
	Doc:     "Takes a token away: it is refused from the next request on. The answer is 1, also when there was no such token.",
})

// RevokeAccountTokenRequest names a token.
type RevokeAccountTokenRequest struct {
	Name string `form:"name,required" max:"50" doc:"The name of the token." example:"phone"`
}
