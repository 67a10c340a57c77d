package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// sorting chooses the order on a phone, where the headings that do it on a desk
// are not in sight.
func (t Table) sorting() app.UI {
	words, place := texts.Now().Common, t.List.Place
	orders := [][2]string{{"", words.OwnOrder}}
	for i, label := range t.Columns {
		if key := t.key(i); key != "" {
			orders = append(orders, [2]string{key, texts.Fill(words.Ascending, "column", label)}, [2]string{"-" + key, texts.Fill(words.Descending, "column", label)})
		}
	}
	if len(orders) == 1 {
		return app.Span()
	}
	now := place.Sort
	if place.Reverse {
		now = "-" + now
	}
	follow, here := t.List.follow()
	return app.Div().Class("card-body border-bottom py-2 d-md-none").Body(
		app.Label().Class("form-label").For(listSort).Text(words.SortBy),
		app.Select().Class("form-select").ID(listSort).Name("sort").Form(listForm).OnChange(follow, here).
			Body(app.Range(orders).Slice(func(i int) app.UI {
				return app.Option().Value(orders[i][0]).Text(orders[i][1]).Selected(orders[i][0] == now)
			})),
	)
}
