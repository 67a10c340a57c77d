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
	"postern/shared/function"
)

// mailboxesPath is the screen's address.
const mailboxesPath = "/account/mailboxes"

// OwnMailboxes is the screen of an account's mailboxes.
type OwnMailboxes struct {
	app.Compo
	start

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	place   components.Place
	list    Load[client.Answer[[]catalog.Pop]]
	domains Load[[]string]
	asking  Asking
	on      string // the address that a dialog is about
	webmail Entrance
}

func (m *OwnMailboxes) wants(at *url.URL) []inquiry {
	m.place = components.ReadPlace(at.Query(), "suspended_login")
	desk, shape := m.Desk, m.place.Shape(pageSize, "email", "suspended_login")
	if only := m.place.Only["suspended_login"]; only != "" {
		shape.Filters = append(shape.Filters, function.Filter{Column: "suspended_login", Term: only, Test: function.Equal})
	}
	list := []inquiry{m.list.From(func(ctx context.Context) (client.Answer[[]catalog.Pop], error) {
		return client.Ask(ctx, desk, catalog.ListPops, catalog.ListPopsRequest{SkipMain: true}, shape)
	})}
	if m.domains.Have { // they are not of this list
		return list
	}
	return append(list, m.domains.From(func(ctx context.Context) ([]string, error) {
		about, err := client.Call(ctx, desk, catalog.GetUserInformation, catalog.GetUserInformationRequest{Name: []string{"domain", "domains"}})
		if len(about.Domains) == 0 && about.Domain != "" {
			about.Domains = []string{about.Domain}
		}
		return about.Domains, err
	}))
}

// Render draws the list.
func (m *OwnMailboxes) Render() app.UI {
	words, home := texts.Now().Account.Boxes, texts.Now().Home
	listing := components.Listing{
		Path: mailboxesPath, Place: m.place, Size: pageSize, Records: records(m.list.Value.Shaped), Hint: words.Search,
		Choices: []components.Choice{{Name: "suspended_login", Label: words.Show,
			Values: [][2]string{{"", words.All}, {"0", home.Active}, {"1", home.Suspended}}}},
	}
	table := components.Table{
		Label: words.Title, List: listing,
		Columns: []string{words.Address, words.State, words.Actions}, Keys: []string{"email", "suspended_login", ""},
		Loading: m.list.Loading, Err: m.list.Err, Again: m.onAgain,
		EmptyIcon: components.Icon("mailbox"), EmptyTitle: words.Empty, EmptyHint: words.EmptyHint,
	}
	if m.place.Search != "" || len(m.place.Only) > 0 {
		table.EmptyTitle, table.EmptyHint = words.None, words.NoneHint
	}
	if m.list.Have {
		table.Rows = [][]app.UI{}
		for _, one := range m.list.Value.Out {
			table.Rows = append(table.Rows, m.row(one))
		}
	}
	outcome := m.asking.Outcome()
	if m.webmail.Err != nil {
		outcome = components.Outcome(m.webmail.Err, "")
	}
	add := app.Button().Type("button").Class("btn btn-primary").OnClick(m.onAdd).Body(withIcon("plus", words.Add))
	return app.Div().Body(
		outcome,
		hint(words.Hint, add),
		components.Card(words.Title, app.Text(counted(home.MailboxCount, m.list.Value.Shaped)),
			app.Div().Body(listing.Bar(), table.UI(), listing.Pages())),
		components.Slot(m.dialog()),
	)
}

func (m *OwnMailboxes) row(one catalog.Pop) []app.UI {
	words := texts.Now().Account.Boxes
	button := func(which, field, label string) app.UI {
		return app.Button().Type("button").Class("btn btn-sm").Aria("label", label+": "+one.Email).
			OnClick(func(app.Context, app.Event) {
				defer components.Guard()
				m.on, m.webmail = one.Email, Entrance{}
				m.asking.Open(m.ctx, which, field)
			}, one.Email, which).Text(label)
	}
	login := button("suspend", "", words.Suspend)
	if one.SuspendedLogin {
		login = app.Button().Type("button").Class("btn btn-sm").Aria("label", words.Unsuspend+": "+one.Email).
			OnClick(func(app.Context, app.Event) {
				defer components.Guard()
				m.LetIn(one.Email)
			}, one.Email, "unsuspend").Text(words.Unsuspend)
	}
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(one.Email),
		state(bool(one.SuspendedLogin)),
		app.Div().Class("row-buttons").Body(
			m.webmail.Button(one, func(app.Context, app.Event) {
				defer components.Guard()
				m.asking.Change = Change{}
				m.webmail.Open(m.ctx, m.Desk, m.Door, one.Email)
			}),
			button("password", inputs+"password", words.SetPassword),
			login,
			button("remove", askingID+"-word", words.Remove),
		),
	}
}

// LetIn lets a suspended mailbox's owner sign in again.
func (m *OwnMailboxes) LetIn(email string) {
	m.asking.DoAtOnce(m.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, m.Desk, catalog.UnsuspendLogin, catalog.SuspendLoginRequest{Email: email}))
	}, m.then(texts.Now().Account.Boxes.LetIn, email))
}

// then loads the list anew and gives a sentence.
func (m *OwnMailboxes) then(sentence, email string) func(app.Context) string {
	return func(app.Context) string {
		m.load()
		return texts.Fill(sentence, "address", email)
	}
}
