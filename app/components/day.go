package components

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Day is a day in the reader's time zone and their way of writing it. The server,
// which draws the first screen, knows neither: the loader writes it by data-day,
// seconds since 1970. Before 1970 there is no day: then it is empty.
func Day(at int64) app.UI {
	if at <= 0 {
		return app.Span()
	}
	return app.Span().Class("numbers text-secondary").DataSet("day", at).Text(texts.Day(time.Unix(at, 0)))
}
