package pages

import (
	"context"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/function"
)

// AdminMessengers is the ways that notifications go, and the checks of them.
type AdminMessengers struct {
	app.Compo
	calling

	Desk    *identity.Desk
	Session identity.Session

	rows Load[[2]thing] // the notify settings and the contact settings
	said []string       // what came of the last check
}

// What the forms ask for.
var (
	notifySettings  = asks(&catalog.SetNotifySettings.Function)
	contactSettings = asks(&catalog.SetContactSettings.Function)
)

// The checks of what is kept, and those of something that is typed.
var (
	checks = []*function.Function{&catalog.VerifyICQ.Function, &catalog.VerifyAIM.Function, &catalog.VerifyPushbullet.Function, &catalog.VerifyPostURL.Function}
	trials = []*question{asks(&catalog.VerifyOSCAR.Function), asks(&catalog.SendTestPushbullet.Function), asks(&catalog.SendTestPostURL.Function)}
)

func (p *AdminMessengers) wants(*url.URL) []inquiry {
	desk := p.Desk
	p.by.desk = desk
	return []inquiry{p.rows.From(func(ctx context.Context) (both [2]thing, err error) {
		ask := func(i int, f *function.Function) func() error {
			return func() error {
				answer, _, err := send(ctx, desk, f, nil)
				both[i] = object(answer)
				return err
			}
		}
		if err = allOf(ask(0, &catalog.GetNotifySettings.Function), ask(1, &catalog.GetContactSettings.Function)); err == nil && both[0] != nil { // asked for in one line
			both[0]["allowed_networks"] = strings.ReplaceAll(both[0].text("allowed_networks"), "\n", ",")
		}
		return both, err
	})}
}

// Render draws the settings and the checks.
func (p *AdminMessengers) Render() app.UI {
	words := texts.Now().Messengers
	if !p.rows.Have {
		card := components.Table{Loading: true}.UI()
		if p.rows.Err != nil {
			card = components.Failed(p.rows.Err, press(p.load))
		}
		return app.Div().Body(app.Div().Class("card").Body(card))
	}
	both := p.rows.Value
	return app.Div().Body(
		app.Div().Body(
			p.by.outcome(),
			p.settings(words.Ways, notifySettings, both[0], "oscar_server", "oscar_message_server", "pushbullet_url", "allowed_networks"),
			p.settings(words.Contacts, contactSettings, both[1], "icq_username", "aim_username", "pushbullet", "posturl"),
			components.Card(words.Checks, nil, app.Div().Class("card-body").Body(
				app.P().Class("text-secondary").Text(words.ChecksHint),
				p.tests(),
				app.Div().Class("mt-3").Body(p.trials()),
				components.Slot(app.If(len(p.said) > 0, app.Ul().Class("mt-3 mb-0").Aria("label", words.Checks).Body(
					app.Range(p.said).Slice(func(i int) app.UI { return app.Li().Class("breakable").Text(p.said[i]) })))),
			)),
		),
		p.by.dialog(),
	)
}

// settings is a card of what is set, with a dialog that changes it.
func (p *AdminMessengers) settings(title string, ask *question, now thing, members ...string) app.UI {
	words := texts.Now().Messengers
	var facts []components.Fact
	for _, member := range members {
		value := strings.ReplaceAll(now.text(member), "\n", ", ")
		if value == "" {
			value = words.Nothing
		}
		label, _, _ := strings.Cut(words.Labels[member], ",")
		facts = append(facts, components.Said(label, value))
	}
	common := texts.Now().Things
	change := button(components.Icon("pencil"), common.Change, title, func() { p.change(title, ask) })
	return components.Card(title, change, app.Div().Class("card-body").Body(components.Facts(facts...)))
}

// change asks for other settings. What is told of tokens and URLs is not what is
// kept: their fields begin empty.
func (p *AdminMessengers) change(title string, ask *question) {
	now := p.rows.Value[0]
	if ask == contactSettings {
		now = thing{"icq_username": p.rows.Value[1].text("icq_username"), "aim_username": p.rows.Value[1].text("aim_username")}
	}
	f := formCall{ask: ask, now: now, labels: texts.Now().Messengers.Labels, title: title, action: texts.Now().Common.Save,
		done: texts.Now().Admin.Saved, then: func(any) { p.load() }}
	p.by.open(f)
}

func (p *AdminMessengers) tests() app.UI {
	var all []app.UI
	for _, f := range checks {
		all = append(all, p.test(f, func(call formCall) { p.by.at(call) }))
	}
	return buttons(all...)
}

func (p *AdminMessengers) trials() app.UI {
	var all []app.UI
	for _, q := range trials {
		all = append(all, p.test(q.of, func(call formCall) {
			call.ask = q
			p.by.open(call)
		}))
	}
	return buttons(all...)
}

// test is the button of a check.
func (p *AdminMessengers) test(f *function.Function, begin func(formCall)) app.UI {
	words := texts.Now().Messengers
	title := words.Tests[f.Names[0].Function]
	return button(components.Icon("message-check"), title, "", func() {
		p.said = nil
		begin(formCall{of: f, labels: words.Labels, title: title, action: words.Send, then: func(answer any) { p.said = told(object(answer)) }})
	})
}

// told says in words what came of a check.
func told(answer thing) []string {
	words := texts.Now().Messengers
	if id := answer.text("message_id"); id != "" {
		return []string{texts.Fill(words.Sent, "id", id)}
	}
	results, _ := answer["results"].([]any)
	var said []string
	for _, one := range results {
		row := object(one)
		name := row.text("url") + row.text("access_token")
		if why := row.text("error"); why != "" {
			said = append(said, texts.Fill(words.Failed, "name", name, "why", why))
		} else {
			said = append(said, texts.Fill(words.Through, "name", name))
		}
	}
	return said
}
