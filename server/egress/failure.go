package egress

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"syscall"

	"postern/shared/fault"
)

// Fault says in words why a request or a connection through a gate failed. What
// names its other end, such as "The Pushbullet server"; it begins the sentence.
// A fault in err stays the fault it is.
func Fault(err error, what string) *fault.Fault {
	var known *fault.Fault
	if errors.As(err, &known) {
		return known
	}
	kind := fault.Unavailable
	if errors.Is(err, ErrForbidden) {
		kind = fault.Forbidden
	}
	return fault.New(kind, "%s %s", what, Reason(err)).Because(withoutURL(err))
}

// Reason is what went wrong as the rest of a sentence whose subject is the other
// end: "did not answer in time.". It tells no address and no part of a URL.
func Reason(err error) string {
	var lookup *net.DNSError
	var certificate *tls.CertificateVerificationError
	var record tls.RecordHeaderError
	var network net.Error
	switch {
	case errors.Is(err, ErrForbidden):
		return "is in a network that Postern does not connect to. An administrator can allow networks."
	case errors.Is(err, ErrTooLarge):
		return "sent an answer that is too large."
	case errors.Is(err, ErrRedirects):
		return "redirects too often."
	case errors.Is(err, ErrScheme):
		return "redirects to something that is no secure web address."
	case errors.Is(err, context.Canceled):
		return "was not waited for."
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, os.ErrDeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "did not answer in time."
	case errors.As(err, &certificate):
		return "has a certificate that is not valid."
	case errors.As(err, &record):
		return "does not speak TLS."
	case errors.As(err, &lookup):
		return "has a name that is not found."
	case errors.Is(err, syscall.ECONNREFUSED):
		return "does not accept connections."
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "closed the connection."
	}
	return "cannot be reached."
}

// withoutURL leaves out of an error the URL that net/http puts in front: keys
// stand in its query.
func withoutURL(err error) error {
	var u *url.Error
	for errors.As(err, &u) {
		err = u.Err
	}
	return err
}
