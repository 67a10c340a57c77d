package pages

import (
	"context"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
)

// bruteViews are the parts of the screen, the first shown when the address names none.
var bruteViews = []string{"locks", "white", "black", "history", "settings"}

// AdminBruteForce is the brute force protection: who is locked out, who never
// is, who always is, what failed, and the settings.
type AdminBruteForce struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	view     string
	place    components.Place
	on       Load[bool]
	locks    Load[[]lock]
	list     Load[[]listedAddress]
	history  Load[pageOf[catalog.Failure]]
	settings Load[catalog.CPHulkConfig]
}

// lock is a user or an address that is locked out.
type lock struct {
	user, address string
	until, note   string
	failures      int64
}

// listedAddress is an entry of the white or the black list.
type listedAddress struct{ address, comment string }

func (p *AdminBruteForce) wants(at *url.URL) []inquiry {
	view := at.Query().Get("view")
	if !slices.Contains(bruteViews, view) {
		view = bruteViews[0]
	}
	if view != p.view {
		p.list.forget()
		p.deeds.failed, p.deeds.done, p.deeds.err = nil, "", nil
	}
	p.view, p.place = view, components.ReadPlace(at.Query(), "view")
	desk := p.Desk
	return []inquiry{p.part(), p.on.From(func(ctx context.Context) (bool, error) {
		status, err := client.Call(ctx, desk, catalog.CPHulkStatus, nothing)
		return bool(status.Enabled), err
	})}
}

// part asks for what the view shows.
func (p *AdminBruteForce) part() inquiry {
	desk, place, view := p.Desk, p.place, p.view
	switch view {
	case "white", "black":
		return p.list.From(func(ctx context.Context) (list []listedAddress, err error) {
			request := catalog.ReadCPHulkRecordsRequest{List: view}
			request.Skip = true
			answer, err := client.Call(ctx, desk, catalog.ReadCPHulkRecords, request)
			for address, comment := range answer.InList {
				list = append(list, listedAddress{address, comment})
			}
			sort.Slice(list, func(a, b int) bool { return list[a].address < list[b].address })
			return list, err
		})
	case "history":
		return p.history.From(func(ctx context.Context) (pageOf[catalog.Failure], error) {
			answer, err := client.Ask(ctx, desk, catalog.FailedLogins, nothing, place.Shape(pageSize, "user", "failures"))
			return onPage(answer.Out.Rows, answer.Shaped), err
		})
	case "settings":
		return p.settings.From(func(ctx context.Context) (catalog.CPHulkConfig, error) {
			answer, err := client.Call(ctx, desk, catalog.LoadCPHulkConfig, nothing)
			return answer.Config, err
		})
	}
	return p.locks.From(func(ctx context.Context) ([]lock, error) { return allLocks(ctx, desk) })
}

// allLocks reads the locks on users and on addresses, the short ones and the long ones.
func allLocks(ctx context.Context, by client.Carrier) ([]lock, error) {
	var list []lock
	shape := function.Shape{Page: function.Page{On: true, Start: 1, Size: 500}}
	users, err := client.Ask(ctx, by, catalog.UserBrutes, nothing, shape)
	if err != nil {
		return nil, err
	}
	for _, u := range users.Out.Rows {
		list = append(list, lock{user: u.User, until: u.ExpTime, failures: u.Failures, note: u.IP})
	}
	short, err := client.Ask(ctx, by, catalog.Brutes, nothing, shape)
	if err != nil {
		return nil, err
	}
	long, err := client.Ask(ctx, by, catalog.ExcessiveBrutes, nothing, shape)
	if err != nil {
		return nil, err
	}
	for _, a := range append(short.Out.Rows, long.Out.Rows...) {
		list = append(list, lock{address: a.IP, until: a.ExpTime, note: a.Notes})
	}
	return list, nil
}

// Render draws the switch, the tabs and the part that the address asks for.
func (p *AdminBruteForce) Render() app.UI {
	words := texts.Now().Admin.Brute
	var part app.UI
	switch p.view {
	case "white", "black":
		part = p.lists()
	case "history":
		part = p.failures()
	case "settings":
		part = p.config()
	default:
		part = p.locked()
	}
	return app.Div().Body(
		app.Div().Body(
			p.deeds.outcome(),
			p.toggle(),
			app.Nav().Aria("label", words.Title).Body(app.Ul().Class("nav nav-tabs mb-3").Body(
				app.Range(bruteViews).Slice(func(i int) app.UI {
					view := bruteViews[i]
					a := app.A().Class("nav-link").Href(components.Place{Page: 1}.With("view", view).At(bruteForcePath)).Text(words.Views[view])
					if view == p.view {
						a = a.Class("active").Aria("current", "page")
					}
					return app.Li().Class("nav-item").Body(a)
				}),
			)),
			components.Slot(app.Div().Body(part)),
		),
		p.dialog(),
	)
}

// toggle says whether the protection is on, and turns it on or off.
func (p *AdminBruteForce) toggle() app.UI {
	words := texts.Now().Admin.Brute
	if !p.on.Have {
		return components.Slot(app.If(p.on.Err != nil, components.Bad(sentence(p.on.Err), "")))
	}
	if p.on.Value {
		return components.Slot(app.Div().Class("mb-3 list-bar").Body(
			app.Span().Class("badge bg-green-lt").Text(words.IsOn),
			button(components.Icon("player-pause"), words.TurnOff, "", func() { p.deeds.ask("off", "", "") })))
	}
	return components.Slot(app.Div().Class("mb-3 list-bar").Body(
		app.Span().Class("badge bg-red-lt").Text(words.IsOff),
		button(components.Icon("player-play"), words.TurnOn, "", func() {
			act(&p.deeds, p.Desk, words.IsOn, catalog.EnableCPHulk, nothing, p.load)
		})))
}

// minute writes one of cPHulk's times for people.
func minute(text string) app.HTMLSpan {
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return app.Span().Text(text)
	}
	return components.Moment(t)
}

func (p *AdminBruteForce) locked() app.UI {
	words := texts.Now().Admin.Brute
	table := components.Table{
		Label: words.Views["locks"], Columns: []string{words.Locked, words.Kind, words.Until, words.Note, words.Actions},
		Loading: p.locks.Loading, Err: p.locks.Err, Again: p.onAgain,
		EmptyIcon: components.Icon("lock-open"), EmptyTitle: words.NoLocks, EmptyHint: words.NoLocksHint,
	}
	list := components.Listing{Path: bruteForcePath, Place: p.place, Size: pageSize, Records: -1}
	if p.locks.Have {
		list.Records = len(p.locks.Value)
		table.Rows = [][]app.UI{}
		for _, l := range cut(p.locks.Value, p.place.Page) {
			kind, name := words.User, l.user
			if l.address != "" {
				kind, name = words.Address, l.address
			}
			table.Rows = append(table.Rows, []app.UI{
				app.Span().Class("breakable fw-medium").Text(name), app.Span().Text(kind),
				minute(l.until).Class("numbers text-secondary"), app.Span().Class("breakable text-secondary").Text(l.note),
				button(components.Icon("lock-open"), words.Unlock, name, func() { p.Unlock(l) }),
			})
		}
	}
	flush := button(components.Icon("trash"), words.Flush, "", func() { p.deeds.ask("flush", "", "") })
	return components.Card(words.Views["locks"], flush, app.Div().Body(table.UI(), list.Pages()))
}

func (p *AdminBruteForce) lists() app.UI {
	words := texts.Now().Admin.Brute
	var found []listedAddress
	for _, l := range p.list.Value {
		if strings.Contains(strings.ToLower(l.address+" "+l.comment), strings.ToLower(p.place.Search)) {
			found = append(found, l)
		}
	}
	list := components.Listing{Path: bruteForcePath, Place: p.place, Size: pageSize, Records: -1, Hint: words.Search}
	table := components.Table{
		Label: words.Views[p.view], Columns: []string{words.Address, words.Comment, words.Actions}, Loading: p.list.Loading, Err: p.list.Err, Again: p.onAgain,
		EmptyIcon: components.Icon("list"), EmptyTitle: words.NoList, EmptyHint: words.ListHints[p.view],
	}
	if p.list.Have {
		list.Records = len(found)
		table.Rows = [][]app.UI{}
		for _, l := range cut(found, p.place.Page) {
			table.Rows = append(table.Rows, []app.UI{
				app.Span().Class("breakable fw-medium numbers").Text(l.address), app.Span().Class("breakable text-secondary").Text(l.comment),
				button(components.Icon("trash"), words.TakeOff, l.address, func() { p.TakeOff(l.address) }),
			})
		}
	}
	add := button(components.Icon("plus"), words.Add, "", func() { p.deeds.ask("add", p.view, "field-ip") })
	return components.Card(words.Views[p.view], add, app.Div().Body(list.Bar(), table.UI(), list.Pages()))
}

func (p *AdminBruteForce) failures() app.UI {
	words, records := texts.Now().Admin.Brute, -1
	if p.history.Have {
		records = p.history.Value.Records
	}
	list := components.Listing{Path: bruteForcePath, Place: p.place, Size: pageSize, Records: records, Hint: words.SearchUser}
	table := components.Table{
		Label: words.Views["history"], List: list, Loading: p.history.Loading, Err: p.history.Err, Again: p.onAgain,
		Columns: []string{words.When, words.User, words.Address, words.Service, words.Step, words.Failures},
		Keys:    []string{"logintime", "user", "ip", "service", "authservice", "failures"}, EmptyIcon: components.Icon("history"),
		EmptyTitle: words.NoHistory, EmptyHint: words.NoHistoryHint,
	}
	if p.history.Have {
		table.Rows = [][]app.UI{}
		for _, f := range p.history.Value.Rows {
			table.Rows = append(table.Rows, []app.UI{
				minute(f.LoginTime).Class("numbers text-secondary"), app.Span().Class("breakable fw-medium").Text(f.User),
				app.Span().Class("breakable numbers").Text(f.IP), app.Span().Text(f.Service), app.Span().Text(f.AuthService),
				app.Span().Class("numbers").Text(texts.Number(int(f.Failures))),
			})
		}
	}
	return components.Card(words.Views["history"], nil, app.Div().Body(list.Bar(), table.UI(), list.Pages()))
}
