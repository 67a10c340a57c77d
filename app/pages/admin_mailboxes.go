package pages

import (
	"context"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/scalar"
)

// AdminMailboxes is the mailboxes of one account, asked for as that account.
type AdminMailboxes struct {
	app.Compo
	doing

	Desk    *identity.Desk
	Session identity.Session

	account string // empty: none is chosen yet
	place   components.Place
	rows    Load[pageOf[catalog.Pop]]
}

func (p *AdminMailboxes) wants(at *url.URL) []inquiry {
	p.place = components.ReadPlace(at.Query(), "account")
	if account := p.place.Only["account"]; account != p.account {
		p.account = account
		p.rows.forget()
		p.deeds.failed, p.deeds.done = nil, ""
	}
	if p.account == "" {
		return nil
	}
	as, place := p.Desk.For(p.account), p.place
	return []inquiry{p.rows.From(func(ctx context.Context) (pageOf[catalog.Pop], error) {
		answer, err := client.Ask(ctx, as, catalog.ListPops, catalog.ListPopsRequest{SkipMain: true}, place.Shape(pageSize, "email"))
		return onPage(answer.Out, answer.Shaped), err
	})}
}

// Render draws the choice of an account, and its mailboxes below.
func (p *AdminMailboxes) Render() app.UI {
	words := texts.Now().Admin.Mailboxes
	choice := app.Form().Class("card mb-3").Method("get").Action(adminMailboxesPath).OnSubmit(p.onChoose).Body(
		app.Div().Class("card-body list-bar").Body(
			app.Label().Class("form-label mb-0").For("account").Text(words.Account),
			app.Input().Class("form-control w-auto").Type("text").ID("account").Name("account").Value(p.account).
				Attr("autocomplete", "off").Attr("autocapitalize", "none").Spellcheck(false),
			app.Button().Type("submit").Class("btn").Text(words.Show),
		),
	)
	return app.Div().Body(app.Div().Body(p.deeds.outcome(), choice, components.Slot(p.list())), p.dialog())
}

func (p *AdminMailboxes) list() app.UI {
	words := texts.Now().Admin.Mailboxes
	if p.account == "" {
		return components.Slot(app.Div().Class("card").Body(components.Table{
			EmptyIcon: components.Icon("mailbox"), EmptyTitle: words.Choose, EmptyHint: words.ChooseHint, Rows: [][]app.UI{},
		}.UI()))
	}
	records := -1
	if p.rows.Have {
		records = p.rows.Value.Records
	}
	list := components.Listing{Path: adminMailboxesPath, Place: p.place, Size: pageSize, Records: records, Hint: words.Search}
	table := components.Table{
		Label: words.Title, List: list, Loading: p.rows.Loading, Err: p.rows.Err, Again: p.onAgain,
		Columns: []string{words.Mailbox, words.State, words.Actions}, Keys: []string{"email", "suspended_login", ""},
		EmptyIcon: components.Icon("mailbox"), EmptyTitle: words.None, EmptyHint: words.NoneHint,
	}
	if p.rows.Have {
		table.Rows = [][]app.UI{}
		for _, b := range p.rows.Value.Rows {
			table.Rows = append(table.Rows, p.row(b))
		}
	}
	add := button(components.Icon("plus"), words.Add, "", func() { p.deeds.ask("add", p.account, "field-email") })
	return app.Div().Body(components.Card(texts.Fill(words.Of, "user", p.account), add, app.Div().Body(list.Bar(), table.UI(), list.Pages())))
}

func (p *AdminMailboxes) row(b catalog.Pop) []app.UI {
	words := texts.Now().Admin.Mailboxes
	toggle := button(components.Icon("player-pause"), words.Suspend, b.Email, func() { p.Suspend(b.Email, true) })
	if b.SuspendedLogin {
		toggle = button(components.Icon("player-play"), words.Unsuspend, b.Email, func() { p.Suspend(b.Email, false) })
	}
	return []app.UI{
		app.Span().Class("breakable fw-medium").Text(b.Email),
		state(bool(b.SuspendedLogin)),
		buttons(
			button(components.Icon("key"), words.Password, b.Email, func() { p.deeds.ask("password", b.Email, "field-password") }),
			toggle,
			button(components.Icon("trash"), words.Remove, b.Email, func() { p.deeds.ask("remove", b.Email, "") }),
		),
	}
}

// What the forms ask for.
var (
	newMailbox      = asks(&catalog.AddPop.Function, "email", "password", "quota")
	mailboxesSecret = asks(&catalog.PasswdPop.Function, "password")
)

func (p *AdminMailboxes) dialog() app.UI {
	words, d := texts.Now().Admin.Mailboxes, &p.deeds
	ask := func(heading, action string, q *question, send func()) app.UI {
		inputs := q.fields(words.Labels)
		for i := range inputs {
			if inputs[i].Type == "password" {
				inputs[i] = choosePassword(inputs[i], p.Desk.For(p.account), "", func() catalog.RatePasswordRequest {
					if d.what == "password" {
						return mailboxPassword(halves(d.subject))
					}
					return mailboxPassword(components.Typed("field-email"), "")
				})
			}
		}
		return components.Slot(components.Dialog{ID: dialogID, Title: texts.Fill(heading, "user", d.subject), Closed: d.closed,
			Body: components.Form{Fields: inputs, Action: action, Busy: d.busy, Err: d.err, InDialog: true, Submit: submit(send), SubmitScope: d.what}.UI()}.UI())
	}
	switch d.what {
	case "add":
		return ask(words.AddTitle, words.Add, newMailbox, p.Add)
	case "password":
		return ask(words.PasswordTitle, words.Password, mailboxesSecret, p.ChangePassword)
	case "remove":
		return components.Slot(components.Confirm{ID: dialogID, Title: texts.Fill(words.RemoveTitle, "user", d.subject), Text: words.RemoveText, Action: words.Remove,
			Danger: true, Busy: d.busy, Err: d.err, Yes: submit(p.Remove), Closed: d.closed}.UI())
	}
	return components.Slot()
}

// Add makes the mailbox that the form describes.
func (p *AdminMailboxes) Add() {
	request, err := catalog.AddPop.Read(newMailbox.entered())
	if err != nil {
		p.deeds.err = err
		return
	}
	act(&p.deeds, p.Desk.For(p.account), texts.Now().Admin.Mailboxes.Added, catalog.AddPop, request, p.load)
}

// ChangePassword gives the mailbox the password that was typed.
func (p *AdminMailboxes) ChangePassword() {
	request := catalog.PasswdPopRequest{Password: components.Typed("field-password")}
	request.Email, request.Domain = halves(p.deeds.subject)
	act(&p.deeds, p.Desk.For(p.account), texts.Now().Admin.Mailboxes.PasswordChanged, catalog.PasswdPop, request, nil)
}

// Suspend keeps a mailbox's owner from signing in, or lets them again.
func (p *AdminMailboxes) Suspend(email string, on bool) {
	f := catalog.UnsuspendLogin
	if on {
		f = catalog.SuspendLogin
	}
	p.deeds.what, p.deeds.inline = "", false
	act(&p.deeds, p.Desk.For(p.account), texts.Now().Admin.Saved, f, catalog.SuspendLoginRequest{Email: email}, p.load)
}

// Remove takes the mailbox away.
func (p *AdminMailboxes) Remove() {
	request := catalog.DeletePopRequest{SkipQuota: scalar.Bit(false)}
	request.Email, request.Domain = halves(p.deeds.subject)
	act(&p.deeds, p.Desk.For(p.account), texts.Fill(texts.Now().Admin.Mailboxes.Removed, "user", p.deeds.subject), catalog.DeletePop, request, p.load)
}

// halves takes a mail address apart.
func halves(email string) (local, domain string) {
	at := strings.LastIndexByte(email, '@')
	return email[:max(at, 0)], email[at+1:]
}

func (p *AdminMailboxes) onChoose(ctx app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	ctx.Navigate(components.Place{Page: 1}.With("account", strings.TrimSpace(components.Typed("account"))).At(adminMailboxesPath))
}
