package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// LoadCPHulkConfig is WHM's load_cphulk_config.
var LoadCPHulkConfig = function.Define[function.Nothing, CPHulkConfigAnswer](function.Spec{
	Names: []function.Name{function.WHM("load_cphulk_config")},
	Needs: "all",
	Doc:   "Tells all settings of the brute force protection.",
})

// SaveCPHulkConfig is WHM's save_cphulk_config.
var SaveCPHulkConfig = function.Define[SaveCPHulkConfigRequest, CPHulkConfigSaved](function.Spec{
	Names:  []function.Name{function.WHM("save_cphulk_config")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Writes all settings of the brute force protection; what is left out gets its default. They hold at once, on every node: " +
		"a shorter period shortens locks that are on, a longer one lengthens none. " +
		"Postern sends no notices yet, has no firewall, and never runs a command for a stranger’s doing: those settings are kept, given back, and not acted on.",
})

// SetCPHulkConfigKey is WHM's set_cphulk_config_key.
var SetCPHulkConfigKey = function.Define[SetCPHulkConfigKeyRequest, CPHulkConfigSaved](function.Spec{
	Names:  []function.Name{function.WHM("set_cphulk_config_key")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Writes one setting of the brute force protection and tells all of them. " +
		"The country lists can only be empty: Postern knows no country’s addresses, and a list that does nothing would deceive.",
})

// The bounds of the settings.
const (
	CPHulkMostMinutes  = 14 * 24 * 60 // of a period: no lock is longer than the long one
	CPHulkMostFailures = 1000000
)

// SaveCPHulkConfigRequest is the question of save_cphulk_config.
type SaveCPHulkConfigRequest struct {
	Firewall          scalar.Bit `form:"block_brute_force_with_firewall" default:"0" doc:"1: block at the firewall who is locked out. Kept; Postern has no firewall."`
	FirewallLong      scalar.Bit `form:"block_excessive_brute_force_with_firewall" default:"0" doc:"1: block at the firewall who is locked out for long. Kept; Postern has no firewall."`
	UserMinutes       int        `form:"brute_force_period_mins" default:"5" doc:"In how many minutes a user’s failures count together, and how long the lock lasts." example:"5"`
	Command           string     `form:"command_to_run_on_brute_force" max:"1024" doc:"A command for when an address is locked out. Kept, and never run."`
	CommandLong       string     `form:"command_to_run_on_excessive_brute_force" max:"1024" doc:"A command for when an address is locked out for long. Kept, and never run."`
	ByAddress         scalar.Bit `form:"ip_based_protection" default:"1" doc:"1: count and lock by address; 0: the settings of addresses and their locks mean nothing." example:"1"`
	AddressMinutes    int        `form:"ip_brute_force_period_mins" default:"15" doc:"In how many minutes an address’s failures count together, and how long the lock lasts." example:"15"`
	LookbackMinutes   int        `form:"lookback_period_min" default:"360" doc:"How many minutes failures are kept, and an address’s failures add up towards the long lock." example:"360"`
	LongFailures      int        `form:"mark_as_brute" default:"30" doc:"How many failures lock an address for two weeks." example:"30"`
	UserFailures      int        `form:"max_failures" default:"30" doc:"How many failures lock a user." example:"30"`
	AddressFailures   int        `form:"max_failures_byip" default:"5" doc:"How many failures lock an address." example:"5"`
	NotifyBrute       scalar.Bit `form:"notify_on_brute" default:"0" doc:"1: send a notice when somebody is locked out. Kept."`
	NotifyRoot        scalar.Bit `form:"notify_on_root_login" default:"0" doc:"1: send a notice when root signs in from an address that is not white-listed. Kept."`
	NotifyRootNetwork scalar.Bit `form:"notify_on_root_login_for_known_netblock" default:"0" doc:"1: send it even from a known network. Kept."`
	ByUser            scalar.Bit `form:"username_based_protection" default:"0" doc:"1: count and lock by user." example:"1"`
	ByUserRoot        scalar.Bit `form:"username_based_protection_for_root" default:"0" doc:"1: lock root too, though never on the server itself."`
	ByUserLocal       scalar.Bit `form:"username_based_protection_local_origin" default:"1" doc:"1: count and lock by user only for attempts from the server itself." example:"1"`
	SkipEnabledCheck
}

// SetCPHulkConfigKeyRequest is the question of set_cphulk_config_key.
type SetCPHulkConfigKeyRequest struct {
	Key   string `form:"key,required" choices:"block_brute_force_with_firewall,block_excessive_brute_force_with_firewall,brute_force_period_mins,brute_force_period_sec,command_to_run_on_brute_force,command_to_run_on_excessive_brute_force,country_blacklist,country_whitelist,ip_based_protection,ip_brute_force_period_mins,ip_brute_force_period_sec,is_enabled,lookback_period_min,lookback_time,mark_as_brute,max_failures,max_failures_byip,notify_on_brute,notify_on_root_login,notify_on_root_login_for_known_netblock,username_based_protection,username_based_protection_for_root,username_based_protection_local_origin" doc:"The setting." example:"max_failures_byip"`
	Value string `form:"value" max:"1024" doc:"Its value: 1 or 0, a number of minutes, seconds or failures, or a command; empty for no command." example:"10"`
}

// CPHulkConfigAnswer is the answer of load_cphulk_config.
type CPHulkConfigAnswer struct {
	Config CPHulkConfig `json:"cphulk_config" doc:"The whole configuration."`
}

// CPHulkConfigSaved is the answer of save_cphulk_config and set_cphulk_config_key.
type CPHulkConfigSaved struct {
	Config     CPHulkConfig `json:"cphulk_config" doc:"The whole configuration."`
	RestartSSH scalar.Bit   `json:"restart_ssh,omitempty" doc:"Never there: Postern has no part in sshd."`
	Warning    *string      `json:"warning" doc:"Says which of the settings in force are not acted on; null when all are."`
}

// CPHulkConfig is every setting. Periods are kept in seconds; their minutes are
// the same, rounded up.
type CPHulkConfig struct {
	Firewall          scalar.Bit `json:"block_brute_force_with_firewall" doc:"1: block at the firewall who is locked out. Not acted on."`
	FirewallLong      scalar.Bit `json:"block_excessive_brute_force_with_firewall" doc:"1: block at the firewall who is locked out for long. Not acted on."`
	UserMinutes       int        `json:"brute_force_period_mins" doc:"A user’s period in minutes."`
	UserSeconds       int        `json:"brute_force_period_sec" doc:"A user’s period in seconds."`
	CanFirewall       scalar.Bit `json:"can_temp_ban_firewall" doc:"Always 0: Postern has no firewall."`
	Command           string     `json:"command_to_run_on_brute_force" doc:"Kept, never run."`
	CommandLong       string     `json:"command_to_run_on_excessive_brute_force" doc:"Kept, never run."`
	CountryBlack      string     `json:"country_blacklist" doc:"Always empty: Postern knows no country’s addresses."`
	CountryWhite      string     `json:"country_whitelist" doc:"Always empty: Postern knows no country’s addresses."`
	ByAddress         scalar.Bit `json:"ip_based_protection" doc:"1: count and lock by address."`
	AddressMinutes    int        `json:"ip_brute_force_period_mins" doc:"An address’s period in minutes."`
	AddressSeconds    int        `json:"ip_brute_force_period_sec" doc:"An address’s period in seconds."`
	Enabled           scalar.Bit `json:"is_enabled" doc:"1 when the protection is on."`
	LookbackMinutes   int        `json:"lookback_period_min" doc:"How long failures are kept, in minutes."`
	LookbackSeconds   int        `json:"lookback_time" doc:"The same in seconds."`
	LongFailures      int        `json:"mark_as_brute" doc:"How many failures lock an address for two weeks."`
	UserFailures      int        `json:"max_failures" doc:"How many failures lock a user."`
	AddressFailures   int        `json:"max_failures_byip" doc:"How many failures lock an address."`
	NotifyBrute       scalar.Bit `json:"notify_on_brute" doc:"1: send a notice when somebody is locked out. Not acted on."`
	NotifyRoot        scalar.Bit `json:"notify_on_root_login" doc:"1: send a notice when root signs in. Not acted on."`
	NotifyRootNetwork scalar.Bit `json:"notify_on_root_login_for_known_netblock" doc:"1: even from a known network. Not acted on."`
	ByUser            scalar.Bit `json:"username_based_protection" doc:"1: count and lock by user."`
	ByUserRoot        scalar.Bit `json:"username_based_protection_for_root" doc:"1: lock root too."`
	ByUserLocal       scalar.Bit `json:"username_based_protection_local_origin" doc:"1: by user only for attempts from the server itself."`
}
