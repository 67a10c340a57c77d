package pages

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// What the forms ask for; every other parameter has its place in the API Shell.
var (
	newAccount  = asks(&catalog.CreateAcct.Function, "username", "domain", "password", "contactemail", "owner", "maxpop", "max_emailacct_quota")
	editAccount = asks(&catalog.ModifyAcct.Function, "domain", "contactemail", "owner", "MAXPOP", "MAX_EMAILACCT_QUOTA", "QUOTA", "LOCALE")
	newPassword = asks(&catalog.Passwd.Function, "password")
	suspension  = asks(&catalog.SuspendAcct.Function, "reason")
)

// dialog is the question that is open, in its place.
func (p *AdminAccounts) dialog() app.UI {
	words, d, busy := texts.Now().Admin.Accounts, &p.by, p.by.busy
	title := func(text string) string { return texts.Fill(text, "user", d.subject) }
	ask := func(heading, action string, list []components.Field, send func()) app.UI {
		return components.Slot(components.Dialog{ID: dialogID, Title: title(heading), Closed: d.closed,
			Body: components.Form{Fields: list, Action: action, Busy: busy, Err: d.err, InDialog: true, Submit: submit(send), SubmitScope: d.what}.UI()}.UI())
	}
	switch d.what {
	case "call":
		return d.dialog()
	case "create":
		return ask(words.CreateTitle, words.Create, p.newAccount(), p.Create)
	case "edit":
		return ask(words.EditTitle, texts.Now().Common.Save, p.changes(), p.Edit)
	case "password":
		list := newPassword.fields(words.Labels)
		list[0] = choosePassword(list[0], p.Desk, "", func() catalog.RatePasswordRequest {
			return catalog.RatePasswordRequest{App: "passwd", User: d.subject}
		})
		return ask(words.PasswordTitle, words.Password, list, p.ChangePassword)
	case "suspend":
		return ask(words.SuspendTitle, words.Suspend, suspension.fields(words.Labels), p.Suspend)
	case "unsuspend":
		return components.Slot(components.Confirm{ID: dialogID, Title: title(words.UnsuspendTitle), Text: words.UnsuspendText, Action: words.Unsuspend,
			Busy: busy, Err: d.err, Yes: submit(p.Unsuspend), Closed: d.closed}.UI())
	case "remove":
		return components.Slot(components.Confirm{ID: dialogID, Title: title(words.RemoveTitle), Text: words.RemoveText, Action: words.Remove, Danger: true,
			Word: d.subject, Busy: busy, Err: d.err, Yes: submit(p.Remove), Closed: d.closed}.UI())
	}
	return components.Slot()
}

func (p *AdminAccounts) newAccount() []components.Field {
	list := p.mayAsk(newAccount).fields(texts.Now().Admin.Accounts.Labels)
	for i := range list {
		if list[i].Name == "password" {
			// Without one the server makes one up and shows it in its log alone.
			list[i].Required = true
			list[i] = choosePassword(list[i], p.Desk, "", func() catalog.RatePasswordRequest {
				return catalog.RatePasswordRequest{App: "createacct", User: components.Typed("field-username"), Domain: components.Typed("field-domain")}
			})
		}
	}
	return list
}

func (p *AdminAccounts) changes() []components.Field {
	a := p.facts.Value.Acct
	now := map[string]string{
		"domain": a.Domain, "contactemail": a.Email, "owner": a.Owner, "MAXPOP": a.MaxPop.String(),
		"MAX_EMAILACCT_QUOTA": a.MaxMailQuota.String(), "QUOTA": a.DiskLimit.String(),
	}
	list := p.mayAsk(editAccount).fields(texts.Now().Admin.Accounts.Labels)
	for i := range list {
		list[i].Value = now[list[i].Name]
	}
	return list
}

// mayAsk is the question without what this session may not say.
func (p *AdminAccounts) mayAsk(q *question) *question {
	if p.Session.May("all") {
		return q
	}
	return q.without("owner")
}

// Create makes the account that the form describes.
func (p *AdminAccounts) Create() {
	args := newAccount.entered()
	request, err := catalog.CreateAcct.Read(args)
	if err == nil && request.Password == "" {
		err = fault.Missing("password")
	}
	if err != nil {
		p.by.err = err
		return
	}
	act(&p.by.deeds, p.Desk, texts.Fill(texts.Now().Admin.Accounts.Created2, "user", request.Username), catalog.CreateAcct, request, p.load)
}

// Edit changes what was changed in the form.
func (p *AdminAccounts) Edit() {
	args := editAccount.entered()
	for _, f := range p.changes() {
		if args.Get(f.Name) == f.Value {
			args.Del(f.Name)
		}
	}
	args.Set("user", p.by.subject)
	request, err := catalog.ModifyAcct.Read(args)
	if err != nil {
		p.by.err = err
		return
	}
	act(&p.by.deeds, p.Desk, texts.Now().Admin.Saved, catalog.ModifyAcct, request, p.load)
}

// ChangePassword gives the account the password that was typed.
func (p *AdminAccounts) ChangePassword() {
	request := catalog.PasswdRequest{User: p.by.subject, Password: components.Typed("field-password"), DBPassUpdate: true}
	act(&p.by.deeds, p.Desk, texts.Now().Admin.Accounts.PasswordChanged, catalog.Passwd, request, nil)
}

// Suspend suspends the account for the reason that was typed.
func (p *AdminAccounts) Suspend() {
	request := catalog.SuspendAcctRequest{User: p.by.subject, Reason: components.Typed("field-reason")}
	act(&p.by.deeds, p.Desk, texts.Fill(texts.Now().Admin.Accounts.Suspended2, "user", p.by.subject), catalog.SuspendAcct, request, p.load)
}

// Unsuspend lifts the suspension.
func (p *AdminAccounts) Unsuspend() {
	request := catalog.UnsuspendAcctRequest{User: p.by.subject}
	act(&p.by.deeds, p.Desk, texts.Fill(texts.Now().Admin.Accounts.Unsuspended, "user", p.by.subject), catalog.UnsuspendAcct, request, p.load)
}

// Remove takes the account away and goes back to the list.
func (p *AdminAccounts) Remove() {
	user := p.by.subject
	act(&p.by.deeds, p.Desk, texts.Fill(texts.Now().Admin.Accounts.Removed, "user", user), catalog.RemoveAcct, catalog.RemoveAcctRequest{Username: user}, func() {
		p.removed = true
		p.by.ctx.Navigate(accountsPath)
	})
}
