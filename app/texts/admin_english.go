package texts

func englishAdmin() Admin {
	return Admin{
		AsNumbers: "Show the numbers", CutReply: "The reply is longer than can be shown here: download it to see all of it.",
		On: "On", Off: "Off", Unlimited: "unlimited", Saved: "Saved.",
		Menu: AdminMenu{
			Accounts: "Accounts", Mailboxes: "Mailboxes", Resellers: "Resellers", Sessions: "Sessions", Policies: "Sign-in policies",
			Brute: "Brute force", Tokens: "API tokens", Audit: "Audit trail", Settings: "Settings", Shell: "API Shell",
		},
		Dashboard: AdminDashboard{
			Accounts: "Accounts", Mailboxes: "Mailboxes", Sessions: "Sessions", Locks: "Locked out", Now: "right now",
			Suspended: Plural{"one": "{n} suspended", "other": "{n} suspended"}, Resellers: Plural{"one": "{n} reseller", "other": "{n} resellers"},
			Plot: "Sign ins", Succeeded: "Succeeded", Failed: "Failed", Day: "Day", Days: "How many days", SignIns: "Sign ins",
			PlotSummary: "Sign ins of the last {days} days: {good} succeeded, {bad} failed",
			LastDays:    Plural{"one": "Last day", "other": "Last {n} days"},
			Health:      "Server", Healthy: "Healthy", Hostname: "Host name", Version: "Version", Started: "Running since",
			Database: "Database", Size: "Data", Connections: "Connections",
			Policies: "Sign-in protection", Change: "Change",
			SourceIP: "Verified addresses", SecondFactor: "Second factors", Brute: "Brute force protection",
		},
		Accounts:  englishAdminAccounts(),
		Mailboxes: englishAdminMailboxes(),
		Resellers: englishAdminResellers(),
		Sessions: AdminSessions{
			Title: "Sessions", Search: "Search for a user", User: "User", Service: "Service", From: "From", Began: "Began",
			LastSeen: "Last used", Ends: "Ends", Actions: "Actions", AnyService: "All services", None: "No sessions",
			NoneHint: "Nobody whom you look after is signed in, or the search finds nobody.", Current: "This session", Unused: "not used yet",
			End: "End", EndTitle: "End this session?", EndText: "{user} is signed out at once and has to sign in again.", Ended: "The session has ended.",
		},
		Policies: englishAdminPolicies(),
		Brute:    englishAdminBrute(),
		Tokens: AdminTokens{
			Title: "Your API tokens", Search: "Search for a name", Name: "Name", Privileges: "Privileges", Addresses: "Addresses", AnyAddress: "any",
			Created: "Made", Expires: "Expires", ExpiresHint: "The last day on which the token works; nothing: it never expires.", Expired: "Expired", Actions: "Actions",
			None: "No API tokens yet", NoneHint: "A token lets a program work in your name, without your password.", Create: "New token", CreateTitle: "New API token",
			Fresh: "The token “{name}”", FreshHint: "Copy it now: it is shown this once and cannot be read again.", Value: "API token",
			Revoke: "Revoke", RevokeTitle: "Revoke the token “{name}”?", RevokeText: "Programs that use it are refused from their next request on.", Revoked: "The token “{name}” is revoked.",
			Labels: map[string]string{"token_name": "Name", "acl": "Privileges, one on each line", "whitelist_ip": "Only from these addresses, one on each line"},
		},
		Audit: AdminAudit{
			Title: "Audit trail", Search: "Search names, functions, details", When: "When", Who: "Who", What: "What", About: "Account", From: "From", Outcome: "Outcome",
			AnyTime: "At any time", AnyOutcome: "Done and refused", Done: "Done", Refused: "Refused", None: "Nothing was recorded",
			NoneHint: "What people do, and what they are refused, is recorded here. The search may be too narrow.",
			Download: "Download as CSV", Downloading: "{n} events so far…", Downloaded: "The file is in your downloads.",
		},
		Settings: AdminSettings{
			Authenticator: "Second factor", Issuer: "Name in authenticator apps",
			API: "API", Yours: "WHM functions you may call", AllDialects: "Functions in all dialects", Hostname: "Host name", Version: "Version",
			Shell: "Open the API Shell", OpenAPI: "OpenAPI document",
		},
		Shell: englishShell(),
	}
}

func englishAdminAccounts() AdminAccounts {
	return AdminAccounts{
		Title: "Accounts", Account: "Account", Domain: "Domain", Owner: "Owner", Plan: "Plan", Created: "Created", State: "State", Actions: "Actions",
		Search: "Search", SearchIn: "Where to search", InName: "In names", InDomain: "In domains", InOwner: "In owners",
		AnyState: "Active and suspended", Active: "Active", Suspended: "Suspended",
		None: "No accounts", NoneHint: "There are none yet, or the search finds none.", Create: "New account", CreateTitle: "New account",
		SignInAs: "Sign in as", SignedInAs: "A session as {user} opens in a new tab.", Created2: "The account {user} is made.",
		Suspended2: "The account {user} is suspended.", Unsuspended: "The account {user} is active again.", Removed: "The account {user} is removed.",
		PasswordChanged: "The password is changed, and the account’s sessions have ended.",
		Back:            "All accounts", Contact: "Contact", Address: "IP address", Mailboxes: "Mailboxes", MailQuota: "Largest mailbox", Quota: "Disk space",
		Shell: "Shell", Reason: "Suspended because",
		Edit: "Edit", EditTitle: "Edit {user}", Password: "Change password", PasswordTitle: "New password for {user}",
		Suspend: "Suspend", SuspendTitle: "Suspend {user}?", Unsuspend: "Lift suspension", UnsuspendTitle: "Lift the suspension of {user}?",
		UnsuspendText: "The account and its mailboxes can sign in again.",
		Remove:        "Remove", RemoveTitle: "Remove {user}?", ItsMailboxes: "Mailboxes",
		RemoveText: "The account, its mailboxes, sessions and tokens are gone for good. Accounts that it owned become root’s.",
		Labels: map[string]string{
			"username": "Username", "domain": "Main domain", "password": "Password", "contactemail": "Contact address", "owner": "Owner",
			"maxpop": "Mailboxes allowed", "max_emailacct_quota": "Largest mailbox (MB)", "MAXPOP": "Mailboxes allowed",
			"MAX_EMAILACCT_QUOTA": "Largest mailbox (MB)", "QUOTA": "Disk space (MB)", "LOCALE": "Language", "reason": "Reason",
		},
	}
}

func englishAdminMailboxes() AdminMailboxes {
	return AdminMailboxes{
		Title: "Mailboxes", Account: "Account", Show: "Show", Choose: "Choose an account", ChooseHint: "Its mailboxes are listed here.", Of: "Mailboxes of {user}",
		Search: "Search for an address", Mailbox: "Mailbox", State: "State", Actions: "Actions", None: "No mailboxes", NoneHint: "There are none yet, or the search finds none.",
		Add: "New mailbox", AddTitle: "New mailbox of {user}", Added: "The mailbox is made.", Suspend: "Suspend", Unsuspend: "Lift suspension",
		Password: "Password", PasswordTitle: "New password for {user}", PasswordChanged: "The password is changed, and the mailbox’s sessions have ended.",
		Remove: "Remove", RemoveTitle: "Remove {user}?", Removed: "The mailbox {user} is removed.", RemoveText: "The mailbox and all that is its own are gone for good.",
		Labels: map[string]string{"email": "Address", "password": "Password", "quota": "Size (MB)"},
	}
}

func englishAdminResellers() AdminResellers {
	return AdminResellers{
		Title: "Resellers", Search: "Search for a name", Reseller: "Reseller", Domain: "Domain", Accounts: "Accounts", Privileges: "Privileges", Actions: "Actions",
		None: "No resellers", NoneHint: "A reseller is an account that may sign in to WHM and look after accounts of its own.",
		Add: "New reseller", AddTitle: "Make an account a reseller", Added: "{user} is a reseller now.", Back: "All resellers", NotOne: "{user} is not a reseller.",
		Unset: "Make it none", UnsetTitle: "Take all privileges from {user}?", UnsetText: "It stays an account. The accounts that it owns become root’s, and its sessions end.",
		Removed: "{user} is no reseller any more.", Count: Plural{"one": "{n} privilege", "other": "{n} privileges"}, All: "All privileges",
		Lists: "Saved lists of privileges", List: "List", NoLists: "No saved lists", NoListsHint: "Tick privileges at a reseller and save them under a name, to give them together.",
		PrivilegesOf: "Privileges of {user}", Set: "Set privileges", SaveAsList: "Save as a list", SaveTitle: "Save these privileges as a list", TakeList: "Tick those of a list",
		Groups: map[string]string{
			"all": "Everything", "accounts": "Accounts", "packages": "Packages and limits", "access": "Access and applications",
			"dns": "DNS", "mail": "Mail", "ssl": "Certificates", "server": "Server and the rest",
		},
		Labels: map[string]string{"user": "Account", "makeowner": "It owns itself", "acllist": "The list’s name"},
	}
}

func englishAdminPolicies() AdminPolicies {
	return AdminPolicies{
		Title: "Security policies", Login: "Verified addresses and sessions", Strengths: "Least password strength, 0 to 100",
		Keys: map[string]string{
			"SecurityPolicy::SourceIPCheck": "Verified addresses", "SecurityPolicy::TwoFactorAuth": "Second factors",
			"SecurityPolicy::PasswordStrength": "Password strength", "SecurityPolicy::PasswordAge": "Password age",
			"SecurityPolicy::PasswordAge::maxage": "Oldest password (days)", "SecurityPolicy::xml-api": "API requests",
		},
		Hints: map[string]string{
			"SecurityPolicy::SourceIPCheck":       "From an address that a user has not verified, sign ins ask security questions.",
			"SecurityPolicy::TwoFactorAuth":       "Who has set up a second factor is asked for it.",
			"SecurityPolicy::PasswordStrength":    "A password below the least strength has to be changed.",
			"SecurityPolicy::PasswordAge":         "A password that is too old has to be changed.",
			"SecurityPolicy::PasswordAge::maxage": "From 1 to 3650 days.",
			"SecurityPolicy::xml-api":             "The policies hold for API calls with a password too.",
		},
		Labels: map[string]string{
			"questions": "Security questions asked", "remember_by_default": "Propose to remember the address", "cpaneld": "Verified addresses at cPanel", "whostmgrd": "Verified addresses at WHM", "webmaild": "Verified addresses at Webmail",
			"session_idle": "Session without use (seconds)", "session_unused": "New API-made session (seconds)", "session_absolute": "Longest session (seconds)",
			"default": "Everything else", "createacct": "New accounts", "passwd": "Changed passwords of accounts", "virtual": "Mailboxes",
		},
	}
}

func englishAdminBrute() AdminBrute {
	return AdminBrute{
		Title: "Brute force protection", IsOn: "The protection is on", IsOff: "The protection is off", TurnOn: "Turn on", TurnOff: "Turn off",
		OffTitle: "Turn the protection off?", OffText: "Anybody may then try passwords as often as they like. Locks and the black list do not hold.",
		Views:     map[string]string{"locks": "Locked out", "white": "Never locked", "black": "Always refused", "history": "History", "settings": "Settings"},
		ListHints: map[string]string{"white": "Addresses on this list are never locked out.", "black": "Addresses on this list are always refused."},
		AddTitles: map[string]string{"white": "Never lock these addresses", "black": "Always refuse these addresses"},
		Labels: map[string]string{
			"ip": "Addresses, one on each line", "comment": "Comment",
			"ip_based_protection": "Lock addresses", "max_failures_byip": "Failures that lock an address", "ip_brute_force_period_mins": "Period and lock of an address (minutes)",
			"mark_as_brute": "Failures that lock an address for two weeks", "username_based_protection": "Lock users",
			"username_based_protection_local_origin": "Lock users for attempts from the server itself", "username_based_protection_for_root": "Lock root too",
			"max_failures": "Failures that lock a user", "brute_force_period_mins": "Period and lock of a user (minutes)", "lookback_period_min": "Keep failures (minutes)",
		},
		Locked: "Locked out", Kind: "Kind", User: "User", Address: "Address", Until: "Until", Note: "Note", Actions: "Actions",
		NoLocks: "Nobody is locked out", NoLocksHint: "Who fails to sign in too often is listed here for as long as the lock lasts.", Unlock: "Unlock", Unlocked: "The lock is off.",
		Flush: "Clear all", FlushTitle: "Clear the history?", FlushText: "All failed sign ins are forgotten and all locks end. The lists stay.", Flushed: "The history is cleared.",
		Search: "Search addresses and comments", Comment: "Comment", NoList: "No addresses", Add: "Add addresses", TakeOff: "Take off",
		SearchUser: "Search for a user", When: "When", Service: "Service", Step: "What failed", Failures: "Failures",
		NoHistory: "No failed sign ins", NoHistoryHint: "Failed sign ins of the last hours are listed here.",
	}
}

func englishShell() Shell {
	return Shell{
		Functions: "Functions", Dialect: "Dialect", Account: "Account to call as", Filter: "Find a function", NoneFound: "No function has this in its name.",
		Choose: "Choose a function", ChooseHint: "Its documentation and a form for its call are shown here.", All: "All functions",
		Reads: "Reads", Writes: "Changes something", Reaches: "Calls others", Privilege: "Privilege", NoPrivilege: "none", YouLack: "you lack it",
		Callers: "Who may call it", Owners: "the account", Everybody: "the account and its mailboxes", Feature: "Feature", AlsoAs: "Also as",
		NoParameters: "This function has no parameters.",
		Controls:     "Output controls", FilterBy: "Filter by", Test: "Test", Term: "Term", SortBy: "Sort by", Method: "Method", Reverse: "In reverse order",
		Size: "Rows on a page", SizeHint: "Nothing: all of them.", Start: "First row", Columns: "Only these columns", ColumnsHint: "With commas between them.",
		Format: "Reply as", Call: "Call", Reply: "Reply", Good: "It succeeded", Took: "{ms} ms, {size}",
		Commands: "The same call as a command", CommandsHint: "Secrets are variables of the shell, such as {variable}: set them before.",
		Curl: "With curl, in bash", CommandLine: "On the server itself, in bash",
		AskTitle: "Call {name}?", AskWrites: "This call changes something on the server.", AskReaches: "This call makes other calls, which may change something.",
	}
}
