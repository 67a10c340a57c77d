// Package client makes typed calls to Postern, or to another server of the same
// dialects, through whatever carries them: a browser's fetch, net/http, or
// the dispatcher in process.
//
// It writes a request as its declaration says, reads the answer back and turns a
// failure into the fault that the server meant. It knows no transport: those who
// have one (package app, tests, tools) are Carriers.
package client

import (
	"context"
	"net/url"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// Carrier takes calls to a server.
type Carrier interface {
	// Speaks lists the dialects in which the server answers this carrier, the
	// preferred one first.
	Speaks() []function.Dialect
	// Carry makes one call and gives back the body of its answer in JSON, and the
	// fault's kind from the header wire.KindHeader. Over HTTP, wire.Address says
	// where to. The error is for a server that did not answer at all.
	Carry(ctx context.Context, name function.Name, args url.Values) (body []byte, kind fault.Kind, err error)
}

// Answer is what a call gave back.
type Answer[Out any] struct {
	Out    Out
	Notes  function.Notes
	Shaped *function.Shaped // what the output controls did; nil without any
}

// Call calls a function. The error is a *fault.Fault.
func Call[In, Out any](ctx context.Context, by Carrier, f *function.Func[In, Out], in In) (Out, error) {
	var out Out
	_, _, err := ask(ctx, by, &f.Function, in, function.Shape{}, &out)
	return out, err
}

// Ask calls a function with output controls and gives back all that the server
// said: this is how to page through a list. The error is a *fault.Fault.
func Ask[In, Out any](ctx context.Context, by Carrier, f *function.Func[In, Out], in In, shape function.Shape) (a Answer[Out], err error) {
	a.Notes, a.Shaped, err = ask(ctx, by, &f.Function, in, shape, &a.Out)
	return a, err
}

// Part is Ask for who shows only a part of the answer: out points to a type with
// the members that are wanted. To read rows of many members takes a browser long.
func Part[In, Out any](ctx context.Context, by Carrier, f *function.Func[In, Out], in In, shape function.Shape, out any) (*function.Shaped, error) {
	_, shaped, err := ask(ctx, by, &f.Function, in, shape, out)
	return shaped, err
}

// ask is Ask without its types: what stands in a generic function is compiled
// anew for each function that is called, and downloaded by every browser.
func ask(ctx context.Context, by Carrier, f *function.Function, in any, shape function.Shape, out any) (function.Notes, *function.Shaped, error) {
	name, spoken := address(f, by.Speaks())
	if !spoken {
		return function.Notes{}, nil, fault.NotHere(f.Names[0].String(), "from here")
	}
	args := f.Texts(in)
	wire.WriteShape(name, shape, args)
	body, kind, err := by.Carry(ctx, name, args)
	if err != nil {
		return function.Notes{}, nil, err
	}
	reply, err := wire.Read(name.Dialect, body, kind, out)
	return reply.Notes, reply.Shaped, err
}

// address is the function's name in the first of the dialects that offers it.
func address(f *function.Function, spoken []function.Dialect) (function.Name, bool) {
	for _, d := range spoken {
		if name, in := f.In(d); in {
			return name, true
		}
	}
	return function.Name{}, false
}
