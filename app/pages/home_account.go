package pages

import (
	"context"
	"net/url"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// AccountHome is the first page of cPanel: how well the account is guarded, its
// first mailboxes with a way into each one's Webmail, and the session.
type AccountHome struct {
	app.Compo
	start

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	guard   guarding
	mail    mailApplications
	boxes   Load[client.Answer[[]catalog.Pop]]
	webmail Entrance
}

func (h *AccountHome) wants(*url.URL) []inquiry {
	desk := h.Desk
	return append(h.guard.wants(desk, h.Session), h.mail.wants(desk), h.boxes.From(func(ctx context.Context) (client.Answer[[]catalog.Pop], error) {
		return client.Ask(ctx, desk, catalog.ListPops, catalog.ListPopsRequest{SkipMain: true},
			components.Place{Page: 1, Sort: "email"}.Shape(homeBoxes, ""))
	}))
}

// Render draws the page.
func (h *AccountHome) Render() app.UI {
	words := texts.Now().Home
	count := ""
	if h.boxes.Have {
		count = words.MailboxCount.Say(h.count())
	}
	table := components.Table{
		Label: words.Mailboxes, Columns: []string{words.Mailbox, words.State, texts.Now().Common.Webmail},
		Loading: h.boxes.Loading, Err: h.boxes.Err, Again: h.onAgain,
		EmptyIcon: components.Icon("mailbox"), EmptyTitle: words.NoMailboxes, EmptyHint: words.NoMailboxesHint,
	}
	if h.boxes.Have {
		table.Rows = [][]app.UI{}
		for _, b := range h.boxes.Value.Out {
			table.Rows = append(table.Rows, h.row(b))
		}
	}
	more := texts.Now().Account.Boxes.More
	if h.count() == 0 {
		more = texts.Now().Account.Boxes.Add
	}
	return app.Div().Body(
		components.Outcome(h.webmail.Err, ""),
		h.guard.draw(h.Session),
		components.Card(words.Mailboxes, app.Text(count), app.Div().Body(table.UI(), components.Slot(
			app.If(h.boxes.Have, app.Div().Class("card-footer").Body(app.A().Href(mailboxesPath).Text(more)))))),
		h.mail.draw(h.Door, h.Session),
		sessionCard(h.Door, h.Session),
	)
}

// homeBoxes is how many mailboxes stand on the home.
const homeBoxes = 5

// count is how many mailboxes there are.
func (h *AccountHome) count() int {
	return max(records(h.boxes.Value.Shaped), len(h.boxes.Value.Out))
}

func (h *AccountHome) row(b catalog.Pop) []app.UI {
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(b.Email),
		state(bool(b.SuspendedLogin)),
		h.webmail.Button(b, func(app.Context, app.Event) {
			defer components.Guard()
			h.webmail.Open(h.ctx, h.Desk, h.Door, b.Email)
		}),
	}
}
