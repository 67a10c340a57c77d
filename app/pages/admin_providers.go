package pages

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/form"
	"postern/shared/function"
	"postern/shared/scalar"
)

// AdminProviders is the identity providers and the market providers.
type AdminProviders struct {
	app.Compo
	calling

	Desk    *identity.Desk
	Session identity.Session

	identity collection
	market   collection
	state    Load[map[string]catalog.AuthnProvider] // by the provider's name
	back     Load[catalog.AuthnClientAnswer]        // of the provider whose client is being set
}

// The two functions below take one JSON object; a form asks for its members.
var (
	setClient = asksAllBut(jsonForm(&catalog.SetAuthnClient.Function, form.Field{Name: "client_id", Max: 500}, form.Field{Name: "client_secret", Secret: true}), "provider_id")
	setFace   = asksAllBut(jsonForm(&catalog.SetAuthnFace.Function, form.Field{Name: "display_name"}, form.Field{Name: "label"},
		form.Field{Name: "color", Example: "6677aa"}, form.Field{Name: "textcolor", Example: "ffffff"}, form.Field{Name: "documentation_url"}, form.Field{Name: "icon"}), "provider_id")
)

// What the other forms ask for.
var (
	newProvider    = asks(&catalog.AddAuthnProvider.Function)
	changeProvider = asksAllBut(&catalog.ChangeAuthnProvider.Function, "provider_id")
	newMarket      = asks(&catalog.AddMarketProvider.Function)
	changeMarket   = asksAllBut(&catalog.ChangeMarketProvider.Function, "name")
)

// jsonForm is a function with the members of its parameter configurations in that one's place.
func jsonForm(of *function.Function, members ...form.Field) *function.Function {
	return of.With(append(parameters(of, "provider_id", "service_name"), members...))
}

// pack puts those members into the one parameter.
func pack(args url.Values) {
	object := map[string]string{}
	for name := range args {
		if name != "provider_id" && name != "service_name" {
			object[name] = args.Get(name)
			args.Del(name)
		}
	}
	if object["icon"] != "" { // the file's name alone
		object["icon_type"], object["icon"] = components.Chosen("field-icon")
	}
	raw, _ := json.Marshal(object) // texts alone
	args.Set("configurations", string(raw))
}

func (p *AdminProviders) wants(*url.URL) []inquiry {
	p.by.desk = p.Desk
	if p.identity.by == nil {
		p.identity = collection{by: &p.by, list: &catalog.ListAuthnProviders.Function, add: newProvider,
			change: changeProvider, remove: &catalog.RemoveAuthnProvider.Function,
			member: "provider_id", key: "provider_id", columns: []string{"issuer", "services", "links"}, show: p.services, more: p.identityButtons, beside: p.failing, warn: true}
		p.market = collection{by: &p.by, list: &catalog.ListMarketProviderDetails.Function, add: newMarket,
			change: changeMarket, remove: &catalog.RemoveMarketProvider.Function,
			member: "name", key: "name", columns: []string{"display_name", "enabled"}, show: showEnabled, more: p.marketButtons}
	}
	return []inquiry{p.identity.wants(), p.market.wants(), p.states()}
}

// states asks where each provider is on.
func (p *AdminProviders) states() inquiry {
	desk := p.Desk
	return p.state.From(func(ctx context.Context) (map[string]catalog.AuthnProvider, error) {
		answer, err := client.Call(ctx, desk, catalog.GetAuthnProviders, nothing)
		states := map[string]catalog.AuthnProvider{}
		for _, one := range answer.Providers {
			states[one.ID] = one
		}
		return states, err
	})
}

// Render draws both lists.
func (p *AdminProviders) Render() app.UI {
	words := texts.Now().Providers
	return app.Div().Body(
		app.Div().Body(
			p.by.outcome(),
			hint(words.Hint, nil),
			components.Slot(p.register()),
			p.identity.draw(words.Identity, components.Icon("login-2")),
			p.market.draw(words.Market, components.Icon("building-store")),
		),
		p.by.dialog(),
	)
}

// register says what the provider has to know, once a client was asked for.
func (p *AdminProviders) register() app.UI {
	words := texts.Now().Providers
	if !p.back.Have {
		return nil
	}
	var list []app.UI
	for _, uri := range p.back.Value.Client.RedirectURIs {
		list = append(list, app.Div().Class("mb-2").Body(&components.Copyable{Label: words.Register, Text: uri}))
	}
	return components.Card(words.Register, nil, app.Div().Class("card-body").Body(list...))
}

// services are buttons that switch a provider on and off for each service.
func (p *AdminProviders) services(t thing, member string) app.UI {
	if member != "services" {
		return nil
	}
	name := t.text("provider_id")
	state := p.state.Value[name]
	var list []app.UI
	for _, one := range []struct {
		service scalar.Service
		on      scalar.Bit
	}{{scalar.CPanel, state.CPanelEnabled}, {scalar.WHM, state.WHMEnabled}, {scalar.Webmail, state.WebmailEnabled}} {
		list = append(list, p.toggle(name, one.service, bool(one.on)))
	}
	return inRow(list...)
}

func (p *AdminProviders) toggle(name string, service scalar.Service, on bool) app.UI {
	words := texts.Now().Providers
	icon, of, done, spoken := components.Icon("circle-x"), &catalog.EnableAuthnProvider.Function, words.TurnedOn, words.Off
	if on {
		icon, of, done, spoken = components.Icon("circle-check"), &catalog.DisableAuthnProvider.Function, words.TurnedOff, words.On
	}
	spoken = texts.Fill(spoken, "service", service.Title()) + ": " + name
	return app.Button().Type("button").Class("btn btn-sm").Aria("label", service.Title()+" "+spoken).Aria("pressed", on).Title(spoken).
		OnClick(press(func() {
			p.by.at(formCall{of: of, fixed: url.Values{"provider_id": {name}, "service_name": {string(service)}},
				done: texts.Fill(done, "name", name), then: func(any) { p.states().start(p.ctx) }})
		}), spoken).
		Body(app.Span().Class("glyph-text").Body(icon, app.Text(service.Title())))
}

func (p *AdminProviders) identityButtons(t thing) []app.UI {
	words, name := texts.Now().Providers, t.text("provider_id")
	ask := func(q *question, icon app.UI, label, title, done string, before func()) app.UI {
		return button(icon, label, name, func() {
			before()
			p.by.open(formCall{ask: q, fixed: url.Values{"provider_id": {name}}, labels: words.Identity.Labels, action: texts.Now().Common.Save,
				title: texts.Fill(title, "name", name), done: texts.Fill(done, "name", name), dress: pack, then: func(any) { p.states().start(p.ctx) }})
		})
	}
	return []app.UI{
		ask(setClient, components.Icon("id-badge-2"), words.Client, words.ClientTitle, words.ClientDone, func() { p.ask(name) }),
		ask(setFace, components.Icon("login-2"), words.Face, words.FaceTitle, words.FaceDone, func() {}),
	}
}

// failing is a button that switches off the providers that do not answer well.
func (p *AdminProviders) failing() app.UI {
	words := texts.Now().Providers
	return button(components.Icon("plug-connected-x"), words.Failing, "", func() {
		p.by.open(formCall{of: &catalog.DisableFailingAuthnProviders.Function, title: words.FailingTitle, warning: words.FailingText, action: words.Failing,
			done: words.AllWell, then: func(answer any) {
				p.states().start(p.ctx)
				if told := failures(answer); told != "" {
					p.by.done, p.by.failed = "", fault.New(fault.Unavailable, "%s", told)
				}
			}})
	})
}

// failures says what failed, and for which services each was switched off.
func failures(answer any) string {
	words := texts.Now().Providers
	var said []string
	list, _ := answer.([]any)
	for _, one := range list {
		t := object(one)
		said = append(said, t.text("provider_failure")) // it names the provider
		if off := strings.Fields(t.text("disabled_services")); len(off) > 0 {
			for i := range off {
				off[i] = scalar.Service(off[i]).Title()
			}
			said = append(said, texts.Fill(words.FailedOff, "services", strings.Join(off, ", ")))
		}
		still, _ := t["failures_to_disable"].([]any)
		for _, f := range still {
			said = append(said, texts.Fill(words.FailedOne, "name", scalar.Service(object(f).text("service_name")).Title(), "why", object(f).text("failure")))
		}
	}
	return strings.Join(said, " ")
}

// ask asks where the provider has to send browsers back to.
func (p *AdminProviders) ask(name string) {
	desk, request := p.Desk, catalog.AuthnService{Service: scalar.CPanel}
	request.ProviderID = name
	p.back.Start(p.by.ctx, func(ctx context.Context) (catalog.AuthnClientAnswer, error) {
		return client.Call(ctx, desk, catalog.GetAuthnClient, request)
	})
}

func showEnabled(t thing, member string) app.UI {
	if member != "enabled" {
		return nil
	}
	if t.is(member) {
		return app.Span().Class("badge bg-green-lt").Text(texts.Now().Admin.On)
	}
	return app.Span().Class("badge bg-red-lt").Text(texts.Now().Admin.Off)
}

func (p *AdminProviders) marketButtons(t thing) []app.UI {
	words, name := texts.Now().Providers, t.text("name")
	label, of, done := words.Enable, &catalog.EnableMarketProvider.Function, words.TurnedOn
	if t.is("enabled") {
		label, of, done = words.Disable, &catalog.DisableMarketProvider.Function, words.TurnedOff
	}
	return []app.UI{button(components.Icon("plug-connected"), label, name, func() {
		p.by.at(formCall{of: of, fixed: url.Values{"name": {name}}, done: texts.Fill(done, "name", name), then: func(any) { p.market.load() }})
	})}
}
