package pages

import (
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
)

// What the forms ask for.
var (
	newApplication    = asks(&catalog.CreateWebmailApplication.Function)
	changeApplication = asksAllBut(&catalog.UpdateWebmailApplication.Function, "name")
	newClient         = asks(&catalog.CreateSSOClient.Function)
	changeClient      = asksAllBut(&catalog.UpdateSSOClient.Function, "name")
)

// AdminApplications is the mail applications, and the clients of single sign on.
type AdminApplications struct {
	app.Compo
	calling

	Desk    *identity.Desk
	Session identity.Session

	mail    collection
	clients collection
}

func (p *AdminApplications) wants(*url.URL) []inquiry {
	p.by.desk = p.Desk
	if p.mail.by == nil {
		p.mail = collection{by: &p.by, list: &catalog.ListWebmailApplications.Function, in: "applications", add: newApplication,
			change: changeApplication, remove: &catalog.DeleteWebmailApplication.Function,
			member: "name", key: "name", columns: []string{"title", "where", "is_default"}, show: showApplication}
		p.clients = collection{by: &p.by, list: &catalog.ListSSOClients.Function, in: "clients", add: newClient,
			change: changeClient, remove: &catalog.DeleteSSOClient.Function,
			member: "name", key: "name", columns: []string{"redirect_uris", "may"}, show: showClient}
	}
	return []inquiry{p.mail.wants(), p.clients.wants()}
}

func showApplication(t thing, member string) app.UI {
	switch {
	case member == "where": // it has one of the two
		return app.Span().Class("breakable text-secondary").Text(t.text("address") + t.text("path"))
	case member == "is_default" && t.is(member):
		return app.Span().Class("badge bg-green-lt").Text(texts.Now().Applications.Default)
	case member == "is_default":
		return app.Span()
	}
	return nil
}

func showClient(t thing, member string) app.UI {
	if member != "may" {
		return nil
	}
	labels := texts.Now().Applications.Clients.Labels
	var may []string
	for _, one := range []string{"reads_mail", "introspects", "requires_pkce"} {
		if t.is(one) {
			may = append(may, labels[one])
		}
	}
	return app.Span().Class("text-secondary").Text(strings.Join(may, "; "))
}

// Render draws both lists, and what clients have to know.
func (p *AdminApplications) Render() app.UI {
	words := texts.Now().Applications
	internal := p.clients.rows.Value.whole.text("internal")
	if internal == "" {
		internal = words.Off
	}
	return app.Div().Body(
		app.Div().Body(
			p.by.outcome(),
			hint(words.Hint, nil),
			p.mail.draw(words.Mail, components.Icon("mail-forward")),
			p.clients.draw(words.Clients, components.Icon("apps")),
			components.Slot(app.If(p.clients.rows.Have, components.Card(words.Where, nil, app.Div().Class("card-body").Body(
				components.Facts(components.Said(words.Issuer, p.clients.rows.Value.whole.text("issuer")), components.Said(words.Internal, internal)))))),
		),
		p.by.dialog(),
	)
}
