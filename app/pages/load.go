package pages

import (
	"context"

	"github.com/maxence-charriere/go-app/v9/pkg/app"

	"postern/app/components"
)

// Load is a list's way from the server to the screen. Rows of an earlier load
// stay until new ones are there; a reply that a later load has overtaken is
// dropped. Use it from the UI goroutine.
type Load[T any] struct {
	Value   T
	Have    bool // Value is there
	Loading bool
	Err     error

	generation int
}

// Take takes a value that was asked for before there was a screen.
func (l *Load[T]) Take(value T) { l.Value, l.Have = value, true }

// Start asks, with the context of the component that shows the answer.
func (l *Load[T]) Start(ctx app.Context, ask func(context.Context) (T, error)) {
	l.generation++
	mine := l.generation
	l.Loading, l.Err = true, nil
	ctx.Async(func() {
		defer components.Guard()
		value, err := ask(ctx)
		ctx.Dispatch(func(app.Context) {
			if mine != l.generation {
				return
			}
			l.Loading, l.Err = false, err
			if err == nil {
				l.Value, l.Have = value, true
			}
		})
	})
}
