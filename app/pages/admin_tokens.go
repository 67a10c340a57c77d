package pages

import (
	"context"
	"net/url"
	"sort"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/scalar"
)

// newToken asks for all of a new token but its end, which is a day here.
var newToken = asks(&catalog.CreateToken.Function, "token_name", "acl", "whitelist_ip")

// AdminTokens is the WHM tokens of whoever is signed in. A new one's value is
// shown once, and kept nowhere.
type AdminTokens struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	place components.Place
	rows  Load[[]catalog.ListedToken]
	fresh catalog.CreatedToken // the token that was just made
}

func (p *AdminTokens) wants(at *url.URL) []inquiry {
	p.place = components.ReadPlace(at.Query())
	desk := p.Desk
	return []inquiry{p.rows.From(func(ctx context.Context) ([]catalog.ListedToken, error) {
		answer, err := client.Call(ctx, desk, catalog.ListTokens, catalog.ListTokensRequest{})
		list := make([]catalog.ListedToken, 0, len(answer.Tokens))
		for _, t := range answer.Tokens {
			list = append(list, t)
		}
		sort.Slice(list, func(a, b int) bool { return list[a].Name < list[b].Name })
		return list, err
	})}
}

// Render draws the list, and above it the token that was just made.
func (p *AdminTokens) Render() app.UI {
	words := texts.Now().Admin.Tokens
	found := p.found()
	records := -1
	if p.rows.Have {
		records = len(found)
	}
	list := components.Listing{Path: adminTokensPath, Place: p.place, Size: pageSize, Records: records, Hint: words.Search}
	table := components.Table{
		Label: words.Title, Loading: p.rows.Loading, Err: p.rows.Err, Again: p.onAgain,
		Columns:   []string{words.Name, words.Privileges, words.Addresses, words.Created, words.Expires, words.Actions},
		EmptyIcon: components.Icon("key"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if p.rows.Have {
		table.Rows = [][]app.UI{}
		for _, t := range cut(found, p.place.Page) {
			table.Rows = append(table.Rows, p.row(t))
		}
	}
	add := button(components.Icon("plus"), words.Create, "", func() { p.fresh = catalog.CreatedToken{}; p.deeds.ask("create", "", "field-token_name") })
	return app.Div().Body(
		app.Div().Body(
			p.deeds.outcome(),
			components.Slot(p.shown()),
			components.Card(words.Title, add, app.Div().Body(list.Bar(), table.UI(), list.Pages())),
		),
		p.dialog(),
	)
}

// found are the tokens that the search finds: a user has few, and they come at once.
func (p *AdminTokens) found() []catalog.ListedToken {
	var list []catalog.ListedToken
	for _, t := range p.rows.Value {
		if strings.Contains(strings.ToLower(t.Name), strings.ToLower(p.place.Search)) {
			list = append(list, t)
		}
	}
	return list
}

// cut is one page of what the server gives at once.
func cut[T any](rows []T, page int) []T {
	from := min((page-1)*pageSize, len(rows))
	return rows[from:min(from+pageSize, len(rows))]
}

// shown is the new token's value, this once.
func (p *AdminTokens) shown() app.UI {
	words := texts.Now().Admin.Tokens
	if p.fresh.Token == "" {
		return components.Slot()
	}
	return components.Card(texts.Fill(words.Fresh, "name", p.fresh.Name), nil, app.Div().Class("card-body").Body(
		app.P().Text(words.FreshHint),
		&components.Copyable{Label: words.Value, Text: p.fresh.Token},
	))
}

func (p *AdminTokens) row(t catalog.ListedToken) []app.UI {
	words := texts.Now().Admin.Tokens
	var held []string
	for _, one := range catalog.Privileges {
		if t.ACLs[one.Name] {
			held = append(held, one.Name)
		}
	}
	privileges := strings.Join(held, ", ")
	if t.ACLs["all"] {
		privileges = texts.Now().Admin.Resellers.All
	} else if len(held) > 4 {
		privileges = texts.Now().Admin.Resellers.Count.Say(len(held))
	}
	addresses := strings.Join(t.WhitelistIPs, ", ")
	if addresses == "" {
		addresses = words.AnyAddress
	}
	expires := moment(t.ExpiresAt).Class("numbers text-secondary")
	if t.ExpiresAt != 0 && t.ExpiresAt < scalar.At(texts.Clock()) {
		expires = app.Span().Class("badge bg-red-lt").Text(words.Expired)
	}
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(t.Name),
		app.Span().Class("breakable text-secondary").Text(privileges),
		app.Span().Class("breakable numbers text-secondary").Text(addresses),
		moment(t.CreateTime).Class("numbers text-secondary"),
		expires,
		button(components.Icon("trash"), words.Revoke, t.Name, func() { p.deeds.ask("revoke", t.Name, "") }),
	}
}

func (p *AdminTokens) dialog() app.UI {
	words, d := texts.Now().Admin.Tokens, &p.deeds
	switch d.what {
	case "create":
		list := newToken.fields(words.Labels)
		list = append(list, components.Field{ID: "expires", Name: "expires_at", Label: words.Expires, Type: "date", Hint: words.ExpiresHint})
		return components.Slot(components.Dialog{ID: dialogID, Title: words.CreateTitle, Closed: d.closed, Body: components.Form{
			Fields: list, Action: words.Create, Busy: d.busy, Err: d.err, InDialog: true, Submit: submit(p.Create)}.UI()}.UI())
	case "revoke":
		return components.Slot(components.Confirm{ID: dialogID, Title: texts.Fill(words.RevokeTitle, "name", d.subject), Text: words.RevokeText, Action: words.Revoke,
			Danger: true, Busy: d.busy, Err: d.err, Yes: submit(p.Revoke), Closed: d.closed}.UI())
	}
	return components.Slot()
}

// Create makes a token and shows its value.
func (p *AdminTokens) Create() {
	args := newToken.entered()
	if day := components.Typed("expires"); day != "" {
		args.Set("expires_at", texts.EndOfDay(day))
	}
	request, err := catalog.CreateToken.Read(url.Values(args))
	if err != nil {
		p.deeds.err = err
		return
	}
	desk := p.Desk
	var made catalog.CreatedToken
	p.deeds.do("", func(ctx context.Context) (err error) {
		made, err = client.Call(ctx, desk, catalog.CreateToken, request)
		return err
	}, func() { p.fresh = made; p.load() })
}

// Revoke takes the token away.
func (p *AdminTokens) Revoke() {
	if p.fresh.Name == p.deeds.subject {
		p.fresh = catalog.CreatedToken{}
	}
	act(&p.deeds, p.Desk, texts.Fill(texts.Now().Admin.Tokens.Revoked, "name", p.deeds.subject), catalog.RevokeTokens,
		catalog.RevokeTokensRequest{Names: []string{p.deeds.subject}}, p.load)
}
