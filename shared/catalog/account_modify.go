package catalog

import (
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// ModifyAcct is WHM's modifyacct.
var ModifyAcct = function.Define[ModifyAcctRequest, ModifiedAcct](function.Spec{
	Names:  []function.Name{function.WHM("modifyacct")},
	Needs:  "edit-account",
	Effect: function.Writes,
	Reason: "Account Modified",
	Old:    function.Old{Wrap: "result"},
	Doc: "Changes an account. What is left out keeps its value. A new name or domain renames the mailboxes too, " +
		"and ends the sessions of everybody who is renamed.",
})

// ModifyAcctRequest is the question of modifyacct. The json tags name the
// members of the account's stored settings.
type ModifyAcctRequest struct {
	User         string            `form:"user,required" json:"-" max:"64" doc:"The account’s name." example:"example"`
	NewUser      string            `form:"newuser" json:"-" max:"64" doc:"Its new name." example:"example1"`
	Domain       string            `form:"domain|DNS" json:"-" max:"253" doc:"Its new main domain." example:"example.com"`
	Owner        string            `form:"owner" json:"-" max:"64" doc:"Its new owner. Root-level callers only." example:"reseller_name"`
	Reseller     *scalar.Bit       `form:"reseller" json:"-" doc:"1 makes it a reseller, 0 makes it none. Root-level callers only."`
	ContactEmail *string           `form:"contactemail" json:"-" max:"512" doc:"Where to write to: one address, or two with a comma between them." example:"username@example.com"`
	Locale       string            `form:"LOCALE" json:"-" max:"64" doc:"The locale’s code." example:"en"`
	Lang         string            `form:"LANG" json:"-" max:"64" doc:"The locale by its name in English, where LOCALE is not given."`
	StartDate    *scalar.Epoch     `form:"STARTDATE" json:"-" doc:"When the account began, in seconds since 1970." example:"1549471343"`
	Shell        string            `form:"shell" json:"-" max:"255" pattern:"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+" allowed:"use an absolute path" doc:"The login shell; kept and given back." example:"/bin/bash"`
	HasShell     *scalar.Bit       `form:"HASSHELL" json:"-" doc:"1 gives the account a shell."`
	MXCheck      map[string]string `form:"MXCHECK-*" json:"-" doc:"MXCHECK-DOMAIN: how the domain’s mail is routed: local, secondary, remote, auto; or 0 for auto, 1 for local."`

	Quota        *scalar.Limit `form:"QUOTA" json:"quota,omitempty" doc:"Disk space in megabytes; 0 for no limit." example:"unlimited"`
	BWLimit      *scalar.Limit `form:"BWLIMIT" json:"bwlimit,omitempty" doc:"Bandwidth a month in megabytes; 0 for no limit." example:"unlimited"`
	MaxAddon     *scalar.Limit `form:"MAXADDON" json:"maxaddon,omitempty" doc:"Addon domains."`
	MaxPark      *scalar.Limit `form:"MAXPARK" json:"maxpark,omitempty" doc:"Parked domains."`
	MaxFTP       *scalar.Limit `form:"MAXFTP" json:"maxftp,omitempty" doc:"FTP accounts."`
	MaxLst       *scalar.Limit `form:"MAXLST" json:"maxlst,omitempty" doc:"Mailing lists."`
	MaxPop       *scalar.Limit `form:"MAXPOP" json:"maxpop,omitempty" doc:"Mailboxes: Postern enforces it."`
	MaxSQL       *scalar.Limit `form:"MAXSQL" json:"maxsql,omitempty" doc:"Databases of each engine."`
	MaxSub       *scalar.Limit `form:"MAXSUB" json:"maxsub,omitempty" doc:"Subdomains."`
	MaxPassenger *scalar.Limit `form:"MAXPASSENGERAPPS" json:"maxpassengerapps,omitempty" doc:"Passenger applications."`
	MaxPerHour   *scalar.Limit `form:"MAX_EMAIL_PER_HOUR" json:"max_email_per_hour,omitempty" doc:"Messages sent an hour; 0 for no limit."`
	MaxDefer     *scalar.Limit `form:"MAX_DEFER_FAIL_PERCENTAGE" json:"max_defer_fail_percentage,omitempty" doc:"The share of failed messages, in percent, from which on mail is held."`
	MaxMailQuota *scalar.Limit `form:"MAX_EMAILACCT_QUOTA" json:"max_emailacct_quota,omitempty" doc:"The largest mailbox, in megabytes; 0 for no limit. Postern enforces it."`
	MaxTeam      *int          `form:"max_team_users" json:"max_team_users,omitempty" doc:"Team users, 0 to 7."`
	BlockLimit   *int64        `form:"DISK_BLOCK_LIMIT" json:"disk_block_limit,omitempty" doc:"The limit of disk blocks; 0 for none." example:"100000000"`

	Backup        *scalar.Bit `form:"BACKUP" json:"backup,omitempty" doc:"1 backs the account up. Root-level callers only."`
	CGI           *scalar.Bit `form:"HASCGI" json:"cgi,omitempty" doc:"1 allows CGI."`
	DKIM          *scalar.Bit `form:"HASDKIM" json:"dkim,omitempty" doc:"1 for DKIM."`
	DMARC         *scalar.Bit `form:"HASDMARC" json:"dmarc,omitempty" doc:"1 for DMARC."`
	SPF           *scalar.Bit `form:"HASSPF" json:"spf,omitempty" doc:"1 for SPF."`
	SpamAssassin  *scalar.Bit `form:"spamassassin" json:"spamassassin,omitempty" doc:"1 for SpamAssassin."`
	MailSuspended *scalar.Bit `form:"OUTGOING_EMAIL_SUSPENDED" json:"outgoing_mail_suspended,omitempty" doc:"1 refuses the account’s outgoing mail."`
	MailboxFormat string      `form:"MAILBOX_FORMAT" json:"mailbox_format,omitempty" choices:"maildir,mdbox,mbox" doc:"How mail is stored."`
	Theme         string      `form:"RS|cpmod" json:"theme,omitempty" max:"64" pattern:"[A-Za-z0-9_-]*" allowed:"use letters, digits, dashes and underscores" doc:"The interface theme." example:"jupiter"`
	Style         *string     `form:"STYLE" json:"style,omitempty" max:"64" pattern:"[A-Za-z0-9_/.-]*" allowed:"use letters, digits, slashes, dots, dashes and underscores" doc:"The interface style."`
	DBOwner       string      `form:"DBOWNER" json:"dbowner,omitempty" pattern:"[a-z][a-z0-9]{0,15}" allowed:"use a letter, then up to 15 letters and digits" doc:"The name that owns the databases." example:"example"`

	AuthnLink          *scalar.Bit `form:"notify_account_authn_link" json:"notify_account_authn_link,omitempty" doc:"1 tells of a new link to an external login."`
	AuthnLinkOff       *scalar.Bit `form:"notify_account_authn_link_notification_disabled" json:"notify_account_authn_link_notification_disabled,omitempty" doc:"1 tells when that notice is turned off."`
	SSLExpiryAuto      *scalar.Bit `form:"notify_autossl_expiry" json:"notify_autossl_expiry,omitempty" doc:"1 tells when AutoSSL certificates end."`
	SSLExpiryCoverage  *scalar.Bit `form:"notify_autossl_expiry_coverage" json:"notify_autossl_expiry_coverage,omitempty" doc:"1 tells of domains that lose AutoSSL."`
	SSLRenewal         *scalar.Bit `form:"notify_autossl_renewal" json:"notify_autossl_renewal,omitempty" doc:"1 tells of AutoSSL renewals."`
	SSLRenewalCoverage *scalar.Bit `form:"notify_autossl_renewal_coverage" json:"notify_autossl_renewal_coverage,omitempty" doc:"1 tells of AutoSSL renewals with gaps."`
	ContactChange      *scalar.Bit `form:"notify_contact_address_change" json:"notify_contact_address_change,omitempty" doc:"1 tells of a new contact address."`
	ContactChangeOff   *scalar.Bit `form:"notify_contact_address_change_notification_disabled" json:"notify_contact_address_change_notification_disabled,omitempty" doc:"1 tells when that notice is turned off."`
	DiskLimit          *scalar.Bit `form:"notify_disk_limit" json:"notify_disk_limit,omitempty" doc:"1 tells when the disk quota is near."`
	PasswordChange     *scalar.Bit `form:"notify_password_change" json:"notify_password_change,omitempty" doc:"1 tells of a new password."`
	PasswordChangeOff  *scalar.Bit `form:"notify_password_change_notification_disabled" json:"notify_password_change_notification_disabled,omitempty" doc:"1 tells when that notice is turned off."`
	SSLExpiry          *scalar.Bit `form:"notify_ssl_expiry" json:"notify_ssl_expiry,omitempty" doc:"1 tells when certificates end."`

	Pushbullet     string     `form:"PUSHBULLET_ACCESS_TOKEN,secret" json:"-" max:"128" doc:"Must be empty: Pushbullet’s token is a secret that Postern does not keep here."`
	Enhancements   []string   `form:"account_enhancements" json:"-" doc:"Must be empty: there are no account enhancements."`
	MailNode       string     `form:"mail_node_alias" json:"-" max:"64" doc:"Must be empty: there are no linked mail nodes."`
	Firewall       scalar.Bit `form:"modify_firewall" json:"-" default:"0" doc:"Accepted; Postern runs no firewall."`
	Extensions     string     `form:"remove_missing_extensions" json:"-" max:"1024" doc:"Accepted; plans have no extensions."`
	RenameDatabase scalar.Bit `form:"rename_database_objects" json:"-" default:"0" doc:"Accepted; databases keep their names when an account gets another one."`
	UpdateQuotas   scalar.Bit `form:"update_existing_email_account_quotas" json:"-" default:"0" doc:"1 lowers the quotas of mailboxes that are above the new MAX_EMAILACCT_QUOTA."`
}

// Check refuses what Postern cannot do, and numbers that mean nothing.
func (r *ModifyAcctRequest) Check() error {
	switch {
	case r.MaxTeam != nil && (*r.MaxTeam < 0 || *r.MaxTeam > 7):
		return fault.Bad("max_team_users", "use a number from 0 to 7")
	case r.BlockLimit != nil && *r.BlockLimit < 0:
		return fault.Bad("DISK_BLOCK_LIMIT", "use a number of at least 0")
	case r.Pushbullet != "":
		return fault.Bad("PUSHBULLET_ACCESS_TOKEN", "leave it empty: this server keeps no Pushbullet tokens with accounts")
	}
	return cannot(r.MailNode, r.Enhancements, false)
}

// ModifiedAcct is the answer of modifyacct.
type ModifiedAcct struct {
	CPUser   map[string]any `json:"cpuser" doc:"The account’s settings by the names of cPanel’s account file."`
	Domain   string         `json:"domain" doc:"The main domain."`
	SetShell string         `json:"setshell" doc:"The login shell."`
	User     string         `json:"user" doc:"The name."`
}
