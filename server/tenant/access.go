package tenant

import (
	"bytes"
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"strconv"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/scalar"
)

// password is a password of a session's user. It is drawn from the room's key, so
// that a database application can sign in with it though it is kept nowhere: who
// has Postern's database, and not the key, has none of them.
func (r *Room) password(name string, number int) (string, error) {
	letters, err := hkdf.Expand(sha256.New, r.Key, name+" "+strconv.Itoa(number), 255*sha256.Size)
	if err != nil {
		return "", err
	}
	return draw(bytes.NewReader(letters), passwordLetters, 24)
}

// renew gives a session's user the next of its passwords. One call at a time
// does: what the row says is what the server was told last, or that nobody knows
// whether the server was told, where that was cut short.
func (r *Room) renew(ctx context.Context, name, owner string) (secret string, err error) {
	m, err := r.mark(ctx, isSession, owner)
	if err != nil {
		return "", err
	}
	return secret, r.alone(ctx, m, func(conn querier) error {
		number, err := nextNumber(ctx, r.DB.Write, name)
		if database.Gone(err) {
			return catalog.SessionHasEnded.Fault()
		}
		if err != nil {
			return database.Fault(err, nil, nil)
		}
		if secret, err = r.password(name, number); err != nil {
			return err
		}
		if err := r.changePassword(ctx, conn, name, secret); err != nil {
			return err
		}
		return settle(ctx, r.DB.Write, name, number)
	})
}

// Access is the way of a living session's user to the account's databases.
type Access struct {
	User, Password string
	Owner          string // the account's role, as which the user works
	Host           string // a host, or the directory of a Unix socket
	Port           int
	Databases      []string          // the account's, by name
	TLS            map[string]string // libpq's parameters about TLS, of the server's own URL
}

// Access is that of a session; nil when it has no user, or has ended. Its password
// is for a program of Postern's own, never for an answer.
func (r *Room) Access(ctx context.Context, session string) (*Access, error) {
	u, gone, err := tempUserOf(ctx, r.DB.Write, session, r.Now())
	if err != nil || gone || u.Name == "" {
		return nil, err
	}
	a := &Access{User: u.Name, Owner: u.Owner, TLS: r.Server.tls()}
	m, err := r.mark(ctx, isSession, u.Owner)
	if err != nil {
		return nil, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return nil, told(err)
	}
	text, there, err := markOfRole(ctx, main, u.Name)
	if err != nil || !there || text != m.String() { // not made yet
		return nil, told(err)
	}
	if u.Number < 1 { // not known, see nextNumber
		a.Password, err = r.renew(ctx, u.Name, u.Owner)
	} else {
		a.Password, err = r.password(u.Name, u.Number)
	}
	if err != nil {
		return nil, told(err)
	}
	a.Host, a.Port = r.place()
	m.kind = isDatabase
	a.Databases, err = markedDatabases(ctx, main, m)
	return a, told(err)
}

// Allowed tells whether a caller's sessions may have a database user: whether the
// account has databases and, of a mailbox's owner, lets mailboxes use them.
func (r *Room) Allowed(ctx context.Context, c dispatch.Caller) (bool, error) {
	if c.AccountID == 0 || !c.Has(catalog.CreateTempUser.Feature) {
		return false, nil
	}
	if c.Kind != dispatch.Mailbox {
		return true, nil
	}
	return mailboxesAllowed(ctx, r.DB.Write, c.AccountID)
}

func (r *Room) getAccess(ctx context.Context, c dispatch.Call, _ catalog.CreateTempUserRequest) (out catalog.DatabaseAccess, err error) {
	allowed, err := r.Allowed(ctx, c.Caller)
	out.Allowed = scalar.Bit(allowed)
	if allowed && r.Application.Path != "" {
		out.Application, out.Path = r.Application.Title, r.Application.Path
	}
	return out, err
}

func (r *Room) getMailboxAccess(ctx context.Context, c dispatch.Call, _ catalog.CreateTempUserRequest) (catalog.MailboxDatabaseAccess, error) {
	allowed, err := mailboxesAllowed(ctx, c.DB, c.AccountID)
	return catalog.MailboxDatabaseAccess{Allowed: scalar.Bit(allowed)}, err
}

func (r *Room) setMailboxAccess(ctx context.Context, c dispatch.Call, in catalog.MailboxDatabaseAccess) (catalog.MailboxDatabaseAccess, error) {
	return in, allowMailboxes(ctx, c.DB, c.AccountID, bool(in.Allowed), c.Now)
}
