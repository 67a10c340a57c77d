// Package identity knows who is signed in at which service, and asks the server
// as that person.
//
// It owns the session's security token (in memory alone: never in the address
// bar, in storage or in a log), the calls that sign in, and the way every API
// call takes. It draws nothing; package pages calls it. The bytes are moved by
// the Fetch that it is given: the browser's fetch in the app, an http.Client in
// tests.
package identity

import (
	"slices"
	"strings"

	"postern/shared/scalar"
)

// Door is the service that served the page, and who is signed in there: the
// reply of GET /login/session.
type Door struct {
	Service  scalar.Service `json:"service"`
	Hostname string         `json:"hostname"`
	Version  string         `json:"version"`
	Ports    map[string]int `json:"ports"` // the TLS port by service; those of this node
	Session  *Session       `json:"session"`
	Zone     string         `json:"-"` // the reader's time zone, where a page is drawn for them that cannot ask the browser
}

// Session is someone who is signed in.
type Session struct {
	User       string       `json:"user"`
	Kind       string       `json:"kind"`  // root, reseller, account or mailbox
	Token      string       `json:"token"` // /cpsess and ten digits
	Address    string       `json:"address"`
	Created    scalar.Epoch `json:"created"`
	Expires    scalar.Epoch `json:"expires"`
	Locale     string       `json:"locale"`
	Privileges []string     `json:"privileges"`
	Possessor  string       `json:"possessor"` // who opened the session for the user; empty: the user
	Databases  bool         `json:"databases"` // whether there are databases to show
}

// May tells whether the session has a WHM privilege. It decides what is shown;
// what is allowed is the server's to decide.
func (s Session) May(privilege string) bool {
	if s.Kind == "root" && s.Privileges == nil {
		return true // a session of root's own holds every privilege, and lists none
	}
	return privilege == "" || slices.Contains(s.Privileges, "all") || slices.Contains(s.Privileges, privilege)
}

// SignOut is the address that ends the session.
func (s Session) SignOut() string { return s.Token + "/logout" }

// Stable takes the security token off a path: "/cpsess1234567890/account/x"
// becomes "/account/x", the address under which the app shows it.
func Stable(path string) string {
	rest, prefixed := strings.CutPrefix(path, "/cpsess")
	if !prefixed {
		return path
	}
	digits := strings.TrimLeft(rest, "0123456789")
	if digits == "" {
		return "/"
	}
	if len(digits) == len(rest) || digits[0] != '/' {
		return path
	}
	if strings.HasPrefix(digits, "//") { // to a browser that is another host's address
		return "/"
	}
	return digits
}
