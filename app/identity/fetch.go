package identity

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"

	"postern/app/texts"
	"postern/shared/fault"
)

// Request is one question to the server that served the page.
type Request struct {
	Method string     // GET or POST
	Path   string     // from the root, with its query
	Form   url.Values // a POST's body
}

// Response is what came back.
type Response struct {
	Status  int
	Fault   fault.Kind // of the header Postern-Fault; empty if there was none
	Version string     // of the header Postern-Version; empty if there was none
	Body    []byte
}

// Fetch moves a request to the server and the response back. Its error means
// that there was no response: ctx's own error if that ended, else a fault.
type Fetch func(ctx context.Context, r Request) (Response, error)

// Codes of the faults that the server did not say, because it was not heard.
const (
	Unreachable fault.Code = "unreachable"
	BadReply    fault.Code = "bad_reply"
)

// Unheard makes a fault of a request that got no response.
func Unheard(cause error) error {
	f := &fault.Fault{Kind: fault.Unavailable, Code: Unreachable, Message: texts.Now().Failures.Unreachable}
	if errors.Is(cause, context.DeadlineExceeded) {
		f.Message = texts.Now().Failures.Timeout
	}
	return f.Because(cause)
}

// NotUnderstood makes a fault of a response that is none of the shapes promised.
func NotUnderstood(cause error) error {
	f := &fault.Fault{Kind: fault.Internal, Code: BadReply, Message: texts.Now().Failures.BadReply}
	return f.Because(cause)
}

// decode reads a response's JSON.
func decode(r Response, into any) error {
	if err := json.Unmarshal(r.Body, into); err != nil {
		return NotUnderstood(err)
	}
	return nil
}
