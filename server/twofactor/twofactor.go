// Package twofactor keeps second factors: the keys of authenticator apps (TOTP,
// RFC 6238), the recovery codes for the day when the phone is lost.
//
// It owns the tables second_factors, second_factor_offers, recovery_codes and
// second_factor_issuers and, of settings, the row twofactor. It does not keep the
// policy that has factors asked for, nor does it count wrong codes: package login
// and the doors ask Required, take the code and give it to Check.
//
// Three rules run through it:
//   - A key is ours: only one that was made here for that very user, lately, can
//     be set, so that nobody is talked into a key that another knows.
//   - A code works once. The newest time step that was used is kept, and compared
//     and moved in one statement.
//   - Whoever has only part of somebody's credentials (a token, an administrator's
//     session, a password without the factor that is in force) cannot change the
//     factor; and a change ends the user's other sessions in its transaction.
package twofactor

import (
	"context"
	"io"
	"time"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/seal"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Room answers the functions about second factors, and checks codes.
type Room struct {
	Key      *seal.Key
	Random   io.Reader // for keys and recovery codes
	Hostname string    // what authenticator apps show unless something else is set
	// Policy tells whether second factors are asked for at all
	// (SecurityPolicy::TwoFactorAuth); SetPolicy changes that, within db's transaction.
	Policy    func(ctx context.Context, db bun.IDB) (bool, error)
	SetPolicy func(ctx context.Context, db bun.IDB, enabled bool, now time.Time) error
	// SignedIn tells whether a session began with a sign in. Those that API calls
	// make can be had for a password alone.
	SignedIn func(ctx context.Context, db bun.IDB, session string) (bool, error)
	// EndSessions ends the sessions of a login but the one named keep, within
	// db's transaction; an empty keep spares none.
	EndSessions func(ctx context.Context, db bun.IDB, loginID int64, keep string) error
}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.GenerateTFAConfig, r.generate)
	dispatch.Handle(m, catalog.SetTFAConfig, r.setWHM)
	dispatch.Handle(m, catalog.SetUserTFA, r.setUser)
	dispatch.Handle(m, catalog.GetUserTFA, r.getUser)
	dispatch.Handle(m, catalog.GetTeamUserTFA, r.getTeamUser)
	dispatch.Handle(m, catalog.RemoveUserTFA, r.removeUser)
	dispatch.Handle(m, catalog.GetSecondFactor, r.get)
	dispatch.Handle(m, catalog.GenerateRecoveryCodes, r.generateRecovery)

	dispatch.Handle(m, catalog.GetTFAConfigs, r.list)
	dispatch.Handle(m, catalog.RemoveTFAConfigs, r.removeMany)
	dispatch.Handle(m, catalog.ExportTFAConfigs, r.export)
	dispatch.Handle(m, catalog.ImportTFAConfigs, r.imports)

	dispatch.Handle(m, catalog.TFAPolicyStatus, r.policyStatus)
	dispatch.Handle(m, catalog.EnableTFAPolicy, r.enablePolicy)
	dispatch.Handle(m, catalog.DisableTFAPolicy, r.disablePolicy)
	dispatch.Handle(m, catalog.GetTFAIssuer, r.getIssuer)
	dispatch.Handle(m, catalog.SetTFAIssuer, r.setIssuer)
}

// Required tells whether a login must give a code to sign in: it has a second
// factor, and the policy is enabled.
func (r *Room) Required(ctx context.Context, db bun.IDB, loginID int64) (bool, error) {
	has, err := hasFactor(ctx, db, loginID)
	if err != nil || !has {
		return false, err
	}
	return r.Policy(ctx, db)
}

// Changed tells, in the transaction in which somebody is let in and after that holds
// their login's row, that a second factor stands in the way which did not when they
// were asked: coded says that the factor of then was dealt with, since is when they began.
func (r *Room) Changed(ctx context.Context, db bun.IDB, loginID int64, coded bool, since time.Time) (bool, error) {
	changed, err := hasFactorSince(ctx, db, loginID, coded, since)
	if err != nil || !changed || coded {
		return changed, err
	}
	return r.Policy(ctx, db)
}

// Check accepts a code of the login's authenticator app, of this time step or a
// neighbouring one and newer than any used before, or one of its recovery codes.
// Either works once: of many who give the same at the same moment, one passes.
//
// Everything else is the same fault.Denied, after the same work: a wrong code, a
// used one, a login without a second factor. db must be the pool that writes and
// no transaction: were it rolled back, the code would work again.
//
// How often somebody may guess is the caller's to count, by address and name. But
// whoever has the password may have addresses without number, and six digits are few
// (RFC 6238, section 5.2, and RFC 4226, section 7.3, ask for a limit): of an app's
// codes no more than mostTries are looked at in an hour since the last right one.
// Behind that is a fault.Locked, for right ones too; recovery codes work all the same,
// so that a thief of the password keeps nobody out who has them.
func (r *Room) Check(ctx context.Context, db bun.IDB, loginID int64, code string, now time.Time) error {
	code = clean(code)
	f, tries, err := takeTry(ctx, db, loginID, triesPeriod, now)
	if err != nil {
		return err
	}
	secret := decoy
	if f != nil {
		if secret, err = r.Key.Open(f.Secret, factorPlace(loginID)); err != nil {
			return err
		}
	}
	step := stepOf(secret, code, now)
	if f == nil {
		f = new(factorRow)
	}
	if f.LoginID == 0 || tries > mostTries {
		step = noStep
	}
	passed, err := useStep(ctx, db, loginID, f.Secret, step)
	if err == nil && !passed {
		passed, err = useRecovery(ctx, db, loginID, recoveryHash(loginID, code))
	}
	if err != nil {
		return err
	}
	if !passed && tries > mostTries {
		return fault.New(fault.Locked, "There were too many wrong codes of this user's second factor. Use a recovery code, or try again in an hour.")
	}
	if !passed {
		return fault.Denied()
	}
	return nil
}
