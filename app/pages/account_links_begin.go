package pages

import (
	"context"
	"net/url"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/texts"
	"postern/shared/catalog"
	"postern/shared/client"
	"postern/shared/fault"
)

// proofParameter is the parameter that proves who links.
const proofParameter = "own_password"

// Begin goes to a provider, and asks for the password first where the session is not enough.
func (p *OwnLinks) Begin(one catalog.AuthnModule) {
	by, desk := &p.by, p.Desk
	if by.busy {
		return
	}
	p.to = one
	by.busy, by.what, by.err, by.failed, by.done = true, "", nil, nil, ""
	by.ctx.Async(func() {
		defer components.Guard()
		start, err := client.Call(context.Background(), desk, catalog.BeginAuthnLink, p.request(""))
		by.ctx.Dispatch(func(ctx app.Context) {
			by.busy = false
			switch {
			case err == nil:
				p.leave(start)
			case components.Blamed(err) == proofParameter:
				by.ask("password", "", inputs+proofParameter)
			case !fault.Is(err, fault.Stranger): // the login page comes over this one
				by.failed = err
				components.ShowOutcome(ctx)
			}
		})
	})
}

func (p *OwnLinks) request(password string) catalog.BeginAuthnLinkRequest {
	return catalog.BeginAuthnLinkRequest{
		AuthnProviderID: catalog.AuthnProviderID{ProviderID: p.to.ProviderName}, CallerProof: catalog.CallerProof{OwnPassword: password},
	}
}

// dialog asks for the password, or for what the caller's dialogs do.
func (p *OwnLinks) dialog() app.UI {
	if p.by.what != "password" {
		return p.by.dialog()
	}
	words := texts.Now().Links
	title := texts.Fill(words.With, "name", p.to.DisplayName)
	return components.Slot(components.Dialog{ID: dialogID, Title: title, Closed: p.by.closed, Body: components.Form{
		Fields: []components.Field{{ID: inputs + proofParameter, Name: proofParameter, Type: "password", Label: words.Own, AutoComplete: "current-password", Hint: words.OwnHint}},
		// So that a password manager knows whose password it is.
		More: app.Input().Type("text").Name("username").Value(p.Session.User).Attr("autocomplete", "username").
			Class("visually-hidden").TabIndex(-1).Aria("hidden", true).ReadOnly(true),
		Action: title, Busy: p.by.busy, Err: p.by.err, InDialog: true,
		Submit: submit(func() { p.Prove(components.Typed(inputs + proofParameter)) }),
	}.UI()}.UI())
}

// Prove goes to the provider with the password.
func (p *OwnLinks) Prove(password string) {
	if password == "" {
		p.by.err = fault.Missing(proofParameter)
		components.FocusBlamed(p.by.ctx, inputs, p.by.err)
		return
	}
	var start catalog.AuthnLinkStart
	request := p.request(password)
	p.by.do("", func(ctx context.Context) (err error) {
		start, err = client.Call(ctx, p.Desk, catalog.BeginAuthnLink, request)
		return err
	}, func() { p.leave(start) })
}

// leave leaves the app for the provider, by way of this very server.
func (p *OwnLinks) leave(start catalog.AuthnLinkStart) {
	if to := p.way(start); to != "" && !app.IsServer {
		app.Window().Get("location").Call("assign", to)
	}
}

func (p *OwnLinks) way(start catalog.AuthnLinkStart) string {
	if !strings.HasPrefix(start.Path, "/openid_connect/") {
		return ""
	}
	return p.Session.Token + start.Path + "&" + url.Values{"goto_uri": {linksPath}}.Encode()
}
