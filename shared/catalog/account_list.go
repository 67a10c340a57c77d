package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// ListAccts is WHM's listaccts.
var ListAccts = function.Define[ListAcctsRequest, ListedAccts](function.Spec{
	Names: []function.Name{function.WHM("listaccts")},
	Needs: "list-accts",
	Doc:   "Lists accounts: all of them to root, a reseller’s own to a reseller.",
})

// ListAcctsRequest is the question of listaccts.
type ListAcctsRequest struct {
	Search       string `form:"search" max:"256" doc:"What to look for." example:"username"`
	SearchType   string `form:"searchtype" choices:"domain,owner,user,ip,package" doc:"Where to look; user when absent."`
	SearchMethod string `form:"searchmethod" choices:"exact,regex" doc:"regex (RE2, case ignored; the default) or exact."`
	Want         string `form:"want" max:"2048" doc:"Only these members of each account, with commas between them." example:"domain,diskused"`
}

// AccountSummary is WHM's accountsummary.
var AccountSummary = function.Define[AccountSummaryRequest, SummedAccts](function.Spec{
	Names: []function.Name{function.WHM("accountsummary")},
	Needs: "acct-summary",
	Doc:   "Tells all about one account, by its name or domain, or about those that a search finds.",
})

// AccountSummaryRequest is the question of accountsummary.
type AccountSummaryRequest struct {
	User         string `form:"user" max:"64" doc:"The account’s name." example:"username"`
	Domain       string `form:"domain" max:"253" doc:"The account’s main domain." example:"example.com"`
	Search       string `form:"search" max:"256" doc:"What to look for, where neither user nor domain is given." example:"example.com"`
	SearchType   string `form:"searchtype" choices:"domain,owner,user,ip,package" doc:"Where to look; user when absent."`
	SearchMethod string `form:"searchmethod" choices:"exact,regex" doc:"regex (RE2, case ignored; the default) or exact."`
}

// ListedAccts is the answer of listaccts.
type ListedAccts struct {
	Acct []ListedAcct     `json:"acct" doc:"The accounts, by name."`
	Done *function.Shaped `json:"-"` // what the query did of the output controls
}

// ShapedBy says what the query did of the output controls.
func (l ListedAccts) ShapedBy() *function.Shaped { return l.Done }

// SummedAccts is the answer of accountsummary.
type SummedAccts struct {
	Acct []SummedAcct `json:"acct" doc:"The accounts, by name."`
}

// ListedAcct is an account in the answer of listaccts.
type ListedAcct struct {
	Acct
	HasBackup      scalar.Bit   `json:"has_backup" doc:"1 when a backup exists."`
	Standalone     string       `json:"standalone_feature" doc:"The plan’s standalone feature."`
	StandaloneName string       `json:"standalone_feature_name" doc:"Its name for people."`
	SuspendTime    scalar.Epoch `json:"suspendtime" doc:"When it was suspended; null when it is not."`
	Want           []string     `json:"-"` // only these members, when there are any
}

// Members are those that are wanted.
func (a ListedAcct) Members() []string { return a.Want }

// SummedAcct is an account in the answer of accountsummary.
type SummedAcct struct {
	Acct
	SuspendTime *string `json:"suspendtime" doc:"When it was suspended, in seconds since 1970, as a text; null when it is not."`
}

// Acct is what listaccts and accountsummary tell about an account.
type Acct struct {
	User              string       `json:"user" doc:"The name."`
	Domain            string       `json:"domain" doc:"The main domain."`
	IsTemporaryDomain scalar.Bit   `json:"is_temporary_domain" doc:"1 when the domain stands in for a real one."`
	Owner             string       `json:"owner" doc:"root, or the reseller that owns it."`
	Email             string       `json:"email" doc:"Where to write to."`
	IP                string       `json:"ip" doc:"The IP address."`
	IPv6              []string     `json:"ipv6" doc:"IPv6 addresses."`
	Plan              string       `json:"plan" doc:"The plan’s name."`
	Theme             string       `json:"theme" doc:"The interface theme."`
	Shell             string       `json:"shell" doc:"The login shell."`
	Partition         string       `json:"partition" doc:"The home directory’s partition."`
	UID               int64        `json:"uid" doc:"The system’s user number."`
	StartDate         string       `json:"startdate" doc:"When it began: year, month, day, time, in UTC."`
	UnixStartDate     int64        `json:"unix_startdate" doc:"When it began, in seconds since 1970."`
	Suspended         scalar.Bit   `json:"suspended" doc:"1 when suspended."`
	SuspendReason     string       `json:"suspendreason" doc:"Why; “not suspended” when it is not."`
	IsLocked          scalar.Bit   `json:"is_locked" doc:"1 when only root-level callers may lift the suspension."`
	Temporary         scalar.Bit   `json:"temporary" doc:"1 for accounts made for support."`
	Backup            scalar.Bit   `json:"backup" doc:"1 when backups are on."`
	LegacyBackup      scalar.Bit   `json:"legacy_backup" doc:"1 when legacy backups are on."`
	ChildNodes        []ChildNode  `json:"child_nodes" doc:"Linked servers."`
	DiskLimit         scalar.Limit `json:"disklimit" doc:"Disk space in megabytes, or unlimited."`
	DiskUsed          string       `json:"diskused" doc:"Disk space used, with the suffix M."`
	InodesLimit       scalar.Limit `json:"inodeslimit" doc:"Files allowed, or unlimited."`
	InodesUsed        int64        `json:"inodesused" doc:"Files there are."`
	MailboxFormat     string       `json:"mailbox_format" doc:"How mail is stored."`
	MaxAddons         scalar.Limit `json:"maxaddons" doc:"Addon domains allowed."`
	MaxFTP            scalar.Limit `json:"maxftp" doc:"FTP accounts allowed."`
	MaxLst            scalar.Limit `json:"maxlst" doc:"Mailing lists allowed."`
	MaxParked         scalar.Limit `json:"maxparked" doc:"Parked domains allowed."`
	MaxPop            scalar.Limit `json:"maxpop" doc:"Mailboxes allowed."`
	MaxSQL            scalar.Limit `json:"maxsql" doc:"Databases of each engine allowed."`
	MaxSub            scalar.Limit `json:"maxsub" doc:"Subdomains allowed."`
	MaxPerHour        scalar.Limit `json:"max_email_per_hour" doc:"Messages allowed an hour."`
	MaxDefer          scalar.Limit `json:"max_defer_fail_percentage" doc:"The share of failed messages, in percent, from which on mail is held."`
	MinDefer          scalar.Limit `json:"min_defer_fail_to_trigger_protection" doc:"Failed messages before that share counts."`
	MaxMailQuota      scalar.Limit `json:"max_emailacct_quota" doc:"The largest mailbox, in megabytes."`
	MailHold          scalar.Bit   `json:"outgoing_mail_hold" doc:"1 when outgoing mail is held."`
	MailSuspended     scalar.Bit   `json:"outgoing_mail_suspended" doc:"1 when outgoing mail is refused."`
}

// ChildNode is a linked server.
type ChildNode struct {
	Alias    string `json:"alias" doc:"Its alias."`
	Workload string `json:"workload" doc:"What it does for the account."`
}

// ListSuspended is WHM's listsuspended.
var ListSuspended = function.Define[struct{}, SuspendedAccts](function.Spec{
	Names: []function.Name{function.WHM("listsuspended")},
	Needs: "suspend-acct",
	Doc:   "Lists the suspended accounts.",
})

// SuspendedAccts is the answer of listsuspended.
type SuspendedAccts struct {
	Account []SuspendedAcct `json:"account" doc:"The accounts, by name."`
}

// SuspendedAcct is a suspended account.
type SuspendedAcct struct {
	User     string       `json:"user" doc:"The name."`
	Owner    string       `json:"owner" doc:"root, or the reseller that owns it."`
	Reason   string       `json:"reason" doc:"Why."`
	IsLocked scalar.Bit   `json:"is_locked" doc:"1 when only root-level callers may lift the suspension."`
	Time     string       `json:"time" doc:"When, for people, in UTC."`
	UnixTime scalar.Epoch `json:"unixtime" doc:"When, in seconds since 1970."`
}

// ListUsers is WHM's list_users.
var ListUsers = function.Define[struct{}, UserNames](function.Spec{
	Names: []function.Name{function.WHM("list_users")},
	Doc:   "Lists the names of the users that the caller has power over, root among them for root.",
})

// UserNames is the answer of list_users.
type UserNames struct {
	Users []string `json:"users" doc:"The names."`
}

// DomainUserData is WHM's domainuserdata.
var DomainUserData = function.Define[DomainUserDataRequest, DomainData](function.Spec{
	Names: []function.Name{function.WHM("domainuserdata")},
	Needs: "acct-summary",
	Doc:   "Tells whose a domain is, and how it is served as far as Postern knows.",
})

// DomainUserDataRequest is the question of domainuserdata.
type DomainUserDataRequest struct {
	Domain string `form:"domain,required" max:"253" doc:"The domain." example:"example.com"`
}

// DomainData is the answer of domainuserdata.
type DomainData struct {
	UserData UserData `json:"userdata" doc:"What is known of the domain."`
}

// UserData is what is known of a domain. Postern serves no sites: what
// concerns the web server has the values of a plain one.
type UserData struct {
	User             string        `json:"user" doc:"The account’s name."`
	Owner            string        `json:"owner" doc:"root, or the reseller that owns the account."`
	Group            string        `json:"group" doc:"The group’s name."`
	ServerName       string        `json:"servername" doc:"The main domain."`
	ServerAlias      string        `json:"serveralias" doc:"Aliases, with spaces between them."`
	ServerAdmin      string        `json:"serveradmin" doc:"The administrator’s address."`
	IP               string        `json:"ip" doc:"The IP address."`
	Port             int           `json:"port" doc:"The web server’s port."`
	HomeDir          string        `json:"homedir" doc:"The home directory."`
	DocumentRoot     string        `json:"documentroot" doc:"Where the site’s files are."`
	HasCGI           scalar.Bit    `json:"hascgi" doc:"1 when CGI is allowed."`
	OpenBaseDir      scalar.Bit    `json:"phpopenbasedirprotect" doc:"1 when open_basedir is applied."`
	UseCanonicalName string        `json:"usecanonicalname" doc:"On or Off."`
	UserDirProtect   string        `json:"userdirprotect" doc:"The protection of user directories."`
	CustomLog        []CustomLog   `json:"customlog" doc:"Log definitions."`
	ScriptAlias      []ScriptAlias `json:"scriptalias" doc:"ScriptAlias definitions."`
}

// CustomLog is a log definition.
type CustomLog struct {
	Format string `json:"format" doc:"The format."`
	Target string `json:"target" doc:"Where it is written."`
}

// ScriptAlias is a ScriptAlias definition.
type ScriptAlias struct {
	Path string `json:"path" doc:"The directory."`
	URL  string `json:"url" doc:"Where it is served."`
}
