// Package components is what the screens of the browser app are made of: fields,
// tables, notices, the frame.
//
// Most are functions that give an element. A layout in particular is never a
// go-app component with a body field: updates would stop at it. It calls no API;
// package pages does.
//
// House rules for go-app v9.8.0, each for a fault of it: no Style (the policy
// forbids it; classes only), no Raw (Trusted Types), class names as whole
// literals (the build keeps only those it can read), a scope for every handler
// that captures a row, the component's own context from OnMount for what
// outlives an event, no Value on a password, a Slot for what comes and goes.
package components

import (
	"fmt"
	"runtime/debug"

	"github.com/maxence-charriere/go-app/v9/pkg/app"
)

// Guard is deferred in every handler and goroutine: a panic would end the whole
// app without a word. It shows the page's "something went wrong" bar instead.
// Outside a browser the panic goes on, so that tests see it.
func Guard() {
	if app.IsServer {
		return
	}
	cause := recover()
	if cause == nil {
		return
	}
	app.Window().Get("console").Call("error", fmt.Sprintf("%v\n%s", cause, debug.Stack()))
	app.Window().Call("posternStopped", "crashed")
}
