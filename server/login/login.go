// Package login is the one way in: a dispatcher over lock, password or
// one-time session, the further steps that a policy asks for, and at last a
// session; and its pages.
//
// It decides who gets a session. What a password is, how a failure counts, what
// a session is kept as belong to the rooms below. Package httpd mounts its
// pages and asks Check for Basic credentials.
package login

import (
	"context"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/bruteforce"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/server/session"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Attempt is somebody who wants in.
type Attempt struct {
	Service   scalar.Service
	Name      string
	Password  string
	Address   netip.Addr
	UserAgent string
	Locale    string
	GotoURI   string
}

// Step is a check after the password: it passes, names the page at which it
// stays open, or fails.
type Step func(ctx context.Context, who account.Login, a Attempt) (open string, err error)

// Room lets people in.
type Room struct {
	DB       *bun.DB
	Hasher   *password.Hasher
	Sessions *session.Room
	Brute    *bruteforce.Room
	Steps    []Step // in order; each knows for itself whether it applies
	Log      *slog.Logger
}

// Outcome is how far a sign in came: a session, or a step that is open.
type Outcome struct {
	Session *session.Row
	Open    string // the message of the open step, such as tfa_required
}

// SignIn runs all steps with a password and makes the session.
func (r *Room) SignIn(ctx context.Context, a Attempt, now time.Time) (Outcome, error) {
	who, err := r.Check(ctx, a, now)
	if err != nil {
		return Outcome{}, err
	}
	for _, step := range r.Steps {
		if open, err := step(ctx, who, a); open != "" || err != nil {
			return Outcome{Open: open}, err
		}
	}
	row, err := r.Sessions.New(ctx, r.DB, now, session.Request{
		LoginID: who.ID, Login: who.Name, Service: a.Service, Origin: session.FromLogin,
		Address: a.Address, UserAgent: a.UserAgent, Locale: a.Locale, GotoURI: a.GotoURI,
	})
	return Outcome{Session: row}, err
}

// Check is the first two steps, for pages and for Basic credentials: the lock,
// then the password. Whether the name is unknown, of another service, suspended
// or the password wrong, the answer and its time are the same. A failure is
// recorded before the caller hears of it.
func (r *Room) Check(ctx context.Context, a Attempt, now time.Time) (account.Login, error) {
	a.Name = strings.ToLower(a.Name)
	if !plausible(a.Name) || !plausible(a.Password) {
		return account.Login{}, fault.Denied()
	}
	if err := r.Brute.Check(ctx, r.DB, a.Name, a.Address, now); err != nil {
		return account.Login{}, err
	}
	who, err := account.Find(ctx, r.DB, a.Name)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return account.Login{}, err
	}
	hash := who.PasswordHash
	if !opens(who, a.Service) {
		hash = "" // takes as long as a real one and is never right
	}
	right, stale, err := r.Hasher.Verify(ctx, hash, a.Password)
	if err != nil {
		return account.Login{}, err
	}
	if !right || who.Suspended() {
		if err := r.Brute.Fail(ctx, r.DB, bruteforce.Attempt{Name: a.Name, Address: a.Address, Service: a.Service, Step: "password"}, now); err != nil {
			return account.Login{}, err
		}
		return account.Login{}, fault.Denied()
	}
	if stale {
		r.rehash(ctx, who, a.Password)
	}
	return who, r.Brute.Succeed(ctx, r.DB, a.Name, now)
}

// rehash brings a hash up to today's parameters; that it cannot is no reason to keep somebody out.
func (r *Room) rehash(ctx context.Context, who account.Login, secret string) {
	hash, err := r.Hasher.Hash(ctx, secret)
	if err == nil {
		err = account.SetPasswordHash(ctx, r.DB, who.ID, who.PasswordHash, hash)
	}
	if err != nil {
		r.Log.WarnContext(ctx, "password not rehashed", "user", who.Name, "error", err)
	}
}

// opens tells whether a login of this kind signs in at a service: root and
// resellers at WHM, accounts at cPanel and, as their main mailbox, at Webmail,
// mailboxes at Webmail.
func opens(who account.Login, service scalar.Service) bool {
	switch service {
	case scalar.WHM:
		return who.Kind == dispatch.Root || who.Kind == dispatch.Reseller
	case scalar.CPanel:
		return who.Kind == dispatch.Account || who.Kind == dispatch.Reseller
	case scalar.Webmail:
		return who.Kind == dispatch.Mailbox || who.Kind == dispatch.Account || who.Kind == dispatch.Reseller
	}
	return false
}

// plausible refuses credentials that hold a line break or a NUL, the lesson of
// CVE-2026-41940, and such as are too long to be anything but a burden.
func plausible(s string) bool {
	return s != "" && len(s) <= password.MaxLength && !strings.ContainsAny(s, "\r\n\x00")
}
