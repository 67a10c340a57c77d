package pages

import (
	"context"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
	"postern/shared/scalar"
)

// AdminAudit is the audit trail: what was done and refused.
type AdminAudit struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	place components.Place
	rows  Load[pageOf[catalog.AuditEvent]]
	saved int // events fetched for the file so far
}

// request is the question that the place stands for.
func (p *AdminAudit) request() catalog.ListAuditEventsRequest {
	r := catalog.ListAuditEventsRequest{Search: p.place.Search, Limit: pageSize}
	if o := p.place.Only["outcome"]; o == "ok" || o == "refused" {
		r.Outcome = o
	}
	if n, err := strconv.Atoi(p.place.Only["days"]); err == nil && n > 0 && n <= 366 {
		r.Since = ago(time.Duration(n) * 24 * time.Hour)
	}
	return r
}

func (p *AdminAudit) wants(at *url.URL) []inquiry {
	p.place = components.ReadPlace(at.Query(), "outcome", "days")
	desk, place, request := p.Desk, p.place, p.request()
	return []inquiry{p.rows.From(func(ctx context.Context) (pageOf[catalog.AuditEvent], error) {
		answer, err := client.Ask(ctx, desk, catalog.ListAllAuditEvents, request, place.Shape(pageSize, "", "at"))
		return onPage(answer.Out.Events, answer.Shaped), err
	})}
}

// Render draws the list.
func (p *AdminAudit) Render() app.UI {
	words, list := texts.Now().Admin.Audit, p.listing()
	table := components.Table{
		Label: words.Title, List: list, Loading: p.rows.Loading, Err: p.rows.Err, Again: p.onAgain,
		Columns:   []string{words.When, words.Who, words.What, words.About, words.From, words.Outcome},
		Keys:      []string{"at", "actor", "action", "account", "", "outcome"},
		EmptyIcon: components.Icon("history"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if p.rows.Have {
		table.Rows = [][]app.UI{}
		for _, e := range p.rows.Value.Rows {
			table.Rows = append(table.Rows, auditRow(e))
		}
	}
	label := words.Download
	if p.deeds.busy {
		label = texts.Fill(words.Downloading, "n", texts.Number(p.saved))
	}
	download := app.Button().Type("button").Class("btn btn-sm").ID("download").Disabled(p.deeds.busy).OnClick(p.onDownload).
		Body(app.Span().Class("glyph-text").Body(components.Icon("download"), app.Text(label)))
	return app.Div().Body(
		p.deeds.outcome(),
		components.Card(words.Title, download, app.Div().Body(list.Bar(), table.UI(), list.Pages())),
	)
}

func (p *AdminAudit) listing() components.Listing {
	words, records := texts.Now().Admin.Audit, -1
	if p.rows.Have {
		records = p.rows.Value.Records
	}
	days := [][2]string{{"", words.AnyTime}}
	for _, n := range []int{1, 7, 30} {
		days = append(days, [2]string{texts.Plain(n), texts.Now().Admin.Dashboard.LastDays.Say(n)})
	}
	return components.Listing{Path: auditPath, Place: p.place, Size: pageSize, Records: records, Hint: words.Search, Choices: []components.Choice{
		{Name: "outcome", Label: words.Outcome, Values: [][2]string{{"", words.AnyOutcome}, {"ok", words.Done}, {"refused", words.Refused}}},
		{Name: "days", Label: words.When, Values: days},
	}}
}

func auditRow(e catalog.AuditEvent) []app.UI {
	said, more := actionWords(e.Action), details(e.Details)
	if said != e.Action { // which the search and the file know it by
		more = strings.TrimSuffix(e.Action+", "+more, ", ")
	}
	return []app.UI{
		moment(e.At).Class("numbers text-secondary"),
		app.Span().Class("breakable fw-medium").Text(acting(e)),
		app.Div().Body(
			app.Span().Class("breakable").Text(said),
			app.Div().Class("text-secondary small breakable clamp").Title("%s", more).Text(more),
		),
		app.Span().Class("breakable").Text(e.Account),
		app.Div().Body(
			app.Span().Class("breakable numbers").Text(e.Address),
			app.Div().Class("text-secondary small").Text(through(e)),
		),
		verdict(e),
	}
}

// acting is who acted, and as whom if that is another.
func acting(e catalog.AuditEvent) string {
	if e.Login != "" && e.Login != e.Actor {
		return e.Actor + " → " + e.Login
	}
	return e.Actor
}

func through(e catalog.AuditEvent) string {
	return strings.Trim(scalar.Service(e.Service).Title()+", "+e.Via, ", ")
}

// auditAtOnce is how many events are asked for with one call for the file, which
// has all that the filters let through, however many.
const auditAtOnce = 1000

func (p *AdminAudit) onDownload(app.Context, app.Event) {
	defer components.Guard()
	desk, request, file := p.Desk, p.request(), components.NewFile("text/csv;charset=utf-8")
	request.Limit, p.saved = auditAtOnce, 0
	file.Add(components.CSV([][]string{{"id", "time_utc", "actor", "login", "account", "service", "via", "address", "dialect", "action", "outcome", "kind", "session", "request", "details"}}))
	p.deeds.do(texts.Now().Admin.Audit.Downloaded, func(ctx context.Context) error {
		for n := 0; ; {
			answer, err := client.Ask(ctx, desk, catalog.ListAllAuditEvents, request, function.Shape{})
			if err != nil {
				return err
			}
			var rows [][]string
			for _, e := range answer.Out.Events {
				rows = append(rows, auditCells(e))
				request.Before = e.ID
			}
			file.Add(components.CSV(rows))
			n += len(rows)
			p.deeds.ctx.Dispatch(func(app.Context) { p.saved = n })
			if len(rows) < auditAtOnce {
				return nil
			}
		}
	}, func() { file.Save("audit.csv") })
}

func auditCells(e catalog.AuditEvent) []string {
	return []string{
		strconv.FormatInt(e.ID, 10), e.At.Time().Format("2006-01-02 15:04:05"), e.Actor, e.Login, e.Account, e.Service, e.Via, e.Address,
		e.Dialect, e.Action, e.Outcome, e.Kind, e.Session, e.Request, details(e.Details),
	}
}
