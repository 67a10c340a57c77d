package pages

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
)

// Submit sends a login, and shows what came of it.
func (l *Login) Submit(user, password string) {
	if l.sending || l.missing(user, password) {
		return
	}
	l.sending, l.problem = true, ""
	locale := l.locale()
	l.ctx.Async(func() {
		defer components.Guard()
		// Not the component's context: a login that is on its way is not called
		// back, as nobody could tell whether it was counted.
		answer, err := l.Desk.SignIn(context.Background(), strings.TrimSpace(user), password, l.next(), locale)
		l.ctx.Dispatch(func(ctx app.Context) {
			l.sending = false
			switch {
			case err != nil:
				l.refuse(ctx, components.Sentence(err))
			case answer.Status == 1:
				l.sending = true // until Root takes this page away
				l.Root.signedIn(answer.Redirect)
			case answer.Opens() != "":
				l.openStep(answer.Opens())
			default:
				l.refuse(ctx, Refusal(answer))
			}
		})
	})
}

// locale is the language that the next session is to have: the one that was chosen
// before, if any.
func (l *Login) locale() string {
	switch {
	case l.Sent != nil:
		return l.Sent.locale
	case l.Door.Session != nil:
		return l.Door.Session.Locale
	}
	return ""
}

// missing says which field was left empty, at the field, and puts the cursor there.
func (l *Login) missing(user, password string) bool {
	l.noUser, l.noPass = "", ""
	if password == "" {
		l.noPass = texts.Now().Login.NeedPassword
		components.Focus(passwordID, false)
	}
	if strings.TrimSpace(user) == "" {
		l.noUser = texts.Now().Login.NeedUser
		components.Focus(userID, false)
	}
	if l.noUser+l.noPass == "" {
		return false
	}
	l.problem = ""
	return true
}

// refuse shows why there is no session. The password is marked, to be typed over.
func (l *Login) refuse(ctx app.Context, sentence string) {
	l.problem = sentence
	ctx.Defer(func(app.Context) { components.Focus(passwordID, true) })
}

// openStep goes on with what the server asks next: at an address of its own, or
// in the dialog.
func (l *Login) openStep(step string) {
	if l.Over {
		l.opened = step
	} else {
		l.ctx.Navigate("/login/" + step)
	}
}

// startAgain goes back to name and password, and says why. A step calls it, whose
// own dispatch draws the step alone, not the login around it.
func (l *Login) startAgain(problem string) {
	l.opened, l.problem, l.sending, l.again = "", problem, false, true
	l.ctx.Dispatch(func(ctx app.Context) {
		if l.Over {
			l.refocus()
		} else {
			ctx.Navigate("/login")
		}
	})
}

// OnUpdate puts the cursor where typing begins again.
func (l *Login) OnUpdate(app.Context) {
	defer components.Guard()
	if l.step() == "" {
		l.refocus()
	}
}

// refocus puts the cursor into the name, once, after a step has been left.
func (l *Login) refocus() {
	if l.again {
		l.again = false
		l.ctx.Defer(func(app.Context) { components.Focus(userID, true) })
	}
}

// step is the step that is open; empty: name and password are asked.
func (l *Login) step() string {
	if l.Over {
		return l.opened
	}
	return l.Step
}

// Refusal says in words why a login made no session.
func Refusal(a identity.Answer) string {
	words := texts.Now().Login
	switch a.Message {
	case identity.Invalid:
		return words.Invalid
	case identity.Locked:
		if a.Seconds <= 0 {
			return words.LockedSoon
		}
		return words.Locked.Say((a.Seconds + 59) / 60)
	case identity.Busy:
		return words.Busy
	case identity.Expired:
		return texts.Now().Steps.Expired
	default:
		return words.OtherStep
	}
}
