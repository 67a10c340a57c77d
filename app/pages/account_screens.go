package pages

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/scalar"
)

// own are the screens on which people look after their own login, at cPanel and
// at Webmail alike.
func own(service scalar.Service) []Screen {
	return []Screen{
		{
			Path: "/account/questions", Service: service, Icon: func() app.UI { return components.Icon("help-hexagon") },
			Title: func() string { return texts.Now().Account.Questions.Title },
			Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &OwnQuestions{Desk: desk, Session: s}
			},
		},
		ownAddresses(service),
		ownFactor(service),
		ownPassword(service),
		ownLinks(service),
		{
			Path: sessionsPath, Service: service, Icon: func() app.UI { return components.Icon("devices") },
			Title: func() string { return texts.Now().Account.Sessions.Title },
			Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &OwnSessions{Desk: desk, Session: s}
			},
		},
		{
			Path: historyPath, Service: service, Icon: func() app.UI { return components.Icon("history") },
			Title: func() string { return texts.Now().Account.History.Title },
			Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &OwnHistory{Desk: desk, Session: s}
			},
		},
	}
}

// administratorsOwn are those of them that administrators have: the rest of what
// they look after is on the screens for everybody's.
func administratorsOwn() []Screen {
	return []Screen{ownAddresses(scalar.WHM), ownFactor(scalar.WHM), ownPassword(scalar.WHM), ownLinks(scalar.WHM)}
}

func ownAddresses(service scalar.Service) Screen {
	return Screen{
		Path: addressesPath, Service: service, Icon: func() app.UI { return components.Icon("map-pin") },
		Title: func() string { return texts.Now().Account.Addresses.Title },
		Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
			return &OwnAddresses{Desk: desk, Session: s}
		},
	}
}

func ownFactor(service scalar.Service) Screen {
	return Screen{
		Path: "/account/second-factor", Service: service, Icon: func() app.UI { return components.Icon("shield-lock") },
		Title: func() string { return texts.Now().Account.Factor.Title },
		Draw: func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI {
			return &OwnFactor{Desk: desk, Door: door, Session: s}
		},
	}
}

func ownPassword(service scalar.Service) Screen {
	return Screen{
		Path: passwordPath, Service: service, Icon: func() app.UI { return components.Icon("password") },
		Title: func() string { return texts.Now().Account.Password.Title },
		Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
			return &OwnPassword{Desk: desk, Session: s}
		},
	}
}

// accountScreens are what accounts have besides.
var accountScreens = []Screen{
	{
		Path: mailboxesPath, Service: scalar.CPanel, Icon: func() app.UI { return components.Icon("mailbox") },
		Title: func() string { return texts.Now().Account.Boxes.Title },
		Draw: func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI {
			return &OwnMailboxes{Desk: desk, Door: door, Session: s}
		},
	},
	ownDatabases(scalar.CPanel),
	{
		Path: tokensPath, Service: scalar.CPanel, Icon: func() app.UI { return components.Icon("key") },
		Title: func() string { return texts.Now().Account.Tokens.Title },
		Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
			return &OwnTokens{Desk: desk, Session: s}
		},
	},
}

// mailboxScreens are what mailboxes have besides.
var mailboxScreens = []Screen{
	ownDatabases(scalar.Webmail),
}
