package components

import "github.com/maxence-charriere/go-app/v9/pkg/app"

// outcomeID is where a screen says what came of the last deed.
const outcomeID = "outcome"

// Outcome says what came of the last deed, at the top of a screen: a failure, a
// success, or nothing. It has its place in every drawing of the screen.
func Outcome(err error, done string) app.UI {
	return app.Div().ID(outcomeID).TabIndex(-1).Class("outcome").Body(
		app.If(err != nil, Bad(sentence(err), "")).ElseIf(done != "", Good(done)),
	)
}

// ShowOutcome brings the outcome that is about to be drawn into sight, and the
// focus with it: what had it may be gone with the deed.
func ShowOutcome(ctx app.Context) {
	ctx.Defer(func(app.Context) { Focus(outcomeID, false) })
}
