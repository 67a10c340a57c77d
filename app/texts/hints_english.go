package texts

// englishHints are in the order of the screens. Everything else is told as package
// catalog declares it.
func englishHints() map[string]string {
	return map[string]string{
		// Accounts and their mailboxes.
		"createacct.username": "A letter, then up to 15 letters and digits.", "createacct.domain": "Left empty, the account gets a temporary one.",
		"modifyacct.domain": "", "contactemail": "One address, or two with a comma between them.", "owner": "",
		"maxpop": "A number, or unlimited.", "MAXPOP": "A number, or unlimited.", "max_emailacct_quota": "0 is no limit.",
		"MAX_EMAILACCT_QUOTA": "0 is no limit.", "QUOTA": "0 is no limit.", "quota": "0 is no limit.", "LOCALE": "The language’s code, such as en.",
		"passwd.password": "The account’s sessions end with the change.", "password": "", "suspendacct.reason": "",
		"setupreseller.user": "", "acllist": "",

		// Databases.
		"database": "",

		// Login providers.
		"display_name": "Left empty, people read the name above.", "postern_change_authentication_provider.display_name": "",
		"postern_change_market_provider.display_name": "", "set_provider_display_configurations.display_name": "",
		"auth_style": "As the provider’s token endpoint wants it: client_secret_basic is the header, client_secret_post the parameters.", "strong": "Locks and suspensions hold all the same.", "service_name": "",
		"authorization_url": "An https URL; http for a provider on this very machine alone.", "token_url": "An https URL; http for a provider on this very machine alone.",
		"client_id": "By this name the provider knows Postern.", "client_secret": "Left empty, the secret stays as it is.",
		"postern_add_market_provider.client_secret": "Left empty, Postern has none there.",

		// Linked identities.
		"link_user_authn_provider.provider_id": "", "preferred_username": "", "subject_unique_identifier": "What the provider’s ID tokens have as “sub”.",
		"own_password": "Not needed within ten minutes after you signed in with a login provider. A wrong one counts as a failed sign in.",

		// Messengers.
		"icq_password": "", "aim_password": "", "pushbullet_access_token": "At most 10, in place of those there are. Left empty, those stay.",
		"posturl": "At most 10, in place of those there are. Left empty, those stay.", "clear": "What is kept of it is deleted.", "access_token": "",

		// Mail applications, and clients of single sign on.
		"postern_create_webmail_application.name": "", "address": "With https; empty for an application that Postern mounts.",
		"path": "Behind the session’s path; empty for an application with its own address.", "start": "What follows the address or the path, so that Postern signs people in.",
		"default": "Only one application can be it: another is it no longer.", "authentication": "client_secret_basic is the header, client_secret_post the form.",
		"redirect_uri": "A browser may take a code there; they are compared letter by letter. One that begins with / stands behind the session’s path of Webmail.",
		"logout_uri":   "A browser may go there after it signed out.", "new_secret": "The old one is refused from then on.",

		// Brute force protection.
		"max_failures_byip": "", "mark_as_brute": "", "max_failures": "", "username_based_protection_for_root": "Attempts from the server itself never lock root.",
		"ip": "Addresses, networks (192.0.2.0/24) or ranges (192.0.2.1-192.0.2.9), of IPv4 or IPv6.",

		// Policies and settings.
		"questions": "From 1 to 4.", "session_idle": "From 60 to 604800, and no longer than the longest session.",
		"session_unused": "How long it waits for its first use: from 60 to 86400.", "session_absolute": "From 300 to 2592000.",
		"setminimumpasswordstrengths.default": "", "setminimumpasswordstrengths.createacct": "", "setminimumpasswordstrengths.passwd": "",
		"setminimumpasswordstrengths.virtual": "", "twofactorauth_set_issuer.issuer": "Apps that know a key already keep the old name.",

		// API tokens.
		"token_name": "No other token of yours may have it.", "acl": "Of those that you hold; “all” is every privilege there is. Left empty, the token has all of yours.",
		"whitelist_ip": "Addresses and networks (192.0.2.8/29). Left empty, any.",
	}
}

// englishExamples are names where a declaration says what kind of name it is.
func englishExamples() map[string]string {
	return map[string]string{
		"createacct.username": "anna", "contactemail": "anna@example.com", "modifyacct.owner": "rita", "setupreseller.user": "rita",
		"saveacllist.acllist": "sales", "Email::add_pop.email": "bob",
	}
}

func englishChoices() map[string]string {
	return map[string]string{
		"auth_style.header": "Into the header", "auth_style.params": "Among the parameters",
		"authentication.client_secret_basic": "In a header", "authentication.client_secret_post": "In the form",
		"clear.icq": "ICQ", "clear.aim": "AIM", "clear.pushbullet": "Pushbullet", "clear.posturl": "URLs",
	}
}
