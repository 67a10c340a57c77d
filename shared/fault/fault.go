// Package fault is the one vocabulary of failure.
//
// A fault has a kind, which programs act on, and a message, which people read.
// What caused it is kept apart, for the log alone. How each API dialect says a
// fault is the business of package wire; who may see a cause is nobody's.
package fault

import (
	"errors"
	"fmt"
)

// Kind says what went wrong in the one word that clients of ours act on.
// It travels in the response header Postern-Fault.
type Kind string

// The kinds of failure.
const (
	Invalid     Kind = "invalid"     // the request is wrong: a parameter is missing or bad
	Unknown     Kind = "unknown"     // what was asked for does not exist
	Exists      Kind = "exists"      // what was to be made exists already
	Stranger    Kind = "stranger"    // the caller did not prove who they are
	Forbidden   Kind = "forbidden"   // the caller is known and may not do this
	Locked      Kind = "locked"      // too many failures: come back later
	Unavailable Kind = "unavailable" // something that Postern needs does not answer
	Internal    Kind = "internal"    // a mistake of ours
)

// Code marks the few failures that a dialect words in a way of its own.
type Code string

// NoFunction is the code of a call to a function that is not declared;
// every dialect has its own sentence for it.
const NoFunction Code = "no_function"

// WrongToken is the code of a session's cookie without its security token:
// known, where other strangers are not.
const WrongToken Code = "wrong_token"

// Fault is a failure that may be told to the caller.
type Fault struct {
	Kind    Kind
	Code    Code
	Message string // a sentence for people, without secrets
	cause   error  // for the log
}

// New makes a fault. The format may hold one %w: that error is the cause,
// which is part of what the log sees and is left out of the message.
func New(kind Kind, format string, args ...any) *Fault {
	f := &Fault{Kind: kind}
	kept := args[:0:0]
	for _, a := range args {
		if err, is := a.(error); is {
			f.cause = errors.Join(f.cause, err)
			continue
		}
		kept = append(kept, a)
	}
	f.Message = fmt.Sprintf(withoutCause(format), kept...)
	return f
}

// Because returns a copy of f that remembers its cause.
func (f *Fault) Because(cause error) *Fault {
	g := *f
	g.cause = cause
	return &g
}

// Error is the text for the log: the message and its cause.
func (f *Fault) Error() string {
	if f.cause == nil {
		return f.Message
	}
	return f.Message + ": " + f.cause.Error()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.cause }

// Of finds the fault in an error. Any error that is none is an internal
// fault: its text stays in the log and the caller hears "internal error".
func Of(err error) *Fault {
	var f *Fault
	if errors.As(err, &f) {
		return f
	}
	return &Fault{Kind: Internal, Message: "An internal error occurred.", cause: err}
}

// Is tells whether an error is a fault of the given kind.
func Is(err error, kind Kind) bool {
	return err != nil && Of(err).Kind == kind
}

// withoutCause takes the verb %w, and the punctuation that leads to it, out of a format.
func withoutCause(format string) string {
	out := make([]byte, 0, len(format))
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			out = append(out, format[i])
			continue
		}
		if format[i+1] != 'w' {
			out = append(out, format[i], format[i+1])
			i++
			continue
		}
		i++
		for len(out) > 0 && (out[len(out)-1] == ' ' || out[len(out)-1] == ':') {
			out = out[:len(out)-1]
		}
	}
	return string(out)
}
