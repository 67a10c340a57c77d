package texts

// Admin is the administrators' screens, and the API Shell.
type Admin struct {
	AsNumbers, CutReply, On, Off, Unlimited, Saved string

	Menu      AdminMenu
	Dashboard AdminDashboard
	Accounts  AdminAccounts
	Mailboxes AdminMailboxes
	Resellers AdminResellers
	Sessions  AdminSessions
	Policies  AdminPolicies
	Brute     AdminBrute
	Tokens    AdminTokens
	Audit     AdminAudit
	Settings  AdminSettings
	Shell     Shell
}

// AdminMenu is the screens' titles.
type AdminMenu struct {
	Accounts, Mailboxes, Resellers, Sessions, Policies, Brute, Tokens, Audit, Settings, Shell string
}

// AdminDashboard is the first page.
type AdminDashboard struct {
	Accounts, Mailboxes, Sessions, Locks, Now   string
	Suspended, Resellers                        Plural // {n}
	Plot, Succeeded, Failed, Day, Days, SignIns string
	PlotSummary                                 string // {good} {bad} {days}
	LastDays                                    Plural // {n}
	Health, Healthy, Hostname, Version, Started string
	Database, Size, Connections                 string
	Policies, Change                            string
	SourceIP, SecondFactor, Brute               string
}

// AdminAccounts is the accounts.
type AdminAccounts struct {
	Title, Account, Domain, Owner, Plan, Created, State, Actions       string
	Search, SearchIn, InName, InDomain, InOwner                        string
	AnyState, Active, Suspended                                        string
	None, NoneHint, Create, CreateTitle, SignInAs                      string
	SignedInAs, Created2, Suspended2, Unsuspended, Removed             string // {user}
	PasswordChanged                                                    string
	Back, Contact, Address, Mailboxes, MailQuota, Quota, Shell, Reason string
	Edit, EditTitle, Password, PasswordTitle                           string // titles: {user}
	Suspend, SuspendTitle, Unsuspend, UnsuspendTitle, UnsuspendText    string
	Remove, RemoveTitle, RemoveText, ItsMailboxes                      string
	Labels                                                             map[string]string // by parameter
}

// AdminMailboxes is the mailboxes of an account.
type AdminMailboxes struct {
	Title, Account, Show, Choose, ChooseHint, Of                           string // Of: {user}
	Search, Mailbox, State, Actions, None, NoneHint                        string
	Add, AddTitle, Added, Suspend, Unsuspend                               string
	Password, PasswordTitle, PasswordChanged, Remove, RemoveTitle, Removed string // titles, Removed: {user}
	RemoveText                                                             string
	Labels                                                                 map[string]string
}

// AdminResellers is the resellers and their privileges.
type AdminResellers struct {
	Title, Search, Reseller, Domain, Accounts, Privileges, Actions string
	None, NoneHint, Add, AddTitle, Added, Back, NotOne             string // Added, NotOne: {user}
	Unset, UnsetTitle, UnsetText, Removed                          string // title, Removed: {user}
	Count                                                          Plural // {n} privileges
	All, Lists, List, NoLists, NoListsHint                         string
	PrivilegesOf, Set, SaveAsList, SaveTitle, TakeList             string // PrivilegesOf: {user}
	Groups, Labels                                                 map[string]string
}

// AdminSessions is who is signed in.
type AdminSessions struct {
	Title, Search, User, Service, From, Began, LastSeen, Ends, Actions string
	AnyService, None, NoneHint, Current, Unused                        string
	End, EndTitle, EndText, Ended                                      string // EndText: {user}
}

// AdminPolicies is what sign ins ask for.
type AdminPolicies struct {
	Title, Login, Strengths string
	Keys, Hints, Labels     map[string]string
}

// AdminBrute is the brute force protection.
type AdminBrute struct {
	Title, IsOn, IsOff, TurnOn, TurnOff, OffTitle, OffText              string
	Views, ListHints, AddTitles, Labels                                 map[string]string
	Locked, Kind, User, Address, Until, Note, Actions                   string
	NoLocks, NoLocksHint, Unlock, Unlocked                              string
	Flush, FlushTitle, FlushText, Flushed                               string
	Search, Comment, NoList, Add, TakeOff                               string
	SearchUser, When, Service, Step, Failures, NoHistory, NoHistoryHint string
}

// AdminTokens is the tokens of whoever is signed in at WHM.
type AdminTokens struct {
	Title, Search, Name, Privileges, Addresses, AnyAddress string
	Created, Expires, ExpiresHint, Expired, Actions        string
	None, NoneHint, Create, CreateTitle                    string
	Fresh, FreshHint, Value                                string // Fresh: {name}
	Revoke, RevokeTitle, RevokeText, Revoked               string // title, Revoked: {name}
	Labels                                                 map[string]string
}

// AdminAudit is the audit trail.
type AdminAudit struct {
	Title, Search, When, Who, What, About, From, Outcome string
	AnyTime, AnyOutcome, Done, Refused, None, NoneHint   string
	Download, Downloading, Downloaded                    string // Downloading: {n}
}

// AdminSettings is what is left to set.
type AdminSettings struct {
	Authenticator, Issuer                                      string
	API, Yours, AllDialects, Hostname, Version, Shell, OpenAPI string
}

// Shell is the API Shell.
type Shell struct {
	Functions, Dialect, Account, Filter, NoneFound, Choose, ChooseHint, All string
	Reads, Writes, Reaches, Privilege, NoPrivilege, YouLack                 string
	Callers, Owners, Everybody, Feature, AlsoAs, NoParameters               string
	Controls, FilterBy, Test, Term, SortBy, Method, Reverse                 string
	Size, SizeHint, Start, Columns, ColumnsHint, Format, Call               string
	Reply, Good, Took                                                       string // Took: {ms} {size}
	Commands, CommandsHint, Curl, CommandLine                               string // CommandsHint: {variable}
	AskTitle, AskWrites, AskReaches                                         string // AskTitle: {name}
}
