package reference

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// servers is where the paths are. With a session's cookie the path begins with
// the session's security token; the other credentials need none. Without a port
// it is the host and the port that the document came from.
func servers(port string) []object {
	session := object{"default": "cpsess0000000000", "description": "The session's security token."}
	if port == "" {
		return []object{
			{"url": "/", "description": "With a password or an API token."},
			{"url": "/{session}", "description": "With a session's cookie.", "variables": object{"session": session}},
		}
	}
	host := object{"default": "localhost", "description": "The server's name."}
	return []object{
		{"url": "https://{host}:" + port, "description": "With a password or an API token.", "variables": object{"host": host}},
		{"url": "https://{host}:" + port + "/{session}", "description": "With a session's cookie.", "variables": object{"host": host, "session": session}},
	}
}

// port is the port, unless an operator chose another, at which a function is called.
func port(n function.Name) string {
	if n.Dialect == function.OnWHM {
		return "2087"
	}
	return "2083"
}

// services are those that a document is about.
func services(service scalar.Service) []scalar.Service {
	if service == All {
		return []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail}
	}
	return []scalar.Service{service}
}

// security is one of the ways to prove who one is.
func security(service scalar.Service) []object {
	ways := []object{{"password": []string{}}}
	for _, s := range services(service) {
		if s != scalar.Webmail {
			ways = append(ways, object{tokenScheme(s): []string{}})
		}
		ways = append(ways, object{s.Cookie(): []string{}})
	}
	return ways
}

func tokenScheme(s scalar.Service) string {
	if s == scalar.WHM {
		return "whmToken"
	}
	return "cpanelToken"
}

// schemes explains the ways of security.
func schemes(service scalar.Service) object {
	all := object{"password": object{"type": "http", "scheme": "basic", "description": "A user's name and password with every request."}}
	for _, s := range services(service) {
		all[s.Cookie()] = object{
			"type": "apiKey", "in": "cookie", "name": s.Cookie(),
			"description": "The cookie of a session of " + s.Title() + ". The path must begin with the session's security token: /cpsess and ten digits.",
		}
		if s == scalar.Webmail {
			continue
		}
		word := "cpanel"
		if s == scalar.WHM {
			word = "whm"
		}
		all[tokenScheme(s)] = object{
			"type": "apiKey", "in": "header", "name": "Authorization",
			"description": "An API token of " + s.Title() + ": “" + word + " NAME:TOKEN”.",
		}
	}
	return all
}
