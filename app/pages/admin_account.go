package pages

import (
	"context"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/scalar"
)

// account draws the one account that the address names.
func (p *AdminAccounts) account() app.UI {
	words := texts.Now().Admin.Accounts
	back := app.A().Href(accountsPath).Class("glyph-text mb-3").Body(components.Icon("arrow-left"), app.Text(words.Back))
	var content app.UI
	switch {
	case p.facts.Err != nil && !p.facts.Have:
		content = components.Failed(p.facts.Err, p.onAgain)
	case !p.facts.Have:
		content = components.Table{Loading: true}.UI()
	default:
		content = p.detail(p.facts.Value.Acct)
	}
	return app.Div().Body(back, p.by.outcome(), components.Card(p.one, p.badge(), content), components.Slot(p.linked()))
}

// linked is the account's identities at login providers, for those who may see them.
func (p *AdminAccounts) linked() app.UI {
	if !p.facts.Have || !p.Session.May("manage-oidc") {
		return nil
	}
	return p.links.card()
}

func (p *AdminAccounts) wantsLinks() []inquiry {
	if !p.Session.May("manage-oidc") {
		return nil
	}
	if p.links.user != p.one {
		p.links = links{by: &p.by, user: p.one, admin: true}
	}
	return p.links.wants()
}

func (p *AdminAccounts) badge() app.UI {
	if !p.facts.Have {
		return app.Span()
	}
	return state(bool(p.facts.Value.Suspended))
}

func (p *AdminAccounts) detail(a catalog.Acct) app.UI {
	words := texts.Now().Admin.Accounts
	said := components.Said
	facts := []components.Fact{
		said(words.Domain, a.Domain), said(words.Owner, a.Owner), said(words.Contact, a.Email), said(words.Plan, a.Plan), said(words.Address, a.IP),
		{Name: words.Created, Value: components.Moment(time.Unix(a.UnixStartDate, 0))}, said(words.Mailboxes, limit(a.MaxPop)),
		said(words.MailQuota, megabytes(a.MaxMailQuota)), said(words.Quota, megabytes(a.DiskLimit)), said(words.Shell, a.Shell),
	}
	if a.Suspended {
		facts = append(facts, said(words.Reason, a.SuspendReason))
	}
	return app.Div().Body(
		app.Div().Class("card-body border-bottom").Body(components.Facts(facts...)),
		app.Div().Class("card-body").Body(app.Div().Class("btn-list").Body(p.actions(a)...)),
	)
}

// actions are what whoever is signed in may do with the account.
func (p *AdminAccounts) actions(a catalog.Acct) []app.UI {
	words := texts.Now().Admin.Accounts
	var list []app.UI
	add := func(privilege string, one app.UI) {
		if p.Session.May(privilege) {
			list = append(list, one)
		}
	}
	if !a.Suspended {
		add("create-user-session", button(components.Icon("login-2"), words.SignInAs, a.User, func() { p.SignInAs(a.User) }))
	}
	add("edit-account", button(components.Icon("edit"), words.Edit, a.User, func() { p.by.ask("edit", a.User, "field-domain") }))
	add("passwd", button(components.Icon("key"), words.Password, a.User, func() { p.by.ask("password", a.User, "field-password") }))
	add("cpanel-api", app.A().Class("btn btn-sm").Href(adminMailboxesPath+"?account="+a.User).
		Body(app.Span().Class("glyph-text").Body(components.Icon("mailbox"), app.Text(words.ItsMailboxes))))
	if a.Suspended {
		add("suspend-acct", button(components.Icon("player-play"), words.Unsuspend, a.User, func() { p.by.ask("unsuspend", a.User, "") }))
	} else {
		add("suspend-acct", button(components.Icon("player-pause"), words.Suspend, a.User, func() { p.by.ask("suspend", a.User, "field-reason") }))
	}
	add("kill-acct", button(components.Icon("trash"), words.Remove, a.User, func() { p.by.ask("remove", a.User, dialogID+"-word") }))
	return list
}

// limit writes a limit for people.
func limit(l scalar.Limit) string {
	if !l.Set {
		return texts.Now().Admin.Unlimited
	}
	return texts.Number(int(l.N))
}

func megabytes(l scalar.Limit) string {
	if !l.Set {
		return texts.Now().Admin.Unlimited
	}
	return texts.Bytes(l.N << 20)
}

// SignInAs makes a session of cPanel as the account, and goes there in a new tab.
func (p *AdminAccounts) SignInAs(user string) {
	desk, host, url := p.Desk, app.Window().URL().Hostname(), ""
	p.by.what, p.by.inline = "", false
	p.by.do(texts.Fill(texts.Now().Admin.Accounts.SignedInAs, "user", user), func(ctx context.Context) error {
		session, err := client.Call(ctx, desk, catalog.CreateUserSession, catalog.CreateUserSessionRequest{
			User: user, Service: scalar.CPanel, PreferredDomain: host,
		})
		url = session.URL
		return err
	}, func() { components.OpenTab(url) })
}
