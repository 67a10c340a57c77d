package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// GetUserInformation is Variables::get_user_information.
var GetUserInformation = function.Define[GetUserInformationRequest, UserInformation](function.Spec{
	Names:        []function.Name{function.UAPI("Variables", "get_user_information")},
	ReadsAccount: true,
	Doc:          "Tells what is known of the caller’s account, all of it or the members named.",
})

// GetUserInformationRequest is the question of Variables::get_user_information.
type GetUserInformationRequest struct {
	Name []string `form:"name" max:"64" doc:"The members to tell: name, name-1, name-2, …; all of them when absent." example:"domain"`
}

// Notices are the changes that an account wants to be told of.
// They are kept as they are set, under these names.
type Notices struct {
	AuthnLink          scalar.Bit `json:"notify_account_authn_link" doc:"1 tells of a new link to an external login."`
	AuthnLinkOff       scalar.Bit `json:"notify_account_authn_link_notification_disabled" doc:"1 tells when that notice is turned off."`
	Login              scalar.Bit `json:"notify_account_login" doc:"1 tells of sign ins."`
	LoginKnown         scalar.Bit `json:"notify_account_login_for_known_netblock" doc:"1 tells even of those from known networks."`
	LoginOff           scalar.Bit `json:"notify_account_login_notification_disabled" doc:"1 tells when that notice is turned off."`
	AutoSSLExpiry      scalar.Bit `json:"notify_autossl_expiry" doc:"1 tells when AutoSSL certificates end."`
	AutoSSLCoverage    scalar.Bit `json:"notify_autossl_expiry_coverage" doc:"1 tells of domains that lose AutoSSL."`
	AutoSSLRenewal     scalar.Bit `json:"notify_autossl_renewal" doc:"1 tells of AutoSSL renewals."`
	AutoSSLRenewalGaps scalar.Bit `json:"notify_autossl_renewal_coverage" doc:"1 tells of AutoSSL renewals with gaps."`
	AutoSSLReduced     scalar.Bit `json:"notify_autossl_renewal_coverage_reduced" doc:"1 tells of AutoSSL renewals that cover less."`
	AutoSSLUncovered   scalar.Bit `json:"notify_autossl_renewal_uncovered_domains" doc:"1 tells of domains without AutoSSL."`
	Bandwidth          scalar.Bit `json:"notify_bandwidth_limit" doc:"1 tells when the bandwidth limit is near."`
	ContactChange      scalar.Bit `json:"notify_contact_address_change" doc:"1 tells of a new contact address."`
	ContactChangeOff   scalar.Bit `json:"notify_contact_address_change_notification_disabled" doc:"1 tells when that notice is turned off."`
	Disk               scalar.Bit `json:"notify_disk_limit" doc:"1 tells when the disk quota is near."`
	PasswordChange     scalar.Bit `json:"notify_password_change" doc:"1 tells of a new password."`
	PasswordChangeOff  scalar.Bit `json:"notify_password_change_notification_disabled" doc:"1 tells when that notice is turned off."`
	SSLExpiry          scalar.Bit `json:"notify_ssl_expiry" doc:"1 tells when certificates end."`
	SecondFactor       scalar.Bit `json:"notify_twofactorauth_change" doc:"1 tells of changes to the second factor."`
	SecondFactorOff    scalar.Bit `json:"notify_twofactorauth_change_notification_disabled" doc:"1 tells when that notice is turned off."`
}

// UserInformation is the answer of Variables::get_user_information.
type UserInformation struct {
	Notices
	BackupEnabled       scalar.Bit            `json:"backup_enabled" doc:"1 when backups are on."`
	BandwidthLimit      int64                 `json:"bandwidth_limit" doc:"The bandwidth limit in bytes; 0 for none."`
	CGIEnabled          scalar.Bit            `json:"cgi_enabled" doc:"1 when CGI is allowed."`
	ContactEmail        string                `json:"contact_email" doc:"Where to write to."`
	ContactEmail2       string                `json:"contact_email_2" doc:"Where else to write to."`
	RootDirectory       string                `json:"cpanel_root_directory" doc:"The product’s directory; Postern is one file and has none."`
	Created             scalar.Epoch          `json:"created" doc:"When the account was made, in seconds since 1970."`
	CreatedInVersion    string                `json:"created_in_version" doc:"The server’s version then."`
	DatabaseOwner       string                `json:"database_owner" doc:"The name that owns the databases."`
	DeadDomains         []string              `json:"dead_domains" doc:"Domains that are not served."`
	DemoMode            scalar.Bit            `json:"demo_mode" doc:"1 in demonstration mode."`
	DiskBlockLimit      int64                 `json:"disk_block_limit" doc:"The limit of disk blocks; 0 for none."`
	DKIMEnabled         scalar.Bit            `json:"dkim_enabled" doc:"1 when DKIM is on."`
	Domain              string                `json:"domain" doc:"The main domain."`
	Domains             []string              `json:"domains" doc:"All domains."`
	Feature             map[string]scalar.Bit `json:"feature" doc:"Each feature, and 1 if the account has it."`
	FeatureList         string                `json:"feature_list" doc:"The feature list’s name."`
	GID                 int64                 `json:"gid" doc:"The system’s group number."`
	Home                string                `json:"home" doc:"The home directory."`
	HomeLinks           []string              `json:"home_directory_links" doc:"Symbolic links to it."`
	IP                  string                `json:"ip" doc:"The IP address."`
	Lang                string                `json:"lang" doc:"The locale’s name in English, in lower case."`
	LastModified        scalar.Epoch          `json:"last_modified" doc:"When the account was last changed, in seconds since 1970."`
	LegacyBackupEnabled scalar.Bit            `json:"legacy_backup_enabled" doc:"1 when legacy backups are on."`
	Locale              string                `json:"locale" doc:"The locale’s code."`
	MailboxFormat       string                `json:"mailbox_format" doc:"How mail is stored."`
	MaxAddon            scalar.Limit          `json:"maximum_addon_domains" doc:"Addon domains allowed."`
	MaxDatabases        scalar.Limit          `json:"maximum_databases" doc:"Databases allowed."`
	MaxDefer            scalar.Limit          `json:"maximum_defer_fail_percentage" doc:"The share of failed messages, in percent, from which on mail is held."`
	MaxMailQuota        scalar.Limit          `json:"maximum_email_account_disk_quota" doc:"The largest mailbox, in megabytes."`
	MaxPerHour          scalar.Limit          `json:"maximum_emails_per_hour" doc:"Messages allowed an hour."`
	MaxFTP              scalar.Limit          `json:"maximum_ftp_accounts" doc:"FTP accounts allowed."`
	MaxPop              scalar.Limit          `json:"maximum_mail_accounts" doc:"Mailboxes allowed."`
	MaxLst              scalar.Limit          `json:"maximum_mailing_lists" doc:"Mailing lists allowed."`
	MaxPark             scalar.Limit          `json:"maximum_parked_domains" doc:"Parked domains allowed."`
	MaxPassenger        scalar.Limit          `json:"maximum_passenger_apps" doc:"Passenger applications allowed."`
	MaxSub              scalar.Limit          `json:"maximum_subdomains" doc:"Subdomains allowed."`
	MXCheck             map[string]string     `json:"mxcheck" doc:"How each domain’s mail is routed: local, remote or secondary."`
	Owner               string                `json:"owner" doc:"root, or the reseller that owns the account."`
	PackageExtensions   []string              `json:"package_extensions" doc:"The plan’s extensions."`
	Plan                string                `json:"plan" doc:"The plan’s name."`
	Pushbullet          string                `json:"pushbullet_access_token" doc:"Always empty: Postern keeps no Pushbullet token with accounts."`
	Shell               string                `json:"shell" doc:"The login shell."`
	SPFEnabled          scalar.Bit            `json:"spf_enabled" doc:"1 when SPF is on."`
	KeyType             string                `json:"ssl_default_key_type" doc:"The kind of key for certificates."`
	Theme               string                `json:"theme" doc:"The interface theme."`
	UID                 int64                 `json:"uid" doc:"The system’s user number."`
	User                string                `json:"user" doc:"The name."`
	UTF8Mailbox         scalar.Bit            `json:"utf8_mailbox" doc:"1 when mailbox names are in UTF-8."`

	Asked []string `json:"-"` // only these members, when there are any
}

// Members are those that were asked for.
func (u UserInformation) Members() []string { return u.Asked }
