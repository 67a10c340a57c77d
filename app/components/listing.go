package components

import (
	"maps"
	"slices"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Listing is what stands around a Table whose rows come a page at a time: the
// search, the filters, the pages. All of it leads to other addresses of the same
// screen, which loads again in OnNav.
type Listing struct {
	Path    string // the screen's address
	Place   Place  // where the reader is
	Size    int    // rows on a page
	Records int    // rows on all pages; negative: not known yet
	Hint    string // says what the search looks for; empty: there is no search
	Choices []Choice
}

// Choice is a filter of a Listing.
type Choice struct {
	Name, Label string
	Values      [][2]string // value and words, the first being no filter at all: ""
}

// Bar draws the search and the filters, to stand in a card above the table.
func (l Listing) Bar() app.UI {
	return app.Div().Class("card-body border-bottom py-3 list-bar").Body(
		app.If(l.Hint != "", l.search()),
		app.Range(l.Choices).Slice(func(i int) app.UI { return l.choice(l.Choices[i]) }),
	)
}

// The IDs of the search's form, its input and, on a phone, the choice of the order. Each
// filter's is its name behind listPart.
const (
	listPart   = "list-"
	listForm   = listPart + "form"
	listSearch = listPart + "search"
	listSort   = listPart + "sort"
)

// entered is the place that the search, the filters and the order stand at now, from
// the first page on. What of it was changed since the list was drawn counts together,
// whichever of it leads on.
func (l Listing) entered() Place {
	p := l.Place.OnPage(1)
	if l.Hint != "" {
		p = p.Searching(Typed(listSearch))
	}
	for _, c := range l.Choices {
		p = p.With(c.Name, Typed(listPart+c.Name))
	}
	if sort := app.Window().GetElementByID(listSort); sort.Truthy() {
		column, reverse := strings.CutPrefix(sort.Get("value").String(), "-")
		p = p.Sorted(column, reverse)
	}
	return p
}

// follow is the handler of all that leads to the place entered; place tells one
// drawing's from the next.
func (l Listing) follow() (handler app.EventHandler, place string) {
	return func(ctx app.Context, e app.Event) {
		defer Guard()
		e.PreventDefault()
		ctx.Navigate(l.entered().At(l.Path))
	}, l.Place.At(l.Path)
}

func (l Listing) search() app.UI {
	words, rest := texts.Now().Common, l.Place.Searching("").Query()
	for _, c := range l.Choices {
		rest.Del(c.Name)
	}
	kept := slices.Sorted(maps.Keys(rest))
	follow, place := l.follow()
	return app.Form().Class("list-search").ID(listForm).Attr("role", "search").Method("get").Action(l.Path).OnSubmit(follow, place).
		Body(
			app.Div().Class("input-group").Body(
				app.Input().Class("form-control").ID(listSearch).Type("search").Name("q").Value(l.Place.Search).
					Placeholder(l.Hint).Aria("label", l.Hint).Attr("autocomplete", "off").Spellcheck(false),
				app.Button().Type("submit").Class("btn btn-icon").Aria("label", words.Search).Title(words.Search).Body(Icon("search")),
			),
			// The form works before the app does; then the rest of the place goes with it,
			// and what is chosen, as that is the form's too.
			app.Range(kept).Slice(func(i int) app.UI {
				return app.Input().Type("hidden").Name(kept[i]).Value(rest.Get(kept[i]))
			}),
		)
}

func (l Listing) choice(c Choice) app.UI {
	follow, place := l.follow()
	return app.Select().Class("form-select w-auto").ID(listPart+c.Name).Name(c.Name).Form(listForm).Aria("label", c.Label).
		OnChange(follow, place).
		Body(app.Range(c.Values).Slice(func(i int) app.UI {
			return app.Option().Value(c.Values[i][0]).Text(c.Values[i][1]).Selected(l.Place.Only[c.Name] == c.Values[i][0])
		}))
}

// Pages draws which rows are shown and the way to the others, to stand in a card
// below the table. Where all rows are on one page there is nothing to draw.
func (l Listing) Pages() app.UI {
	last := (l.Records + l.Size - 1) / max(l.Size, 1)
	if l.Records < 0 || last <= 1 && l.Place.Page <= 1 {
		return Slot()
	}
	words := texts.Now().Common
	first := min((l.Place.Page-1)*l.Size+1, l.Records)
	end := min(l.Place.Page*l.Size, l.Records)
	return app.Div().Class("card-footer list-pages").Body(
		app.P().Class("m-0 text-secondary").Text(texts.Fill(words.Rows,
			"first", texts.Number(first), "last", texts.Number(end), "all", texts.Number(l.Records))),
		app.Nav().Aria("label", words.Pages).Class("ms-auto").Body(
			app.Ul().Class("pagination m-0").Body(
				l.page("page-previous", words.Previous, "chevron-left", l.Place.Page-1, l.Place.Page > 1),
				l.page("page-next", words.Next, "chevron-right", l.Place.Page+1, l.Place.Page < last),
			),
		),
	)
}

func (l Listing) page(id, label, direction string, n int, there bool) app.UI {
	icon := Icon("chevron-left")
	if direction == "chevron-right" {
		icon = Icon("chevron-right")
	}
	if !there {
		return app.Li().Class("page-item disabled").Body(
			app.Span().Class("page-link").Aria("hidden", true).Body(icon))
	}
	return app.Li().Class("page-item").Body(
		app.A().Class("page-link").ID(id).Href(l.Place.OnPage(n).At(l.Path)).Aria("label", label).Title(label).Body(icon))
}

// heading is a column's heading; a column with a name can be sorted by.
func (l Listing) heading(label, column string) app.UI {
	th := app.Th().Scope("col")
	if column == "" {
		return th.Text(label)
	}
	var arrow app.UI
	switch {
	case l.Place.Sort == column && l.Place.Reverse:
		th, arrow = th.Aria("sort", "descending"), Icon("chevron-down")
	case l.Place.Sort == column:
		th, arrow = th.Aria("sort", "ascending"), Icon("chevron-up")
	default:
		th, arrow = th.Aria("sort", "none"), Icon("selector")
	}
	return th.Body(app.A().Class("sort-link").Href(l.Place.By(column).At(l.Path)).Body(app.Text(label), arrow))
}
