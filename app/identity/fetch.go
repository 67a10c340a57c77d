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

// Key tells questions apart.
func (r Request) Key() string {
	if r.Method == "GET" {
		return r.Path
	}
	return r.Path + "?" + r.Form.Encode()
}

// Response is what came back.
type Response struct {
	Status  int             `json:"status"`
	Fault   fault.Kind      `json:"fault,omitempty"`   // of the header Postern-Fault; empty if there was none
	Version string          `json:"version,omitempty"` // of the header Postern-Version; empty if there was none
	Body    json.RawMessage `json:"body"`              // JSON where it is a response of the server's own
}

// Told are responses that came with the page, as it was drawn by the server, by the
// requests' keys. As a key has the session's token, what was asked in one session
// answers nothing in another.
type Told map[string]Response

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
