package texts

// Links is the identities at login providers that somebody may sign in with.
type Links struct {
	Menu, Hint, Title               string
	None, NoneHint, NoneHintAdmin   string
	Count                           Plural // {n}
	Provider, Identity, Made, Opens string
	Alone, Named                    string            // what an identity opens by itself, and with the name
	With                            string            // {name}
	Own, OwnHint                    string            // the password, that it is whoever is signed in who links
	NoneOn, NotYours                string            // NotYours: {user}
	Unlink, UnlinkTitle             string            // {name}
	UnlinkText, UnlinkTextOf        string            // UnlinkTextOf: {user}
	Unlinked, Linked                string            // {name}
	Refused                         map[string]string // by the fault's kind; "" for any other
	Add, AddTitle, Added            string            // {user}
	NoProvider                      string
	Labels                          map[string]string
}

func englishLinks() Links {
	return Links{
		Menu: "Sign-in links", Title: "Linked identities",
		Hint: "Link an identity that you have somewhere else, and its button on the sign-in page lets you in without your password here.",
		None: "No linked identities yet", NoneHint: "Link one with a login provider’s button, and it will be listed here.",
		NoneHintAdmin: "The user signs in with a password alone.",
		Count:         Plural{"one": "{n} identity", "other": "{n} identities"},
		Provider:      "Provider", Identity: "Identity", Made: "Linked", Opens: "Signs in",
		Alone: "by itself", Named: "with the username typed first",
		With: "Link with {name}", Own: "Your present password",
		OwnHint:  "An identity signs you in ever after, so it has to be you who links it. If you do not know your password, sign in with a provider that is linked already; you can link for ten minutes then.",
		NoneOn:   "No login provider is switched on for this service, so there is nothing to link with now.",
		NotYours: "Only {user} can link an identity, in a session of their own.",
		Unlink:   "Unlink", UnlinkTitle: "Unlink {name}?",
		UnlinkText:   "It signs you in no more, and your other sessions end. You can link it again at any time.",
		UnlinkTextOf: "It signs {user} in no more, and the sessions of {user} end.",
		Unlinked:     "{name} is unlinked.", Linked: "Your identity at {name} is linked. You can sign in with it from now on.",
		Refused: map[string]string{
			"":            "The identity was not linked. Begin again.",
			"stranger":    "The identity was not linked: the sign in at the provider was not completed, or is not good any more. Begin again.",
			"exists":      "You are linked to that identity already.",
			"invalid":     "The identity was not linked: you have as many links as a user may have. Unlink one first.",
			"unavailable": "The identity was not linked: the provider does not answer well. Try again later.",
			"unknown":     "The identity was not linked: the provider is switched off.",
			"locked":      "The identity was not linked: too many came from your network at the same time. Try again later.",
		},
		Add: "Link an identity", AddTitle: "Link an identity to {user}", Added: "The identity is linked to {user}.",
		NoProvider: "There is no login provider yet. Add one under Login providers.",
		Labels: map[string]string{"provider_id": "Provider", "preferred_username": "Name of the identity, for people",
			"subject_unique_identifier": "Subject: the provider’s identifier of the identity", "own_password": "Your present password"},
	}
}
