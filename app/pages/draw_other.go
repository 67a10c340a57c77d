//go:build !js

package pages

import (
	"context"
	"fmt"
	"net/url"
	"runtime/debug"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
)

// Drawn is what a page has in sight until the app runs, and then in its place.
type Drawn struct {
	Title string // the browser tab's
	HTML  string
}

// Reader is whom a page is drawn for.
type Reader struct {
	Language *texts.Texts
	Zone     string // their time zone by its IANA name; empty: it is not known
}

// Draw draws what someone who is signed in sees at an address: the frame, and the
// screen with what it asks for, else its place. Everything is asked at
// desk, as that someone; nil: nobody is signed in there. addresses are those that
// the page's <html> element carries. Links, searches and signing out work in it
// as they are; for all else the loader waits for the app. A screen that breaks is an
// error too: its page goes out without it, and nobody else's waits for it.
func Draw(ctx context.Context, d *identity.Desk, at *url.URL, reader Reader, addresses map[string]string) (page *Drawn, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			page, err = nil, fmt.Errorf("drawing broke: %v\n%s", cause, debug.Stack())
		}
	}()
	door, err := d.Door(ctx)
	if err != nil || door.Session == nil {
		return nil, err
	}
	door.Zone = reader.Zone
	screen := asked(ctx, d, door, at)
	r := &Root{door: door, known: true, path: identity.Stable(at.Path)}
	r.firstPath = r.path
	page = &Drawn{}
	texts.Speak(reader.Language, func() {
		components.OnPage(addresses)
		if r.first = screen; screen == nil {
			r.first = app.Div().Class("card").Body(components.Loading())
		}
		page.Title = r.titled()
		page.HTML, err = components.HTML(r)
	})
	return page, err
}
