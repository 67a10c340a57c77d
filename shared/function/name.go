// Package function turns a declaration of an API function into everything that
// is said about it: its addresses in each dialect, its parameters, its result,
// who may call it and how far the call may go.
//
// The declarations themselves are in package catalog. Handlers and clients hold
// a *Func, which carries the types; documentation, forms and command lines walk
// over All, which does not.
package function

// Dialect is one of cPanel & WHM's API dialects.
type Dialect string

// The dialects.
const (
	OnWHM  Dialect = "whm"  // WHM API 1, and its ancestor API 0
	OnUAPI Dialect = "uapi" // UAPI, also called API 3
	OnAPI2 Dialect = "api2" // cPanel API 2
)

// Name is a function's address in one dialect. Letters' case matters.
type Name struct {
	Dialect          Dialect
	Module, Function string // Module is empty in WHM API 1
}

// WHM is the address of a WHM API 1 function.
func WHM(f string) Name { return Name{OnWHM, "", f} }

// UAPI is the address of a UAPI function.
func UAPI(module, f string) Name { return Name{OnUAPI, module, f} }

// API2 is the address of a cPanel API 2 function.
func API2(module, f string) Name { return Name{OnAPI2, module, f} }

// String is the name as people write it: listaccts, Email::add_pop.
func (n Name) String() string {
	if n.Module == "" {
		return n.Function
	}
	return n.Module + "::" + n.Function
}
