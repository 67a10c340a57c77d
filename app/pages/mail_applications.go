package pages

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/scalar"
)

// mailApplications are the ways to read mail that the administrator has set: part
// of the home of mailboxes and accounts, nothing while there are none.
type mailApplications struct {
	list Load[[]catalog.WebmailApplication]
}

func (m *mailApplications) wants(desk *identity.Desk) inquiry {
	return m.list.From(func(ctx context.Context) ([]catalog.WebmailApplication, error) {
		answer, err := client.Call(ctx, desk, catalog.ListWebmailApplications, nothing)
		return answer.Applications, err
	})
}

// draw draws a link for each.
func (m *mailApplications) draw(door identity.Door, s identity.Session) app.UI {
	words := texts.Now().Applications
	var links []app.UI
	for _, one := range m.list.Value {
		if href := mailLink(door, s, one); href != "" {
			links = append(links, app.A().Class("btn btn-primary").Href(href).Target("_blank").Rel("noopener noreferrer").
				Body(withIcon("external-link", texts.Fill(words.Open, "name", one.Title))))
		}
	}
	if len(links) == 0 {
		return components.Slot()
	}
	return components.Slot(components.Card(words.Card, nil, app.Div().Class("card-body list-bar").Body(links...)))
}

// mailLink opens an application: behind a Webmail session Postern itself signs in,
// and sends the browser to its start. Elsewhere there is only the address of one
// that has its own.
func mailLink(door identity.Door, s identity.Session, one catalog.WebmailApplication) string {
	switch {
	case door.Service == scalar.Webmail:
		return s.Token + "/webmail/open/" + url.PathEscape(one.Name)
	case one.Address != "":
		return one.Address + one.Start
	}
	return ""
}
