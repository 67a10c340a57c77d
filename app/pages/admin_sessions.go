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

// AdminSessions is who is signed in, of all that the administrator has power over.
type AdminSessions struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	place components.Place
	rows  Load[pageOf[catalog.LiveSession]]
}

func (p *AdminSessions) wants(at *url.URL) []inquiry {
	p.place = components.ReadPlace(at.Query(), "service")
	desk, place, request := p.Desk, p.place, catalog.ListSessionsRequest{Limit: pageSize}
	for _, s := range scalar.CPanel.Choices() {
		if s == place.Only["service"] {
			request.Service = scalar.Service(s)
		}
	}
	return []inquiry{p.rows.From(func(ctx context.Context) (pageOf[catalog.LiveSession], error) {
		answer, err := client.Ask(ctx, desk, catalog.ListAllSessions, request,
			place.Shape(pageSize, "user", "created", "last_seen", "ends"))
		return onPage(answer.Out.Sessions, answer.Shaped), err
	})}
}

// Render draws the list.
func (p *AdminSessions) Render() app.UI {
	words, records := texts.Now().Admin.Sessions, -1
	if p.rows.Have {
		records = p.rows.Value.Records
	}
	services := [][2]string{{"", words.AnyService}}
	for _, s := range scalar.CPanel.Choices() {
		services = append(services, [2]string{s, scalar.Service(s).Title()})
	}
	list := components.Listing{Path: adminSessionsPath, Place: p.place, Size: pageSize, Records: records, Hint: words.Search,
		Choices: []components.Choice{{Name: "service", Label: words.Service, Values: services}}}
	table := components.Table{
		Label: words.Title, List: list, Loading: p.rows.Loading, Err: p.rows.Err, Again: p.onAgain,
		Columns:   []string{words.User, words.Service, words.From, words.Began, words.LastSeen, words.Ends, words.Actions},
		Keys:      []string{"user", "service", "address", "created", "last_seen", "ends", ""},
		EmptyIcon: components.Icon("devices"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if p.rows.Have {
		table.Rows = [][]app.UI{}
		for _, s := range p.rows.Value.Rows {
			table.Rows = append(table.Rows, p.row(s))
		}
	}
	return app.Div().Body(
		app.Div().Body(p.deeds.outcome(), components.Card(words.Title, nil, app.Div().Body(list.Bar(), table.UI(), list.Pages()))),
		p.dialog(),
	)
}

func (p *AdminSessions) row(s catalog.LiveSession) []app.UI {
	words := texts.Now().Admin.Sessions
	user := s.User
	if s.Possessor != "" && s.Possessor != s.User {
		user += " (" + s.Possessor + ")"
	}
	var end app.UI = app.Span().Class("badge bg-blue-lt").Text(words.Current)
	if !s.Current {
		end = button(components.Icon("logout"), words.End, s.Name, func() { p.deeds.ask("end", s.Name, "") })
	}
	name := app.Div().Body(app.Span().Class("fw-medium breakable").Text(user))
	if !s.Used {
		name = app.Div().Body(app.Span().Class("fw-medium breakable").Text(user), app.Div().Class("text-secondary small").Text(words.Unused))
	}
	return []app.UI{
		name,
		app.Span().Text(s.Service.Title()),
		app.Div().Body(
			app.Span().Class("breakable numbers").Text(s.Address),
			app.Div().Class("text-secondary small agent").Title("%s", s.UserAgent).Text(s.UserAgent),
		),
		moment(s.Created).Class("numbers text-secondary"),
		moment(s.LastSeen).Class("numbers text-secondary"),
		moment(s.Ends).Class("numbers text-secondary"),
		end,
	}
}

func (p *AdminSessions) dialog() app.UI {
	if p.deeds.what != "end" {
		return components.Slot()
	}
	words, user := texts.Now().Admin.Sessions, ""
	for _, s := range p.rows.Value.Rows {
		if s.Name == p.deeds.subject {
			user = s.User
		}
	}
	return components.Slot(components.Confirm{ID: dialogID, Title: words.EndTitle, Text: texts.Fill(words.EndText, "user", user), Action: words.End,
		Danger: true, Busy: p.deeds.busy, Err: p.deeds.err, Yes: submit(p.End), Closed: p.deeds.closed}.UI())
}

// End ends the session that the dialog asks about.
func (p *AdminSessions) End() {
	act(&p.deeds, p.Desk, texts.Now().Admin.Sessions.Ended, catalog.RevokeSessionAsAdmin, catalog.RevokeSessionRequest{Name: p.deeds.subject}, p.load)
}
