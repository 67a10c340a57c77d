// Package pages has the screens of the browser app, a file each, and the root
// component, which picks the one to show.
//
// A screen is a go-app component: its inputs are exported fields that Root sets,
// its state is unexported. It embeds a start, and says what it asks for at an
// address; the start asks that, ahead of the first drawing where it can. Names of
// screens are unique in the whole app, as go-app tells components apart by package
// and name.
// Screens ask the server through package identity and are drawn with package
// components; their sentences are in package texts.
package pages

import (
	"context"
	"strings"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
)

// desk is what Root asks. go-app makes Root by itself, from its type alone, so
// there is no field through which it could be given.
var desk *identity.Desk

// Start names the desk that the app asks. main calls it before go-app runs.
func Start(d *identity.Desk) { desk = d }

// Root is the one component for every path, so that the frame and the session
// outlive a change of screens. It knows which service this is and who is signed
// in, and shows a screen, the login page, or the login page over a screen whose
// session has ended.
type Root struct {
	app.Compo

	ctx   app.Context
	door  identity.Door
	known bool  // the server has said what door this is
	err   error // it could not be asked
	ended bool  // the session ended while a screen was shown
	newer bool  // the server runs another version than this page
	menu  bool  // the menu is open, on a narrow screen
	path  string
	next  string // where a sign in leads: the last address that is not the login's
	out   bool   // the address says that somebody has just signed out

	form    bool     // the page's own login form is in sight, not the app's
	waiting bool     // and asks the app before it is sent
	sent    *entered // what was sent from it
	worded  bool     // the texts of the page's language are in use

	first     app.UI // the first screen, until it is drawn; may be nil
	firstPath string // where it is
}

// OnMount starts with the question who is signed in.
func (r *Root) OnMount(ctx app.Context) {
	defer components.Guard()
	r.ctx = ctx
	r.form, _ = atEntrance()
	desk.Watch(
		func() { ctx.Dispatch(func(app.Context) { r.end() }) },
		func(v string) {
			if v != components.Version() { // or each reply would have everything drawn again
				ctx.Dispatch(func(app.Context) { r.newer = true })
			}
		},
	)
	r.ask()
}

// OnNav follows the address.
func (r *Root) OnNav(ctx app.Context) {
	defer components.Guard()
	u := ctx.Page().URL()
	path := identity.Stable(u.Path)
	if path != r.path && r.path != "" && r.known {
		ctx.Defer(func(app.Context) { components.Focus(components.ContentID, false) })
	}
	r.path, r.menu, r.out = path, false, u.Query().Get("signed_out") != ""
	if !strings.HasPrefix(path, "/login") {
		r.next = path
		if u.RawQuery != "" {
			r.next += "?" + u.RawQuery
		}
	}
	r.title(ctx)
}

// ask asks who is signed in, and then takes the splash away.
func (r *Root) ask() {
	r.err = nil
	r.ctx.Async(func() {
		defer components.Guard()
		door, err := desk.Door(context.Background())
		at := app.Window().URL() // what the server drew has links, so it may soon be another
		first := beginAhead(door, at)
		change, screen := r.words(door), first()
		r.ctx.Dispatch(func(ctx app.Context) {
			if change != nil {
				change()
			}
			r.err = err
			r.first, r.firstPath = screen, identity.Stable(at.Path)
			if err == nil {
				r.open(door)
			}
			ctx.Defer(func(app.Context) { app.Window().Call("posternReady") })
		})
	})
}

// open takes the server's word on who is signed in.
func (r *Root) open(door identity.Door) {
	if door.Session == nil && r.door.Session != nil && r.known {
		r.end()
		return
	}
	r.door, r.known, r.ended = door, true, false
	if _, refused := atEntrance(); r.form && !refused && (door.Session != nil || stepAt(r.path) != "") {
		r.form = false // somebody signed in meanwhile, in another tab
		leave()
	}
	r.await()
	r.title(r.ctx)
}

// end notes that the session is over; the screen stays in sight below the login.
func (r *Root) end() {
	if r.door.Session != nil {
		r.ended = true
	}
}

// signedIn is told by the login page where the session leads to.
func (r *Root) signedIn(redirect string) {
	r.ctx.Async(func() {
		defer components.Guard()
		door, err := desk.Door(context.Background())
		change := r.words(door)
		r.ctx.Dispatch(func(ctx app.Context) {
			if change != nil {
				change()
			}
			if err != nil || door.Session == nil {
				app.Window().Get("location").Call("assign", redirect)
				return
			}
			r.open(door)
			r.follow(ctx, redirect)
		})
	})
}

// follow goes where the server sent the login: within the app if it is a path
// of the app's, else as a page of its own.
func (r *Root) follow(ctx app.Context, redirect string) {
	path := identity.Stable(redirect)
	if _, ours := find(shown(r.door, *r.door.Session), path); !ours {
		app.Window().Get("location").Call("assign", redirect)
		return
	}
	if path == "/webmail/" {
		path = "/"
	}
	if path != r.path {
		ctx.Navigate(path)
	}
}

// Render draws the state that the app is in.
func (r *Root) Render() app.UI {
	switch {
	case r.form:
		return app.Div() // below the page's own login form
	case r.err != nil && !r.known:
		return app.Div().Body(gate(app.Div().Class("card").Body(components.Failed(r.err, r.onAgain))))
	case !r.known:
		return app.Div() // below the splash
	case r.door.Session == nil:
		return app.Div().Body(&Login{Desk: desk, Door: r.door, Next: r.next, Step: stepAt(r.path), Notice: r.notice(), Root: r, Sent: r.sent})
	default:
		return r.inside()
	}
}

// notice is for the login page.
func (r *Root) notice() string {
	if r.out {
		return texts.Now().Login.SignedOut
	}
	return ""
}

// inside is the frame with the screen at the path.
func (r *Root) inside() app.UI {
	s := *r.door.Session
	list := shown(r.door, s)
	frame := components.Frame{
		Service: r.door.Service.Title(), Hostname: r.door.Hostname, User: s.User, SignOut: s.SignOut(),
		Here: r.path, MenuOpen: r.menu, ToggleMenu: r.onMenu,
	}
	for _, one := range list {
		frame.Links = append(frame.Links, components.Link{Path: one.Path, Label: one.Title(), Icon: one.Icon()})
	}
	if r.newer {
		frame.Notices = append(frame.Notices, components.NewVersion(r.onReload))
	}
	if one, found := find(list, r.path); found {
		frame.Here, frame.Title, frame.Content = one.Path, one.Title(), r.screen(one, s)
	} else {
		frame.Title, frame.Content = texts.Now().Common.NotFound, components.NotFound()
	}
	return app.Div().Body(
		frame.UI(),
		app.If(r.ended, &Login{Desk: desk, Door: r.door, Next: r.next, User: s.User, Over: true, Root: r}),
	)
}

// screen is the one to show. The first is there already, if it asked ahead.
func (r *Root) screen(one Screen, s identity.Session) app.UI {
	first, here := r.first, r.firstPath == r.path
	r.first = nil // go-app mounts nothing twice
	if first != nil && here {
		return first
	}
	return one.Draw(desk, r.door, s)
}

// stepAt is the step of a sign in that has its page at the path; empty if none has.
func stepAt(path string) string {
	step, is := strings.CutPrefix(path, "/login/")
	if !is {
		return ""
	}
	return strings.Trim(step, "/")
}

// title names the browser's tab.
func (r *Root) title(ctx app.Context) { ctx.Page().SetTitle(r.titled()) }

// titled is the name: the screen first, as tabs are narrow.
func (r *Root) titled() string {
	title := texts.Now().Common.Product
	if r.known {
		title = r.door.Service.Title() + " · " + r.door.Hostname + " · " + title
	}
	if r.known && r.door.Session != nil {
		if one, found := find(shown(r.door, *r.door.Session), r.path); found {
			title = one.Title() + " · " + title
		}
	}
	return title
}

func (r *Root) onAgain(app.Context, app.Event) {
	defer components.Guard()
	r.ask()
}

func (r *Root) onMenu(app.Context, app.Event) { r.menu = !r.menu }

func (r *Root) onReload(ctx app.Context, _ app.Event) { ctx.Reload() }
