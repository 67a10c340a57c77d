package session

import (
	"context"
	"net/netip"
	"net/url"
	"strings"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// Register answers the functions that make sessions.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.CreateUserSession, r.createUserSession)
	dispatch.Handle(m, catalog.CreateWebmailSession, r.createForMailUser)
	dispatch.Prepare(m, catalog.CreateWebmailSessionCheckPassword, r.checkPassword, r.createAfterPassword)
	dispatch.Handle(m, catalog.CreateWebmailSessionForSelf, r.createForSelf)
}

func (r *Room) createUserSession(ctx context.Context, c dispatch.Call, in catalog.CreateUserSessionRequest) (out catalog.UserSession, err error) {
	who, err := r.subject(ctx, c, in)
	if err != nil {
		return out, err
	}
	if err := knownLocale(in.Locale); err != nil {
		return out, err
	}
	q := Request{
		LoginID: who.ID, Login: who.Name, Service: in.Service, Origin: FromUserSession,
		Token: strings.TrimPrefix(in.SecurityToken, "/"), Address: c.Address, Locale: in.Locale, GotoURI: landings[in.App],
	}
	if c.Actor() != who.Name {
		q.Possessor = c.Actor()
	}
	if err := hold(ctx, c, who.ID); err != nil {
		return out, err
	}
	row, err := r.New(ctx, c.DB, c.Now, q)
	if err != nil {
		return out, err
	}
	query := url.Values{"session": {row.Text()}}
	if q.GotoURI != "" {
		query.Set("goto_uri", q.GotoURI)
	}
	if in.Locale != "" {
		query.Set("locale", in.Locale)
	}
	return catalog.UserSession{
		SecurityToken: row.Prefix(), Expires: scalar.At(row.Ends()), Locale: in.Locale, Service: in.Service,
		Session: row.Text(), URL: r.URL(in.Service, in.PreferredDomain) + row.Prefix() + "/login/?" + query.Encode(),
	}, nil
}

// landings are the interfaces that a session can land in, by WHM's names for
// them; others land at home, as WHM documents for names it does not know.
var landings = map[string]string{
	"Email_Accounts": "/account/mailboxes",
	"api_tokens":     "/admin/tokens",
}

// subject is the user of a session to be made, if the caller has power over it
// and it signs in at that service.
func (r *Room) subject(ctx context.Context, c dispatch.Call, in catalog.CreateUserSessionRequest) (account.Login, error) {
	who, err := account.Subject(ctx, c, in.User)
	switch {
	case err != nil:
		return who, err
	case who.Suspended():
		return who, fault.New(fault.Forbidden, "The user “%s” is suspended.", who.Name)
	}
	wrong := func(allowed string) error { return fault.Bad("service", allowed) }
	switch in.Service {
	case scalar.WHM:
		// Whoever may make sessions for others must not reach more than itself there.
		if who.Kind != dispatch.Root && who.Kind != dispatch.Reseller {
			return who, wrong("whostmgrd is for root and resellers")
		}
		if !c.Superuser() && who.ID != c.ID {
			return who, fault.NoPrivilege(dispatch.Everything)
		}
		if who.Kind == dispatch.Root && c.Kind != dispatch.Root {
			return who, fault.NoPrivilege(dispatch.Everything)
		}
	case scalar.CPanel:
		if who.Kind != dispatch.Account && who.Kind != dispatch.Reseller {
			return who, wrong("cpaneld is for accounts; use webmaild for a mailbox and whostmgrd for root")
		}
	case scalar.Webmail:
		if who.Kind == dispatch.Root {
			return who, wrong("root has no mailbox; use whostmgrd")
		}
	}
	return who, nil
}

func (r *Room) createForMailUser(ctx context.Context, c dispatch.Call, in catalog.WebmailSessionRequest) (out catalog.WebmailSession, err error) {
	who, err := account.OwnMailbox(ctx, c.DB, c, in.Login, in.Domain)
	if err != nil {
		return out, err
	}
	return r.webmail(ctx, c, who, ForMailUser, in.SessionPlace)
}

// checkPassword takes the same steps as a sign in: lock, hash, count. It runs
// before the transaction, since a hash takes long and a failure must stay counted.
func (r *Room) checkPassword(ctx context.Context, c dispatch.Call, in catalog.WebmailSessionPasswordRequest) (account.Login, error) {
	who, err := account.OwnMailbox(ctx, r.DB, c, in.Login, in.Domain) // not from a replica, which may have the old password
	if err != nil {
		return who, err
	}
	right, err := r.Guard(ctx, c, who.Name, func(ctx context.Context) (bool, error) {
		right, _, err := r.Hasher.Verify(ctx, who.PasswordHash, in.Password)
		return right, err
	})
	if err == nil && !right {
		err = wrongPassword(who)
	}
	return who, err
}

func wrongPassword(who account.Login) error {
	return fault.New(fault.Forbidden, "The password of “%s” is wrong.", who.Name)
}

// createAfterPassword asks again what may have changed since, the password too.
func (r *Room) createAfterPassword(ctx context.Context, c dispatch.Call, in catalog.WebmailSessionPasswordRequest, checked account.Login) (out catalog.WebmailSession, err error) {
	who, err := account.OwnMailbox(ctx, c.DB, c, in.Login, in.Domain)
	if err != nil {
		return out, err
	}
	if who.PasswordHash != checked.PasswordHash {
		return out, wrongPassword(who)
	}
	return r.webmail(ctx, c, who, ForMailUser, in.SessionPlace)
}

func (r *Room) createForSelf(ctx context.Context, c dispatch.Call, in catalog.SessionPlace) (out catalog.WebmailSession, err error) {
	who, err := account.Find(ctx, c.DB, c.Name)
	if err != nil {
		return out, err
	}
	return r.webmail(ctx, c, who, ForSelf, in)
}

// webmail makes the session of the three Webmail functions.
func (r *Room) webmail(ctx context.Context, c dispatch.Call, who account.Login, origin string, in catalog.SessionPlace) (out catalog.WebmailSession, err error) {
	q := Request{LoginID: who.ID, Login: who.Name, Service: scalar.Webmail, Origin: origin, Address: c.Address, Locale: in.Locale}
	if in.Locale == "" {
		q.Locale = c.Locale // the cPanel user's locale, as documented
	} else if err := knownLocale(in.Locale); err != nil {
		return out, err
	}
	switch {
	case in.RemoteAddress != "":
		if q.Bound, err = netip.ParseAddr(in.RemoteAddress); err != nil || q.Bound.Zone() != "" {
			return out, fault.Bad("remote_address", "use an IPv4 or IPv6 address, such as 192.0.2.7")
		}
	case c.Service == scalar.Command:
		return out, fault.Missing("remote_address") // documented: required on the command line
	}
	// Who really acts: root in an account's session acts in this one too.
	if c.Actor() != who.Name {
		q.Possessor = c.Actor()
	}
	if err := hold(ctx, c, who.ID); err != nil {
		return out, err
	}
	row, err := r.New(ctx, c.DB, c.Now, q)
	if err != nil {
		return out, err
	}
	out = catalog.WebmailSession{Session: row.Text(), Token: row.Prefix()}
	out.Notes = function.Notes{Transformed: true}
	return out, nil
}

// hold keeps the maker of a session and whom it is for as they are until the
// transaction ends, and refuses when they are not any more as they were when the call
// began. A new password or a suspension ends all sessions that there are: one that
// is being made at that moment must not be left over.
func hold(ctx context.Context, c dispatch.Call, who int64) error {
	if err := holdLogins(ctx, c.DB, c.ID, who, c.Possessor); err != nil {
		return err
	}
	good, err := stillGood(ctx, c.DB, c, who)
	if err == nil && !good {
		err = fault.Denied()
	}
	return err
}

// knownLocale refuses a locale that Locale::list_locales does not list.
func knownLocale(locale string) error {
	if locale == "" {
		return nil
	}
	for _, l := range catalog.Locales {
		if l.Locale == locale {
			return nil
		}
	}
	return fault.Bad("locale", "use one that Locale::list_locales lists, such as en")
}
