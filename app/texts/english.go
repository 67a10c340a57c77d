package texts

import "postern/shared/catalog"

// english is the language that is linked in, and the reference for all others.
func english() *Texts {
	return &Texts{Start: englishStart, Common: englishCommon, Login: englishLogin(), Steps: englishSteps(), Home: englishHome(),
		Account: englishAccount(), Admin: englishAdmin(), Failures: englishFailures, Things: englishThings, Databases: englishDatabases(),
		Providers: englishProviders(), Links: englishLinks(), Messengers: englishMessengers(), Applications: englishApplications(), Hints: englishHints(), Examples: englishExamples(), Refusals: englishRefusals(), Presets: englishPresets(), Choices: englishChoices()}
}

var englishStart = Start{
	Loading:  "Loading Postern",
	NoScript: "Postern's pages need JavaScript. Its API does not.",
	Failed:   "Postern could not be loaded. Check your connection, and that your browser is up to date.",
	Crashed:  "Something went wrong on this page, and it may not react any more.",
	Reload:   "Reload the page",
}

var englishCommon = Common{
	Product: "Postern", CPanel: "cPanel", WHM: "WHM", Webmail: "Webmail",
	SkipToContent: "Skip to the content", Menu: "Menu", SignOut: "Sign out", SignedInAs: "Signed in as",
	Home: "Home", TryAgain: "Try again", Reload: "Reload", Never: "never",
	NewVersion: "A new version of Postern is running. Reload to use it.",
	Loading:    "Loading…", Yes: "Yes", No: "No",
	NotFound: "There is no such page", NotFoundHint: "The address may be mistyped, or the page may not be for this service.",
	BackHome: "Go to the home page",
	Cancel:   "Cancel", Save: "Save", Copy: "Copy", Copied: "Copied", Download: "Download",
	Search: "Search", Pages: "Pages", Previous: "Previous page", Next: "Next page",
	Rows:   "{first} to {last} of {all}",
	SortBy: "Sort by", OwnOrder: "As the list comes", Ascending: "{column}, ascending", Descending: "{column}, descending", Thousands: ",",
	TypeToConfirm: "Type “{word}” to go on",
	Needed:        "This is needed.",
}

func englishLogin() Login {
	return Login{
		Title: map[string]string{
			"cpaneld": "Sign in to cPanel", "whostmgrd": "Sign in to WHM", "webmaild": "Sign in to Webmail",
		},
		On:   "on {host}",
		User: "Username", Address: "Email address", Password: "Password",
		Show: "Show password", Hide: "Hide password",
		SignIn: "Sign in", SigningIn: "Signing in…",
		SignedOut: "You are signed out.",
		Language:  "Language",
		Others:    "or", With: "Sign in with {name}",
		Ended: "Your session has ended", EndedHint: "Sign in again to go on where you were.",
		Invalid:  "The login is invalid.",
		NeedUser: "Enter your username.", NeedPassword: "Enter your password.",
		Locked: Plural{
			"one":   "Too many failed logins. Try again in {n} minute; trying earlier makes the wait longer.",
			"other": "Too many failed logins. Try again in {n} minutes; trying earlier makes the wait longer.",
		},
		LockedSoon: "Too many failed logins. Wait a little before you try again.",
		Busy:       "The server is busy. Try again in a few seconds.",
		OtherStep:  "This login needs a further step that this page does not know.",
	}
}

func englishHome() Home {
	return Home{

		You: "Your session", User: "User", Kind: "Role", Service: "Service", Since: "Signed in", From: "From address",
		Expires: "Ends", WayIn: "Way in", ActingFor: "Opened by {user}",
		Kinds: map[string]string{
			"root": "Server administrator", "reseller": "Reseller", "account": "Account owner", "mailbox": "Mailbox owner",
		},
		Mailboxes: "Mailboxes", Mailbox: "Mailbox", OpenWebmail: "Open Webmail", OpeningWebmail: "Opening…",
		NoMailboxes: "No mailboxes yet", NoMailboxesHint: "Mailboxes of this account's domain will be listed here.",
		State: "State", Active: "Active", Suspended: "Suspended",
		Accounts: "Accounts", Account: "Account", Domain: "Domain", Owner: "Owner", Plan: "Plan", Created: "Created",
		NoAccounts: "No accounts yet", NoAccountsHint: "Accounts that you create will be listed here.",
		AccountCount: Plural{"one": "{n} account", "other": "{n} accounts"},
		MailboxCount: Plural{"one": "{n} mailbox", "other": "{n} mailboxes"},
		Showing:      "The first {shown} of {all}",
	}
}

// englishPresets are the catalog's own words.
func englishPresets() map[string]string {
	all := map[string]string{}
	for slot, presets := range catalog.SecurityQuestions {
		for i, question := range presets {
			all[presetKey(slot, i)] = question
		}
	}
	return all
}

// englishRefusals are the server's own words.
func englishRefusals() map[string]string {
	all := map[string]string{}
	for _, r := range catalog.Refusals {
		all[r.Key] = r.Text
	}
	return all
}

var englishFailures = Failures{
	Unreachable: "The server could not be reached.",

	Timeout:   "The server took too long to answer. Try again.",
	BadReply:  "The server sent an answer that this page does not understand.",
	Busy:      "The server is busy. Try again in a few seconds.",
	Forbidden: "You are not allowed to do this.",
	Unknown:   "Something went wrong on the server.",
}
