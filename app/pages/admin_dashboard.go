package pages

import (
	"cmp"
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
)

// dashboardDays are the days that the plot can show.
var dashboardDays = []int{14, 30, 90}

// AdminHome is the first page of WHM: what there is, who signs in, how the
// server is, and what its policies ask.
type AdminHome struct {
	app.Compo
	start

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	days     int
	figures  Load[catalog.Statistics]
	policies Load[policyFacts]
}

// policyFacts are what the dashboard says of the policies.
type policyFacts struct{ sourceIP, secondFactor, brute bool }

func (h *AdminHome) wants(*url.URL) (list []inquiry) {
	desk := h.Desk
	if h.days == 0 {
		h.days = dashboardDays[0]
	}
	if h.Session.May("list-accts") {
		request := catalog.GetStatisticsRequest{Days: h.days, TimeZone: cmp.Or(h.Door.Zone, texts.Zone())}
		list = append(list, h.figures.From(func(ctx context.Context) (catalog.Statistics, error) {
			if request.TimeZone == "" { // whose days they are is not known
				return catalog.Statistics{}, fault.New(fault.Unavailable, "no time zone")
			}
			return client.Call(ctx, desk, catalog.GetStatistics, request)
		}))
	}
	if h.Session.May("all") {
		list = append(list, h.policies.From(func(ctx context.Context) (facts policyFacts, err error) {
			err = allOf(
				func() error {
					values, err := tweakSettings(ctx, desk, policySourceIP, policySecondFactor)
					facts.sourceIP, facts.secondFactor = values[policySourceIP] == "1", values[policySecondFactor] == "1"
					return err
				},
				func() error {
					status, err := client.Call(ctx, desk, catalog.CPHulkStatus, nothing)
					facts.brute = bool(status.Enabled)
					return err
				})
			return facts, err
		}))
	}
	return list
}

// Render draws the page.
func (h *AdminHome) Render() app.UI {
	if !h.Session.May("list-accts") {
		return app.Div().Body(sessionCard(h.Door, h.Session))
	}
	if h.figures.Err != nil && !h.figures.Have {
		return app.Div().Body(app.Div().Class("card mb-3").Body(components.Failed(h.figures.Err, h.onAgain)), sessionCard(h.Door, h.Session))
	}
	if !h.figures.Have {
		return app.Div().Body(app.Div().Class("card mb-3").Body(components.Table{Loading: true}.UI()), sessionCard(h.Door, h.Session))
	}
	return app.Div().Body(
		components.Slot(app.If(h.figures.Err != nil, components.Bad(sentence(h.figures.Err), ""))),
		h.tiles(),
		h.plot(),
		app.Div().Class("row").Body(
			app.Div().Class("col-lg-6").Body(h.health()),
			app.Div().Class("col-lg-6").Body(app.If(h.Session.May("all"), h.policy()).Else(sessionCard(h.Door, h.Session))),
		),
	)
}

// tiles are the figures of now, each with the way to its list.
func (h *AdminHome) tiles() app.UI {
	words, f := texts.Now().Admin.Dashboard, h.figures.Value
	tile := func(icon app.UI, n int, label, hint, path string) app.UI {
		return app.Div().Class("col-6 col-lg-3").Body(
			app.A().Class("card tile mb-3").Href(path).Body(
				app.Div().Class("card-body").Body(
					app.Span().Class("glyph-text text-secondary").Body(icon, app.Text(label)),
					app.Div().Class("h1 mb-0 mt-2 numbers").Text(texts.Number(n)),
					app.Div().Class("text-secondary small").Text(hint),
				),
			),
		)
	}
	locks := "/"
	if h.Session.May("all") {
		locks = bruteForcePath
	}
	return app.Div().Class("row tiles").Body(
		tile(components.Icon("users"), f.Accounts, words.Accounts, words.Suspended.Say(f.Suspended), accountsPath),
		tile(components.Icon("mailbox"), f.Mailboxes, words.Mailboxes, words.Resellers.Say(f.Resellers), adminMailboxesPath),
		tile(components.Icon("devices"), f.Sessions, words.Sessions, words.Now, adminSessionsPath),
		tile(components.Icon("lock"), f.Locks, words.Locks, words.Now, locks),
	)
}

func (h *AdminHome) plot() app.UI {
	words, f := texts.Now().Admin.Dashboard, h.figures.Value
	plot := components.Plot{Label: words.Plot, First: words.Succeeded, Second: words.Failed, Step: words.Day}
	good, bad := 0, 0
	for _, d := range f.SignIns {
		good, bad = good+d.Succeeded, bad+d.Failed
		plot.Steps = append(plot.Steps, components.PlotDay{Day: d.Day, First: d.Succeeded, Second: d.Failed})
	}
	plot.Label = texts.Fill(words.PlotSummary, "good", texts.Number(good), "bad", texts.Number(bad), "days", texts.Number(len(f.SignIns)))
	choice := app.Select().Class("form-select form-select-sm w-auto").ID("days").Aria("label", words.Days).OnChange(h.onDays).Body(
		app.Range(dashboardDays).Slice(func(i int) app.UI {
			n := dashboardDays[i]
			return app.Option().Value(n).Text(words.LastDays.Say(n)).Selected(n == h.days)
		}))
	return components.Card(words.SignIns, choice, app.Div().Class("card-body").Aria("busy", h.figures.Loading).Body(plot.UI()))
}

func (h *AdminHome) health() app.UI {
	words, f := texts.Now().Admin.Dashboard, h.figures.Value
	facts := []components.Fact{
		components.Said(words.Hostname, f.Hostname), components.Said(words.Version, f.Version), {Name: words.Started, Value: moment(f.Started)},
	}
	if d := f.Database; d != nil {
		facts = append(facts,
			components.Said(words.Database, "PostgreSQL "+d.Version),
			components.Said(words.Size, texts.Bytes(d.Bytes)),
			components.Said(words.Connections, texts.Number(d.Connections)))
	}
	good := app.Span().Class("badge bg-green-lt").Text(words.Healthy)
	return components.Card(words.Health, good, app.Div().Class("card-body").Body(components.Facts(facts...)))
}

func (h *AdminHome) policy() app.UI {
	words := texts.Now().Admin.Dashboard
	link := app.A().Href(policiesPath).Text(words.Change)
	var content app.UI
	switch p := h.policies; {
	case p.Err != nil && !p.Have:
		content = components.Failed(p.Err, h.onAgain)
	case !p.Have:
		content = components.Table{Loading: true}.UI()
	default:
		content = app.Div().Class("card-body").Body(app.Dl().Class("datagrid").Body(
			onOff(words.SourceIP, p.Value.sourceIP), onOff(words.SecondFactor, p.Value.secondFactor), onOff(words.Brute, p.Value.brute)))
	}
	return components.Card(words.Policies, link, content)
}

// onOff is a fact that is one of two.
func onOff(name string, on bool) app.UI {
	badge, word := app.Span().Class("badge bg-secondary-lt"), texts.Now().Admin.Off
	if on {
		badge, word = app.Span().Class("badge bg-green-lt"), texts.Now().Admin.On
	}
	return app.Div().Class("datagrid-item").Body(
		app.Dt().Class("datagrid-title").Text(name), app.Dd().Class("datagrid-content").Body(badge.Text(word)))
}

func (h *AdminHome) onDays(ctx app.Context, _ app.Event) {
	defer components.Guard()
	for _, n := range dashboardDays {
		if ctx.JSSrc().Get("value").String() == texts.Plain(n) {
			h.days = n
		}
	}
	h.load()
}
