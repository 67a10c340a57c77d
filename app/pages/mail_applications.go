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

// MailApplications are the ways to read mail that the administrator has set: part
// of the home of mailboxes and accounts, nothing while there are none.
type MailApplications struct {
	app.Compo

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	ctx  app.Context
	list Load[[]catalog.WebmailApplication]
}

// OnMount loads them.
func (m *MailApplications) OnMount(ctx app.Context) {
	defer components.Guard()
	m.ctx = ctx
	m.load()
}

// OnUpdate loads them again for another session.
func (m *MailApplications) OnUpdate(app.Context) {
	defer components.Guard()
	m.load()
}

func (m *MailApplications) load() {
	desk := m.Desk
	m.list.Start(m.ctx, func(ctx context.Context) ([]catalog.WebmailApplication, error) {
		answer, err := client.Call(ctx, desk, catalog.ListWebmailApplications, nothing)
		return answer.Applications, err
	})
}

// Render draws a link for each.
func (m *MailApplications) Render() app.UI {
	words := texts.Now().Applications
	var links []app.UI
	for _, one := range m.list.Value {
		if href := m.link(one); href != "" {
			links = append(links, app.A().Class("btn btn-primary").Href(href).Target("_blank").Rel("noopener noreferrer").
				Body(withIcon("external-link", texts.Fill(words.Open, "name", one.Title))))
		}
	}
	if len(links) == 0 {
		return components.Slot()
	}
	return components.Slot(components.Card(words.Card, nil, app.Div().Class("card-body list-bar").Body(links...)))
}

// link opens an application: behind a Webmail session Postern itself signs in,
// and sends the browser to its start. Elsewhere there is only the address of one
// that has its own.
func (m *MailApplications) link(one catalog.WebmailApplication) string {
	switch {
	case m.Door.Service == scalar.Webmail:
		return m.Session.Token + "/webmail/open/" + url.PathEscape(one.Name)
	case one.Address != "":
		return one.Address + one.Start
	}
	return ""
}
