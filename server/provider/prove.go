package provider

import (
	"context"
	"time"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// A link is a way in that stays, long after the session ended in which it was made.
// So a session alone is not enough to make one: whoever finds it unattended would
// link an identity of their own. Asked for is
//
//   - in a session, the present password, whomever the link is for. Who comes in by a
//     provider may never have known one: their session is enough for ten minutes from
//     the sign in, whatever further steps that took. A session in which somebody acts as
//     another, or that an API call made, links nobody;
//   - with an API token, which a session makes without being asked, the password too if
//     the link is for the token's own user. For others who are theirs the holder could
//     set a password just as well. A token with bounds of its own links nobody;
//   - nothing more where the call brings the password, or comes from a command line.

// fresh is how long a sign in by a provider's word stands for the password.
const fresh = 10 * time.Minute

// ownPassword is the parameter of catalog.CallerProof.
const ownPassword = "own_password"

// proven says that a caller has proved who they are.
type proven struct{}

func (r *Room) proveUser(ctx context.Context, c dispatch.Call, in catalog.LinkAuthnUserRequest) (proven, error) {
	who, err := account.Subject(ctx, c, in.Username)
	if err != nil {
		return proven{}, err
	}
	return r.prove(ctx, c, who, in.OwnPassword)
}

func (r *Room) proveOwn(ctx context.Context, c dispatch.Call, in catalog.LinkAuthnUserRequest) (proven, error) {
	who, err := r.own(ctx, c, in.Username)
	if err != nil {
		return proven{}, err
	}
	return r.prove(ctx, c, who, in.OwnPassword)
}

func (r *Room) proveSelf(ctx context.Context, c dispatch.Call, in catalog.BeginAuthnLinkRequest) (proven, error) {
	return r.prove(ctx, c, account.Login{Name: c.Name}, in.OwnPassword)
}

// prove refuses a caller who would link a login, until they have proved who they are.
func (r *Room) prove(ctx context.Context, c dispatch.Call, who account.Login, given string) (done proven, err error) {
	switch {
	case c.Confined:
		return done, fault.New(fault.Forbidden, "An API token that ends, or works from some addresses only, cannot make a link.")
	case c.Via == dispatch.BySession:
		return done, r.proveInSession(ctx, c, given)
	case c.Via == dispatch.ByToken && who.Name == c.Actor():
		return done, r.present(ctx, c, given, "an API token alone cannot link its own user; give the user’s present password")
	}
	return done, nil
}

func (r *Room) proveInSession(ctx context.Context, c dispatch.Call, given string) error {
	if c.Possessor != "" {
		return fault.New(fault.Forbidden, "Only “%s” can link an identity, in a session of their own.", c.Name)
	}
	whole, err := r.SignedIn(ctx, c.DB, c.Session)
	if err != nil {
		return err
	}
	if !whole {
		return fault.New(fault.Forbidden, "This session was made by an API call. Sign in to link an identity.")
	}
	missing := "give your present password, so that nobody else links an identity in your session"
	if given == "" {
		at, err := r.Vouched(ctx, c.DB, c.Session)
		switch {
		case err != nil:
			return err
		case !at.IsZero() && c.Now.Sub(at) < fresh:
			return nil
		case !at.IsZero():
			missing = "you signed in with a login provider more than ten minutes ago; give your present password, or sign in with the provider again"
		}
	}
	return r.present(ctx, c, given, missing)
}

// present asks for the password. None is no guess: it counts for no lock.
func (r *Room) present(ctx context.Context, c dispatch.Call, given, missing string) error {
	if given == "" {
		return fault.Bad(ownPassword, missing)
	}
	_, err := r.Present(ctx, c, ownPassword, given)
	return err
}
