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
	"postern/shared/function"
)

// issuerName asks for the name that authenticator apps show.
var issuerName = asks(&catalog.SetTFAIssuer.Function)

// AdminSettings is the name that authenticator apps show, and what the server's
// API offers to whoever is signed in.
type AdminSettings struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	rows Load[serverSettings]
}

type serverSettings struct {
	issuer    catalog.TFAIssuer
	functions []string
}

func (p *AdminSettings) wants(*url.URL) []inquiry {
	desk := p.Desk
	return []inquiry{p.rows.From(func(ctx context.Context) (s serverSettings, err error) {
		err = allOf(
			func() (err error) {
				s.issuer, err = client.Call(ctx, desk, catalog.GetTFAIssuer, catalog.GetTFAIssuerRequest{})
				return
			},
			func() error {
				list, err := client.Call(ctx, desk, catalog.AppList, struct{}{})
				s.functions = list.App
				return err
			})
		return s, err
	})}
}

// Render draws the form and the facts.
func (p *AdminSettings) Render() app.UI {
	words := texts.Now().Admin.Settings
	if !p.rows.Have {
		card := components.Table{Loading: true}.UI()
		if p.rows.Err != nil {
			card = components.Failed(p.rows.Err, p.onAgain)
		}
		return app.Div().Body(app.Div().Class("card").Body(card))
	}
	names := issuerName.fields(map[string]string{"issuer": words.Issuer})
	names[0].Value = p.rows.Value.issuer.Issuer
	count := 0
	for _, f := range function.All() {
		count += len(f.Names)
	}
	return app.Div().Body(
		p.deeds.outcome(),
		components.Card(words.Authenticator, nil, app.Div().Class("card-body").Body(components.Form{
			Fields: names, Action: texts.Now().Common.Save, Busy: p.deeds.busy, Err: p.deeds.err, Submit: submit(p.Save)}.UI())),
		components.Card(words.API, nil, app.Div().Class("card-body").Body(
			components.Facts(
				components.Said(words.Yours, texts.Number(len(p.rows.Value.functions))), components.Said(words.AllDialects, texts.Number(count)),
				components.Said(words.Hostname, p.Door.Hostname), components.Said(words.Version, p.Door.Version),
			),
			app.Div().Class("btn-list mt-3").Body(
				app.A().Class("btn btn-sm").Href(shellPath).Text(words.Shell),
				app.A().Class("btn btn-sm").Href("/openapi.json").DataSet("native", "").Text(words.OpenAPI),
			),
		)),
		sessionCard(p.Door, p.Session),
	)
}

// Save writes the issuer's name.
func (p *AdminSettings) Save() {
	request, err := catalog.SetTFAIssuer.Read(issuerName.entered())
	if err != nil {
		p.deeds.err, p.deeds.failed, p.deeds.done = err, nil, ""
		return
	}
	p.deeds.inline = true
	act(&p.deeds, p.Desk, texts.Now().Admin.Saved, catalog.SetTFAIssuer, request, p.load)
}
