package pages

import (
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
	facts := [][2]string{
		{words.User, s.User},
		{words.Kind, kind},
		{words.Service, door.Service.Title() + " " + texts.Fill(texts.Now().Login.On, "host", door.Hostname)},
		{words.Since, moment(s.Created)},
		{words.From, s.Address},
		{words.Expires, moment(s.Expires)},
	}
	if s.Possessor != "" && s.Possessor != s.User {
		facts = append(facts, [2]string{words.WayIn, texts.Fill(words.ActingFor, "user", s.Possessor)})
	}
	return components.Card(words.You, nil, app.Div().Class("card-body").Body(components.Facts(facts...)))
}

// moment writes a time of the API's for people.
func moment(e scalar.Epoch) string {
	if e == 0 {
		return texts.Now().Common.Never
	}
	return texts.Moment(e.Time())
}

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

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session
}

// Render draws the page.
func (h *MailboxHome) Render() app.UI {
	return app.Div().Body(&MailApplications{Desk: h.Desk, Door: h.Door, Session: h.Session}, &Guarding{Desk: h.Desk, Session: h.Session}, sessionCard(h.Door, h.Session))
}
