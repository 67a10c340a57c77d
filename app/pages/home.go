package pages

import (
	"net/url"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/scalar"
)

// sessionCard says who is signed in, where, since when, from where, until when.
func sessionCard(door identity.Door, s identity.Session) app.UI {
	words := texts.Now().Home
	kind := words.Kinds[s.Kind]
	if kind == "" {
		kind = s.Kind
	}
	facts := []components.Fact{
		components.Said(words.User, s.User),
		components.Said(words.Kind, kind),
		components.Said(words.Service, door.Service.Title()+" "+texts.Fill(texts.Now().Login.On, "host", door.Hostname)),
		{Name: words.Since, Value: moment(s.Created)},
		components.Said(words.From, s.Address),
		{Name: words.Expires, Value: moment(s.Expires)},
	}
	if s.Possessor != "" && s.Possessor != s.User {
		facts = append(facts, components.Said(words.WayIn, texts.Fill(words.ActingFor, "user", s.Possessor)))
	}
	return components.Card(words.You, nil, app.Div().Class("card-body").Body(components.Facts(facts...)))
}

// moment writes a time of the API's for people.
func moment(e scalar.Epoch) app.HTMLSpan {
	if e == 0 {
		return app.Span().Text(texts.Now().Common.Never)
	}
	return components.Moment(e.Time())
}

// ago is some time before now, from the beginning of an hour on: what the server asks
// to draw a page is what the app asks a little later.
func ago(d time.Duration) scalar.Epoch { return scalar.At(texts.Clock().Add(-d).Truncate(time.Hour)) }

// sentence says a failure to people; none is no words.
func sentence(err error) string {
	if err == nil {
		return ""
	}
	return components.Sentence(err)
}

// state is an active or suspended thing's badge.
func state(suspended bool) app.UI {
	if suspended {
		return app.Span().Class("badge bg-red-lt").Text(texts.Now().Home.Suspended)
	}
	return app.Span().Class("badge bg-green-lt").Text(texts.Now().Home.Active)
}

// MailboxHome is the first page of Webmail: how well the mailbox is guarded, and
// the session.
type MailboxHome struct {
	app.Compo
	start

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	mail  mailApplications
	guard guarding
}

func (h *MailboxHome) wants(*url.URL) []inquiry {
	return append(h.guard.wants(h.Desk, h.Session), h.mail.wants(h.Desk))
}

// Render draws the page.
func (h *MailboxHome) Render() app.UI {
	return app.Div().Body(h.mail.draw(h.Door, h.Session), h.guard.draw(h.Session), sessionCard(h.Door, h.Session))
}
