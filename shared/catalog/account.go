// Package catalog holds the declarations of Postern's API functions: names in
// every dialect, parameters, answers, privileges. One file for each thing that
// Postern knows; handlers are in the rooms of the server, and clients call by
// the same values. Parameters and answers carry cPanel's names.
package catalog

import (
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// CreateAcct is WHM's createacct.
var CreateAcct = function.Define[CreateAcctRequest, CreatedAcct](function.Spec{
	Names:  []function.Name{function.WHM("createacct")},
	Needs:  "create-acct",
	Effect: function.Writes,
	Reason: "Account Creation Ok",
	Old:    function.Old{Wrap: "result", Inside: "options"},
	Doc: "Makes an account. What Postern does not run itself (disk, FTP, DNS, databases, web pages) is checked, " +
		"kept with the account and given back by other functions.",
})

// CreateAcctRequest is the question of createacct. The json tags name the
// members of the account's stored settings.
type CreateAcctRequest struct {
	Username     string     `form:"username,required" json:"-" max:"64" doc:"The new account’s name: a letter, then up to 15 letters and digits; not “test…”. The whole name must be new." example:"username"`
	Domain       string     `form:"domain" json:"-" max:"253" doc:"The main domain; without one the account gets a temporary domain." example:"example.com"`
	Password     string     `form:"password,secret" json:"-" max:"512" doc:"The password; one is generated when absent."`
	Pass         string     `form:"pass,secret" json:"-" max:"512" doc:"The same as password; give one of them."`
	ShowPass     string     `form:"showpass" json:"-" default:"y" choices:"y,n" doc:"y shows a generated password in the output’s raw text."`
	Plan         string     `form:"plan" json:"-" default:"default" max:"128" doc:"The plan’s name." example:"default"`
	PkgName      string     `form:"pkgname" json:"-" max:"128" doc:"The plan’s name, where plan is not given." example:"my_new_package"`
	SavePkg      scalar.Bit `form:"savepkg" json:"-" default:"0" doc:"Only 0: Postern keeps no packages."`
	FeatureList  string     `form:"featurelist" json:"-" default:"default" max:"128" doc:"The feature list’s name, which must exist." example:"default"`
	Owner        string     `form:"owner" json:"-" max:"64" doc:"Who owns the account; only root-level callers may name somebody else." example:"root"`
	OwnerSelf    scalar.Bit `form:"ownerself" json:"-" default:"0" doc:"1 makes the account its own owner. Root-level callers only."`
	Reseller     scalar.Bit `form:"reseller" json:"-" default:"0" doc:"1 makes the account a reseller. Root-level callers only."`
	NoDomain     scalar.Bit `form:"reseller_without_domain" json:"-" default:"0" doc:"1 makes a reseller with a temporary domain. Root-level callers only."`
	ContactEmail string     `form:"contactemail" json:"-" max:"512" doc:"Where to write to: one address, or two with a comma between them." example:"username@example.com"`
	Language     string     `form:"language" json:"-" max:"64" doc:"The locale: a code, or its name in English." example:"en"`
	IP           string     `form:"ip" json:"-" default:"n" choices:"y,n" doc:"Only n, or y with customip: Postern gives out no addresses."`
	CustomIP     string     `form:"customip" json:"-" max:"64" doc:"The account’s IP address; kept and given back." example:"192.0.2.0"`

	Quota        scalar.Limit  `form:"quota" json:"quota" default:"0" doc:"Disk space in megabytes; 0 for no limit." example:"500"`
	BWLimit      *scalar.Limit `form:"bwlimit" json:"bwlimit,omitempty" doc:"Bandwidth a month in megabytes; 0 for no limit." example:"unlimited"`
	MaxAddon     scalar.Limit  `form:"maxaddon" json:"maxaddon" default:"0" doc:"Addon domains." example:"unlimited"`
	MaxPark      scalar.Limit  `form:"maxpark" json:"maxpark" default:"0" doc:"Parked domains."`
	MaxFTP       *scalar.Limit `form:"maxftp" json:"maxftp,omitempty" doc:"FTP accounts."`
	MaxLst       *scalar.Limit `form:"maxlst" json:"maxlst,omitempty" doc:"Mailing lists."`
	MaxPop       *scalar.Limit `form:"maxpop" json:"maxpop,omitempty" doc:"Mailboxes: Postern enforces it." example:"unlimited"`
	MaxSQL       *scalar.Limit `form:"maxsql" json:"maxsql,omitempty" doc:"Databases of each engine."`
	MaxSub       *scalar.Limit `form:"maxsub" json:"maxsub,omitempty" doc:"Subdomains."`
	MaxPerHour   *scalar.Limit `form:"max_email_per_hour" json:"max_email_per_hour,omitempty" doc:"Messages sent an hour; 0 for no limit."`
	MaxDefer     scalar.Limit  `form:"max_defer_fail_percentage" json:"max_defer_fail_percentage" default:"unlimited" doc:"The share of failed messages, in percent, from which on mail is held."`
	MaxMailQuota scalar.Limit  `form:"max_emailacct_quota" json:"max_emailacct_quota" default:"1024" doc:"The largest mailbox, in megabytes; 0 for no limit. Postern enforces it." example:"1024"`
	MaxTeam      *int          `form:"max_team_users" json:"max_team_users,omitempty" doc:"Team users, 0 to 7." example:"7"`

	CGI           *scalar.Bit `form:"cgi" json:"cgi,omitempty" doc:"1 allows CGI."`
	HasShell      scalar.Bit  `form:"hasshell" json:"-" default:"0" doc:"1 gives the account a shell."`
	DKIM          *scalar.Bit `form:"dkim" json:"dkim,omitempty" doc:"1 for DKIM."`
	DMARC         *scalar.Bit `form:"dmarc" json:"dmarc,omitempty" doc:"1 for DMARC."`
	SPF           *scalar.Bit `form:"spf" json:"spf,omitempty" doc:"1 for SPF."`
	SpamAssassin  scalar.Bit  `form:"spamassassin" json:"spamassassin" default:"1" doc:"1 for SpamAssassin."`
	SpamBox       string      `form:"spambox" json:"spambox" default:"y" choices:"y,n" doc:"y for a spam folder."`
	MXCheck       string      `form:"mxcheck" json:"mxcheck,omitempty" choices:"local,secondary,remote,auto" doc:"How the domain’s mail is routed."`
	MailboxFormat string      `form:"mailbox_format" json:"mailbox_format,omitempty" choices:"maildir,mdbox,mbox" doc:"How mail is stored."`
	Theme         string      `form:"cpmod" json:"theme,omitempty" max:"64" pattern:"[A-Za-z0-9_-]*" allowed:"use letters, digits, dashes and underscores" doc:"The interface theme." example:"jupiter"`
	HomeDir       string      `form:"homedir" json:"homedir,omitempty" max:"255" pattern:"(/[A-Za-z0-9_-][A-Za-z0-9._-]*)+" allowed:"use an absolute path of letters, digits, dots, dashes and underscores" doc:"The home directory. Root-level callers only; kept and given back." example:"/home/user"`
	UID           *int64      `form:"uid" json:"uid,omitempty" doc:"The system’s user number. Root-level callers only; kept and given back." example:"1001"`
	GID           *int64      `form:"gid" json:"gid,omitempty" doc:"The system’s group number. Root-level callers only; kept and given back." example:"1001"`

	ForceDNS     scalar.Bit `form:"forcedns" json:"-" default:"0" doc:"Accepted; Postern runs no DNS."`
	FrontPage    string     `form:"frontpage" json:"-" doc:"Accepted; FrontPage is gone."`
	HasUseRegNS  scalar.Bit `form:"hasuseregns" json:"-" default:"0" doc:"Accepted; Postern runs no DNS."`
	UseRegNS     scalar.Bit `form:"useregns" json:"-" default:"0" doc:"Accepted; Postern runs no DNS."`
	MailNode     string     `form:"mail_node_alias" json:"-" doc:"Must be empty: there are no linked mail nodes." max:"64"`
	Enhancements []string   `form:"account_enhancements" json:"-" doc:"Must be empty: there are no account enhancements."`
	EnableDigest scalar.Bit `form:"enabledigest" json:"-" default:"0" doc:"Only 0: Postern keeps no digest passwords."`
	DigestAuth   scalar.Bit `form:"digestauth" json:"-" default:"0" doc:"Only 0: Postern keeps no digest passwords."`
}

// Check refuses what Postern cannot do, and numbers that mean nothing.
func (r *CreateAcctRequest) Check() error {
	switch {
	case r.Pass != "" && r.Password != "" && r.Pass != r.Password:
		return fault.Bad("pass", "give either password or pass, not both")
	case bool(r.SavePkg):
		return fault.Bad("savepkg", "use 0: this server keeps no packages")
	case r.IP == "y" && r.CustomIP == "":
		return fault.Bad("ip", "use n: this server gives out no addresses. Name one with customip")
	case r.MaxTeam != nil && (*r.MaxTeam < 0 || *r.MaxTeam > 7):
		return fault.Bad("max_team_users", "use a number from 0 to 7")
	case r.UID != nil && !systemID(*r.UID):
		return fault.Bad("uid", "use a number from 1 to 4294967294")
	case r.GID != nil && !systemID(*r.GID):
		return fault.Bad("gid", "use a number from 1 to 4294967294")
	}
	return cannot(r.MailNode, r.Enhancements, bool(r.EnableDigest || r.DigestAuth))
}

// systemID tells whether a number can be a Unix user or group, other than root's.
func systemID(n int64) bool { return n > 0 && n < 1<<32-1 }

// cannot refuses what no account of Postern has.
func cannot(mailNode string, enhancements []string, digest bool) error {
	switch {
	case mailNode != "":
		return fault.Bad("mail_node_alias", "leave it empty: this server has no linked mail nodes")
	case len(enhancements) > 0:
		return fault.Bad("account_enhancements", "leave it empty: this server has no account enhancements")
	case digest:
		return fault.Bad("enabledigest", "use 0: this server keeps no digest passwords")
	}
	return nil
}

// CreatedAcct is the answer of createacct. Postern runs no DNS: the name
// servers are empty, their addresses null.
type CreatedAcct struct {
	function.Notes   `json:"-"`
	IP               string  `json:"ip" doc:"The account’s IP address."`
	Package          string  `json:"package" doc:"The plan’s name."`
	Nameserver       string  `json:"nameserver" doc:"The first name server."`
	Nameserver2      string  `json:"nameserver2" doc:"The second name server."`
	Nameserver3      string  `json:"nameserver3" doc:"The third name server."`
	Nameserver4      string  `json:"nameserver4" doc:"The fourth name server."`
	NameserverA      *string `json:"nameservera" doc:"The first name server’s address."`
	NameserverA2     *string `json:"nameservera2" doc:"The second name server’s address."`
	NameserverA3     *string `json:"nameservera3" doc:"The third name server’s address."`
	NameserverA4     *string `json:"nameservera4" doc:"The fourth name server’s address."`
	NameserverEntry  *string `json:"nameserverentry" doc:"The first name server’s DNS name."`
	NameserverEntry2 *string `json:"nameserverentry2" doc:"The second name server’s DNS name."`
	NameserverEntry3 *string `json:"nameserverentry3" doc:"The third name server’s DNS name."`
	NameserverEntry4 *string `json:"nameserverentry4" doc:"The fourth name server’s DNS name."`
}

// RemoveAcct is WHM's removeacct.
var RemoveAcct = function.Define[RemoveAcctRequest, Logged](function.Spec{
	Names:  []function.Name{function.WHM("removeacct")},
	Needs:  "kill-acct",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Removes an account and all that is its own: mailboxes, sessions, tokens. Accounts that it owned become root’s.",
})

// RemoveAcctRequest is the question of removeacct.
type RemoveAcctRequest struct {
	Username string     `form:"username|user,required" max:"64" doc:"The account’s name." example:"username"`
	KeepDNS  scalar.Bit `form:"keepdns" default:"0" doc:"Accepted; Postern runs no DNS."`
}

// Logged is the answer of functions that only tell what they did, as raw text.
type Logged struct {
	function.Notes `json:"-"`
}

// Passwd is WHM's passwd.
var Passwd = function.Define[PasswdRequest, PasswdAnswer](function.Spec{
	Names:  []function.Name{function.WHM("passwd")},
	Needs:  "passwd",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "passwd"},
	Doc:    "Changes an account’s password and ends its sessions. Root may change root’s.",
})

// PasswdRequest is the question of passwd.
type PasswdRequest struct {
	User         string     `form:"user,required" max:"64" doc:"The account’s name." example:"username"`
	Password     string     `form:"password|pass,required,secret" max:"512" doc:"The new password." example:"12345luggage"`
	DBPassUpdate scalar.Bit `form:"db_pass_update" default:"1" doc:"Accepted; an account has no database user of its own whose password could change too."`
	EnableDigest scalar.Bit `form:"enabledigest" default:"0" doc:"Only 0: Postern keeps no digest passwords."`
	DigestAuth   scalar.Bit `form:"digestauth" default:"0" doc:"Only 0: Postern keeps no digest passwords."`
}

// Check refuses digest passwords.
func (r *PasswdRequest) Check() error {
	return cannot("", nil, bool(r.EnableDigest || r.DigestAuth))
}

// PasswdAnswer is the answer of passwd.
type PasswdAnswer struct {
	function.Notes `json:"-"`
	App            []string `json:"app" doc:"The services whose password changed."`
}

// SuspendAcct is WHM's suspendacct.
var SuspendAcct = function.Define[SuspendAcctRequest, Logged](function.Spec{
	Names:  []function.Name{function.WHM("suspendacct")},
	Needs:  "suspend-acct",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Suspends an account: nobody signs in to it or its mailboxes, and their sessions end.",
})

// SuspendAcctRequest is the question of suspendacct.
type SuspendAcctRequest struct {
	User     string     `form:"user,required" max:"64" doc:"The account’s name." example:"username"`
	Reason   string     `form:"reason,lines" default:"Unknown" max:"1024" doc:"Why, for people." example:"Nonpayment"`
	Lock     scalar.Bit `form:"disallowun" default:"0" doc:"1 lets only root-level callers lift the suspension. Root-level callers only."`
	LeaveFTP scalar.Bit `form:"leave-ftp-accts-enabled" default:"0" doc:"Accepted; Postern runs no FTP."`
}

// UnsuspendAcct is WHM's unsuspendacct.
var UnsuspendAcct = function.Define[UnsuspendAcctRequest, Logged](function.Spec{
	Names:  []function.Name{function.WHM("unsuspendacct")},
	Needs:  "suspend-acct",
	Effect: function.Writes,
	Old:    function.Old{Wrap: "result"},
	Doc:    "Lifts an account’s suspension.",
})

// UnsuspendAcctRequest is the question of unsuspendacct.
type UnsuspendAcctRequest struct {
	User          string     `form:"user,required" max:"64" doc:"The account’s name." example:"username"`
	RetainProxies scalar.Bit `form:"retain-service-proxies" default:"0" doc:"Accepted; there are no service proxies."`
}
