// Package policy knows what an administrator asks of every sign in: which
// security policies are on, where they hold, how many questions are asked, how
// long sessions live.
//
// It owns one row of settings, login_policy, and the functions that show and
// change it. It does not act on it: the login flow reads it with Load at each
// sign in, so that a change holds on every node at once. How strong passwords
// must be is a setting of package account.
package policy

import (
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/scalar"
)

// Policy is what is asked of a sign in. Its JSON is what is kept.
type Policy struct {
	SourceIPCheck    scalar.Bit `json:"source_ip_check"`   // verified addresses and security questions
	TwoFactorAuth    scalar.Bit `json:"two_factor_auth"`   // who has set a second factor up is asked for it
	PasswordStrength scalar.Bit `json:"password_strength"` // a password weaker than the minimum must be changed
	PasswordAge      scalar.Bit `json:"password_age"`      // a password older than MaxAge must be changed
	MaxAge           int        `json:"max_age"`           // days
	APIRequests      scalar.Bit `json:"api_requests"`      // the policies hold for API calls with a password too

	catalog.LoginPolicy
}

// Defaults is the policy of an installation on which nobody changed any.
// cPanel: every policy is off, a password may be 90 days old. One is on here:
// whoever sets a second factor up expects to be asked for it.
func Defaults() Policy {
	return Policy{
		MaxAge: 90, TwoFactorAuth: true,
		LoginPolicy: catalog.LoginPolicy{
			Questions: 2, RememberByDefault: true, CPanel: true, WHM: true, Webmail: true,
			IdleSeconds: 60 * 60, UnusedSeconds: 15 * 60, AbsoluteSeconds: 24 * 60 * 60,
		},
	}
}

// Verifies tells whether sign in at a service is limited to verified addresses.
func (p Policy) Verifies(service scalar.Service) bool {
	if !p.SourceIPCheck {
		return false
	}
	switch service {
	case scalar.CPanel:
		return bool(p.CPanel)
	case scalar.WHM:
		return bool(p.WHM)
	case scalar.Webmail:
		return bool(p.Webmail)
	}
	return false // a command line on the machine itself
}

// Idle is how long a session lives without use.
func (p Policy) Idle() time.Duration { return time.Duration(p.IdleSeconds) * time.Second }

// Unused is how long a session made by an API call waits for its first use.
func (p Policy) Unused() time.Duration { return time.Duration(p.UnusedSeconds) * time.Second }

// Absolute is how long a session lives at most.
func (p Policy) Absolute() time.Duration { return time.Duration(p.AbsoluteSeconds) * time.Second }

// Room answers the functions about the policy.
type Room struct{}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.GetTweakSetting, r.getTweakSetting)
	dispatch.Handle(m, catalog.SetTweakSetting, r.setTweakSetting)
	dispatch.Handle(m, catalog.GetLoginPolicy, r.get)
	dispatch.Handle(m, catalog.SetLoginPolicy, r.set)
}
