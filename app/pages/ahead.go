package pages

import (
	"context"
	"net/url"
	"time"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/app/identity"
)

// asksAhead is a screen that can ask for what it shows before it is in sight, so
// that it is drawn once, with its rows, and not before that without them: by the
// server already (Draw), and again by the app, which finds the answers in the page.
// Ahead is called once, outside the UI goroutine, on a screen that is not mounted,
// and asks calls that read alone, for nobody has done anything yet. What it cannot
// get, then the answer is false, it leaves to OnMount, which also says what is wrong.
type asksAhead interface {
	app.UI
	Ahead(ctx context.Context, at *url.URL) bool
}

// aheadPatience is how long the first screen may wait for its rows behind the
// splash. Then it is drawn, and says itself that it is loading.
const aheadPatience = time.Second

// ahead is the first screen, at an address, with what it shows; nil if that one does
// not ask ahead.
func ahead(door identity.Door, at *url.URL) app.UI {
	if door.Session == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), aheadPatience)
	defer cancel()
	screen, _ := asked(ctx, desk, door, at)
	return screen
}

// asked is the screen at an address, with what it shows if full; nil if it does not
// ask ahead.
func asked(ctx context.Context, d *identity.Desk, door identity.Door, at *url.URL) (screen app.UI, full bool) {
	one, found := find(shown(door, *door.Session), identity.Stable(at.Path))
	if !found {
		return nil, false
	}
	asks, is := one.Draw(d, door, *door.Session).(asksAhead)
	if !is {
		return nil, false
	}
	return asks, asks.Ahead(ctx, at)
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
