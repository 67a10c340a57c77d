package tenant

import (
	"context"
	"time"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// slack is how much longer than the session PostgreSQL lets its user in: that a
// session was used is written once a minute, and the server is told of it as often.
// A session that is ended, not left, takes its user along at once.
const slack = 3 * time.Minute

// createTempUser gives a session its user. What is going to be made is written
// first: whatever is cut short after that, the sweep knows the name. The role
// itself is the truth: who makes it has the password.
func (r *Room) createTempUser(ctx context.Context, c dispatch.Call, _ catalog.CreateTempUserRequest) (out catalog.TempUser, err error) {
	role, err := r.admit(ctx, c)
	if err != nil {
		return out, err
	}
	m, err := r.mark(ctx, isSession, role)
	if err != nil {
		return out, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return out, err
	}
	for range 3 {
		u, err := r.intended(ctx, c, role)
		if err != nil {
			return out, err
		}
		text, there, err := markOfRole(ctx, main, u.Name)
		if err != nil {
			return out, err
		}
		if there && text == m.String() {
			return r.answer(ctx, catalog.TempUser{User: u.Name, Owner: role}, u.Ends)
		}
		made, secret := false, ""
		if !there {
			if made, secret, err = r.makeTemp(ctx, main, u, m); err != nil {
				return out, err
			}
		}
		if made {
			if err := r.stillOwed(ctx, c, u.Name, role, m); err != nil {
				return out, err
			}
			return r.answer(ctx, catalog.TempUser{Created: true, User: u.Name, Password: secret, Owner: role}, u.Ends)
		}
		// Either another call of the session's made it this moment, which the next
		// round sees, or the server has a role of that name, which is not ours.
		if text, there, err = markOfRole(ctx, main, u.Name); err != nil {
			return out, err
		}
		if there && text != m.String() {
			if err := forget(ctx, r.DB.Write, u.Name); err != nil {
				return out, err
			}
		}
	}
	return out, fault.New(fault.Unavailable, "The database user could not be made. Try again in a few seconds.")
}

var notAllowed = catalog.NoMailboxDBUsers.Fault()

// admit is the account's role, if the caller's session may have a user.
func (r *Room) admit(ctx context.Context, c dispatch.Call) (string, error) {
	// A WHM session that calls for an account over the bridge is none of the account's.
	if c.Via != dispatch.BySession || c.Session == "" || c.Service != scalar.CPanel && c.Service != scalar.Webmail {
		return "", fault.New(fault.Forbidden, "A session’s database user is made under the URL of a live cPanel or Webmail session, and nowhere else.")
	}
	if c.Kind == dispatch.Mailbox {
		allowed, err := mailboxesAllowed(ctx, r.DB.Write, c.AccountID)
		if err != nil {
			return "", err
		}
		if !allowed {
			return "", notAllowed
		}
	}
	return r.ensureAccount(ctx, c)
}

// intended is the session's user, its name drawn and written if it has none.
func (r *Room) intended(ctx context.Context, c dispatch.Call, role string) (u held, err error) {
	db := r.DB.Write
	over := catalog.SessionHasEnded.Fault()
	for range 5 {
		var gone bool
		if u, gone, err = tempUserOf(ctx, db, c.Session, c.Now); err != nil {
			return u, err
		}
		if gone {
			return u, over
		}
		if u.Name != "" {
			return u, nil
		}
		drawn, err := draw(r.Random, nameLetters, 10)
		if err != nil {
			return u, err
		}
		row := tempRow{RoleName: "cpses_" + drawn, Account: role, Login: c.Name, CreatedAt: c.Now, ValidUntil: u.Ends.Add(slack)}
		made, err := intend(ctx, db, c.Session, row)
		switch {
		case database.Dangling(err):
			return u, over.Because(err)
		case err != nil:
			return u, database.Fault(err, nil, nil)
		case made:
			u.Name, u.Owner, u.Number = row.RoleName, role, 1
			return u, nil
		}
	}
	return u, fault.New(fault.Unavailable, "The database user could not be named. Try again.")
}

func (r *Room) makeTemp(ctx context.Context, q querier, u held, m mark) (made bool, secret string, err error) {
	if secret, err = r.password(u.Name, u.Number); err != nil {
		return false, "", err
	}
	hash, err := verifier(r.Random, secret)
	if err != nil {
		return false, "", err
	}
	err = makeSessionUser(ctx, q, u.Name, u.Owner, hash, u.Ends.Add(slack), m)
	if taken(err) {
		return false, "", nil
	}
	return err == nil, secret, err
}

// stillOwed drops a user that was just made if the session ended meanwhile, or the
// account took its leave back: the sweep may have looked for it before it was there.
func (r *Room) stillOwed(ctx context.Context, c dispatch.Call, name, role string, m mark) error {
	if c.Kind == dispatch.Mailbox {
		if allowed, err := mailboxesAllowed(ctx, r.DB.Write, c.AccountID); err != nil {
			return err
		} else if !allowed {
			if err := endNow(context.WithoutCancel(ctx), r.DB.Write, name); err != nil {
				return err
			}
			return notAllowed
		}
	}
	now, _, err := tempUserOf(ctx, r.DB.Write, c.Session, c.Now)
	if err != nil || now.Name == name {
		return err // a user without a row is an orphan, which the sweep finds
	}
	if err := r.dispose(context.WithoutCancel(ctx), name, role, m); err != nil {
		return err
	}
	return catalog.SessionHasEnded.Fault()
}

// answer adds the way to the databases.
func (r *Room) answer(ctx context.Context, out catalog.TempUser, ends time.Time) (catalog.TempUser, error) {
	m, err := r.mark(ctx, isDatabase, out.Owner)
	if err != nil {
		return out, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return out, err
	}
	out.Host, out.Port = r.place()
	out.Expires = scalar.At(ends)
	out.Databases, err = markedDatabases(ctx, main, m)
	if out.Databases == nil {
		out.Databases = []string{}
	}
	return out, err
}

// renewTempUser gives the session's user another password.
func (r *Room) renewTempUser(ctx context.Context, c dispatch.Call, in catalog.CreateTempUserRequest) (out catalog.TempUser, err error) {
	if out, err = r.createTempUser(ctx, c, in); err != nil || bool(out.Created) {
		return out, err
	}
	out.Password, err = r.renew(ctx, out.User, out.Owner)
	return out, err
}
