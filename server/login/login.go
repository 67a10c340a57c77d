// Package login is the one way in: a dispatcher over lock, password, one-time
// session or a provider's word, verified address, second factor and at last a
// session; and its pages.
//
// It decides who gets a session. What a password is, how a failure counts, which
// questions somebody has, what a session is kept as belong to the rooms below.
// Package httpd mounts its pages and asks Authenticate for Basic credentials.
package login

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/bruteforce"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/server/policy"
	"postern/server/provider"
	"postern/server/session"
	"postern/server/sourceip"
	"postern/server/twofactor"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Attempt is somebody who wants in.
type Attempt struct {
	Service   scalar.Service
	Name      string
	Password  string
	Code      string // of the second factor, when given at once
	Address   netip.Addr
	UserAgent string
	Locale    string
	GotoURI   string

	try      *bruteforce.Try // the leave to look at what was given; nil: nothing is looked at
	link     int64           // the link by which an identity at a provider signs in; 0: a password does
	provider string          // at which
	coded    bool            // the second factor has been dealt with: its code was right, or the provider asks for enough
}

// Room lets people in.
type Room struct {
	DB         *bun.DB
	Random     io.Reader
	Hasher     *password.Hasher
	Door       *password.Queue // how many sign in at once, fairly by address
	Sessions   *session.Room
	Brute      *bruteforce.Room
	Addresses  *sourceip.Room
	SecondStep *twofactor.Room
	Outside    *provider.Room
	// Record adds to the audit trail.
	Record func(ctx context.Context, db bun.IDB, e dispatch.Event) error
	Log    *slog.Logger
}

// Outcome is how far a sign in came: a session, or a step that is open.
type Outcome struct {
	Session *session.Row
	Open    *Open
}

// SignIn runs the steps with a password as far as they go.
func (r *Room) SignIn(ctx context.Context, a Attempt, now time.Time) (Outcome, error) {
	origin := bruteforce.Origin(a.Address)
	if err := r.Door.Enter(ctx, origin); err != nil {
		return Outcome{}, err
	}
	defer r.Door.Leave(origin)
	who, right, err := r.password(ctx, &a, now)
	if err != nil {
		return Outcome{}, err
	}
	defer a.try.Close(ctx, "password", now)
	p, err := policy.Load(ctx, r.DB)
	if err != nil {
		return Outcome{}, err
	}
	need, err := r.Addresses.Required(ctx, r.DB, p, who, a.Service, a.Address, now)
	if err != nil {
		return Outcome{}, err
	}
	if !right {
		// From an address that is not verified, a wrong password looks like a right
		// one: the same questions are asked, and no answer to them will do. So nobody
		// learns from a new address which passwords or names are good.
		if need != sourceip.None {
			a.try.Return(ctx) // the answer is what will count
			return r.ask(ctx, p, who.ID, account.Login{}, a, now)
		}
		return Outcome{}, r.failed(ctx, who, a, "password", now)
	}
	switch need {
	case sourceip.Setup:
		return r.setUp(ctx, who, a, now)
	case sourceip.Challenge:
		a.try.Return(ctx)
		return r.ask(ctx, p, who.ID, who, a, now)
	}
	return r.secondFactor(ctx, p, who, a, now)
}

// password is the first two steps: the leave to try, which a lock refuses, then the
// password. Whether the name is unknown, of another service, suspended or the
// password wrong, the answer and its time are the same. Where it gives no error the
// caller has to close the attempt's try.
func (r *Room) password(ctx context.Context, a *Attempt, now time.Time) (who account.Login, right bool, err error) {
	a.Name = strings.ToLower(a.Name)
	if !plausible(a.Name) || !plausible(a.Password) {
		return who, false, fault.Denied()
	}
	if a.try, err = r.Brute.Begin(ctx, r.DB, a.guess(), now); err != nil {
		return who, false, err
	}
	who, right, stale, err := r.look(ctx, *a)
	switch {
	case err != nil:
		a.try.Return(ctx) // nothing was looked at
		return who, false, err
	case !right || who.Suspended():
		a.try.Wrong()
		return who, false, nil
	case stale:
		r.rehash(ctx, &who, a.Password)
	}
	return who, true, nil
}

// look compares the password with the login's; an error says that it did not come to it.
func (r *Room) look(ctx context.Context, a Attempt) (who account.Login, right, stale bool, err error) {
	ctx, cancel := a.try.Within(ctx)
	defer cancel()
	who, err = account.Find(ctx, r.DB, a.Name)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return who, false, false, err
	}
	hash := who.PasswordHash
	if !opens(who, a.Service) {
		hash = "" // takes as long as a real one and is never right
	}
	right, stale, err = r.Hasher.VerifyFor(ctx, bruteforce.Origin(a.Address), hash, a.Password)
	return who, right, stale, err
}

// guess is the attempt as the room of the locks knows it.
func (a *Attempt) guess() bruteforce.Attempt {
	return bruteforce.Attempt{Name: a.Name, Address: a.Address, Service: a.Service}
}

// failed counts a failure, records it and is the refusal. What it writes is
// committed before the caller hears of it. who is whose name was tried, so that
// they find it in their history; nobody when nobody has the name.
func (r *Room) failed(ctx context.Context, who account.Login, a Attempt, step string, now time.Time) error {
	if err := a.try.Fail(ctx, step, now); err != nil {
		return err
	}
	who.Name = bruteforce.Clean(a.Name)
	if err := r.record(ctx, r.DB, who, a, step, fault.Stranger, now); err != nil {
		return err
	}
	return fault.Denied()
}

// Refused records that credentials which are no password were refused: an API
// token. Such are too long to be guessed, so they count for no lock.
func (r *Room) Refused(ctx context.Context, a Attempt, step string, via dispatch.Via, kind fault.Kind, now time.Time) error {
	name := bruteforce.Clean(a.Name)
	return r.Record(ctx, r.DB, dispatch.Event{
		At: now, Actor: name, Login: name, Service: a.Service, Via: via, Address: a.Address, Action: step, Refused: kind,
	})
}

// enter is the last step.
func (r *Room) enter(ctx context.Context, p policy.Policy, who account.Login, a Attempt, now time.Time) (Outcome, error) {
	if err := r.forget(ctx, a, now); err != nil {
		return Outcome{}, err
	}
	var out Outcome
	origin := session.FromLogin
	if a.link != 0 {
		origin = session.FromProvider
	}
	err := r.DB.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) (err error) {
		if err := still(ctx, tx, who.ID, who.PasswordHash); err != nil {
			return err
		}
		// A second factor that came since it was asked for has ended the login's sessions too.
		if changed, err := r.SecondStep.Changed(ctx, tx, who.ID, a.coded, now); err != nil || changed {
			return cmp.Or(err, error(fault.Denied()))
		}
		if a.link != 0 {
			if err := r.Outside.Hold(ctx, tx, a.link, who.ID, a.Service); err != nil {
				return err
			}
		}
		out.Session, err = r.Sessions.New(ctx, tx, now, session.Request{
			LoginID: who.ID, Login: who.Name, Service: a.Service, Origin: origin,
			Address: a.Address, UserAgent: a.UserAgent, Locale: a.Locale, GotoURI: a.GotoURI,
			Lifetimes: session.Lifetimes{Unused: p.Unused(), Idle: p.Idle(), Absolute: p.Absolute()},
		})
		if err != nil {
			return err
		}
		return r.record(ctx, tx, who, a, "sign_in", "", now)
	})
	return out, err
}

// forget settles an attempt that was good to its end.
func (r *Room) forget(ctx context.Context, a Attempt, now time.Time) error {
	if a.try == nil {
		return r.Brute.Forget(ctx, r.DB, a.Name, now)
	}
	return a.try.Succeed(ctx, now)
}

// record adds a step of a sign in to the audit trail.
func (r *Room) record(ctx context.Context, db bun.IDB, who account.Login, a Attempt, step string, refused fault.Kind, now time.Time) error {
	e := dispatch.Event{
		At: now, Actor: who.Name, Login: who.Name, LoginID: who.ID, AccountID: who.AccountID, Account: who.Account,
		Service: a.Service, Via: dispatch.ByPassword, Address: a.Address, Action: step, Refused: refused,
	}
	if a.link != 0 {
		e.Via, e.Details = dispatch.ByProvider, map[string]string{"provider_id": a.provider}
	}
	return r.Record(ctx, db, e)
}

// rehash brings a hash up to today's parameters; that it cannot is no reason to keep somebody out.
func (r *Room) rehash(ctx context.Context, who *account.Login, secret string) {
	hash, err := r.Hasher.Hash(ctx, secret)
	if err == nil {
		err = account.SetPasswordHash(ctx, r.DB, who.ID, who.PasswordHash, hash)
	}
	if err != nil {
		r.Log.WarnContext(ctx, "password not rehashed", "user", who.Name, "error", err)
		return
	}
	who.PasswordHash = hash
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
