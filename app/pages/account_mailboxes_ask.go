package pages

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
)

// dialog is the one that is open.
func (m *OwnMailboxes) dialog() app.UI {
	words, change := texts.Now().Account.Boxes, m.asking.Change
	f := components.Form{Busy: change.Busy, Err: change.Err, InDialog: true}
	d := components.Dialog{ID: askingID, Closed: m.asking.onClosed}
	c := components.Confirm{ID: askingID, Danger: true, Busy: change.Busy, Err: change.Err, Closed: m.asking.onClosed}
	switch m.asking.Which {
	case "add":
		f.Fields, f.Action, f.Submit = append(m.nameFields(), m.passwordField()), words.Add, m.onAddYes
		d.Title = words.AddTitle
	case "password":
		f.Fields, f.Action, f.Submit = []components.Field{m.passwordField()}, texts.Now().Common.Save, m.onPasswordYes
		d.Title = texts.Fill(words.PasswordTitle, "address", m.on)
	case "suspend":
		c.Title, c.Text, c.Action, c.Yes = texts.Fill(words.SuspendTitle, "address", m.on), words.SuspendText, words.Suspend, m.onSuspendYes
		return c.UI()
	case "remove":
		c.Title, c.Text, c.Action, c.Yes = texts.Fill(words.RemoveTitle, "address", m.on), words.RemoveText, words.Remove, m.onRemoveYes
		c.Word = m.on
		return c.UI()
	default:
		return nil
	}
	d.Body = f.UI()
	return d.UI()
}

// nameFields ask for a new mailbox's address.
func (m *OwnMailboxes) nameFields() []components.Field {
	words := texts.Now().Account.Boxes
	fields := []components.Field{{ID: inputs + "email", Name: "email", Label: words.Before, AutoComplete: "off"}}
	switch list := m.domains.Value; len(list) {
	case 0: // not known: the server takes the account's main domain
	case 1:
		fields[0].Beside = app.Span().Class("text-secondary breakable").Text("@" + list[0])
	default:
		fields = append(fields, components.Field{ID: inputs + "domain", Name: "domain", Type: "select", Label: words.Domain, Choices: list})
	}
	return fields
}

func (m *OwnMailboxes) passwordField() components.Field {
	words := texts.Now().Account.Boxes
	return choosePassword(components.Field{ID: inputs + "password", Name: "password", Label: words.Password, Hint: words.PasswordHint}, m.Desk, "",
		func() catalog.RatePasswordRequest {
			if m.asking.Which == "password" {
				return mailboxPassword(m.on, "")
			}
			return mailboxPassword(components.Typed(inputs+"email"), m.domain())
		})
}

// mailboxPassword asks about the password of a mailbox.
func mailboxPassword(email, domain string) catalog.RatePasswordRequest {
	return catalog.RatePasswordRequest{App: "virtual", User: strings.TrimSpace(email), Domain: domain}
}

// domain is the one that was chosen; empty where there is no choice.
func (m *OwnMailboxes) domain() string {
	if len(m.domains.Value) > 1 {
		return components.Typed(inputs + "domain")
	}
	return ""
}

func (m *OwnMailboxes) onAdd(app.Context, app.Event) {
	defer components.Guard()
	m.webmail = Entrance{}
	m.asking.Open(m.ctx, "add", inputs+"email")
}

func (m *OwnMailboxes) onAddYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	m.Add(catalog.AddPopRequest{
		Email: strings.TrimSpace(components.Typed(inputs + "email")), Domain: m.domain(), Password: components.Typed(inputs + "password")})
}

// Add makes a mailbox.
func (m *OwnMailboxes) Add(request catalog.AddPopRequest) {
	address := request.Email
	m.asking.Do(m.ctx, func(ctx context.Context) error {
		made, err := client.Call(ctx, m.Desk, catalog.AddPop, request)
		if at := strings.LastIndexByte(made, '+'); err == nil && at > 0 {
			address = made[:at] + "@" + made[at+1:]
		}
		return err
	}, func(app.Context) string {
		m.load()
		return texts.Fill(texts.Now().Account.Boxes.Added, "address", address)
	})
}

func (m *OwnMailboxes) onPasswordYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	request := catalog.PasswdPopRequest{Email: m.on, Password: components.Typed(inputs + "password")}
	m.asking.Do(m.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, m.Desk, catalog.PasswdPop, request))
	}, m.then(texts.Now().Account.Boxes.PasswordDone, m.on))
}

func (m *OwnMailboxes) onSuspendYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	email := m.on
	m.asking.Do(m.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, m.Desk, catalog.SuspendLogin, catalog.SuspendLoginRequest{Email: email}))
	}, m.then(texts.Now().Account.Boxes.Suspended, email))
}

func (m *OwnMailboxes) onRemoveYes(_ app.Context, e app.Event) {
	defer components.Guard()
	e.PreventDefault()
	email := m.on
	m.asking.Do(m.ctx, func(ctx context.Context) error {
		return silent(client.Call(ctx, m.Desk, catalog.DeletePop, catalog.DeletePopRequest{Email: email}))
	}, m.then(texts.Now().Account.Boxes.Removed, email))
}
