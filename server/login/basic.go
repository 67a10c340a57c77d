package login

import (
	"context"
	"time"

	"postern/server/account"
	"postern/server/bruteforce"
	"postern/server/policy"
	"postern/server/sourceip"
	"postern/shared/fault"
)

// Authenticate is who brings Basic credentials with an API call, and whether the
// sign-in policies stand between them and a session.
//
// cPanel: security policies touch API calls only if the extension “API requests”
// is on. It is then the same from an address that is not verified whether the
// password is right or wrong. Where it is off, the call goes on, but functions
// that hand out sessions or tokens are refused to the unverified: a stolen
// password must not turn into a session by way of the API. The second factor's
// code comes as a.Code.
func (r *Room) Authenticate(ctx context.Context, a Attempt, now time.Time) (who account.Login, unverified bool, err error) {
	origin := bruteforce.Origin(a.Address)
	if err := r.Door.Enter(ctx, origin); err != nil {
		return account.Login{}, false, err
	}
	defer r.Door.Leave(origin)
	who, right, err := r.password(ctx, &a, now)
	if err != nil {
		return account.Login{}, false, err
	}
	defer a.try.Close(ctx, "password", now)
	p, err := policy.Load(ctx, r.DB)
	if err != nil {
		return account.Login{}, false, err
	}
	need, err := r.Addresses.Required(ctx, r.DB, p, who, a.Service, a.Address, now)
	if err != nil {
		return account.Login{}, false, err
	}
	blocked := bool(p.APIRequests) && need != sourceip.None
	if !right {
		err := r.failed(ctx, who, a, "password", now)
		if blocked && fault.Is(err, fault.Stranger) {
			err = fault.PolicyApplies()
		}
		return account.Login{}, false, err
	}
	coded, err := r.coded(ctx, who, a, now)
	if err != nil {
		return account.Login{}, false, err
	}
	if blocked || bool(p.APIRequests) && !coded {
		return account.Login{}, false, fault.PolicyApplies()
	}
	return who, need != sourceip.None || !coded, nil
}

// coded tells whether a call has the second factor's code, or needs none. A
// wrong code is refused.
func (r *Room) coded(ctx context.Context, who account.Login, a Attempt, now time.Time) (bool, error) {
	required, err := r.SecondStep.Required(ctx, r.DB, who.ID)
	if err != nil || !required {
		return !required, err
	}
	if a.Code == "" {
		return false, nil
	}
	if err := r.checkCode(ctx, who, a, now); err != nil {
		return false, err
	}
	return true, nil
}
