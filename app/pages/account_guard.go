package pages

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// lately is how far back refused sign ins are counted.
const lately = 7 * 24 * time.Hour

// guarding says how well a login is guarded and what to do next. It is a part of the
// homes of accounts and mailboxes; each of its lines loads for itself.
type guarding struct {
	questions Load[bool]
	listed    Load[[]catalog.VerifiedAddress]
	factor    Load[catalog.SecondFactor]
	tokens    Load[int] // how many have no end
	refused   Load[client.Answer[catalog.AuditEvents]]
}

// ofAccount tells whether the login is an account's own, which has more to guard
// than a mailbox.
func ofAccount(s identity.Session) bool { return s.Kind != "mailbox" }

func (g *guarding) wants(desk *identity.Desk, s identity.Session) []inquiry {
	list := []inquiry{
		g.questions.From(func(ctx context.Context) (bool, error) {
			rows, err := client.Call(ctx, desk, catalog.GetSecAccount, struct{}{})
			return len(rows) > 0 && bool(rows[0].QuestionsSet), err
		}),
		g.listed.From(func(ctx context.Context) ([]catalog.VerifiedAddress, error) {
			return client.Call(ctx, desk, catalog.ListVerifiedAddresses, catalog.AccountRequest{})
		}),
		g.factor.From(func(ctx context.Context) (catalog.SecondFactor, error) {
			return client.Call(ctx, desk, catalog.GetSecondFactor, catalog.GetUserTFARequest{})
		}),
		g.refused.From(func(ctx context.Context) (client.Answer[catalog.AuditEvents], error) {
			return client.Ask(ctx, desk, catalog.ListAuditEvents, catalog.ListAuditEventsRequest{Since: ago(lately), Outcome: "refused", Limit: 5},
				components.Place{Page: 1}.Shape(5, ""))
		}),
	}
	if !ofAccount(s) {
		return list
	}
	return append(list, g.tokens.From(func(ctx context.Context) (endless int, err error) {
		tokens, err := client.Call(ctx, desk, catalog.ListAccountTokens, catalog.ListAccountTokensRequest{})
		for _, t := range tokens {
			if t.ExpiresAt == 0 {
				endless++
			}
		}
		return endless, err
	}))
}

// line is one thing that guards a login.
type line struct {
	known, good bool
	err         error
	text        string
	path, act   string // where to do something about it, and its words
	asset       bool   // counts towards the score
}

// lines are all of them, as far as they are known.
func (g *guarding) lines(s identity.Session) []line {
	words := texts.Now().Account.Guard
	q := line{known: g.questions.Have, err: g.questions.Err, good: g.questions.Value, path: "/account/questions", act: words.QuestionsDo, asset: true}
	q.text = pick(q.good, words.Questions, words.QuestionsOff)

	a := line{known: g.listed.Have, err: g.listed.Err, path: addressesPath, act: words.AddressDo, asset: true}
	for _, one := range g.listed.Value {
		a.good = a.good || covers(one.IP, s.Address)
	}
	a.text = texts.Fill(pick(a.good, words.AddressOn, words.AddressOff), "address", s.Address)

	f := line{known: g.factor.Have, err: g.factor.Err, good: bool(g.factor.Value.Enabled), path: "/account/second-factor", act: words.FactorDo, asset: true}
	f.text = pick(f.good, words.Factor, words.FactorOff)
	list := []line{q, a, f}
	if f.good {
		left := g.factor.Value.Recovery
		list = append(list, line{known: true, good: left > 0, path: f.path, act: words.CodesDo, asset: true,
			text: pick(left > 0, words.Codes.Say(left), words.CodesOff)})
	}
	if ofAccount(s) && g.tokens.Err == nil {
		endless := g.tokens.Value
		list = append(list, line{known: g.tokens.Have, good: endless == 0, path: tokensPath, act: words.TokensDo, asset: true,
			text: pick(endless == 0, words.Tokens, words.TokensForever.Say(endless))})
	}
	failures := records(g.refused.Value.Shaped)
	list = append(list, line{known: g.refused.Have, err: g.refused.Err, good: failures <= 0, path: historyPath + "?outcome=refused", act: words.FailuresDo,
		text: pick(failures <= 0, words.Calm, words.Failures.Say(max(failures, 0)))})
	return list
}

func pick(good bool, yes, no string) string {
	if good {
		return yes
	}
	return no
}

// draw draws the lines, and the last refused sign ins if there were any.
func (g *guarding) draw(s identity.Session) app.UI {
	words, list := texts.Now().Account.Guard, g.lines(s)
	all, good := 0, 0
	for _, l := range list {
		if l.asset && l.known {
			all++
			if l.good {
				good++
			}
		}
	}
	score := ""
	if all > 0 {
		score = texts.Fill(words.Score, "n", texts.Number(good), "all", texts.Number(all))
	}
	return app.Div().Body(
		components.Card(words.Title, app.Text(score), app.Ul().Class("list-group list-group-flush guard").Body(
			app.Range(list).Slice(func(i int) app.UI { return list[i].UI() }))),
		components.Slot(app.If(len(g.refused.Value.Out.Events) > 0, g.failures())),
	)
}

// UI draws a line: a sign, what is so, and what to do about it.
func (l line) UI() app.UI {
	text, icon, class := l.text, components.Icon("alert-triangle"), "guard-sign guard-open"
	switch {
	case l.err != nil:
		text, icon, class = texts.Now().Account.Guard.NotKnown, components.Icon("help-hexagon"), "guard-sign"
	case !l.known:
		text, icon, class = texts.Now().Common.Loading, components.Icon("dots"), "guard-sign"
	case l.good:
		icon, class = components.Icon("circle-check"), "guard-sign guard-good"
	}
	return app.Li().Class("list-group-item").Body(
		app.Span().Class(class).Body(icon),
		app.Span().Class("breakable flex-fill").Text(text),
		app.If(l.known && !l.good && l.err == nil, app.A().Class("btn btn-sm").Href(l.path).Text(l.act)),
	)
}

func (g *guarding) failures() app.UI {
	words := texts.Now().Account.Guard
	table := components.Table{Label: words.Refused, Columns: []string{words.When, words.Where, words.From}, Rows: [][]app.UI{}}
	for _, e := range g.refused.Value.Out.Events {
		table.Rows = append(table.Rows, []app.UI{
			moment(e.At).Class("text-nowrap"),
			app.Span().Class("breakable").Text(actionWords(e.Action)),
			app.Span().Class("breakable numbers text-secondary").Text(e.Address),
		})
	}
	change := app.Span().Body(app.Text(words.RefusedHint+" "), app.A().Href(passwordPath).Text(words.RefusedDo))
	return components.Card(words.Refused, change, table.UI())
}
