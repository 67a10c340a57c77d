package function

import (
	"fmt"
	"net/url"
	"reflect"

	"postern/shared/form"
)

// Effect is how far a call may go. PostgreSQL enforces it.
type Effect int

// The effects.
const (
	Reads   Effect = iota // on the pool that cannot write
	Writes                // in one transaction: all of it or nothing
	Reaches               // to another machine or other functions: no transaction is held open around it
)

// Callers says which signed-in users, besides root, may call a function.
type Callers int

// The callers. The zero value is right for most functions.
const (
	Owners    Callers = iota // WHM: root and resellers; UAPI, API 2: the account
	Everybody                // UAPI, API 2: mailboxes too
)

// Old is the shape of a WHM function's answer for callers that send no
// api.version: WHM API 0. Its members stand beside status and statusmsg.
type Old struct {
	Wrap   string            // the members stand in an array of one hash by this name, often "result"
	Bare   bool              // the members stand alone: no status, no statusmsg
	Inside string            // the members stand in a hash by this name, beside status and statusmsg
	Rename map[string]string // members that had another name
}

// Spec is what a person writes about a function.
type Spec struct {
	Names   []Name  // its address in every dialect that offers it
	Needs   string  // the WHM privilege that its caller must hold; empty: none
	Feature string  // the account's feature that must be enabled; empty: none
	Callers Callers // who may call it, besides
	Effect  Effect
	Reason  string // WHM's metadata.reason when it succeeds and says nothing else; empty: "OK"
	Old     Old    // its WHM API 0 shape

	Opens         bool // it hands out a session or a token: the sign-in policies hold for its caller, by whatever way
	SessionOnly   bool // only a live browser session may call it
	NoCommandLine bool // the command lines refuse it

	ReadsAccount bool // it tells of the caller's account, which is read together with the caller

	PassesControls bool // its output controls are for the function that it calls in turn

	Doc string // what it does: sentences, for the reference
}

// Function is a declaration without its types: what documents, forms and the
// command lines walk over.
type Function struct {
	Spec
	declared
	Result reflect.Type // of the answer
}

// Func is a declaration with its types: what a handler and a client hold.
type Func[In, Out any] struct{ Function }

// Nothing is the answer of a function that returns no data.
type Nothing struct{}

var (
	all   []*Function
	names = map[Name]*Function{}
)

// Define declares a function. It panics on a declaration that makes no sense,
// or one that takes a name that is taken: the program must not start then.
func Define[In, Out any](spec Spec) *Func[In, Out] {
	f := new(Func[In, Out])
	define(&f.Function, &spec, reflect.TypeFor[In](), reflect.TypeFor[Out]())
	return f
}

// define is Define without its types: what stands in a generic function is
// compiled anew for each declaration, and downloaded by every browser.
func define(f *Function, spec *Spec, in, out reflect.Type) {
	*f = Function{*spec, declare(in), out}
	if len(spec.Names) == 0 || spec.Doc == "" {
		panic(fmt.Sprintf("function: %v lacks a name or a sentence of documentation", spec.Names))
	}
	for _, n := range spec.Names {
		if _, taken := names[n]; taken {
			panic("function: " + n.String() + " is declared twice")
		}
		names[n] = f
	}
	all = append(all, f)
}

// All lists the declared functions in the order of their declaration.
func All() []*Function { return all }

// Find is the function of that name; nil if none is declared.
func Find(n Name) *Function { return names[n] }

// HasModule tells whether any function of the dialect is in the module.
func HasModule(d Dialect, module string) bool {
	for n := range names {
		if n.Dialect == d && n.Module == module {
			return true
		}
	}
	return false
}

// Read makes the request from named texts; the error is a fault.Invalid.
func (f *Func[In, Out]) Read(args url.Values) (in In, err error) {
	err = form.Read(f.Parameters(), args, &in)
	return in, err
}

// Write makes named texts of a request; Read makes the same request of them.
func (f *Func[In, Out]) Write(in In) url.Values { return f.Texts(in) }

// Texts is Write without its types: in has to be a request of this function.
func (f *Function) Texts(in any) url.Values { return form.Write(f.Parameters(), in) }

// In tells whether the function has a name in the dialect, and which.
func (f *Function) In(d Dialect) (Name, bool) {
	for _, n := range f.Names {
		if n.Dialect == d {
			return n, true
		}
	}
	return Name{}, false
}
