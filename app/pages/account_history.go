package pages

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// historyPath is the screen's address.
const historyPath = "/account/history"

// OwnHistory is the screen of what was done and refused for a login: its sign
// ins, and what was changed.
type OwnHistory struct {
	app.Compo
	start

	Desk    *identity.Desk
	Session identity.Session

	place components.Place
	list  Load[client.Answer[catalog.AuditEvents]]
}

func (h *OwnHistory) wants(at *url.URL) []inquiry {
	h.place = components.ReadPlace(at.Query(), "outcome", "action")
	desk, shape := h.Desk, h.place.Shape(pageSize, "", "at")
	request := catalog.ListAuditEventsRequest{
		Search: h.place.Search, Outcome: h.place.Only["outcome"], Action: h.place.Only["action"], Limit: pageSize,
	}
	return []inquiry{h.list.From(func(ctx context.Context) (client.Answer[catalog.AuditEvents], error) {
		return client.Ask(ctx, desk, catalog.ListAuditEvents, request, shape)
	})}
}

// Render draws the list.
func (h *OwnHistory) Render() app.UI {
	words := texts.Now().Account.History
	steps := [][2]string{{"", words.Everything}}
	for _, step := range signInSteps {
		steps = append(steps, [2]string{step, words.Actions[step]})
	}
	listing := components.Listing{
		Path: historyPath, Place: h.place, Size: pageSize, Records: records(h.list.Value.Shaped), Hint: words.Search,
		Choices: []components.Choice{
			{Name: "action", Label: words.What, Values: steps},
			{Name: "outcome", Label: words.Result, Values: [][2]string{{"", words.All}, {"ok", words.Done}, {"refused", words.Refused}}},
		},
	}
	table := components.Table{
		Label: words.Title, List: listing,
		Columns: []string{words.When, words.What, words.Who, words.From, words.Result},
		Keys:    []string{"at", "action", "login", "", "outcome"},
		Loading: h.list.Loading, Err: h.list.Err, Again: h.onAgain,
		EmptyIcon: components.Icon("history"), EmptyTitle: words.Empty, EmptyHint: words.EmptyHint,
	}
	if h.place.Search != "" || len(h.place.Only) > 0 {
		table.EmptyTitle, table.EmptyHint = words.NoneFound, words.NoneFoundHint
	}
	if h.list.Have {
		table.Rows = [][]app.UI{}
		for _, e := range h.list.Value.Out.Events {
			table.Rows = append(table.Rows, eventRow(e))
		}
	}
	return components.Card(words.Title, nil, app.Div().Body(listing.Bar(), table.UI(), listing.Pages()))
}

// signInSteps are the actions of the audit trail that are steps of a sign in.
var signInSteps = []string{"sign_in", "password", "security_questions", "security_questions_setup", "tfa", "one_time_session", "sign_out", "token"}

func eventRow(e catalog.AuditEvent) []app.UI {
	words := texts.Now().Account.History
	who := e.Login
	if e.Actor != "" && e.Actor != e.Login {
		who = texts.Fill(words.As, "actor", e.Actor, "login", e.Login)
	}
	if via := words.Via[e.Via]; via != "" && !slices.Contains(signInSteps, e.Action) {
		who += ", " + via
	}
	what := app.Span().Class("breakable fw-medium").Title(e.Action).Text(actionWords(e.Action))
	return []app.UI{
		moment(e.At).Class("text-secondary text-nowrap"),
		app.Div().Body(what, app.If(len(e.Details) > 0,
			app.Div().Class("breakable text-secondary small").Text(details(e.Details)))),
		app.Span().Class("breakable").Text(who),
		app.Span().Class("breakable numbers text-secondary").Text(e.Address),
		verdict(e),
	}
}

// actionWords says an action of the audit trail; those without words of their own
// are functions, which have names.
func actionWords(action string) string {
	if text := texts.Now().Account.History.Actions[action]; text != "" {
		return text
	}
	return action
}

// verdict is whether an event was done, or why it was refused.
func verdict(e catalog.AuditEvent) app.UI {
	words := texts.Now().Account.History
	if e.Outcome != "refused" {
		return app.Span().Class("badge bg-green-lt").Text(words.Done)
	}
	why := words.Kinds[e.Kind]
	if why == "" {
		why = e.Kind
	}
	return app.Span().Body(
		app.Span().Class("badge bg-red-lt").Text(words.Refused),
		app.Div().Class("text-secondary small").Text(why))
}

// details writes an event's parameters in the order of their names.
func details(of map[string]string) string {
	names := make([]string, 0, len(of))
	for name := range of {
		names = append(names, name)
	}
	slices.Sort(names)
	for i, name := range names {
		names[i] = name + ": " + of[name]
	}
	return strings.Join(names, ", ")
}
