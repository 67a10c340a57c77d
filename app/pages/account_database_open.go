package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/scalar"
)

// ownDatabases is the screen of databases, for those who may use any.
func ownDatabases(service scalar.Service) Screen {
	return Screen{
		Path: databasesPath, Service: service, Icon: func() app.UI { return components.Icon("database") },
		Hidden: func(s identity.Session) bool { return !s.Databases },
		Title:  func() string { return texts.Now().Databases.Menu },
		Draw: func(desk *identity.Desk, _ identity.Door, s identity.Session) app.UI {
			return &OwnDatabases{Desk: desk, Session: s}
		},
	}
}

// guest tells that the session is a mailbox's: of the account's databases it has
// its own user, and nothing to manage.
func (p *OwnDatabases) guest() bool { return p.Session.Kind == "mailbox" }

func (p *OwnDatabases) wantsWay() inquiry {
	desk := p.Desk
	return p.way.From(func(ctx context.Context) (catalog.DatabaseAccess, error) {
		return client.Call(ctx, desk, catalog.GetDatabaseAccess, catalog.CreateTempUserRequest{})
	})
}

// open is the card that leads to the database application, signed in; nothing
// while there is none, or no database to open.
func (p *OwnDatabases) open() app.UI {
	way, words := p.way.Value, texts.Now().Databases
	if way.Path == "" || !p.guest() && len(p.all.rows.Value.things) == 0 {
		return nil
	}
	return components.Card(words.Browse, nil, app.Div().Class("card-body").Body(
		app.P().Class("text-secondary").Text(texts.Fill(words.BrowseHint, "name", way.Application)),
		app.A().Class("btn btn-primary").Href(p.Session.Token+way.Path).Target("_blank").Rel("noopener noreferrer").
			Body(withIcon("external-link", texts.Fill(words.Open, "name", way.Application))),
	))
}
