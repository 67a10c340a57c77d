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
	Value T
	loading
}

// loading is how far a Load is. What stands in a generic type is compiled anew for
// each, and downloaded by every browser, so all the rest of it is here.
type loading struct {
	Have    bool // Value is there
	Loading bool
	Err     error

	generation int
}

// inquiry is something that a screen asks the server for, and where the answer goes.
type inquiry struct {
	of  *loading
	ask func(context.Context) (take func(), err error)
}

// From is the inquiry whose answer is the load's value.
func (l *Load[T]) From(ask func(context.Context) (T, error)) inquiry {
	return inquiry{&l.loading, func(ctx context.Context) (func(), error) {
		value, err := ask(ctx)
		return func() { l.Value = value }, err
	}}
}

// forget makes room for something else: what is on its way is not taken any more.
func (l *Load[T]) forget() { *l = Load[T]{loading: loading{generation: l.generation + 1}} }

// Start asks at once, with the context of the component that shows the answer.
func (l *Load[T]) Start(ctx app.Context, ask func(context.Context) (T, error)) {
	l.From(ask).start(ctx)
}

// start asks, with the context of the component that shows the answer.
func (i inquiry) start(ctx app.Context) {
	l := i.of
	l.generation++
	mine := l.generation
	l.Loading, l.Err = true, nil
	ctx.Async(func() {
		defer components.Guard()
		take, err := i.ask(ctx)
		ctx.Dispatch(func(app.Context) {
			if mine == l.generation {
				l.settle(take, err)
			}
		})
	})
}

// settle takes an answer, or that there is none.
func (l *loading) settle(take func(), err error) {
	l.Loading, l.Err = false, err
	if err == nil {
		take()
		l.Have = true
	}
}
