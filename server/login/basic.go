package login

import (
	"context"
	"time"

	"postern/server/account"
	"postern/server/policy"
	"postern/server/sourceip"
	"postern/shared/fault"
)

// Authenticate is who brings Basic credentials with an API call.
//
// cPanel: security policies touch API calls only if the extension “API requests”
// is on. It is then the same from an address that is not verified whether the
// password is right or wrong; the second factor's code comes as a.Code.
func (r *Room) Authenticate(ctx context.Context, a Attempt, now time.Time) (account.Login, error) {
	who, right, err := r.password(ctx, &a, now)
	if err != nil {
		return account.Login{}, err
	}
	p, err := policy.Load(ctx, r.DB)
	if err != nil {
		return account.Login{}, err
	}
	blocked := false
	if p.APIRequests {
		need, err := r.Addresses.Required(ctx, r.DB, p, who, a.Service, a.Address, now)
		if err != nil {
			return account.Login{}, err
		}
		blocked = need != sourceip.None
	}
	if !right {
		if err := r.failed(ctx, a, "password", now); !blocked || !fault.Is(err, fault.Stranger) {
			return account.Login{}, err
		}
	}
	if blocked {
		return account.Login{}, fault.PolicyApplies()
	}
	if p.APIRequests {
		if err := r.code(ctx, who, a, now); err != nil {
			return account.Login{}, err
		}
	}
	return who, nil
}

// code holds a call to the second factor of its caller.
func (r *Room) code(ctx context.Context, who account.Login, a Attempt, now time.Time) error {
	required, err := r.SecondStep.Required(ctx, r.DB, who.ID)
	if err != nil || !required {
		return err
	}
	if a.Code == "" {
		return fault.PolicyApplies()
	}
	if err := r.SecondStep.Check(ctx, r.DB, who.ID, a.Code, now); err != nil {
		if fault.Is(err, fault.Stranger) {
			return r.failed(ctx, a, Code, now)
		}
		return err
	}
	return nil
}
