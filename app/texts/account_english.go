package texts

func englishSteps() Steps {
	return Steps{
		Questions: "Security questions", QuestionsHint: "You sign in from an address that is not on your list, {user}. Answer to go on.",
		Setup: "Set up security questions", SetupHint: "From now on you are asked some of these when you sign in from an unknown address, {user}. Answers are kept so that nobody can read them.",
		Code: "Security code", CodeHint: "Open the authenticator app on your phone, {user}, and enter the code that it shows.",
		Question: "Question {n}", Choose: "Choose a question…", Own: "A question of my own…", OwnLabel: "Your question",
		Answer: "Answer", AnswerHint: "3 to 127 characters. Capital letters and spaces make no difference.",
		Remember: "Do not ask again at this address", RememberHint: "Puts the address on your list of verified addresses. Leave it out on a network that is not yours.",
		CodeLabel: "Code", CodeTip: "Six digits. No phone at hand? Enter one of your recovery codes.",
		Continue: "Continue", Save: "Save and continue", StartAgain: "Sign in as somebody else",
		Expired:      "That took too long. Sign in again.",
		WrongAnswers: "The login is invalid. Sign in again to be asked anew.",
		WrongCode:    "The code is not right, or it was used before. Wait for the next one.",
	}
}

func englishAccount() Account {
	return Account{
		Guard: englishGuard(), Questions: englishQuestions(), Addresses: englishAddresses(), Factor: englishFactor(),
		Sessions: englishSessions(), Tokens: englishTokens(), Boxes: englishBoxes(), History: englishHistory(),
		Password: Password{
			Title: "Password", Hint: "A new password ends your sessions everywhere but here.",
			Old: "Present password", New: "New password", Again: "The same again", Change: "Change the password",
			Differ: "The two passwords differ.", Changed: "The password is changed.",
			Generate: "Generate", Strong: "Strength {n} of 100: strong enough.", Weak: "Strength {n} of 100: too weak. At least {least} is needed.",
		},
	}
}

func englishGuard() Guard {
	return Guard{
		Title: "How well this login is guarded", Score: "{n} of {all} in place", NotKnown: "This could not be found out just now.",
		Questions: "Security questions are set.", QuestionsOff: "No security questions: whoever has the password gets in from anywhere.", QuestionsDo: "Set them up",
		AddressOn: "This address, {address}, is verified.", AddressOff: "This address, {address}, is not verified.", AddressDo: "Look at the list",
		Factor: "A second factor is set.", FactorOff: "No second factor: a stolen password is enough to sign in.", FactorDo: "Set one up",
		Codes:    Plural{"one": "{n} recovery code is left.", "other": "{n} recovery codes are left."},
		CodesOff: "No recovery codes are left: without the phone there is no way in.", CodesDo: "Make new ones",
		Tokens: "Every API token has an end.", TokensDo: "Look at them",
		TokensForever: Plural{"one": "{n} API token never expires.", "other": "{n} API tokens never expire."},
		Calm:          "Nothing was refused within the last seven days.", FailuresDo: "See the history",
		Failures: Plural{"one": "{n} sign in or call was refused within the last seven days.", "other": "{n} sign ins or calls were refused within the last seven days."},
		Refused:  "Last refused", RefusedHint: "Not yours?", RefusedDo: "Change the password",
		When: "When", From: "From address", Service: "Service", Where: "What",
	}
}

func englishQuestions() Questions {
	return Questions{
		Title: "Security questions", Set: "Your questions", Unset: "No security questions yet",
		UnsetHint: "With them, a stolen password is not enough: who signs in from an unknown address is asked.",
		Change:    "Choose new questions", SetUp: "Set them up", Remove: "Remove",
		RemoveTitle: "Remove the security questions?", RemoveText: "Your answers are forgotten. Where questions are required, you set up new ones at the next sign in.",
		Saved: "The security questions are saved.", Removed: "The security questions are removed.",
		Hint:    "Choose questions whose answers others cannot look up. All four are saved together; answers are never shown again.",
		OnlyYou: "Only the owner of this login can see and change the questions.",
	}
}

func englishAddresses() Addresses {
	return Addresses{
		Title: "Verified addresses", Hint: "From these you sign in without being asked the security questions.",
		Address: "Address or network", AddressHint: "An address (192.0.2.7), a network (192.0.2.0/24, 192.0.2.*) or a range (192.0.2.1-192.0.2.9); IPv6 too.",
		Note: "Note", Added: "Added", LastUsed: "Last used", Actions: "Actions",
		Here: "This is you", Add: "Add an address", AddTitle: "Add a verified address", AddHere: "Add this address",
		Edit: "Edit the note", EditTitle: "Note for {address}", Remove: "Remove",
		RemoveTitle: "Remove {address}?", RemoveText: "Who signs in from there is asked the security questions again.",
		RemoveHere: "You are signed in from there now: at the next sign in you are asked the security questions again.",
		Listed:     "{address} is on the list.", Gone: "{address} is off the list.", Noted: "The note for {address} is saved.",
		Empty: "No verified addresses yet", EmptyHint: "Add the address that you work from, or let it be remembered when you answer the security questions.",
		Count: Plural{"one": "{n} address", "other": "{n} addresses"},
	}
}

func englishFactor() Factor {
	return Factor{
		Title: "Second factor", Off: "No second factor", OffHint: "With one, signing in takes a code from an app on your phone besides the password.",
		On: "A second factor is set", SetUp: "Set up a second factor", SetUpAgain: "Move to another phone", Remove: "Remove",
		Since: "Set since", Issuer: "Shown in the app as", Asked: "Asked for at sign in", AskedYes: "Yes", AskedNo: "No: the administrator has turned second factors off",
		Left:  "Recovery codes left",
		Step1: "1. Add the key to your authenticator app", Step1Hint: "Scan the picture with the app, or type the key into it.",
		Step2: "2. Enter the code that the app shows", Step2Hint: "So it is sure that the app and this server agree.",
		Scan: "QR code of the key for an authenticator app", Secret: "Key", Code: "Code", CodeHint: "Six digits.",
		Confirm: "Turn on", SetNow: "The second factor is set. Your other sessions have ended.",
		RemovedNow: "The second factor is removed. Your other sessions have ended.", RemoveTitle: "Remove the second factor?",
		RemoveText: "From then on the password alone is enough to sign in. The recovery codes stop working.",
		Codes:      "Recovery codes", CodesHint: "Each works once in place of a code from the app. Keep them where you would keep a spare key; they are not shown again.",
		NewCodes: "New recovery codes", NewCodesTitle: "Make new recovery codes?", NewCodesText: "The codes that you have now stop working.",
		Done:      "I have kept them",
		CodesFile: "Recovery codes of {user} at {host}. Each works once.",
		AgainHint: "The key that you have now works until the new one is confirmed.",
	}
}

func englishSessions() Sessions {
	return Sessions{
		Title: "Sessions and devices", Hint: "Where you, or your mailboxes, are signed in at this moment.", HintAlone: "Where you are signed in at this moment.",
		Device: "Device", User: "User", Service: "Service", From: "From address", Since: "Signed in", Seen: "Last used", Actions: "Actions",
		This: "This session", End: "End", EndOthers: "End all others", EndTitle: "End this session?", EndText: "{device} is signed out at its next request.",
		OthersTitle: "End all other sessions?", OthersText: "You stay signed in here; everywhere else you are signed out.", Ended: "The session has ended.",
		OthersEnded: Plural{"one": "{n} session has ended.", "other": "{n} sessions have ended."},
		Unknown:     "Unknown device", On: "{browser} on {system}", Unused: "not used yet", By: "opened by {user}",
		Empty: "No sessions found", EmptyHint: "No session matches the search.", Search: "Search for a user",
		Count: Plural{"one": "{n} session", "other": "{n} sessions"},
	}
}

func englishTokens() Tokens {
	return Tokens{
		Title: "API tokens", Hint: "A token lets a program act as this account, without the password.",
		Name: "Name", NameHint: "Letters, digits, “-” and “_”. Name it after the program that will use it.",
		Created: "Created", Expires: "Expires", Actions: "Actions",
		Create: "Create a token", CreateTitle: "Create an API token", Lasts: "Expires after",
		Week: "7 days", Month: "30 days", Quarter: "90 days", Year: "1 year", Forever: "Never",
		ForeverHint: "Give it an end: a forgotten token stays a way in.", Expired: "expired",
		New: "The token “{name}”", NewHint: "Copy it now: it cannot be shown again.", Value: "Token", Done: "I have copied it",
		Rename: "Rename", RenameTitle: "Rename “{name}”", NewName: "New name", Renamed: "The token is called “{name}” now.",
		Revoke: "Revoke", RevokeTitle: "Revoke “{name}”?", RevokeText: "Programs that use it are refused from their next request on.",
		Revoked: "The token “{name}” is revoked.",
		Empty:   "No API tokens", EmptyHint: "Create one for a program that works for this account.", Search: "Search for a name",
	}
}

func englishBoxes() Boxes {
	return Boxes{
		Title: "Mailboxes", Hint: "People who read mail here.", Address: "Mailbox", State: "State", Actions: "Actions",
		Search: "Search for an address", Show: "State", All: "All mailboxes",
		Add: "Add a mailbox", AddTitle: "Add a mailbox", Before: "Name before the @", Domain: "Domain",
		Password: "Password", PasswordHint: "Long is better than complicated.",
		Added: "The mailbox {address} is there.", SetPassword: "Password", PasswordTitle: "New password for {address}",
		PasswordDone: "The password of {address} is changed; its sessions have ended.",
		Suspend:      "Suspend", Unsuspend: "Let in again", SuspendTitle: "Suspend {address}?",
		SuspendText: "Its owner is signed out and cannot sign in. Nothing is deleted.", Suspended: "{address} is suspended.", LetIn: "{address} may sign in again.",
		Remove: "Remove", RemoveTitle: "Remove {address}?", RemoveText: "The mailbox and all that is its own go: verified addresses, security questions, second factor, sessions.",
		Removed: "{address} is removed.", Empty: "No mailboxes yet", EmptyHint: "Add the first one.",
		None: "No mailbox found", NoneHint: "Try another search.", More: "All mailboxes",
	}
}

func englishHistory() History {
	return History{
		Title: "History", Search: "Search in names, actions and details", When: "When", What: "What", Who: "Who", From: "From address", Result: "Result",
		All: "Done and refused", Done: "Done", Refused: "Refused", Empty: "Nothing yet", EmptyHint: "Sign ins and changes are listed here.",
		As: "{actor} as {login}",
		Actions: map[string]string{
			"sign_in": "Signed in", "password": "Password at sign in", "tfa": "Security code at sign in",
			"security_questions": "Security questions at sign in", "security_questions_setup": "Security questions set up at sign in",
			"one_time_session": "One-time session opened", "sign_out": "Signed out", "token": "API token",
			"Email::add_pop": "Mailbox added", "Email::delete_pop": "Mailbox removed", "Email::passwd_pop": "Mailbox password changed", "Postern::change_password": "Password changed",
			"Email::suspend_login": "Mailbox suspended", "Email::unsuspend_login": "Mailbox let in again",
			"Session::create_webmail_session_for_mail_user": "Webmail opened", "Session::create_webmail_session_for_self": "Webmail opened",
			"Tokens::create_full_access": "API token created", "Tokens::rename": "API token renamed", "Tokens::revoke": "API token revoked",
			"SourceIPCheck::addip": "Verified address added", "SourceIPCheck::delip": "Verified address removed",
			"Postern::set_verified_address_note": "Verified address noted", "SourceIPCheck::savesecquestions": "Security questions saved",
			"SourceIPCheck::resetsecquestions":           "Security questions removed",
			"TwoFactorAuth::generate_user_configuration": "Key for a second factor made", "TwoFactorAuth::set_user_configuration": "Second factor set",
			"TwoFactorAuth::remove_user_configuration": "Second factor removed", "Postern::generate_recovery_codes": "Recovery codes made",
			"external": "Login provider at sign in", "external_link": "Identity linked", "Postern::begin_authn_link": "Link with a login provider begun",
			"ExternalAuthentication::add_authn_link": "Identity linked", "ExternalAuthentication::remove_authn_link": "Identity unlinked",
			"link_user_authn_provider": "Identity linked", "unlink_user_authn_provider": "Identity unlinked",
			"Postern::revoke_session": "Session ended", "Postern::revoke_other_sessions": "All other sessions ended",
			"createacct": "Account made", "modifyacct": "Account changed", "setupreseller": "Made a reseller", "unsetupreseller": "No reseller any more", "setacls": "Privileges set",
			"passwd": "Password changed", "suspendacct": "Account suspended", "unsuspendacct": "Account let in again", "create_user_session": "Session made by an administrator",
		},
		Kinds: map[string]string{
			"stranger": "not the right credentials", "forbidden": "not allowed", "locked": "too many failures", "invalid": "wrong request",
			"unknown": "no such thing", "exists": "there already", "unavailable": "something did not answer", "internal": "a failure of the server",
		},
		Via:       map[string]string{"password": "with the password", "session": "in a session", "token": "with a token", "command": "on the command line"},
		NoneFound: "Nothing found", NoneFoundHint: "Try another search.", Everything: "Everything",
	}
}
