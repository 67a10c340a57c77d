package identity

import (
	"context"
	"maps"
	"net/url"
	"sync"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// Desk asks the server, as whoever is signed in. It is safe for use by several
// goroutines.
type Desk struct {
	fetch Fetch

	mu      sync.Mutex
	service scalar.Service
	token   string
	ended   func()
	version func(string)
}

// NewDesk makes a desk over a way to move requests.
func NewDesk(fetch Fetch) *Desk { return &Desk{fetch: fetch} }

// Watch names what is called, from any goroutine, when a call finds that the
// session has ended, and with the server's version after each reply that has it.
func (d *Desk) Watch(ended func(), version func(string)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ended, d.version = ended, version
}

// hold remembers the service, and the session that calls are made in.
func (d *Desk) hold(door Door) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.service, d.token = door.Service, ""
	if door.Session != nil {
		d.token = door.Session.Token
	}
}

// Speaks lists the dialects that this service answers: WHM API 1 at WHM, UAPI
// and API 2 at the others.
func (d *Desk) Speaks() []function.Dialect {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.service == scalar.WHM {
		return []function.Dialect{function.OnWHM}
	}
	return []function.Dialect{function.OnUAPI, function.OnAPI2}
}

// Carry makes the desk a client.Carrier: it sends a call under the session's
// token and gives the reply as it came. Its error is a fault.
func (d *Desk) Carry(ctx context.Context, name function.Name, args url.Values) ([]byte, fault.Kind, error) {
	args = maps.Clone(args)
	if args == nil {
		args = url.Values{}
	}
	return d.post(ctx, wire.Address(name, args), args)
}

// post sends a form to a path below the session's token.
func (d *Desk) post(ctx context.Context, path string, args url.Values) ([]byte, fault.Kind, error) {
	d.mu.Lock()
	token, ended, version := d.token, d.ended, d.version
	d.mu.Unlock()
	r, err := d.fetch(ctx, Request{Method: "POST", Path: token + path, Form: args})
	if err != nil {
		return nil, "", err
	}
	if r.Version != "" && version != nil {
		version(r.Version)
	}
	if r.Status == 401 || r.Fault == fault.Stranger {
		// A reply to a call of an earlier session says nothing about this one.
		if d.holds(token) && ended != nil {
			ended()
		}
		return nil, "", fault.Denied()
	}
	return r.Body, r.Fault, nil
}

func (d *Desk) holds(token string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.token == token
}
