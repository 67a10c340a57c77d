package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// The second factor: six digits that an authenticator app makes of a shared key
// and the time (TOTP, RFC 6238: SHA-1, six digits, thirty seconds).

// GenerateTFAConfig is twofactorauth_generate_tfa_config, and the same in UAPI.
var GenerateTFAConfig = function.Define[GenerateTFAConfigRequest, TFAKey](function.Spec{
	Names: []function.Name{
		function.WHM("twofactorauth_generate_tfa_config"),
		function.UAPI("TwoFactorAuth", "generate_user_configuration"),
	},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Makes a new key for the caller’s second factor, to be scanned by an authenticator app. Nothing changes at the next sign in " +
		"until a code made with the key is given to the function that sets it, within an hour.",
})

// GenerateTFAConfigRequest asks for a key for the caller.
type GenerateTFAConfigRequest struct{}

// TFAKey is a key that an authenticator app is to learn.
type TFAKey struct {
	URL    string `json:"otpauth_str" doc:"The key as a URL, for a QR code. A secret."`
	Secret string `json:"secret" doc:"The key: 16 characters of Base32. A secret."`
}

// TFACode proves that an authenticator app holds a key.
type TFACode struct {
	Secret string `form:"secret,required,secret" max:"32" pattern:"[A-Za-z2-7 ]{16,32}" allowed:"use the 16 characters of Base32 that were generated for you" doc:"The key that was generated for the caller." example:"WJ73QJSKZBXCFIPZ"`
	Token  string `form:"tfa_token,required,secret" max:"7" pattern:"[0-9]{3} ?[0-9]{3}" allowed:"use the six digits that the authenticator app shows" doc:"The six digits that the app shows." example:"227174"`
}

// SetTFAConfig is twofactorauth_set_tfa_config.
var SetTFAConfig = function.Define[TFACode, TFASet](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_set_tfa_config")},
	Effect: function.Writes,
	Doc: "Sets the caller’s second factor to the key that was generated for them, after a code made with it. " +
		"The caller’s other sessions and recovery codes end. It must be the caller’s own session; the first factor may be set with the password too.",
})

// TFASet tells that the second factor is set.
type TFASet struct {
	Success scalar.Bit `json:"success" doc:"1 when it is set."`
}

// SetUserTFA is TwoFactorAuth::set_user_configuration.
var SetUserTFA = function.Define[TFACode, UserTFASet](function.Spec{
	Names:   []function.Name{function.UAPI("TwoFactorAuth", "set_user_configuration")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Sets the caller’s second factor to the key that was generated for them, after a code made with it. " +
		"The caller’s other sessions and recovery codes end. It must be the caller’s own session; the first factor may be set with the password too.",
})

// UserTFASet tells that the second factor is set.
type UserTFASet struct {
	Configured scalar.Bit `json:"tfa_configured" doc:"1 when it is set."`
}

// GetUserTFA is TwoFactorAuth::get_user_configuration.
var GetUserTFA = function.Define[GetUserTFARequest, UserTFA](function.Spec{
	Names:   []function.Name{function.UAPI("TwoFactorAuth", "get_user_configuration")},
	Callers: function.Everybody,
	Doc:     "Tells whether the caller has a second factor, and the name that authenticator apps show it under.",
})

// GetUserTFARequest asks for the caller's own state.
type GetUserTFARequest struct{}

// UserTFA is the state of somebody's second factor.
type UserTFA struct {
	Enabled scalar.Bit `json:"is_enabled" doc:"1 if there is a second factor."`
	Issuer  string     `json:"issuer" doc:"The name that authenticator apps show."`
}

// GetTeamUserTFA is TwoFactorAuth::get_team_user_configuration.
var GetTeamUserTFA = function.Define[GetTeamUserTFARequest, UserTFA](function.Spec{
	Names: []function.Name{function.UAPI("TwoFactorAuth", "get_team_user_configuration")},
	Doc:   "Tells whether a mailbox of the account has a second factor. Postern has no team users: mailboxes are those who sign in for an account.",
})

// GetTeamUserTFARequest names a mailbox of the account.
type GetTeamUserTFARequest struct {
	TeamUser string `form:"team_user,required" max:"319" doc:"The mailbox." example:"bob@example.com"`
}

// RemoveUserTFA is TwoFactorAuth::remove_user_configuration.
var RemoveUserTFA = function.Define[RemoveUserTFARequest, UserTFARemoved](function.Spec{
	Names:   []function.Name{function.UAPI("TwoFactorAuth", "remove_user_configuration")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Removes the caller’s second factor and recovery codes, and ends their other sessions. That there was none is no failure. " +
		"It must be the caller’s own session.",
})

// RemoveUserTFARequest removes the caller's own.
type RemoveUserTFARequest struct{}

// UserTFARemoved tells that the second factor is gone.
type UserTFARemoved struct {
	Removed scalar.Bit `json:"tfa_removed" doc:"1, always."`
}

// GetTFAConfigs is twofactorauth_get_user_configs.
var GetTFAConfigs = function.Define[GetTFAConfigsRequest, map[string]TFAState](function.Spec{
	Names: []function.Name{function.WHM("twofactorauth_get_user_configs")},
	Doc:   "Tells of the caller’s accounts, or of one user that the caller has power over, whether they have a second factor.",
})

// GetTFAConfigsRequest names a user.
type GetTFAConfigsRequest struct {
	User string `form:"user" max:"319" doc:"An account, a mailbox or root; all of the caller’s accounts when absent." example:"example"`
}

// TFAState is the state of a user's second factor.
type TFAState struct {
	Enabled scalar.Bit `json:"is_enabled" doc:"1 if there is a second factor."`
	Domain  string     `json:"primary_domain" doc:"The account’s main domain; the server’s name for root."`
}

// RemoveTFAConfigs is twofactorauth_remove_user_config.
var RemoveTFAConfigs = function.Define[RemoveTFAConfigsRequest, RemovedTFAConfigs](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_remove_user_config")},
	Effect: function.Writes,
	Doc: "Removes the second factors of users that the caller has power over, and ends their sessions. For others than oneself " +
		"it takes the privilege “passwd”. That there was none is no failure.",
})

// RemoveTFAConfigsRequest names users.
type RemoveTFAConfigsRequest struct {
	Users []string `form:"user,required" max:"319" doc:"The users: user, or user-1, user-2, …; accounts, mailboxes, oneself." example:"example"`
}

// RemovedTFAConfigs says for whom it was done.
type RemovedTFAConfigs struct {
	Failed   map[string]string `json:"failed" doc:"Why it was not done, by user."`
	Modified []string          `json:"users_modified" doc:"For whom it was done, also where there was nothing to remove."`
}

// ExportTFAConfigs is twofactorauth_get_tfa_config_for_user.
var ExportTFAConfigs = function.Define[ExportTFAConfigsRequest, map[string]TFASecrets](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_get_tfa_config_for_user")},
	Needs:  "all",
	Effect: function.Writes, // it changes nothing, but that secrets were read is recorded with it or not answered
	Doc:    "Reads the keys of an account and its mailboxes, to take them to another server. Postern has no team users: that part is empty.",
})

// ExportTFAConfigsRequest names an account.
type ExportTFAConfigsRequest struct {
	User string `form:"user,required" max:"64" doc:"The account." example:"example"`
}

// TFASecrets are the keys of an account.
type TFASecrets struct {
	Email   map[string]TFASecret `json:"email" doc:"The keys of its mailboxes, by address."`
	Primary TFASecret            `json:"primary_account" doc:"Its own key."`
	Team    map[string]TFASecret `json:"team" doc:"Always empty."`
}

// TFASecret is one key.
type TFASecret struct {
	Secret string `json:"secret,omitempty" doc:"The key in Base32; absent when there is none. A secret."`
}

// ImportTFAConfigs is twofactorauth_set_tfa_config_for_user.
var ImportTFAConfigs = function.Define[ImportTFAConfigsRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_set_tfa_config_for_user")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Sets the keys of an account and its mailboxes, as twofactorauth_get_tfa_config_for_user reads them on another server, and ends their sessions. " +
		"Send a JSON object; or name each key with dots, such as example.primary_account.secret and example.email.bob@example.com.secret.",
})

// ImportTFAConfigsRequest is a JSON object of users, or names with dots.
type ImportTFAConfigsRequest struct {
	Keys map[string]string `form:"*,secret" max:"128" doc:"The keys, each under user.primary_account.secret or user.email.ADDRESS.secret." example:"QLLIU5WTY3UTJGNG"`
}

// TFAPolicyStatus is twofactorauth_policy_status.
var TFAPolicyStatus = function.Define[TFAPolicyRequest, TFAPolicy](function.Spec{
	Names: []function.Name{function.WHM("twofactorauth_policy_status")},
	Doc:   "Tells whether the server asks for the second factors of those who have set one (SecurityPolicy::TwoFactorAuth).",
})

// TFAPolicyRequest has no parameters.
type TFAPolicyRequest struct{}

// TFAPolicy is whether second factors are asked for.
type TFAPolicy struct {
	Enabled scalar.Bit `json:"is_enabled" doc:"1 if they are."`
}

// EnableTFAPolicy is twofactorauth_enable_policy.
var EnableTFAPolicy = function.Define[TFAPolicyRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_enable_policy")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Has the server ask for the second factor of those who have set one (SecurityPolicy::TwoFactorAuth).",
})

// DisableTFAPolicy is twofactorauth_disable_policy.
var DisableTFAPolicy = function.Define[TFAPolicyRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_disable_policy")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Has the server ask nobody for a second factor. What people have set stays and counts again when the policy is enabled.",
})

// GetTFAIssuer is twofactorauth_get_issuer.
var GetTFAIssuer = function.Define[GetTFAIssuerRequest, TFAIssuer](function.Spec{
	Names: []function.Name{function.WHM("twofactorauth_get_issuer")},
	Doc:   "Tells the names that authenticator apps show: the caller’s, and the server’s.",
})

// GetTFAIssuerRequest has no parameters.
type GetTFAIssuerRequest struct{}

// TFAIssuer is what authenticator apps show.
type TFAIssuer struct {
	Issuer string `json:"issuer" doc:"The name that the caller’s accounts see."`
	System string `json:"system_wide_issuer" doc:"The name that all others see."`
}

// SetTFAIssuer is twofactorauth_set_issuer.
var SetTFAIssuer = function.Define[SetTFAIssuerRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("twofactorauth_set_issuer")},
	Effect: function.Writes,
	Doc:    "Sets the name that authenticator apps show: by root for the whole server, by a reseller for its accounts. Apps that know a key already keep the old one.",
})

// SetTFAIssuerRequest has the name.
type SetTFAIssuerRequest struct {
	Issuer string `form:"issuer,required" max:"100" pattern:"[^:]*[^: ][^:]*" allowed:"leave out the colon" doc:"The name." example:"hostname.example.com"`
}

// GetSecondFactor is the caller's own state in full.
var GetSecondFactor = function.Define[GetUserTFARequest, SecondFactor](function.Spec{
	Names:   []function.Name{function.WHM("postern_get_second_factor"), function.UAPI("Postern", "get_second_factor")},
	Callers: function.Everybody,
	Doc:     "Tells of the caller’s second factor: whether there is one, whether it is asked for, how many recovery codes are left.",
})

// SecondFactor is the state of the caller's second factor.
type SecondFactor struct {
	Enabled  scalar.Bit   `json:"is_enabled" doc:"1 if there is a second factor."`
	Asked    scalar.Bit   `json:"is_asked" doc:"1 if it is asked for at the sign in: there is one, and the policy is enabled."`
	Since    scalar.Epoch `json:"since" doc:"When it was set, in seconds since 1970; null when there is none."`
	Issuer   string       `json:"issuer" doc:"The name that authenticator apps show."`
	Recovery int          `json:"recovery_codes" doc:"How many recovery codes are left."`
}

// GenerateRecoveryCodes makes codes for the day when the phone is lost.
var GenerateRecoveryCodes = function.Define[GetUserTFARequest, RecoveryCodes](function.Spec{
	Names:   []function.Name{function.WHM("postern_generate_recovery_codes"), function.UAPI("Postern", "generate_recovery_codes")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc: "Makes ten codes, each of which stands once for the code of the authenticator app; those made before end. " +
		"They are in this answer and in no other. It must be the caller’s own session.",
})

// RecoveryCodes are new recovery codes.
type RecoveryCodes struct {
	Codes []string `json:"codes" doc:"The codes. Secrets."`
}
