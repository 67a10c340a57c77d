package pages

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// AccountHome is the first page of cPanel: the session, and the account's
// mailboxes with a way into each one's Webmail.
type AccountHome struct {
	app.Compo

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	ctx     app.Context
	boxes   Load[[]catalog.Pop]
	opening string // the mailbox whose Webmail is being opened
	problem error  // of opening one
}

// OnMount loads the mailboxes.
func (h *AccountHome) OnMount(ctx app.Context) {
	defer components.Guard()
	h.ctx = ctx
	h.load()
}

// OnUpdate loads them again for another session.
func (h *AccountHome) OnUpdate(app.Context) {
	defer components.Guard()
	h.load()
}

func (h *AccountHome) load() {
	desk := h.Desk
	h.boxes.Start(h.ctx, func(ctx context.Context) ([]catalog.Pop, error) {
		return client.Call(ctx, desk, catalog.ListPops, catalog.ListPopsRequest{SkipMain: true})
	})
}

// Render draws the page.
func (h *AccountHome) Render() app.UI {
	words := texts.Now().Home
	count := ""
	if h.boxes.Have {
		count = words.MailboxCount.Say(len(h.boxes.Value))
	}
	table := components.Table{
		Label: words.Mailboxes, Columns: []string{words.Mailbox, words.State, texts.Now().Common.Webmail},
		Loading: h.boxes.Loading, Err: h.boxes.Err, Again: h.onAgain,
		EmptyIcon: components.Icon("mailbox"), EmptyTitle: words.NoMailboxes, EmptyHint: words.NoMailboxesHint,
	}
	if h.boxes.Have {
		table.Rows = [][]app.UI{}
		for _, b := range h.boxes.Value {
			table.Rows = append(table.Rows, h.row(b))
		}
	}
	return app.Div().Body(
		components.Slot(app.If(h.problem != nil, components.Bad(sentence(h.problem), ""))),
		components.Card(words.Mailboxes, app.Text(count), table.UI()),
		sessionCard(h.Door, h.Session),
	)
}

func (h *AccountHome) row(b catalog.Pop) []app.UI {
	words := texts.Now().Home
	label := words.OpenWebmail
	if h.opening == b.Email {
		label = words.OpeningWebmail
	}
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(b.Email),
		state(bool(b.SuspendedLogin)),
		app.Button().Type("button").Class("btn btn-sm").
			Disabled(h.opening != "" || bool(b.SuspendedLogin)).
			Aria("label", label+": "+b.Email).
			OnClick(func(app.Context, app.Event) {
				defer components.Guard()
				h.Open(b.Email)
			}, b.Email).
			Body(app.Span().Class("glyph-text").Body(components.Icon("external-link"), app.Text(label))),
	}
}

// Open makes a Webmail session for a mailbox and sends the browser there, in a new tab.
func (h *AccountHome) Open(email string) {
	if h.opening != "" {
		return
	}
	h.opening, h.problem = email, nil
	at := strings.LastIndexByte(email, '@')
	request := catalog.WebmailSessionRequest{Login: email[:max(at, 0)], Domain: email[at+1:]}
	h.ctx.Async(func() {
		defer components.Guard()
		session, err := client.Call(h.ctx, h.Desk, catalog.CreateWebmailSession, request)
		h.ctx.Dispatch(func(app.Context) {
			h.opening = ""
			switch {
			case err == nil:
				h.enter(session)
			case !fault.Is(err, fault.Stranger): // the login page comes over this one then
				h.problem = err
			}
		})
	})
}

// enter posts the session, a secret good for one use, to the Webmail service.
func (h *AccountHome) enter(s catalog.WebmailSession) {
	host := app.Window().URL().Hostname()
	if s.Hostname != nil && *s.Hostname != "" {
		host = *s.Hostname
	}
	address := webmailLogin(host, h.Door.Ports[string(scalar.Webmail)], s.Token)
	components.SendForm(address, map[string]string{"session": s.Session})
}

func (h *AccountHome) onAgain(app.Context, app.Event) {
	defer components.Guard()
	h.load()
}
