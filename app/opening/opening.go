// Package opening is what a screen asks first, for those who can ask before the
// screen is there: the page that carries the app names the question (package
// httpd), its loader asks it while the app is still on its way, and the app,
// which asks the same by the same code, finds the answer waiting.
//
// It has the screens whose list is their purpose. It draws nothing, keeps nothing
// and knows no transport: who asks is a client.Carrier.
package opening

import (
	"context"
	"errors"
	"maps"
	"net/url"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// Question is a call that reads, as it goes over HTTP.
type Question struct {
	Needs string // the privilege without which it is not to be asked
	Path  string // below the session's security token
	Form  string // the body of the POST
}

// At is what the screen at an address of a service asks first; false: nothing, or
// nothing that can be known beforehand.
func At(service scalar.Service, at *url.URL) (Question, bool) {
	if service != scalar.WHM || at.Path != AccountsPath || at.Query().Get(OneAccount) != "" {
		return Question{}, false
	}
	var r recorder
	if _, _, err := Accounts(context.Background(), &r, AccountsPlace(at)); !errors.Is(err, errRecorded) {
		return Question{}, false
	}
	return Question{accounts.Needs, r.path, r.form}, true
}

// recorder is a carrier at WHM that writes down what it was to carry.
type recorder struct{ path, form string }

var errRecorded = errors.New("the call is written down, not made")

func (r *recorder) Speaks() []function.Dialect { return []function.Dialect{function.OnWHM} }

func (r *recorder) Carry(_ context.Context, name function.Name, args url.Values) ([]byte, fault.Kind, error) {
	args = maps.Clone(args)
	if args == nil {
		args = url.Values{}
	}
	r.path = wire.Address(name, args)
	r.form = args.Encode()
	return nil, "", errRecorded
}
