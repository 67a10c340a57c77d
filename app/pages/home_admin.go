package pages

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/function"
)

// pageSize is how many rows a list shows: go-app's tables grow slow beyond fifty.
const pageSize = 15

// AdminHome is the first page of WHM: the session, and the first accounts.
type AdminHome struct {
	app.Compo

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	ctx      app.Context
	accounts Load[accountList]
}

// accountList is a page of accounts and how many there are in all.
type accountList struct {
	Accounts []catalog.ListedAcct
	Records  int
}

// OnMount loads the accounts.
func (h *AdminHome) OnMount(ctx app.Context) {
	defer components.Guard()
	h.ctx = ctx
	h.load()
}

// OnUpdate loads them again for another session.
func (h *AdminHome) OnUpdate(app.Context) {
	defer components.Guard()
	h.load()
}

func (h *AdminHome) load() {
	desk := h.Desk
	h.accounts.Start(h.ctx, func(ctx context.Context) (accountList, error) { return firstAccounts(ctx, desk) })
}

// firstAccounts asks for the first page of accounts, by name.
func firstAccounts(ctx context.Context, d *identity.Desk) (list accountList, err error) {
	answer, err := client.Ask(ctx, d, catalog.ListAccts, catalog.ListAcctsRequest{}, function.Shape{
		Sorts: []function.Sort{{Column: "user", Method: function.Lexicographic}},
		Page:  function.Page{On: true, Start: 1, Size: pageSize},
	})
	list = accountList{Accounts: answer.Out.Acct, Records: len(answer.Out.Acct)}
	if answer.Shaped != nil && answer.Shaped.Records > list.Records {
		list.Records = answer.Shaped.Records
	}
	return list, err
}

// Render draws the page.
func (h *AdminHome) Render() app.UI {
	words := texts.Now().Home
	table := components.Table{
		Label:   words.Accounts,
		Columns: []string{words.Account, words.Domain, words.Owner, words.Plan, words.Created, words.State},
		Loading: h.accounts.Loading, Err: h.accounts.Err, Again: h.onAgain,
		EmptyIcon: components.Icon("users"), EmptyTitle: words.NoAccounts, EmptyHint: words.NoAccountsHint,
	}
	if h.accounts.Have {
		table.Rows = [][]app.UI{}
		for _, a := range h.accounts.Value.Accounts {
			table.Rows = append(table.Rows, accountRow(a))
		}
	}
	return app.Div().Body(
		components.Card(words.Accounts, app.Text(h.count()), table.UI()),
		sessionCard(h.Door, h.Session),
	)
}

// count says how many accounts there are, and how many of them are shown.
func (h *AdminHome) count() string {
	words, list := texts.Now().Home, h.accounts.Value
	switch {
	case !h.accounts.Have:
		return ""
	case list.Records > len(list.Accounts):
		return texts.Fill(words.Showing, "shown", texts.Number(len(list.Accounts)), "all", words.AccountCount.Say(list.Records))
	default:
		return words.AccountCount.Say(list.Records)
	}
}

func accountRow(a catalog.ListedAcct) []app.UI {
	created := ""
	if a.UnixStartDate != 0 {
		created = texts.Day(time.Unix(a.UnixStartDate, 0))
	}
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(a.User),
		app.Span().Class("breakable").Text(a.Domain),
		app.Span().Class("breakable text-secondary").Text(a.Owner),
		app.Span().Class("breakable text-secondary").Text(a.Plan),
		app.Span().Class("numbers text-secondary").Text(created),
		state(bool(a.Suspended)),
	}
}

func (h *AdminHome) onAgain(app.Context, app.Event) {
	defer components.Guard()
	h.load()
}
