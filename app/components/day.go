package components

import (
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Times are in the reader's time zone and their way of writing it. The server, which
// draws the first screen, writes them in UTC, and the loader anew before they are in
// sight: by data-day, data-moment and data-date, seconds since 1970.

// Day is a day in the reader's time zone. Before 1970 there is no day: then it is empty.
func Day(at int64) app.UI {
	if at <= 0 {
		return app.Span()
	}
	return written("day", time.Unix(at, 0), texts.Day(time.Unix(at, 0))).Class("numbers text-secondary")
}

// Moment is a day and a time of it in the reader's time zone.
func Moment(at time.Time) app.HTMLSpan { return written("moment", at, texts.Moment(at)) }

// Date is a day of the calendar, which is in no zone.
func Date(at time.Time) app.HTMLSpan { return written("date", at, texts.Date(at)) }

func written(as string, at time.Time, text string) app.HTMLSpan {
	return app.Span().DataSet(as, at.Unix()).Text(text)
}
