package twofactor

import (
	"context"
	"crypto/subtle"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// own refuses callers that are not wholly who they speak for. inForce tells that
// there is a factor already: the password alone must then not be enough, or it
// would be all that a thief needs.
func (r *Room) own(ctx context.Context, c dispatch.Call, inForce bool) error {
	switch {
	case c.Possessor != "":
		return fault.New(fault.Forbidden, "Only “%s” can do this, in a session of their own.", c.Name)
	case c.Via == dispatch.ByToken:
		return fault.New(fault.Forbidden, "An API token cannot change a second factor: sign in.")
	case c.Via == dispatch.ByCommand && c.Kind != dispatch.Root:
		return fault.New(fault.Forbidden, "A command line cannot change the second factor of “%s”; root removes one with twofactorauth_remove_user_config.", c.Name)
	case c.Via == dispatch.ByPassword && inForce:
		return passwordAlone()
	case c.Via == dispatch.BySession && inForce:
		signedIn, err := r.SignedIn(ctx, c.DB, c.Session)
		if err == nil && !signedIn {
			err = passwordAlone()
		}
		return err
	}
	return nil
}

func passwordAlone() *fault.Fault {
	return fault.New(fault.Forbidden, "A password alone cannot change a second factor: sign in.")
}

func (r *Room) generate(ctx context.Context, c dispatch.Call, _ catalog.GenerateTFAConfigRequest) (out catalog.TFAKey, err error) {
	f, err := lockFactor(ctx, c.DB, c.ID)
	if err != nil {
		return out, err
	}
	if err := r.own(ctx, c, f != nil); err != nil {
		return out, err
	}
	issuer, err := r.issuer(ctx, c.DB, c.ID)
	if err != nil {
		return out, err
	}
	secret, err := newSecret(r.Random)
	if err != nil {
		return out, err
	}
	if err := saveOffer(ctx, c.DB, c.ID, r.Key.Seal(secret, offerPlace(c.ID)), c.Now); err != nil {
		return out, err
	}
	return catalog.TFAKey{URL: otpauth(issuer, c.Name, secret), Secret: secret}, nil
}

func (r *Room) setWHM(ctx context.Context, c dispatch.Call, in catalog.TFACode) (out catalog.TFASet, err error) {
	err = r.set(ctx, c, in)
	return catalog.TFASet{Success: scalar.Bit(err == nil)}, err
}

func (r *Room) setUser(ctx context.Context, c dispatch.Call, in catalog.TFACode) (out catalog.UserTFASet, err error) {
	err = r.set(ctx, c, in)
	return catalog.UserTFASet{Configured: scalar.Bit(err == nil)}, err
}

func (r *Room) set(ctx context.Context, c dispatch.Call, in catalog.TFACode) error {
	f, err := lockFactor(ctx, c.DB, c.ID)
	if err != nil {
		return err
	}
	if err := r.own(ctx, c, f != nil); err != nil {
		return err
	}
	sealed, err := findOffer(ctx, c.DB, c.ID, c.Now.Add(-offerLives))
	if err != nil {
		return err
	}
	secret := decoy
	if sealed != nil {
		if secret, err = r.Key.Open(sealed, offerPlace(c.ID)); err != nil {
			return err
		}
	}
	if sealed == nil || subtle.ConstantTimeCompare([]byte(secret), []byte(clean(in.Secret))) != 1 {
		return fault.Bad("secret", catalog.KeyTooOld.Text)
	}
	step := stepOf(secret, clean(in.Token), c.Now)
	if step == noStep {
		return fault.Bad("tfa_token", catalog.CodeWrong.Text)
	}
	if err := saveFactor(ctx, c.DB, c.ID, r.Key.Seal(secret, factorPlace(c.ID)), step, c.Now); err != nil {
		return err
	}
	return r.EndSessions(ctx, c.DB, c.ID, c.Session)
}

func (r *Room) getUser(ctx context.Context, c dispatch.Call, _ catalog.GetUserTFARequest) (catalog.UserTFA, error) {
	return r.stateOf(ctx, c, c.ID)
}

func (r *Room) getTeamUser(ctx context.Context, c dispatch.Call, in catalog.GetTeamUserTFARequest) (catalog.UserTFA, error) {
	l, err := account.Find(ctx, c.DB, in.TeamUser)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return catalog.UserTFA{}, err
	}
	if err != nil || l.Kind != dispatch.Mailbox || l.AccountID != c.AccountID {
		return catalog.UserTFA{}, fault.New(fault.Unknown, "Your account has no user named “%s”.", in.TeamUser)
	}
	return r.stateOf(ctx, c, l.ID)
}

func (r *Room) stateOf(ctx context.Context, c dispatch.Call, login int64) (out catalog.UserTFA, err error) {
	f, err := findFactor(ctx, c.DB, login)
	if err != nil {
		return out, err
	}
	out.Enabled = f != nil
	out.Issuer, err = r.issuer(ctx, c.DB, login)
	return out, err
}

func (r *Room) removeUser(ctx context.Context, c dispatch.Call, _ catalog.RemoveUserTFARequest) (catalog.UserTFARemoved, error) {
	return catalog.UserTFARemoved{Removed: true}, r.removeOwn(ctx, c)
}

// removeOwn removes the caller's factor. cPanel: nothing to remove is success.
func (r *Room) removeOwn(ctx context.Context, c dispatch.Call) error {
	f, err := lockFactor(ctx, c.DB, c.ID)
	if err != nil {
		return err
	}
	if err := r.own(ctx, c, f != nil); err != nil {
		return err
	}
	return r.remove(ctx, c, c.ID, c.Session)
}

// remove takes a login's factor, codes and pending key away, and ends its
// sessions but keep if there was a factor.
func (r *Room) remove(ctx context.Context, c dispatch.Call, login int64, keep string) error {
	removed, err := deleteFactor(ctx, c.DB, login)
	if err != nil || !removed {
		return err
	}
	return r.EndSessions(ctx, c.DB, login, keep)
}

func (r *Room) get(ctx context.Context, c dispatch.Call, _ catalog.GetUserTFARequest) (out catalog.SecondFactor, err error) {
	f, err := findFactor(ctx, c.DB, c.ID)
	if err != nil {
		return out, err
	}
	if out.Issuer, err = r.issuer(ctx, c.DB, c.ID); err != nil || f == nil {
		return out, err
	}
	asked, err := r.Policy(ctx, c.DB)
	out.Enabled, out.Asked, out.Since, out.Recovery = true, scalar.Bit(asked), scalar.At(f.EnabledAt), f.Recovery
	return out, err
}

func (r *Room) generateRecovery(ctx context.Context, c dispatch.Call, _ catalog.GetUserTFARequest) (out catalog.RecoveryCodes, err error) {
	f, err := lockFactor(ctx, c.DB, c.ID)
	if err != nil {
		return out, err
	}
	if err := r.own(ctx, c, f != nil); err != nil {
		return out, err
	}
	if f == nil {
		return out, fault.New(fault.Unknown, "There is no second factor: set one before its recovery codes.")
	}
	if out.Codes, err = newRecovery(r.Random); err != nil {
		return out, err
	}
	hashes := make([][]byte, len(out.Codes))
	for i, code := range out.Codes {
		hashes[i] = recoveryHash(c.ID, clean(code))
	}
	return out, replaceRecovery(ctx, c.DB, c.ID, hashes)
}
