package oscar

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
)

// Class is what kind of failure a check ended in.
type Class string

// The classes of failures.
const (
	Credentials Class = "credentials"  // the name or the password is wrong
	Unusable    Class = "unusable"     // the account is expired, suspended, warned too often
	RateLimit   Class = "rate limit"   // too many connections or messages
	Refused     Class = "refused"      // the server said no; Code says why
	Outage      Class = "outage"       // the server broke off or has no service
	Network     Class = "network"      // there is no connection; the cause says why
	Timeout     Class = "timeout"      // the server did not answer in time
	NotOSCAR    Class = "not OSCAR"    // what answers speaks something else, or too much of it
	NotReturned Class = "not returned" // the message was sent and did not come back
	Elsewhere   Class = "elsewhere"    // the account signed on somewhere else meanwhile
	Redirect    Class = "redirect"     // the address of the message server makes no sense
)

// Failure is why a check failed.
type Failure struct {
	Class Class
	Code  uint16 // the server's number, where it sent one
	Acked bool   // NotReturned: the server said that it took the message
	// AtMessages tells that the server which failed was the message server, to
	// which the sign-on server had pointed.
	AtMessages bool
	cause      error
}

// Error is the text for the log.
func (f *Failure) Error() string {
	text := "oscar: " + string(f.Class)
	if f.Code != 0 {
		text += fmt.Sprintf(" (%#04x)", f.Code)
	}
	if f.cause != nil {
		text += ": " + f.cause.Error()
	}
	return text
}

// Unwrap is what caused it.
func (f *Failure) Unwrap() error { return f.cause }

// signOnFailure is what an error code at sign-on means (TLV 0x0008).
func signOnFailure(code uint16) *Failure {
	class := Refused
	switch code {
	case 0x0001, 0x0004, 0x0005, 0x0007, 0x0008:
		class = Credentials
	case 0x0009, 0x0011, 0x0019, 0x0022:
		class = Unusable
	case 0x0016, 0x0017, 0x0018, 0x001D:
		class = RateLimit
	case 0x001E:
		class = Outage
	}
	return &Failure{Class: class, Code: code}
}

// messageFailure is what an error code after a message means (04/01).
func messageFailure(code uint16) *Failure {
	class := Refused
	switch code {
	case 0x0002, 0x0003:
		class = RateLimit
	case 0x0005, 0x0017, 0x0019, 0x001A, 0x001C:
		class = Outage
	}
	return &Failure{Class: class, Code: code}
}

// failureOf is what an error of the connection means.
func failureOf(err error) *Failure {
	var known *Failure
	var network net.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, ErrNotOSCAR), errors.Is(err, errShort), errors.Is(err, errFlood):
		return &Failure{Class: NotOSCAR, cause: err}
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled),
		errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return &Failure{Class: Timeout, cause: err}
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return &Failure{Class: Outage, cause: err}
	}
	return &Failure{Class: Network, cause: err}
}
