package sourceip

import (
	"context"
	"strings"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// themself refuses everybody but the user: what is asked here must keep out who
// has root's rights, a stolen token, or the account that owns the mailbox.
func (r *Room) themself(ctx context.Context, c dispatch.Call, named string) error {
	own, err := isOwn(ctx, c, named)
	if err != nil {
		return err
	}
	if !own || c.Possessor != "" || c.Via != dispatch.BySession && c.Via != dispatch.ByPassword {
		return fault.New(fault.Forbidden,
			"Only the user may see and save their security questions: sign in as that user with their own password.")
	}
	return r.verified(ctx, c)
}

// unpossessed refuses whoever acts for the user.
func (r *Room) unpossessed(ctx context.Context, c dispatch.Call) error {
	if c.Actor() != c.Name {
		return fault.New(fault.Forbidden, "Only the user may change their verified addresses: sign in as that user.")
	}
	if err := whole(ctx, c); err != nil {
		return err
	}
	return r.verified(ctx, c)
}

// whole refuses a WHM token that has less than its owner: these are the owner's
// guards, and a token for one small thing must not take them down.
func whole(ctx context.Context, c dispatch.Call) error {
	if c.Via != dispatch.ByToken || c.Kind != dispatch.Root && c.Kind != dispatch.Reseller {
		return nil
	}
	_, err := account.Subject(ctx, c, c.Name)
	return err
}

// verified refuses a call with a password from where its user could not sign in
// with the password alone. Who has no questions yet may save some, as at the
// first sign in. Tokens have address lists of their own; a session was let in.
func (r *Room) verified(ctx context.Context, c dispatch.Call) error {
	if c.Unverified && c.Actor() != c.Name { // root's password, or a reseller's, must not open accounts from there
		return fault.PolicyApplies()
	}
	if r.Policy == nil || c.Via != dispatch.ByPassword || c.Actor() != c.Name {
		return nil
	}
	p, err := r.Policy(ctx, c.DB)
	if err != nil || !p.Verifies(c.Service) {
		return err
	}
	s, err := standing(ctx, c.DB, c.ID, c.Address, c.Now)
	if err != nil || s.Listed || s.Questions < catalog.QuestionSlots {
		return err
	}
	return catalog.AddressStrange.Fault()
}

// isOwn tells whether a name is the caller's: empty, the login's, or the
// account's main domain, which cPanel's samples send as account.
func isOwn(ctx context.Context, c dispatch.Call, name string) (bool, error) {
	if name == "" || strings.EqualFold(name, c.Name) {
		return true, nil
	}
	if c.Kind == dispatch.Mailbox || c.AccountID != c.ID || !strings.Contains(name, ".") || strings.Contains(name, "@") {
		return false, nil
	}
	l, err := account.Find(ctx, c.DB, c.Name)
	return err == nil && l.Domain == strings.ToLower(name), err
}

// subject is the login that a call names: the caller's own or a mailbox of the
// account. Anybody else's is answered like one that does not exist.
func subject(ctx context.Context, c dispatch.Call, name string) (int64, error) {
	if own, err := isOwn(ctx, c, name); own || err != nil {
		return c.ID, err
	}
	missing := catalog.NoUser.Fault("name", strings.ToLower(name))
	if c.Kind == dispatch.Mailbox || c.AccountID == 0 {
		return 0, missing
	}
	l, err := account.Find(ctx, c.DB, name)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return 0, err
	}
	if err != nil || l.Kind != dispatch.Mailbox || l.AccountID != c.AccountID {
		return 0, missing
	}
	return l.ID, nil
}
