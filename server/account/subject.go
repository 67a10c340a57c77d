package account

import (
	"context"
	"strings"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Subject is a login of any kind by its name, if the caller has the power to act
// as it: an account as power has it, a mailbox when its account is, root for root
// with every privilege, and the caller itself. A stranger's is answered like one
// that does not exist.
func Subject(ctx context.Context, c dispatch.Call, name string) (Login, error) {
	missing := catalog.NoUser.Fault("name", strings.ToLower(name))
	l, err := Find(ctx, c.DB, name)
	if fault.Is(err, fault.Unknown) {
		return Login{}, missing
	}
	if err != nil {
		return Login{}, err
	}
	switch l.Kind {
	case dispatch.Root:
		if c.Kind != dispatch.Root {
			return Login{}, missing
		}
		if !c.Superuser() { // a token of root's that was given less: it must not rise to a whole session
			return Login{}, fault.NoPrivilege(dispatch.Everything)
		}
		return l, nil
	case dispatch.Mailbox:
		if _, err := power(ctx, c.DB, c.Caller, l.Account); err != nil {
			if fault.Is(err, fault.Unknown) {
				return Login{}, missing
			}
			return Login{}, err
		}
		return l, nil
	}
	if _, err := power(ctx, c.DB, c.Caller, l.Name); err != nil {
		if fault.Is(err, fault.Unknown) {
			return Login{}, missing
		}
		return Login{}, err
	}
	return l, nil
}
