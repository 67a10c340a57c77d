package pages

import (
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

// Entrance opens a mailbox's Webmail for the account that owns it, in a new tab
// and signed in. It is a part of the screens that list mailboxes.
type Entrance struct {
	Err error // of opening one

	opening string // the mailbox whose Webmail is being opened
}

// Button opens the Webmail of a mailbox in a list.
func (e *Entrance) Button(box catalog.Pop, open app.EventHandler) app.UI {
	words := texts.Now().Home
	label := words.OpenWebmail
	if e.opening == box.Email {
		label = words.OpeningWebmail
	}
	return app.Button().Type("button").Class("btn btn-sm").
		Disabled(e.opening != "" || bool(box.SuspendedLogin)).
		Aria("label", label+": "+box.Email).OnClick(open, box.Email).
		Body(withIcon("external-link", label))
}

// Open makes a Webmail session for a mailbox and sends the browser there.
func (e *Entrance) Open(ctx app.Context, desk *identity.Desk, door identity.Door, email string) {
	if e.opening != "" {
		return
	}
	e.opening, e.Err = email, nil
	at := strings.LastIndexByte(email, '@')
	request := catalog.WebmailSessionRequest{Login: email[:max(at, 0)], Domain: email[at+1:]}
	ctx.Async(func() {
		defer components.Guard()
		session, err := client.Call(ctx, desk, catalog.CreateWebmailSession, request)
		ctx.Dispatch(func(app.Context) {
			e.opening = ""
			switch {
			case err == nil:
				enter(door, session)
			case !fault.Is(err, fault.Stranger): // the login page comes over the screen then
				e.Err = err
			}
		})
	})
}

// enter posts the session, a secret good for one use, to the Webmail service.
func enter(door identity.Door, s catalog.WebmailSession) {
	host := app.Window().URL().Hostname()
	if s.Hostname != nil && *s.Hostname != "" {
		host = *s.Hostname
	}
	address := webmailLogin(host, door.Ports[string(scalar.Webmail)], s.Token)
	components.SendForm(address, map[string]string{"session": s.Session})
}
