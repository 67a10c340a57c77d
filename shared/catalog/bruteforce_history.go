package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// FailedLogins is WHM's get_cphulk_failed_logins.
var FailedLogins = function.Define[function.Nothing, FailedLoginsAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_cphulk_failed_logins")},
	Needs: "all",
	Doc: "Lists failed sign ins of the lookback period, newest first, at most 5000: a row for each user, address, service and minute. " +
		"Where one address tried very many names in a minute, the later ones share a row with an empty name.",
})

// UserBrutes is WHM's get_cphulk_user_brutes.
var UserBrutes = function.Define[function.Nothing, UserBrutesAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_cphulk_user_brutes")},
	Needs: "all",
	Doc:   "Lists the users that are locked out, each with their last failure.",
})

// Brutes is WHM's get_cphulk_brutes.
var Brutes = function.Define[function.Nothing, BrutesAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_cphulk_brutes")},
	Needs: "all",
	Doc:   "Lists the addresses that are locked out for a while.",
})

// ExcessiveBrutes is WHM's get_cphulk_excessive_brutes.
var ExcessiveBrutes = function.Define[function.Nothing, ExcessiveBrutesAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_cphulk_excessive_brutes")},
	Needs: "all",
	Doc:   "Lists the addresses that are locked out for two weeks.",
})

// Failure is a row of failed sign ins. Times are in UTC, like 2014-11-20T00:00:00.000Z.
type Failure struct {
	User        string `json:"user" doc:"The name that was tried; nobody need have it."`
	IP          string `json:"ip" doc:"From where."`
	Service     string `json:"service" doc:"The service: cpaneld, whostmgrd, webmaild; empty for a password that an API function was given."`
	AuthService string `json:"authservice" doc:"What failed: password, security_questions, tfa, function."`
	LoginTime   string `json:"logintime" doc:"When it failed last." example:"2014-11-20T00:00:00.000Z"`
	ExpTime     string `json:"exptime" doc:"When the row, or the lock, ends." example:"2014-12-07T00:00:00.000Z"`
	TimeLeft    int64  `json:"timeleft" doc:"Minutes until then, rounded up."`
	Failures    int64  `json:"failures" doc:"How many failures the row stands for."`
}

// Brute is an address that is locked out. Times are in UTC.
type Brute struct {
	IP        string `json:"ip" doc:"The address; for IPv6 its network of 64 bits."`
	LoginTime string `json:"logintime" doc:"When it failed last." example:"2014-11-20T00:00:00.000Z"`
	ExpTime   string `json:"exptime" doc:"When the lock ends." example:"2014-12-07T00:00:00.000Z"`
	TimeLeft  int64  `json:"timeleft" doc:"Minutes until then, rounded up."`
	Notes     string `json:"notes" doc:"How many failures locked it, and the last name that was tried."`
}

// FailedLoginsAnswer is the answer of get_cphulk_failed_logins.
type FailedLoginsAnswer struct {
	Shaped *function.Shaped `json:"-"`
	Rows   []Failure        `json:"failed_logins" doc:"The failed sign ins, the newest first."`
}

// ShapedBy says that the database did the output controls.
func (a FailedLoginsAnswer) ShapedBy() *function.Shaped { return a.Shaped }

// UserBrutesAnswer is the answer of get_cphulk_user_brutes.
type UserBrutesAnswer struct {
	Shaped *function.Shaped `json:"-"`
	Rows   []Failure        `json:"user_brutes" doc:"The locks of users."`
}

// ShapedBy says that the database did the output controls.
func (a UserBrutesAnswer) ShapedBy() *function.Shaped { return a.Shaped }

// BrutesAnswer is the answer of get_cphulk_brutes.
type BrutesAnswer struct {
	Shaped *function.Shaped `json:"-"`
	Rows   []Brute          `json:"brutes" doc:"The locks of addresses."`
}

// ShapedBy says that the database did the output controls.
func (a BrutesAnswer) ShapedBy() *function.Shaped { return a.Shaped }

// ExcessiveBrutesAnswer is the answer of get_cphulk_excessive_brutes.
type ExcessiveBrutesAnswer struct {
	Shaped *function.Shaped `json:"-"`
	Rows   []Brute          `json:"excessive_brutes" doc:"The long blocks of addresses."`
}

// ShapedBy says that the database did the output controls.
func (a ExcessiveBrutesAnswer) ShapedBy() *function.Shaped { return a.Shaped }

// FlushLoginHistory is WHM's flush_cphulk_login_history.
var FlushLoginHistory = function.Define[function.Nothing, HistoryFlushed](function.Spec{
	Names:  []function.Name{function.WHM("flush_cphulk_login_history")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Forgets all failed sign ins and ends all locks. The white and the black list stay.",
})

// HistoryFlushed is the answer of flush_cphulk_login_history.
type HistoryFlushed struct {
	Removed int `json:"records_removed" doc:"How many rows of failed sign ins and locks are gone."`
}

// FlushLoginHistoryForIPs is WHM's flush_cphulk_login_history_for_ips.
var FlushLoginHistoryForIPs = function.Define[FlushLoginHistoryForIPsRequest, AddressesFlushed](function.Spec{
	Names:  []function.Name{function.WHM("flush_cphulk_login_history_for_ips")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Forgets the failed sign ins from some addresses and ends the locks on them; of IPv6 the lock on the network of 64 bits. " +
		"A lock on a user stays: postern_unlock ends it.",
})

// FlushLoginHistoryForIPsRequest is the question of flush_cphulk_login_history_for_ips.
type FlushLoginHistoryForIPsRequest struct {
	IPs []string `form:"ip,required" max:"100" doc:"An address, a network (CIDR) or a range a-b; several as ip-1, ip-2 …" example:"192.0.2.7"`
}

// AddressesFlushed is the answer of flush_cphulk_login_history_for_ips.
type AddressesFlushed struct {
	FirewallBans int `json:"iptable_bans_removed" doc:"Always 0: Postern bans at no firewall."`
	HistoryFlushed
}

// Unlock ends the lock on one user or address.
var Unlock = function.Define[UnlockRequest, Unlocked](function.Spec{
	Names:  []function.Name{function.WHM("postern_unlock")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Ends the lock on a user or on an address and begins to count anew. The history of failed sign ins stays.",
})

// UnlockRequest is the question of postern_unlock: one of the two, or both.
type UnlockRequest struct {
	User    string `form:"user" max:"319" doc:"The user." example:"anna"`
	Address string `form:"address" max:"50" doc:"The address; of IPv6 any address of the locked network." example:"192.0.2.7"`
}

// Unlocked is the answer of postern_unlock.
type Unlocked struct {
	Removed int `json:"locks_removed" doc:"How many locks ended; 0 when there were none."`
}

// FailedSignIns is what an account sees of attempts at its own names.
var FailedSignIns = function.Define[function.Nothing, FailedSignInsAnswer](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "list_failed_sign_ins")},
	Callers: function.Everybody,
	Doc: "Lists the failed sign ins of the lookback period with the caller’s name, and with those of the account’s mailboxes, newest first, at most 5000: " +
		"a row for each name, address, service and minute.",
})

// FailedSignInsAnswer is the answer of Postern::list_failed_sign_ins.
type FailedSignInsAnswer struct {
	Shaped *function.Shaped `json:"-"`
	Rows   []FailedSignIn   `json:"failed_sign_ins" doc:"The failed sign ins, the newest first."`
}

// ShapedBy says that the database did the output controls.
func (a FailedSignInsAnswer) ShapedBy() *function.Shaped { return a.Shaped }

// FailedSignIn is a row of Postern::list_failed_sign_ins.
type FailedSignIn struct {
	User     string       `json:"user" doc:"The name that was tried."`
	Address  string       `json:"address" doc:"From where."`
	Service  string       `json:"service" doc:"The service: cpaneld, whostmgrd, webmaild; empty for a password that an API function was given."`
	Step     string       `json:"step" doc:"What failed: password, security_questions, tfa, function."`
	At       scalar.Epoch `json:"at" doc:"When it failed last, in seconds since 1970."`
	Failures int64        `json:"failures" doc:"How many failures the row stands for."`
}
