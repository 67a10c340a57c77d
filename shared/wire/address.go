package wire

import (
	"net/url"

	"postern/shared/fault"
	"postern/shared/function"
)

// Address is where a function is called over HTTP, below a session's security
// token if there is one: the path, and the parameters that select the dialect,
// which are added to args.
func Address(name function.Name, args url.Values) (path string) {
	switch name.Dialect {
	case function.OnUAPI:
		return "/execute/" + url.PathEscape(name.Module) + "/" + url.PathEscape(name.Function)
	case function.OnAPI2:
		args.Set(prefixes[0]+"apiversion", "2")
		args.Set(prefixes[0]+"module", name.Module)
		args.Set(prefixes[0]+"func", name.Function)
		return "/json-api/cpanel"
	}
	args.Set("api.version", "1")
	return "/json-api/" + url.PathEscape(name.Function)
}

// Read reads the JSON of a dialect into what out points to. The error of a call
// that failed is a *fault.Fault of the given kind, which is that of the header KindHeader.
func Read(d function.Dialect, body []byte, kind fault.Kind, out any) (function.Reply, error) {
	switch d {
	case function.OnWHM:
		return ReadWHM(body, kind, out)
	case function.OnUAPI:
		return ReadUAPI(body, kind, out)
	}
	return ReadAPI2(body, kind, out)
}
