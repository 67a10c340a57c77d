package texts

var englishThings = AllThings{
	Actions: "Actions", Change: "Change", Remove: "Remove", ChangeTitle: "Change {name}", RemoveTitle: "Remove {name}?",
	Added: "It is added.", Changed: "{name} is changed.", Removed: "{name} is removed.",
	Secret: "The secret of {name}", SecretHint: "Copy it now: it is shown this once and cannot be read again.",
}

func englishDatabases() Databases {
	return Databases{
		Menu: "Database access",
		All: Things{Title: "Databases", None: "No databases yet", NoneHint: "A PostgreSQL database that you make will be listed here.",
			Add: "New database", Gone: "All that is in it is deleted for good, and the connections to it end.",
			Labels: map[string]string{"database": "Database", "disk_usage": "Size", "users": "Users", "name": "Name"}},
		Users: Things{Title: "Database users", None: "No database users yet", NoneHint: "A program needs a user to connect as. Grant it the databases that it may use.",
			Add: "New database user", Gone: "Programs that connect as this user are refused. What it made becomes the account’s.",
			Labels: map[string]string{"name": "Name", "password": "Password", "database": "Database"}},
		Password: "Password", PasswordTitle: "New password of {name}", PasswordDone: "The password of {name} is changed.",
		Grant: "Grant", GrantTitle: "Grant {name} a database", GrantDone: "{name} may use the database.",
		Revoke: "Revoke", RevokeTitle: "Take a database from {name}", RevokeDone: "{name} may not use the database any more.",
		NoUsers: "nobody",
		Temp:    "A user for this session", TempHint: "It may do in your databases all that you may, and is gone when you sign out.",
		Make: "Make a user for this session", Renew: "New password", Had: "This session has its user already. Its password is shown only when it is made; you can give it a new one.",
		Once: "Copy the password now: it is shown this once.",
		Name: "User", Secret: "Password", Host: "Host", Port: "Port", Until: "Works until", Database: "Database",
		Psql: "Command line", URI: "Connection URI", NoneYet: "There is no database to connect to yet.",
		Browse: "In the browser", BrowseHint: "{name} opens in a new tab, signed in to your databases until you sign out here.", Open: "Open {name}",
		Mailboxes: "Mailboxes and databases", MailboxesOn: "The owners of this account’s mailboxes may have a database user for their session.",
		MailboxesOff: "The owners of this account’s mailboxes have no access to the databases.", Allow: "Allow it", Forbid: "Forbid it", Saved: "Saved.",
	}
}

func englishProviders() Providers {
	return Providers{
		Menu: "Login providers", Hint: "Whom people may sign in with instead of a password, and shops that they may sign in at.",
		Identity: Things{Title: "Identity providers", None: "No identity providers yet", NoneHint: "Add one that speaks OpenID Connect, give it a client and switch it on for a service.",
			Add: "Add an identity provider", Gone: "Its clients and links go with it, and the sessions of everybody who had a link end.",
			Labels: map[string]string{"provider_id": "Name", "issuer": "Issuer", "services": "On for", "links": "Links", "display_name": "Name for people",
				"scopes": "Scopes", "auth_style": "Where the client secret goes", "strong": "Asks for enough itself: no verified address and no second factor here",
				"service_name": "Service", "client_id": "Client ID", "client_secret": "Client secret", "label": "What the button says", "color": "Colour",
				"textcolor": "Colour of the words", "documentation_url": "Where people read about it", "icon": "Picture, at most 48 KiB"}},
		Market: Things{Title: "Market providers", None: "No market providers yet", NoneHint: "A shop at which accounts sign in with OAuth 2.0.",
			Add: "Add a market provider", Gone: "Nobody signs in there from here any more, and its client secret is deleted.",
			Labels: map[string]string{"name": "Name", "display_name": "Name for people", "enabled": "State", "authorization_url": "Authorization endpoint",
				"token_url": "Token endpoint", "client_id": "Client ID", "client_secret": "Client secret", "scope": "Scopes", "auth_style": "Where the client secret goes"}},
		On: "On for {service}", Off: "Off for {service}", TurnedOn: "{name} is on.", TurnedOff: "{name} is off.", Enable: "Switch on", Disable: "Switch off",
		Client: "Client", ClientTitle: "Client at {name}", ClientDone: "The client at {name} is set.",
		Face: "Button", FaceTitle: "Button of {name}", FaceDone: "The button of {name} is set.",
		Register: "Register these addresses at the provider",
		Failing:  "Switch off what fails", FailingTitle: "Switch off the providers that fail?",
		FailingText: "Every provider that is on is asked for its configuration now. One that does not answer well is switched off for all services, and nobody signs in with it until it is switched on again.",
		AllWell:     "Every provider that is on answers well.", FailedOne: "{name}: {why}", FailedOff: "It is switched off for {services}.",
	}
}

func englishMessengers() Messengers {
	return Messengers{
		Menu: "Messenger checks", Ways: "Where messages go", Contacts: "What is tested", Checks: "Checks",
		ChecksHint: "Each check sends a real message and tells what came of it.", Nothing: "not set",
		Tests: map[string]string{"verify_icq_access": "Check ICQ", "verify_aim_access": "Check AIM", "verify_pushbullet_access": "Check Pushbullet",
			"verify_posturl_access": "Check URLs", "verify_oscar_access": "Try another ICQ or AIM account",
			"send_test_pushbullet_note": "Try another Pushbullet token", "send_test_posturl": "Try another URL"},
		Sent: "The message {id} got through.", Through: "{name}: it got through.", Failed: "{name}: {why}", Send: "Send a message",
		Labels: map[string]string{"oscar_server": "Sign-on server of ICQ and AIM", "oscar_message_server": "Message server of ICQ and AIM", "pushbullet_url": "Pushbullet",
			"allowed_networks": "Networks that may be connected to", "icq_username": "ICQ account", "icq_password": "Password of the ICQ account", "aim_username": "AIM account",
			"aim_password": "Password of the AIM account", "pushbullet_access_token": "Pushbullet tokens, one on each line", "posturl": "URLs, one on each line",
			"clear": "Take away", "username": "Account", "password": "Password", "access_token": "Access token", "url": "URL", "pushbullet": "Pushbullet tokens"},
	}
}

func englishApplications() Applications {
	return Applications{
		Menu: "Mail and single sign on", Hint: "The mail applications that open from Webmail, and the programs that sign people in by Postern.",
		Mail: Things{Title: "Mail applications", None: "No mail application yet", NoneHint: "Without one, mailbox owners stay on Webmail’s own pages.",
			Add: "Add a mail application", Gone: "Nobody opens it from Webmail any more; sessions land in Webmail’s own home.",
			Labels: map[string]string{"name": "Name", "title": "Title", "where": "Where", "address": "Its own address", "path": "Mounted at", "start": "Start", "default": "Sessions land in it", "is_default": "Default"}},
		Clients: Things{Title: "Single sign-on clients", None: "No clients yet", NoneHint: "A program that signs people in by Postern, or a mail server that asks about tokens.",
			Add: "Add a client", Gone: "It is refused from now on, and every token that it has is taken back.",
			Labels: map[string]string{"name": "Name", "authentication": "How the secret is sent", "redirect_uris": "Redirect addresses", "redirect_uri": "Redirect addresses, one on each line",
				"logout_uri": "Sign-out addresses, one on each line", "reads_mail": "Its tokens open the mailbox", "introspects": "It may ask about others’ tokens",
				"requires_pkce": "A code challenge is needed", "new_secret": "Make a new secret", "may": "May"}},
		Where: "Where clients find Postern", Issuer: "Issuer", Internal: "On this machine", Off: "off", Default: "Default",
		Open: "Open {name}", Card: "Your mail",
	}
}
