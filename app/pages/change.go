package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/shared/fault"
)

// Change is something that a screen does, one thing at a time, and what came of
// it. Use it from the UI goroutine.
type Change struct {
	Busy bool
	Err  error
	Done string // the sentence that says it is done
}

// Start does it. It is not called back when the screen goes away: nobody could
// tell then whether it was done. done is called when it is, and gives the
// sentence that says so.
func (c *Change) Start(ctx app.Context, do func(context.Context) error, done func(app.Context) string) {
	if c.Busy {
		return
	}
	*c = Change{Busy: true}
	ctx.Async(func() {
		defer components.Guard()
		err := do(context.Background())
		ctx.Dispatch(func(ctx app.Context) {
			c.Busy = false
			switch {
			case err == nil:
				c.Done = done(ctx)
			case !fault.Is(err, fault.Stranger): // the login comes over the screen then
				c.Err = err
				components.FocusBlamed(ctx, inputs, err)
			}
		})
	})
}

// askingID is the one dialog that a screen has open at a time.
const askingID = "dialog"

// inputs begins the IDs of the fields of the screens' forms; the parameter's name follows.
const inputs = "in-"

// Asking is the dialog that a screen has open, and the deed that it leads to.
type Asking struct {
	Which  string // which of the screen's dialogs; empty: none is open
	Change Change
}

// Open opens a dialog and puts the cursor into the field of that ID, which may be empty.
func (a *Asking) Open(ctx app.Context, which, field string) {
	if a.Change.Busy {
		return
	}
	a.Which, a.Change = which, Change{}
	components.ShowDialog(ctx, askingID, field)
}

// Do does what the dialog is about. When it is done the dialog closes, and the
// screen says so at its top.
func (a *Asking) Do(ctx app.Context, do func(context.Context) error, done func(app.Context) string) {
	a.Change.Start(ctx, do, func(ctx app.Context) string {
		a.close()
		components.ShowOutcome(ctx)
		return done(ctx)
	})
}

// DoAtOnce does something without a dialog.
func (a *Asking) DoAtOnce(ctx app.Context, do func(context.Context) error, done func(app.Context) string) {
	a.Which = ""
	a.Do(ctx, do, done)
}

func (a *Asking) close() {
	components.CloseDialog(askingID)
	a.Which = ""
}

// Outcome is what the screen says at its top. What failed in a dialog is said there.
func (a *Asking) Outcome() app.UI {
	if a.Which != "" {
		return components.Outcome(nil, "")
	}
	return components.Outcome(a.Change.Err, a.Change.Done)
}

// onClosed takes the dialog away that was closed.
func (a *Asking) onClosed(app.Context, app.Event) {
	defer components.Guard()
	if a.Which != "" && !a.Change.Busy { // it is not done, and will not be
		a.Change = Change{}
	}
	a.Which = ""
}
