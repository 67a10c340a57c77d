package pages

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/scalar"
)

// The addresses of an administrator's screens, and of the API Shell.
const (
	accountsPath       = "/admin/accounts"
	adminMailboxesPath = "/admin/mailboxes"
	resellersPath      = "/admin/resellers"
	adminSessionsPath  = "/admin/sessions"
	policiesPath       = "/admin/policies"
	bruteForcePath     = "/admin/brute-force"
	adminTokensPath    = "/admin/tokens"
	providersPath      = "/admin/providers"
	messengersPath     = "/admin/messengers"
	applicationsPath   = "/admin/applications"
	auditPath          = "/admin/audit"
	settingsPath       = "/admin/settings"
	shellPath          = "/api-shell"
)

// adminScreens are the pages of WHM behind its first one, in the menu's order.
func adminScreens() []Screen {
	menu := func() texts.AdminMenu { return texts.Now().Admin.Menu }
	whm := func(path, needs string, icon func() app.UI, title func() string, draw func(*identity.Desk, identity.Door, identity.Session) app.UI) Screen {
		return Screen{Path: path, Service: scalar.WHM, Needs: needs, Icon: icon, Title: title, Draw: draw}
	}
	return []Screen{
		whm(accountsPath, "list-accts", func() app.UI { return components.Icon("users") }, func() string { return menu().Accounts },
			func(d *identity.Desk, door identity.Door, s identity.Session) app.UI {
				return &AdminAccounts{Desk: d, Door: door, Session: s}
			}),
		whm(adminMailboxesPath, "cpanel-api", func() app.UI { return components.Icon("mailbox") }, func() string { return menu().Mailboxes },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminMailboxes{Desk: d, Session: s}
			}),
		whm(resellersPath, "all", func() app.UI { return components.Icon("users-group") }, func() string { return menu().Resellers },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminResellers{Desk: d, Session: s}
			}),
		whm(adminSessionsPath, "", func() app.UI { return components.Icon("devices") }, func() string { return menu().Sessions },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminSessions{Desk: d, Session: s}
			}),
		whm(policiesPath, "all", func() app.UI { return components.Icon("shield-check") }, func() string { return menu().Policies },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminPolicies{Desk: d, Session: s}
			}),
		whm(bruteForcePath, "all", func() app.UI { return components.Icon("lock") }, func() string { return menu().Brute },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminBruteForce{Desk: d, Session: s}
			}),
		whm(adminTokensPath, "manage-api-tokens", func() app.UI { return components.Icon("key") }, func() string { return menu().Tokens },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminTokens{Desk: d, Session: s}
			}),
		whm(providersPath, "all", func() app.UI { return components.Icon("login-2") }, func() string { return texts.Now().Providers.Menu },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminProviders{Desk: d, Session: s}
			}),
		whm(messengersPath, "all", func() app.UI { return components.Icon("message-check") }, func() string { return texts.Now().Messengers.Menu },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminMessengers{Desk: d, Session: s}
			}),
		whm(applicationsPath, "all", func() app.UI { return components.Icon("apps") }, func() string { return texts.Now().Applications.Menu },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminApplications{Desk: d, Session: s}
			}),
		whm(auditPath, "", func() app.UI { return components.Icon("history") }, func() string { return menu().Audit },
			func(d *identity.Desk, _ identity.Door, s identity.Session) app.UI {
				return &AdminAudit{Desk: d, Session: s}
			}),
		whm(settingsPath, "", func() app.UI { return components.Icon("settings") }, func() string { return menu().Settings },
			func(d *identity.Desk, door identity.Door, s identity.Session) app.UI {
				return &AdminSettings{Desk: d, Door: door, Session: s}
			}),
		whm(shellPath, "", func() app.UI { return components.Icon("terminal-2") }, func() string { return menu().Shell }, shell),
	}
}

// shellScreen is the API Shell at cPanel.
func shellScreen() Screen {
	return Screen{Path: shellPath, Service: scalar.CPanel, Icon: func() app.UI { return components.Icon("terminal-2") },
		Title: func() string { return texts.Now().Admin.Menu.Shell }, Draw: shell}
}

func shell(d *identity.Desk, door identity.Door, s identity.Session) app.UI {
	return &Shell{Desk: d, Door: door, Session: s}
}
