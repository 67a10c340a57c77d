package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Login is somebody who can sign in, with what hangs on the account behind it.
type Login struct {
	ID               int64
	Name             string
	Kind             dispatch.Kind // Reseller for an account with privileges
	PasswordHash     string        // empty: no password opens it
	Locale           string
	CreatedAt        time.Time
	SuspendedAt      time.Time // zero: not suspended itself
	SuspendedReason  string
	SuspensionLocked bool // only root-level callers may lift it

	// Of the account: the login's own, or the one that a mailbox belongs to. Empty for root.
	AccountID          int64
	Account            string
	AccountSuspendedAt time.Time
	Domain             string // the main domain
	OwnerID            int64  // the login that owns the account
	FeatureList        string
	Disabled           []string `bun:",array"` // features that the account does not have
	Privileges         []string `bun:",array"` // a reseller's; nil for others. A mailbox never has any
}

// Suspended tells that nobody may sign in: it, or the account behind it, is suspended.
func (l Login) Suspended() bool { return !l.SuspendedAt.IsZero() || !l.AccountSuspendedAt.IsZero() }

// Find is the login of a name; letters' case does not matter. The error is a
// fault.Unknown when there is none, which callers must not tell to strangers.
func Find(ctx context.Context, db bun.IDB, name string) (Login, error) {
	l, err := selectLogin(ctx, db, strings.ToLower(name))
	return l, database.Fault(err, nil, fault.New(fault.Unknown, "There is no user of that name."))
}

// EnsureRoot makes root's login with this password when the database has none,
// and tells whether it did. It is asked once, at the start.
func (r *Room) EnsureRoot(ctx context.Context, db bun.IDB, password string, now time.Time) (made bool, err error) {
	if _, err := rootID(ctx, db); err == nil || !database.Gone(err) {
		return false, database.Fault(err, nil, nil)
	}
	hash, err := r.Hasher.Hash(ctx, password)
	if err != nil {
		return false, err
	}
	return insertRoot(ctx, db, hash, catalog.DefaultLocale, now)
}

// ToCaller is who asks, when this login has proved who they are. The door adds
// how and from where.
func ToCaller(l Login) dispatch.Caller {
	return dispatch.Caller{
		ID: l.ID, Name: l.Name, Kind: l.Kind, AccountID: l.AccountID, Account: l.Account,
		Privileges: l.Privileges, Disabled: l.Disabled, Locale: l.Locale,
	}
}

// As is the caller of a cPanel function that who calls for an account: root for
// any, a reseller for its own. cPanel: the user must be in lower case. The caller
// has the account's features and none of its WHM privileges.
func As(ctx context.Context, db bun.IDB, who dispatch.Caller, user string) (dispatch.Caller, error) {
	refused := fault.New(fault.Invalid, "User parameter is invalid or was not supplied")
	if user == "" || user != strings.ToLower(user) {
		return dispatch.Caller{}, refused
	}
	l, err := power(ctx, db, who, user)
	if err != nil {
		if fault.Is(err, fault.Unknown) {
			err = refused
		}
		return dispatch.Caller{}, err
	}
	as := ToCaller(l)
	as.Kind, as.Privileges, as.Possessor = dispatch.Account, nil, who.Actor()
	as.Via, as.Service, as.Address, as.Session, as.TLS = who.Via, who.Service, who.Address, who.Session, who.TLS
	as.Unverified, as.Confined = who.Unverified, who.Confined
	return as, nil
}

// OwnMailbox is a mailbox of the account that the call is about, by the two parts
// of its address. Domains that are not the account's, logins that do not exist
// and suspended ones are faults that say so.
func OwnMailbox(ctx context.Context, db bun.IDB, c dispatch.Call, login, domain string) (Login, error) {
	own, err := Find(ctx, db, c.Account)
	if err != nil {
		return Login{}, err
	}
	domain, err = Domain("domain", domain)
	if err != nil {
		return Login{}, err
	}
	if domain != own.Domain {
		return Login{}, fault.New(fault.Forbidden, "The domain “%s” does not belong to your account.", domain)
	}
	missing := fault.New(fault.Unknown, "There is no mailbox “%s@%s”.", strings.ToLower(login), domain)
	if strings.Contains(login, "@") {
		return Login{}, missing
	}
	l, err := selectLogin(ctx, db, strings.ToLower(login)+"@"+domain)
	if err != nil {
		return Login{}, database.Fault(err, nil, missing)
	}
	if l.Kind != dispatch.Mailbox || l.AccountID != c.AccountID {
		return Login{}, missing
	}
	if l.Suspended() {
		return Login{}, fault.New(fault.Forbidden, "The mailbox “%s” is suspended.", l.Name)
	}
	return l, nil
}

// reach is an account by its name, if the caller has power over it: root and
// resellers with every privilege over all, others over those they own and
// themselves. The fault for a stranger's account is that of one that does not
// exist, so that names cannot be found out.
func reach(ctx context.Context, db bun.IDB, who dispatch.Caller, name string) (Login, error) {
	name = strings.ToLower(name)
	l, err := Find(ctx, db, name)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return Login{}, err
	}
	account := l.Kind == dispatch.Account || l.Kind == dispatch.Reseller
	if err != nil || !account || !(everywhere(who) || l.OwnerID == who.ID || l.ID == who.ID) {
		return Login{}, noAccount(name)
	}
	return l, nil
}

// everywhere tells that every account is the caller's to act on. Root stays root
// when a token of its own bounds its privileges.
func everywhere(who dispatch.Caller) bool { return who.Kind == dispatch.Root || who.Superuser() }

func noAccount(name string) *fault.Fault {
	return fault.New(fault.Unknown, "You have no account named “%s”.", name)
}

// power is reach for what changes an account or acts as it: the caller must hold
// every privilege that the account holds. An owner could otherwise set the
// password of a reseller that root has given more than the owner has.
func power(ctx context.Context, db bun.IDB, who dispatch.Caller, name string) (Login, error) {
	l, err := reach(ctx, db, who, name)
	if err != nil {
		return Login{}, err
	}
	lacks := slices.IndexFunc(l.Privileges, func(p string) bool { return !who.May(p) })
	if lacks >= 0 && !(l.ID == who.ID && wholeLogin(who)) {
		return Login{}, fault.New(fault.Forbidden, "The account “%s” holds the privilege “%s”, which you do not.", l.Name, l.Privileges[lacks])
	}
	return l, nil
}

// wholeLogin tells that the caller proved who they are with more than a token,
// which may have fewer privileges than its owner.
func wholeLogin(who dispatch.Caller) bool { return who.Via != dispatch.ByToken }

// powerLocked is power with the account's login locked until the transaction
// ends, so that what was judged still holds when it is written.
func powerLocked(ctx context.Context, db bun.IDB, who dispatch.Caller, name string) (Login, error) {
	if err := lockLogin(ctx, db, strings.ToLower(name)); err != nil {
		return Login{}, err
	}
	return power(ctx, db, who, name)
}
