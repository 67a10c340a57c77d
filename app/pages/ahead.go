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
// that it is drawn once, with its rows, and not before that without them. Ahead is
// called once, outside the UI goroutine, on a screen that is not mounted. What it
// cannot get it leaves to OnMount, which also says what is wrong.
type asksAhead interface {
	app.UI
	Ahead(ctx context.Context, at *url.URL)
}

// aheadPatience is how long the first screen may wait for its rows behind the
// splash. Then it is drawn, and says itself that it is loading.
const aheadPatience = time.Second

// ahead is the first screen, with what it shows; nil if that one does not ask ahead.
func ahead(door identity.Door) app.UI {
	if door.Session == nil {
		return nil
	}
	at := app.Window().URL()
	one, found := find(shown(door, *door.Session), identity.Stable(at.Path))
	if !found {
		return nil
	}
	screen, is := one.Draw(desk, door, *door.Session).(asksAhead)
	if !is {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), aheadPatience)
	defer cancel()
	screen.Ahead(ctx, at)
	return screen
}

// beginAhead is ahead beside something else; call the answer to wait for it.
func beginAhead(door identity.Door) func() app.UI {
	done := make(chan app.UI, 1)
	go func() {
		var screen app.UI
		defer func() { done <- screen }()
		defer components.Guard()
		screen = ahead(door)
	}()
	return func() app.UI { return <-done }
}
