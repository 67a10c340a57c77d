//go:build !js

package function

import (
	"reflect"

	"postern/shared/form"
)

// declared is what a function's request says about its parameters. It is read at
// once, so that a declaration that makes no sense stops the start.
type declared struct {
	Fields []form.Field // read from the request and its tags
}

func declare(in reflect.Type) declared { return declared{form.Fields(in)} }

// Parameters is Fields for programs that run in a browser too, which has no Fields.
func (d *declared) Parameters() []form.Field { return d.Fields }

// With is the function with other parameters, for a form that asks for them.
func (f *Function) With(parameters []form.Field) *Function {
	other := *f
	other.Fields = parameters
	return &other
}
