package function

import (
	"reflect"

	"postern/shared/form"
)

// declared is what a function's request says about its parameters. In a browser it
// is read when it is asked for: a screen calls a few of the functions, and to read
// all would keep everybody waiting. That all make sense is the server's to see.
type declared struct {
	in   reflect.Type
	read bool
	list []form.Field
}

func declare(in reflect.Type) declared { return declared{in: in} }

// Parameters are the function's, in the order of its request.
func (d *declared) Parameters() []form.Field {
	if !d.read {
		d.list, d.read = form.Fields(d.in), true
	}
	return d.list
}

// With is the function with other parameters, for a form that asks for them.
func (f *Function) With(parameters []form.Field) *Function {
	other := *f
	other.list, other.read = parameters, true
	return &other
}
