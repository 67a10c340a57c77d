package pages

import (
	"context"
	"net/url"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
)

// aheadPatience is how long the first screen may wait for its rows behind the
// splash. Then it is drawn, and says itself that it is loading.
const aheadPatience = time.Second

// ahead is the first screen, at an address, with what it shows; nil if it is drawn by
// the app alone.
func ahead(door identity.Door, at *url.URL) app.UI {
	if door.Session == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), aheadPatience)
	defer cancel()
	return asked(ctx, desk, door, at)
}

// asked is the screen at an address, with what it shows; nil if there is none, or one
// that is drawn by the app alone.
func asked(ctx context.Context, d *identity.Desk, door identity.Door, at *url.URL) app.UI {
	one, found := find(shown(door, *door.Session), identity.Stable(at.Path))
	if !found {
		return nil
	}
	screen, is := one.Draw(d, door, *door.Session).(inquirer)
	if !is {
		return nil
	}
	askAhead(ctx, screen, at)
	return screen
}

// beginAhead is ahead beside something else; call the answer to wait for it.
func beginAhead(door identity.Door, at *url.URL) func() app.UI {
	done := make(chan app.UI, 1)
	go func() {
		var screen app.UI
		defer func() { done <- screen }()
		defer components.Guard()
		screen = ahead(door, at)
	}()
	return func() app.UI { return <-done }
}
