package twofactor

import (
	"context"
	"fmt"
	"strings"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) list(ctx context.Context, c dispatch.Call, in catalog.GetTFAConfigsRequest) (map[string]catalog.TFAState, error) {
	out := map[string]catalog.TFAState{}
	if in.User != "" {
		l, err := account.Subject(ctx, c, in.User)
		if err != nil {
			return nil, err
		}
		f, err := findFactor(ctx, c.DB, l.ID)
		if err != nil {
			return nil, err
		}
		if l.Kind == dispatch.Root {
			l.Domain = r.Hostname
		}
		out[l.Name] = catalog.TFAState{Enabled: f != nil, Domain: l.Domain}
		return out, nil
	}
	all, err := selectStates(ctx, c.DB, c.ID, c.Superuser(), c.May("list-accts"))
	for _, s := range all {
		out[s.Name] = catalog.TFAState{Enabled: scalar.Bit(s.Enabled), Domain: s.Domain}
	}
	return out, err
}

// removeMany goes through the users one by one: what fails for one is told, and
// done for the others. To take somebody's factor away is as strong as to set
// their password, so it takes the same privilege.
func (r *Room) removeMany(ctx context.Context, c dispatch.Call, in catalog.RemoveTFAConfigsRequest) (out catalog.RemovedTFAConfigs, err error) {
	out = catalog.RemovedTFAConfigs{Failed: map[string]string{}, Modified: []string{}}
	if len(in.Users) > maxUsers {
		return out, fault.Bad("user", fmt.Sprintf("use at most %d", maxUsers))
	}
	for _, name := range in.Users {
		err := r.removeOne(ctx, c, name)
		switch {
		case err == nil:
			out.Modified = append(out.Modified, name)
		case fault.Is(err, fault.Unknown):
			out.Failed[name] = "You are not authorized to modify " + name // also for one that does not exist
		case fault.Is(err, fault.Forbidden):
			out.Failed[name] = fault.Of(err).Message
		default:
			return out, err
		}
	}
	return out, nil
}

const maxUsers = 1000

func (r *Room) removeOne(ctx context.Context, c dispatch.Call, name string) error {
	l, err := account.Subject(ctx, c, name)
	switch {
	case err != nil:
		return err
	case l.ID == c.ID:
		return r.removeOwn(ctx, c)
	case c.Unverified: // a password alone, from where it does not let in, takes nobody's guard down
		return fault.PolicyApplies()
	case !c.May("passwd"):
		return fault.New(fault.Forbidden, "You are not authorized to modify %s", name)
	}
	return r.remove(ctx, c, l.ID, "")
}

// accountOf is the account that keys are taken from or brought to.
func accountOf(ctx context.Context, c dispatch.Call, name string) (account.Login, error) {
	l, err := account.Subject(ctx, c, name)
	if err == nil && l.Kind != dispatch.Account && l.Kind != dispatch.Reseller {
		err = fault.New(fault.Unknown, "You have no account named “%s”.", strings.ToLower(name))
	}
	return l, err
}

func (r *Room) export(ctx context.Context, c dispatch.Call, in catalog.ExportTFAConfigsRequest) (map[string]catalog.TFASecrets, error) {
	l, err := accountOf(ctx, c, in.User)
	if err != nil {
		return nil, err
	}
	out := catalog.TFASecrets{Email: map[string]catalog.TFASecret{}, Team: map[string]catalog.TFASecret{}}
	all, err := selectFactors(ctx, c.DB, l.ID)
	for _, f := range all {
		secret, err := r.Key.Open(f.Secret, factorPlace(f.LoginID))
		if err != nil {
			return nil, err
		}
		if f.LoginID == l.ID {
			out.Primary.Secret = secret
		} else {
			out.Email[f.Name] = catalog.TFASecret{Secret: secret}
		}
	}
	return map[string]catalog.TFASecrets{l.Name: out}, err
}

func (r *Room) imports(ctx context.Context, c dispatch.Call, in catalog.ImportTFAConfigsRequest) (out function.Nothing, err error) {
	keys, err := readKeys(in.Keys)
	if err != nil {
		return out, err
	}
	for _, k := range keys {
		l, err := accountOf(ctx, c, k.account)
		if err != nil {
			return out, err
		}
		if k.mailbox != "" {
			if l, err = mailboxOf(ctx, c, l, k.mailbox); err != nil {
				return out, err
			}
		}
		if _, err := lockFactor(ctx, c.DB, l.ID); err != nil {
			return out, err
		}
		if err := saveFactor(ctx, c.DB, l.ID, r.Key.Seal(k.secret, factorPlace(l.ID)), noStep, c.Now); err != nil {
			return out, err
		}
		if err := r.EndSessions(ctx, c.DB, l.ID, ""); err != nil {
			return out, err
		}
	}
	return out, nil
}

func mailboxOf(ctx context.Context, c dispatch.Call, of account.Login, address string) (account.Login, error) {
	l, err := account.Find(ctx, c.DB, address)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return l, err
	}
	if err != nil || l.Kind != dispatch.Mailbox || l.AccountID != of.ID {
		return l, fault.New(fault.Unknown, "The account “%s” has no mailbox “%s”.", of.Name, address)
	}
	return l, nil
}
