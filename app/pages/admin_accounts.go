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

// pageOf is a page of a list, and how many rows the list has in all.
type pageOf[T any] struct {
	Rows    []T
	Records int
}

// onPage takes a page out of an answer.
func onPage[T any](rows []T, shaped *function.Shaped) pageOf[T] {
	p := pageOf[T]{rows, len(rows)}
	if shaped != nil && shaped.Paged {
		p.Records = shaped.Records
	}
	return p
}

// onPageOf is onPage of a call that may have failed.
func onPageOf[T any](rows []T, shaped *function.Shaped, err error) (pageOf[T], error) {
	return onPage(rows, shaped), err
}

// AdminAccounts is the list of accounts and, where the address names one, that account.
type AdminAccounts struct {
	app.Compo
	calling

	Desk    *identity.Desk
	Door    identity.Door
	Session identity.Session

	place   components.Place
	one     string // the account shown; empty: the list
	rows    Load[pageOf[listedAccount]]
	facts   Load[catalog.SummedAcct]
	links   links // of the account shown
	removed bool  // the account shown has just been removed: what is said of it is for the list
}

func (p *AdminAccounts) wants(at *url.URL) []inquiry {
	one := at.Query().Get(oneAccount)
	if one != p.one {
		p.facts.forget()
		if !p.removed {
			p.by.failed, p.by.done = nil, ""
		}
		p.removed = false
	}
	p.one, p.place, p.by.desk = one, accountsPlace(at), p.Desk
	desk, place := p.Desk, p.place
	if one == "" {
		return []inquiry{p.rows.From(func(ctx context.Context) (pageOf[listedAccount], error) {
			return onPageOf(listAccounts(ctx, desk, place))
		})}
	}
	return append(p.wantsLinks(), p.facts.From(func(ctx context.Context) (catalog.SummedAcct, error) {
		out, err := client.Call(ctx, desk, catalog.AccountSummary, catalog.AccountSummaryRequest{User: one})
		if err != nil {
			return catalog.SummedAcct{}, err
		}
		return out.Acct[0], nil
	}))
}

// Render draws the list or the account.
func (p *AdminAccounts) Render() app.UI {
	if p.one != "" {
		return app.Div().Body(app.Div().Body(p.account()), p.dialog())
	}
	words, list := texts.Now().Admin.Accounts, p.listing()
	table := components.Table{
		Label:   words.Title,
		Columns: []string{words.Account, words.Domain, words.Owner, words.Plan, words.Created, words.State, words.Actions},
		Keys:    []string{"user", "domain", "owner", "", "", "suspended", ""}, List: list,
		Loading: p.rows.Loading, Err: p.rows.Err, Again: p.onAgain,
		EmptyIcon: components.Icon("users"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if p.rows.Have {
		table.Rows = [][]app.UI{}
		for _, a := range p.rows.Value.Rows {
			table.Rows = append(table.Rows, p.row(a))
		}
	}
	var add app.UI
	if p.Session.May("create-acct") {
		add = app.Button().Type("button").Class("btn btn-primary btn-sm").ID("create").OnClick(p.onCreate).
			Body(app.Span().Class("glyph-text").Body(components.Icon("plus"), app.Text(words.Create)))
	}
	return app.Div().Body(
		app.Div().Body(
			p.by.outcome(),
			components.Card(words.Title, add, app.Div().Body(list.Bar(), table.UI(), list.Pages())),
		),
		p.dialog(),
	)
}

func (p *AdminAccounts) listing() components.Listing {
	words := texts.Now().Admin.Accounts
	records := -1
	if p.rows.Have {
		records = p.rows.Value.Records
	}
	return components.Listing{
		Path: accountsPath, Place: p.place, Size: pageSize, Records: records, Hint: words.Search,
		Choices: []components.Choice{
			{Name: "in", Label: words.SearchIn, Values: [][2]string{{"", words.InName}, {"domain", words.InDomain}, {"owner", words.InOwner}}},
			{Name: "state", Label: words.State, Values: [][2]string{{"", words.AnyState}, {"0", words.Active}, {"1", words.Suspended}}},
		},
	}
}

func (p *AdminAccounts) row(a listedAccount) []app.UI {
	words := texts.Now().Admin.Accounts
	var enter app.UI = app.Span()
	if p.Session.May("create-user-session") && !bool(a.Suspended) {
		enter = button(components.Icon("login-2"), words.SignInAs, a.User, func() { p.SignInAs(a.User) })
	}
	return []app.UI{
		app.A().Class("breakable fw-medium").Href(accountPath(a.User)).Text(a.User),
		app.Span().Class("breakable").Text(a.Domain),
		app.Span().Class("breakable text-secondary").Text(a.Owner),
		app.Span().Class("breakable text-secondary").Text(a.Plan),
		components.Day(a.Begun),
		state(bool(a.Suspended)),
		enter,
	}
}

// accountPath is the address of an account's page.
func accountPath(user string) string {
	return accountsPath + "?" + oneAccount + "=" + url.QueryEscape(user)
}

func (p *AdminAccounts) onCreate(app.Context, app.Event) {
	defer components.Guard()
	p.by.ask("create", "", "field-username")
}
