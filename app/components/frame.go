package components

import (
	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/texts"
)

// Link is an entry of the frame's menu.
type Link struct {
	Path, Label string
	Icon        app.UI
}

// Frame is what stands around every screen of someone who is signed in.
type Frame struct {
	Service, Hostname string // the service's title and the host's name
	User, SignOut     string // who is signed in, and the address that signs out
	Links             []Link
	Here              string // the path of the screen shown
	MenuOpen          bool   // on a narrow screen
	ToggleMenu        app.EventHandler
	Notices           []app.UI // above the screen
	Title             string
	Content           app.UI
}

// ContentID is the element that takes the focus when another screen is shown.
const ContentID = "content"

// UI draws the frame and the screen in it.
func (f Frame) UI() app.UI {
	return app.Div().Class("page").Body(
		app.A().Class("skip btn").Href("#"+ContentID).DataSet("native", "").Text(texts.Now().Common.SkipToContent),
		f.side(),
		app.Div().Class("page-wrapper").Body(
			app.Header().Class("page-header d-print-none").Body(
				app.Div().Class("container-xl").Body(
					app.H1().Class("page-title breakable").ID(ContentID).TabIndex(-1).Text(f.Title),
				),
			),
			app.Main().Class("page-body").Body(
				app.Div().Class("container-xl").Body(Slot(f.Notices...), f.Content),
			),
		),
	)
}

func (f Frame) side() app.UI {
	menu := "collapse navbar-collapse"
	if f.MenuOpen {
		menu = "collapse navbar-collapse show"
	}
	return app.Aside().Class("navbar navbar-vertical navbar-expand-lg").Body(
		app.Div().Class("container-fluid").Body(
			app.Button().Class("navbar-toggler").Type("button").
				Aria("label", texts.Now().Common.Menu).Aria("controls", "menu").Aria("expanded", f.MenuOpen).
				OnClick(f.ToggleMenu).
				Body(app.Span().Class("navbar-toggler-icon")),
			app.A().Class("navbar-brand navbar-brand-autodark").Href("/").Body(
				app.Span().Class("glyph-text").Body(
					Mark(32),
					app.Span().Class("wordmark-small").Text(texts.Now().Common.Product),
					app.Span().Class("badge bg-blue-lt brand-service").Text(f.Service),
				),
			),
			app.Div().Class(menu).ID("menu").Body(f.menu(), f.user()),
		),
	)
}

func (f Frame) menu() app.UI {
	return app.Nav().Class("w-100").Aria("label", texts.Now().Common.Menu).Body(
		app.Ul().Class("navbar-nav pt-lg-3").Body(
			app.Range(f.Links).Slice(func(i int) app.UI {
				link := f.Links[i]
				item, a := "nav-item", app.A().Class("nav-link").Href(link.Path)
				if link.Path == f.Here {
					item, a = "nav-item active", a.Aria("current", "page")
				}
				return app.Li().Class(item).Body(a.Body(
					app.Span().Class("nav-link-icon d-md-none d-lg-inline-block").Body(link.Icon),
					app.Span().Class("nav-link-title").Text(link.Label),
				))
			}),
		),
	)
}

// user says who is signed in where, and signs out by a plain form: it works
// whatever state the app is in, and the answer leads to the login page.
func (f Frame) user() app.UI {
	return app.Div().Class("mt-auto w-100 p-3 border-top").Body(
		app.Div().Class("text-secondary small").Text(texts.Now().Common.SignedInAs),
		app.Div().Class("fw-medium breakable").Text(f.User),
		app.Div().Class("text-secondary small breakable mb-3").Text(f.Hostname),
		app.Form().Method("post").Action(f.SignOut).Body(
			app.Button().Type("submit").Class("btn w-100").ID("sign-out").Body(
				app.Span().Class("glyph-text").Body(Icon("logout"), app.Text(texts.Now().Common.SignOut)),
			),
		),
	)
}
