// Package mailbox is what account owners do with their mailboxes: make, list,
// suspend and remove them, set and try their passwords.
//
// It owns the table mailboxes and writes the logins of mailboxes; who they are
// when they sign in is package account's to say. It delivers and stores no mail.
// A limit of the account is judged with the account’s login locked. What belongs to
// another account is answered like what does not exist.
package mailbox

import (
	"context"
	"regexp"
	"strings"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Room answers the functions of UAPI's module Email.
type Room struct {
	Hasher *password.Hasher
	// EndSessions ends all sessions of these logins within db's transaction.
	EndSessions func(ctx context.Context, db bun.IDB, loginIDs ...int64) error
	Guard       account.Guard // of tries at a password
}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Prepare(m, catalog.AddPop, r.prepareAdd, r.add)
	dispatch.Handle(m, catalog.DeletePop, r.remove)
	dispatch.Handle(m, catalog.ListPops, r.list)
	dispatch.Prepare(m, catalog.PasswdPop, r.preparePasswd, r.passwd)
	dispatch.Handle(m, catalog.VerifyPassword, r.verify)
	dispatch.Handle(m, catalog.SuspendLogin, r.suspend)
	dispatch.Handle(m, catalog.UnsuspendLogin, r.unsuspend)
}

// dotAtom is the part of an address before its @, unquoted (RFC 5321, 4.1.2,
// Dot-string), in lower case. Left out are / and %, which mail stores take for
// directories and variables.
var dotAtom = regexp.MustCompile("\\A[a-z0-9!#$&'*+=?^_`{|}~-]+(\\.[a-z0-9!#$&'*+=?^_`{|}~-]+)*\\z")

// address reads an address of the account: whole, or what stands before its @
// with the domain beside it, which is the account's main domain when left out.
// own is that main domain.
func address(email, domain, own string) (string, error) {
	local, at, whole := cutLast(strings.ToLower(email))
	if whole {
		if domain != "" && !strings.EqualFold(domain, at) {
			return "", fault.Bad("domain", "use the domain of the address in email, or leave it out")
		}
		domain = at
	}
	if domain == "" {
		domain = own
	}
	domain, err := account.Domain("domain", domain)
	if err != nil {
		return "", err
	}
	if domain != own {
		return "", fault.New(fault.Forbidden, "The domain “%s” does not belong to your account.", domain)
	}
	if len(local) > 64 || !dotAtom.MatchString(local) {
		return "", fault.Bad("email", catalog.MailboxForm.With("characters", "!#$&'*+=?^_`{|}~-"))
	}
	return local + "@" + domain, nil
}

func cutLast(email string) (local, domain string, whole bool) {
	i := strings.LastIndexByte(email, '@')
	if i < 0 {
		return email, "", false
	}
	return email[:i], email[i+1:], true
}

// own is a mailbox of the caller's account; a mailbox's owner reaches their own alone.
func own(ctx context.Context, c dispatch.Call, email, domain string) (account.Login, error) {
	main, err := mainDomain(ctx, c.DB, c.AccountID)
	if err != nil {
		return account.Login{}, err
	}
	name, err := address(email, domain, main)
	if err != nil {
		return account.Login{}, err
	}
	missing := fault.New(fault.Unknown, "You have no mailbox “%s”.", name)
	if c.Kind == dispatch.Mailbox && name != c.Name {
		return account.Login{}, missing
	}
	l, err := account.Find(ctx, c.DB, name)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return l, err
	}
	if err != nil || l.Kind != dispatch.Mailbox || l.AccountID != c.AccountID {
		return account.Login{}, missing
	}
	return l, nil
}
