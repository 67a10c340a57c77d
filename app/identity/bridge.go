package identity

import (
	"context"
	"maps"
	"net/url"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// Bridge asks at WHM as one of the accounts: its calls are those of UAPI, and go
// over the function uapi_cpanel. It is a client.Carrier.
type Bridge struct {
	desk *Desk
	user string
}

// For is the desk as an account that whoever is signed in at WHM has power over.
func (d *Desk) For(user string) Bridge { return Bridge{d, user} }

// Speaks lists UAPI alone.
func (b Bridge) Speaks() []function.Dialect { return []function.Dialect{function.OnUAPI} }

// Carry sends a call and gives UAPI's own envelope. Its error is a fault: also
// the one of a bridge that did not let the call pass.
func (b Bridge) Carry(ctx context.Context, name function.Name, args url.Values) ([]byte, fault.Kind, error) {
	args = maps.Clone(args)
	if args == nil {
		args = url.Values{}
	}
	maps.Copy(args, catalog.UAPICPanel.Write(catalog.UAPICPanelRequest{User: b.user, Module: name.Module, Function: name.Function}))
	bridge, _ := catalog.UAPICPanel.In(function.OnWHM)
	body, kind, err := b.desk.Carry(ctx, bridge, args)
	if err != nil {
		return nil, "", err
	}
	var out struct{ UAPI rawMessage }
	if _, err := wire.ReadWHM(body, kind, &out); err != nil {
		return nil, "", err
	}
	return out.UAPI, kind, nil
}

// rawMessage is JSON that is passed on as it is.
type rawMessage []byte

// UnmarshalJSON keeps the text.
func (r *rawMessage) UnmarshalJSON(text []byte) error {
	*r = append((*r)[:0], text...)
	return nil
}

// Raw makes a call and gives the reply as it came, in JSON or XML. At WHM, user
// is the account that a call of UAPI or API 2 is made for.
func (d *Desk) Raw(ctx context.Context, name function.Name, user string, args url.Values, format wire.Format) ([]byte, fault.Kind, error) {
	args = maps.Clone(args)
	if args == nil {
		args = url.Values{}
	}
	api := "/json-api/"
	if format == wire.XML {
		api = "/xml-api/"
	}
	switch {
	case name.Dialect == function.OnWHM:
		args.Set("api.version", "1")
		return d.post(ctx, api+url.PathEscape(name.Function), args)
	case name.Dialect == function.OnUAPI && user == "" && format != wire.XML:
		return d.Carry(ctx, name, args)
	}
	version := "2"
	if name.Dialect == function.OnUAPI {
		version = "3"
	}
	maps.Copy(args, catalog.CPanel.Write(catalog.CPanelRequest{User: user, Module: name.Module, Function: name.Function, APIVersion: version}))
	return d.post(ctx, api+"cpanel", args)
}
