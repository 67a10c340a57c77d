package components

import (
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// sorting chooses the order on a phone, where the headings that do it on a desk
// are not in sight.
func (t Table) sorting() app.UI {
	words, place, path := texts.Now().Common, t.List.Place, t.List.Path
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
	return app.Div().Class("card-body border-bottom py-2 d-md-none").Body(
		app.Label().Class("form-label").For("list-sort").Text(words.SortBy),
		app.Select().Class("form-select").ID("list-sort").
			OnChange(func(ctx app.Context, _ app.Event) {
				defer Guard()
				column, reverse := strings.CutPrefix(ctx.JSSrc().Get("value").String(), "-")
				ctx.Navigate(place.Sorted(column, reverse).At(path))
			}, place.At(path)).
			Body(app.Range(orders).Slice(func(i int) app.UI {
				return app.Option().Value(orders[i][0]).Text(orders[i][1]).Selected(orders[i][0] == now)
			})),
	)
}
