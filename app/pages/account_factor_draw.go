package pages

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
)

// Render draws the state, or what is under way.
func (f *OwnFactor) Render() app.UI {
	words := texts.Now().Account.Factor
	outcome := f.asking.Outcome()
	switch {
	case f.begin.Err != nil:
		outcome = components.Outcome(f.begin.Err, "")
	case f.set.Done != "":
		outcome = components.Outcome(nil, f.set.Done)
	}
	var content app.UI
	switch {
	case f.state.Err != nil && !f.state.Have:
		content = components.Card(words.Title, nil, components.Failed(f.state.Err, f.onAgain))
	case !f.state.Have:
		content = components.Card(words.Title, nil, components.Table{Loading: true}.UI())
	case f.key != nil:
		content = f.setUp()
	case bool(f.state.Value.Enabled):
		content = f.on()
	default:
		content = components.Card(words.Title, nil, app.Div().Class("empty").Body(
			app.Div().Class("empty-icon").Body(components.Icon("shield-off")),
			app.P().Class("empty-title").Text(words.Off),
			app.P().Class("empty-subtitle text-secondary").Text(words.OffHint),
			app.Div().Class("empty-action").Body(
				app.Button().Type("button").Class("btn btn-primary").Disabled(f.begin.Busy).OnClick(f.onBegin).
					Body(components.Busy(f.begin.Busy, words.SetUp))),
		))
	}
	return app.Div().Body(
		outcome,
		components.Slot(app.If(len(f.codes) > 0, f.recovery())),
		content,
		components.Slot(f.dialog()),
	)
}

// on is the state of a factor that is set.
func (f *OwnFactor) on() app.UI {
	words, state := texts.Now().Account.Factor, f.state.Value
	asked := words.AskedYes
	if !state.Asked {
		asked = words.AskedNo
	}
	return components.Card(words.Title, nil, app.Div().Body(
		app.Div().Class("card-body").Body(
			app.P().Class("glyph-text fw-medium").Body(components.Icon("shield-check"), app.Span().Text(words.On)),
			components.Facts(
				components.Fact{Name: words.Since, Value: moment(state.Since)}, components.Said(words.Issuer, state.Issuer),
				components.Said(words.Asked, asked), components.Said(words.Left, texts.Number(state.Recovery))),
		),
		app.Div().Class("card-footer buttons").Body(
			app.Button().Type("button").Class("btn").Disabled(f.asking.Change.Busy).OnClick(f.onCodes).Text(words.NewCodes),
			app.Button().Type("button").Class("btn").Disabled(f.begin.Busy).OnClick(f.onBegin).Text(words.SetUpAgain),
			app.Button().Type("button").Class("btn").OnClick(f.onRemove).Text(words.Remove),
		),
	))
}

// setUp shows the key and asks for a code made with it.
func (f *OwnFactor) setUp() app.UI {
	words := texts.Now().Account.Factor
	step1 := words.Step1Hint
	if f.state.Value.Enabled {
		step1 += " " + words.AgainHint
	}
	form := components.Form{
		Fields: []components.Field{{
			ID: inputs + "tfa_token", Name: "tfa_token", Label: words.Code, Hint: words.CodeHint,
			AutoComplete: "one-time-code", InputMode: "numeric",
		}},
		Action: words.Confirm, Busy: f.set.Busy, Err: f.set.Err, Submit: f.onConfirm,
	}
	return components.Card(words.Title, nil, app.Div().Class("card-body factor").Body(
		app.Div().Body(
			app.H3().Class("h3").ID("factor-heading").TabIndex(-1).Text(words.Step1),
			app.P().Class("text-secondary").Text(step1),
			components.QR(f.key.URL, words.Scan),
			app.Div().Class("form-label mt-3").Text(words.Secret),
			&components.Copyable{Label: words.Secret, Text: f.key.Secret},
		),
		app.Div().Body(
			app.H3().Class("h3").Text(words.Step2),
			app.P().Class("text-secondary").Text(words.Step2Hint),
			form.UI(),
			app.Button().Type("button").Class("btn btn-link mt-2 px-0").OnClick(f.onCancel).Text(texts.Now().Common.Cancel),
		),
	))
}

// recovery shows the new codes, this once.
func (f *OwnFactor) recovery() app.UI {
	words := texts.Now().Account.Factor
	return components.Card(words.Codes, nil, app.Div().Body(
		app.Div().Class("card-body").Body(
			app.P().Text(words.CodesHint),
			&components.Copyable{Label: words.Codes, Text: strings.Join(f.codes, "\n"), Lines: true},
		),
		app.Div().Class("card-footer buttons").Body(
			app.Button().Type("button").Class("btn btn-primary").OnClick(f.onKept).Text(words.Done),
			app.Button().Type("button").Class("btn").OnClick(f.onDownload).Text(texts.Now().Common.Download),
		),
	))
}

func (f *OwnFactor) dialog() app.UI {
	words, change := texts.Now().Account.Factor, f.asking.Change
	c := components.Confirm{ID: askingID, Busy: change.Busy, Err: change.Err, Closed: f.asking.onClosed}
	switch f.asking.Which {
	case "remove":
		c.Title, c.Text, c.Action, c.Danger, c.Yes = words.RemoveTitle, words.RemoveText, words.Remove, true, f.onRemoveYes
	case "codes":
		c.Title, c.Text, c.Action, c.Yes = words.NewCodesTitle, words.NewCodesText, words.NewCodes, f.onCodesYes
	default:
		return nil
	}
	return c.UI()
}
