package pages

import (
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/scalar"
)

// Screen is one page of the app. To add one, write its file and its line in screens.
type Screen struct {
	Path    string                        // the address, and the menu entry's
	Service scalar.Service                // where it is; empty: at every service
	Needs   string                        // the WHM privilege without which it is not shown
	Hidden  func(s identity.Session) bool // nil: from nobody else
	Icon    func() app.UI
	Title   func() string

	// Draw gives a new component each time: go-app cannot mount one twice.
	Draw func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI
}

// screens are all pages of people who are signed in, in the menu's order.
var screens = slices.Concat(
	homeScreens,
	accountScreens, own(scalar.CPanel),
	own(scalar.Webmail), mailboxScreens,
	adminScreens(), administratorsOwn(), []Screen{shellScreen()},
)

// homeScreens are the first page of each service.
var homeScreens = []Screen{
	{
		Path: "/", Service: scalar.CPanel, Icon: func() app.UI { return components.Icon("home") },
		Title: func() string { return texts.Now().Common.Home },
		Draw: func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI {
			return &AccountHome{Desk: desk, Door: door, Session: s}
		},
	},
	{
		Path: "/", Service: scalar.WHM, Icon: func() app.UI { return components.Icon("home") },
		Title: func() string { return texts.Now().Common.Home },
		Draw: func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI {
			return &AdminHome{Desk: desk, Door: door, Session: s}
		},
	},
	{
		Path: "/", Service: scalar.Webmail, Icon: func() app.UI { return components.Icon("home") },
		Title: func() string { return texts.Now().Common.Home },
		Draw: func(desk *identity.Desk, door identity.Door, s identity.Session) app.UI {
			return &MailboxHome{Desk: desk, Door: door, Session: s}
		},
	},
}

// shown are the screens of a service that someone may see.
func shown(door identity.Door, s identity.Session) []Screen {
	var list []Screen
	for _, one := range screens {
		if (one.Service == "" || one.Service == door.Service) && s.May(one.Needs) && (one.Hidden == nil || !one.Hidden(s)) {
			list = append(list, one)
		}
	}
	return list
}

// find is the screen at a path. What cPanel's clients know as a service's home
// is the home here.
func find(list []Screen, path string) (Screen, bool) {
	path = "/" + strings.Trim(path, "/")
	if path == "/login" || strings.HasPrefix(path, "/login/") || path == "/webmail" {
		path = "/"
	}
	for _, one := range list {
		if one.Path == path {
			return one, true
		}
	}
	return Screen{}, false
}
