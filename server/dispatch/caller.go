package dispatch

import (
	"net/netip"
	"slices"

	"postern/shared/scalar"
)

// Kind is what a signed-in user is.
type Kind string

// The kinds of users.
const (
	Root     Kind = "root"
	Reseller Kind = "reseller" // an account with privileges
	Account  Kind = "account"
	Mailbox  Kind = "mailbox"
)

// Via is how a caller proved who they are.
type Via string

// The ways.
const (
	ByPassword Via = "password" // Basic credentials with the request
	ByToken    Via = "token"    // an API token
	BySession  Via = "session"  // a cookie and its security token
	ByCommand  Via = "command"  // a command line on the machine itself
	ByProvider Via = "provider" // a login provider's word: in the audit trail, of steps of a sign in
)

// Caller is who asks.
type Caller struct {
	ID         int64 // the login's row; 0 is nobody
	Name       string
	Kind       Kind
	AccountID  int64    // the account that the call is about: the caller's own, or a mailbox's owner; 0 for root
	Account    string   // its name
	Privileges []string // WHM privileges; "all" is every one
	Disabled   []string // features that the account does not have
	Via        Via
	Service    scalar.Service // the door that the call came through
	Address    netip.Addr     // where the call came from
	Session    string         // the name of the session, when Via is session
	Possessor  string         // who really acts, when not Name: root in a session made for an account
	Confined   bool           // by an API token that ends, or works from some addresses only
	Unverified bool           // a password came with the call, and the sign-in policies ask for more: see guards
	TLS        bool
	Locale     string
	Details    any // of the account, as package account reads them, for a function that is declared with ReadsAccount; nil: not read yet

	depth int   // how many calls this one is within
	nest  *nest // what the request has used for calls within calls
}

// Everything is the privilege that holds all others.
const Everything = "all"

// May tells whether the caller holds a WHM privilege.
func (c Caller) May(privilege string) bool {
	if privilege == "" || c.Kind == Root && c.Privileges == nil {
		return true
	}
	return slices.Contains(c.Privileges, Everything) || slices.Contains(c.Privileges, privilege)
}

// Has tells whether a feature is enabled for the caller's account.
func (c Caller) Has(feature string) bool {
	return feature == "" || !slices.Contains(c.Disabled, feature)
}

// Superuser tells that the caller may act on every account.
func (c Caller) Superuser() bool { return c.May(Everything) }

// Actor is who the audit trail names: the possessor where there is one.
func (c Caller) Actor() string {
	if c.Possessor != "" {
		return c.Possessor
	}
	return c.Name
}
