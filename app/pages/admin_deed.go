package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
	"postern/shared/client"
	"postern/shared/fault"
	"postern/shared/function"
)

// dialogID is the one dialog that an administrator's screen may have open.
const dialogID = "admin-dialog"

// deeds is what an administrator's screen does: the dialog that asks before, the
// call that is under way, what came of the last one. Use it from the UI goroutine.
type deeds struct {
	ctx     app.Context
	what    string // the open dialog; empty: none
	subject string // whom it is about
	busy    bool
	inline  bool   // what is done is sent by a form of the screen's own, not by a dialog
	err     error  // what went wrong, in the dialog or the form
	failed  error  // the same, where no dialog is open
	done    string // what went well
}

// ask opens a dialog; field, if there is one, gets the cursor.
func (d *deeds) ask(what, subject, field string) {
	d.what, d.subject, d.inline, d.err, d.failed, d.done = what, subject, false, nil, nil, ""
	components.ShowDialog(d.ctx, dialogID, field)
}

// closed takes the dialog away; what is under way goes on.
func (d *deeds) closed(app.Context, app.Event) { d.what = "" }

// do makes a call, and says done when it went well; then, which may be nil, comes after that.
func (d *deeds) do(done string, call func(context.Context) error, then func()) {
	if d.busy {
		return
	}
	d.busy, d.err, d.failed, d.done = true, nil, nil, ""
	dialog := d.what
	d.ctx.Async(func() {
		defer components.Guard()
		err := call(d.ctx)
		d.ctx.Dispatch(func(ctx app.Context) {
			d.busy = false
			switch {
			case fault.Is(err, fault.Stranger): // the login page comes over this one
			case err != nil && (d.inline || d.what != "" && d.what == dialog):
				d.err = err
			case err != nil:
				d.failed = err
				components.ShowOutcome(ctx)
			default:
				d.done = done
				if d.what == dialog {
					components.CloseDialog(dialogID)
					d.what = ""
				}
				components.ShowOutcome(ctx)
				if then != nil {
					then()
				}
			}
		})
	})
}

// act is do for one call of a function whose answer the screen has no use for.
func act[In, Out any](d *deeds, by client.Carrier, done string, f *function.Func[In, Out], request In, then func()) {
	d.do(done, func(ctx context.Context) error {
		_, err := client.Call(ctx, by, f, request)
		return err
	}, then)
}

// nothing is the question of functions that have no parameters.
var nothing function.Nothing

// outcome says what came of the last deed.
func (d *deeds) outcome() app.UI { return components.Outcome(d.failed, d.done) }

// submit is the handler of a dialog's form.
func submit(send func()) app.EventHandler {
	return func(_ app.Context, e app.Event) {
		defer components.Guard()
		e.PreventDefault()
		send()
	}
}

// press is the handler of a button.
func press(do func()) app.EventHandler {
	return func(app.Context, app.Event) {
		defer components.Guard()
		do()
	}
}

// button is a small button of a row; name, which screen readers add to the
// words, tells the rows apart.
func button(icon app.UI, label, name string, do func()) app.UI {
	spoken := label
	if name != "" {
		spoken += ": " + name
	}
	return app.Button().Type("button").Class("btn btn-sm").Aria("label", spoken).OnClick(press(do), label+name).
		Body(app.Span().Class("glyph-text").Body(icon, app.Text(label)))
}

// buttons stand beside one another.
func buttons(list ...app.UI) app.UI { return app.Div().Class("btn-list").Body(list...) }
