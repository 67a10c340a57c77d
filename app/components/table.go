package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Table is a list of things in one of its four states: loading (Rows nil, no
// Err), failed, empty, or with rows. Old rows stay in sight while new ones load.
type Table struct {
	Label   string   // names the table to a screen reader
	Columns []string // headings
	Keys    []string // the columns' names, where they can be sorted by; may be nil
	List    Listing  // where sorting leads to
	Rows    [][]app.UI
	Loading bool
	Err     error
	Again   app.EventHandler // after a failure

	EmptyIcon             app.UI
	EmptyTitle, EmptyHint string
}

// UI draws it, to stand directly inside a card. On a phone each row becomes a
// small card and each cell carries its heading.
func (t Table) UI() app.UI {
	switch {
	case t.Err != nil && len(t.Rows) == 0:
		return Failed(t.Err, t.Again)
	case t.Loading && t.Rows == nil:
		return Loading()
	case len(t.Rows) == 0:
		return app.Div().Class("empty").Body(
			app.Div().Class("empty-icon").Body(t.EmptyIcon),
			app.P().Class("empty-title").Text(t.EmptyTitle),
			app.P().Class("empty-subtitle text-secondary").Text(t.EmptyHint),
		)
	default:
		return app.Div().Body(
			Slot(app.If(t.Err != nil, app.Div().Class("card-body").Body(Bad(sentence(t.Err), "")))),
			Slot(t.sorting()),
			t.table(),
		)
	}
}

// sentence says a failure; none is no words.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	return Sentence(err)
}

func (t Table) table() app.UI {
	return app.Div().Class("table-responsive").Body(
		app.Table().Class("table table-sm table-vcenter table-mobile-md card-table").
			Aria("label", t.Label).Aria("busy", t.Loading).Body(
			app.THead().Body(app.Tr().Body(
				app.Range(t.Columns).Slice(func(i int) app.UI { return t.List.heading(t.Columns[i], t.key(i)) }),
			)),
			app.TBody().Body(
				app.Range(t.Rows).Slice(func(i int) app.UI {
					return app.Tr().Body(app.Range(t.Rows[i]).Slice(func(j int) app.UI {
						return app.Td().DataSet("label", t.Columns[j]).Body(t.Rows[i][j])
					}))
				}),
			),
		),
	)
}

// key is the name that a column is sorted by; empty: it is not.
func (t Table) key(i int) string {
	if i < len(t.Keys) {
		return t.Keys[i]
	}
	return ""
}

// Loading is in the place of what is on its way.
func Loading() app.UI {
	lines := []string{"col-9", "col-7", "col-8"}
	return app.Div().Class("card-body").Aria("busy", true).Body(
		app.Span().Class("visually-hidden").Attr("role", "status").Text(texts.Now().Common.Loading),
		app.Div().Class("placeholder-glow").Aria("hidden", true).Body(
			app.Range(lines).Slice(func(i int) app.UI {
				return app.Div().Class("placeholder mb-3 d-block").Class(lines[i])
			}),
		),
	)
}

// Fact is a name and a value.
type Fact struct {
	Name  string
	Value app.UI
}

// Said is a fact in words.
func Said(name, value string) Fact { return Fact{name, app.Text(value)} }

// Facts is a list of them.
func Facts(list ...Fact) app.UI {
	return app.Dl().Class("datagrid").Body(
		app.Range(list).Slice(func(i int) app.UI {
			return app.Div().Class("datagrid-item").Body(
				app.Dt().Class("datagrid-title").Text(list[i].Name),
				app.Dd().Class("datagrid-content breakable").Body(list[i].Value),
			)
		}),
	)
}
