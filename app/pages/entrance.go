package pages

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
)

// entrance is the login form that came with the page (web/static/index.html). It
// stays in sight, with what is typed in it, what a password manager filled in and
// where the cursor is, until it is sent: then the app draws its own in the same
// place, and goes on.
const entrance = "entrance"

// entered is a login as it was typed into the page's form.
type entered struct{ user, password, locale string }

// atEntrance tells whether the page's form is still there, and whether it brought
// a refusal, which must stay in sight whoever is signed in.
func atEntrance() (there, refused bool) {
	e := app.Window().GetElementByID(entrance)
	if !e.Truthy() {
		return false, false
	}
	return true, e.Get("dataset").Get("refused").Type() == app.TypeString
}

// await has the page ask the app, once it runs, before the form is sent. From then
// on empty fields are the app's to talk about, not the browser's.
func (r *Root) await() {
	if !r.form || r.waiting || r.door.Session != nil {
		return
	}
	r.waiting = true
	app.Window().GetElementByID(entrance+"-form").Set("noValidate", true)
	app.Window().Set("posternTake", app.FuncOf(func(app.Value, []app.Value) any {
		if r.sent == nil {
			r.sent = &entered{components.Typed(userID), components.Typed(passwordID), components.Typed(entrance + "-locale")}
			r.ctx.Dispatch(func(app.Context) { r.form = false })
		}
		return true
	}))
}

// leave takes the page's form away; what the app has drawn below is in sight then.
func leave() {
	if e := app.Window().GetElementByID(entrance); e.Truthy() {
		e.Call("remove")
	}
	app.Window().Set("posternTake", nil)
}
