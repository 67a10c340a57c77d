package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
	"postern/app/texts"
)

// words fetches the texts of the language that a door is to be spoken to in: the
// session's if that asks for one, else the page's own. Call it outside the UI
// goroutine; the change it returns is for the UI goroutine, and may be nil.
// Without the texts the app stays in the language it is in.
func (r *Root) words(door identity.Door) (change func()) {
	wanted, path := components.Language{Tag: components.Tongue()}, ""
	if !r.worded {
		path = components.Overlay()
	}
	if door.Session != nil && door.Session.Locale != "" {
		if l, spoken := components.Spoken(door.Session.Locale); spoken && (l.Tag != wanted.Tag || path != "") {
			wanted, path = l, l.Path
		}
	}
	overlay := []byte("{}")
	switch {
	case path != "":
		var err error
		if overlay, err = desk.Overlay(context.Background(), path); err != nil {
			app.Log(err)
			return nil
		}
	case wanted.Tag == components.Tongue():
		return nil
	}
	return func() {
		if err := texts.Use(wanted.Tag, overlay); err != nil {
			app.Log(err)
			return
		}
		r.worded = true
		if wanted.Direction != "" {
			components.Turn(wanted)
		}
	}
}
