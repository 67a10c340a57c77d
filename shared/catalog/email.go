package catalog

import (
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// FeatureMail is the feature that an account needs for its mailboxes.
const FeatureMail = "popaccts"

// AddPop is Email::add_pop.
var AddPop = function.Define[AddPopRequest, string](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "add_pop")},
	Feature: FeatureMail,
	Effect:  function.Writes,
	Doc:     "Makes a mailbox and gives back its login as user+domain.",
})

// AddPopRequest is the question of Email::add_pop.
type AddPopRequest struct {
	Email            string        `form:"email,required" max:"320" doc:"The address, or what stands before its @." example:"user"`
	Domain           string        `form:"domain" max:"253" doc:"The domain; the account’s main domain when absent." example:"example.com"`
	Password         string        `form:"password,secret" max:"512" doc:"The password; required unless password_hash is given."`
	PasswordHash     string        `form:"password_hash,secret" max:"512" doc:"An argon2id hash in PHC format ($argon2id$…) instead of a password."`
	Quota            *scalar.Limit `form:"quota" doc:"The mailbox’s size in megabytes; 0 or unlimited for no limit." example:"500"`
	SendWelcomeEmail scalar.Bit    `form:"send_welcome_email" default:"0" doc:"Accepted; Postern sends no mail."`
	SkipUpdateDB     scalar.Bit    `form:"skip_update_db" default:"0" doc:"Accepted; there is no cache that could be left alone."`
}

// Check wants a password or a hash, and not both.
func (r *AddPopRequest) Check() error {
	switch {
	case r.Password == "" && r.PasswordHash == "":
		return fault.Missing("password")
	case r.Password != "" && r.PasswordHash != "":
		return fault.Bad("password_hash", "give either password or password_hash, not both")
	}
	return nil
}

// DeletePop is Email::delete_pop.
var DeletePop = function.Define[DeletePopRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "delete_pop")},
	Feature: FeatureMail,
	Effect:  function.Writes,
	Doc:     "Removes a mailbox and all that is its own.",
})

// DeletePopRequest is the question of Email::delete_pop.
type DeletePopRequest struct {
	Email     string     `form:"email,required" max:"320" doc:"The address, or what stands before its @." example:"user@example.com"`
	Domain    string     `form:"domain" max:"253" doc:"The domain; the account’s main domain when absent." example:"example.com"`
	Flags     string     `form:"flags" choices:"passwd" doc:"passwd keeps the mail; Postern holds none."`
	SkipQuota scalar.Bit `form:"skip_quota" default:"0" doc:"Accepted; there is no quota file."`
}

// ListPops is Email::list_pops.
var ListPops = function.Define[ListPopsRequest, []Pop](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "list_pops")},
	Feature: FeatureMail,
	Doc:     "Lists the account’s mailboxes, and the account itself as the main one.",
})

// ListPopsRequest is the question of Email::list_pops.
type ListPopsRequest struct {
	NoValidate scalar.Bit `form:"no_validate" default:"0" doc:"Accepted; the list is always what there is."`
	Regex      string     `form:"regex" max:"256" doc:"Only addresses that this regular expression (RE2) finds." example:"user"`
	SkipMain   scalar.Bit `form:"skip_main" default:"0" doc:"1 leaves out the account itself."`
}

// Pop is a mailbox in the answer of Email::list_pops.
type Pop struct {
	Email             string     `json:"email" doc:"The address; the account’s name for the main one."`
	Login             string     `json:"login" doc:"The login; “Main Account” for the main one."`
	SuspendedIncoming scalar.Bit `json:"suspended_incoming" doc:"1 when no mail is taken in."`
	SuspendedLogin    scalar.Bit `json:"suspended_login" doc:"1 when nobody can sign in."`
}

// PasswdPop is Email::passwd_pop.
var PasswdPop = function.Define[PasswdPopRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "passwd_pop")},
	Feature: FeatureMail,
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc:     "Changes a mailbox’s password and ends its sessions. A mailbox’s owner may change their own.",
})

// PasswdPopRequest is the question of Email::passwd_pop.
type PasswdPopRequest struct {
	Email    string `form:"email,required" max:"320" doc:"The address, or what stands before its @." example:"user@example.com"`
	Password string `form:"password,required,secret" max:"512" doc:"The new password."`
	Domain   string `form:"domain" max:"253" doc:"The domain; the account’s main domain when absent." example:"example.com"`
}

// VerifyPassword is Email::verify_password.
// It holds no transaction while the hash runs, and what it counts must stay.
var VerifyPassword = function.Define[VerifyPasswordRequest, scalar.Bit](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "verify_password")},
	Feature: FeatureMail,
	Effect:  function.Reaches,
	Doc:     "Tells whether a password is the mailbox’s. Wrong ones count towards the brute-force lock.",
})

// VerifyPasswordRequest is the question of Email::verify_password.
type VerifyPasswordRequest struct {
	Email    string `form:"email,required" max:"320" doc:"The address." example:"user@example.com"`
	Password string `form:"password,required,secret" max:"512" doc:"The password to try."`
}

// SuspendLogin is Email::suspend_login.
var SuspendLogin = function.Define[SuspendLoginRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "suspend_login")},
	Feature: FeatureMail,
	Effect:  function.Writes,
	Doc:     "Keeps a mailbox’s owner from signing in and ends their sessions.",
})

// UnsuspendLogin is Email::unsuspend_login.
var UnsuspendLogin = function.Define[SuspendLoginRequest, function.Nothing](function.Spec{
	Names:   []function.Name{function.UAPI("Email", "unsuspend_login")},
	Feature: FeatureMail,
	Effect:  function.Writes,
	Doc:     "Lets a mailbox’s owner sign in again.",
})

// SuspendLoginRequest is the question of Email::suspend_login and unsuspend_login.
type SuspendLoginRequest struct {
	Email string `form:"email,required" max:"320" doc:"The address." example:"user@example.com"`
}
