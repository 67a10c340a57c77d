package account

import (
	"context"
	"strings"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// modify changes an account: first who it is and whose, then what it keeps.
func (r *Room) modify(ctx context.Context, c dispatch.Call, in catalog.ModifyAcctRequest) (out catalog.ModifiedAcct, err error) {
	l, err := powerLocked(ctx, c.DB, c.Caller, in.User)
	if err != nil {
		return out, err
	}
	d, err := detail(ctx, c.DB, l.ID)
	if err != nil {
		return out, err
	}
	if err := r.modifyRights(ctx, c, in, &d); err != nil {
		return out, err
	}
	if err := r.modifyNames(ctx, c, in, &d); err != nil {
		return out, err
	}
	if err := modifySettings(in, &d); err != nil {
		return out, err
	}
	if err := updateAccount(ctx, c.DB, d, c.Now); err != nil {
		return out, createFault(err, d.Name, d.Domain)
	}
	if bool(in.UpdateQuotas) && d.Settings.MaxMailQuota.Set {
		if err := lowerQuotas(ctx, c.DB, d.LoginID, d.Settings.MaxMailQuota.N); err != nil {
			return out, err
		}
	}
	return catalog.ModifiedAcct{CPUser: cpUser(d), Domain: d.Domain, SetShell: d.Settings.Shell, User: d.Name}, nil
}

// modifyRights is for root-level callers; from others it accepts what is so already.
func (r *Room) modifyRights(ctx context.Context, c dispatch.Call, in catalog.ModifyAcctRequest, d *account) error {
	reseller := d.Reseller
	if in.Reseller != nil {
		reseller = bool(*in.Reseller)
	}
	owner := in.Owner != "" && !strings.EqualFold(in.Owner, d.Owner)
	backup := in.Backup != nil && *in.Backup != d.Settings.Backup
	if (reseller != d.Reseller || owner || backup) && !c.Superuser() {
		return fault.NoPrivilege(dispatch.Everything)
	}
	if owner {
		id, err := ownerOf(ctx, c, in.Owner)
		if err != nil {
			return err
		}
		d.OwnerID, d.Owner = id, strings.ToLower(in.Owner)
		if err := r.endAccount(ctx, c, d.LoginID); err != nil { // the old owner may be acting in some
			return err
		}
	}
	switch {
	case reseller && !d.Reseller:
		return saveReseller(ctx, c.DB, d.LoginID, catalog.StartingPrivileges, c.Now)
	case !reseller && d.Reseller:
		return r.demote(ctx, c, d.LoginID)
	}
	return nil
}

// modifyNames gives an account another name or domain. Who is renamed signs in anew.
func (r *Room) modifyNames(ctx context.Context, c dispatch.Call, in catalog.ModifyAcctRequest, d *account) error {
	if in.NewUser != "" && !strings.EqualFold(in.NewUser, d.Name) {
		name, err := checkUsername("newuser", in.NewUser)
		if err != nil {
			return err
		}
		if err := r.EndSessions(ctx, c.DB, d.LoginID); err != nil {
			return err
		}
		if err := rename(ctx, c.DB, d.LoginID, name); err != nil {
			return createFault(err, name, d.Domain)
		}
		if d.Owner == d.Name { // its own owner
			d.Owner = name
		}
		d.Name = name
	}
	domain, err := r.newDomain("domain", in.Domain)
	if err != nil || domain == "" || domain == d.Domain {
		return err
	}
	ids, err := mailboxIDs(ctx, c.DB, d.LoginID)
	if err != nil {
		return err
	}
	if err := r.EndSessions(ctx, c.DB, ids...); err != nil {
		return err
	}
	d.Domain, d.DomainTemporary = domain, false
	// An address that is there already is one of the account that has the domain.
	return database.Fault(moveMailboxes(ctx, c.DB, d.LoginID, domain), domainTaken(domain), nil)
}

// modifySettings lays the request over what the account keeps.
func modifySettings(in catalog.ModifyAcctRequest, d *account) (err error) {
	if err := d.Settings.lay(in); err != nil {
		return err
	}
	if in.ContactEmail != nil {
		if d.Settings.ContactEmail, d.Settings.ContactEmail2, err = contacts("contactemail", *in.ContactEmail); err != nil {
			return err
		}
	}
	if in.Locale != "" || in.Lang != "" {
		parameter, text := "LOCALE", in.Locale
		if text == "" {
			parameter, text = "LANG", in.Lang
		}
		if d.Locale, err = localeOf(parameter, text); err != nil {
			return err
		}
	}
	if in.StartDate != nil && *in.StartDate != 0 {
		d.StartedAt = in.StartDate.Time()
	}
	if in.HasShell != nil {
		d.Settings.Shell = shell(*in.HasShell)
	}
	d.Settings.Shell = or(in.Shell, d.Settings.Shell)
	for name, route := range in.MXCheck {
		if route, err = mxRoute(name, route, d.Domain); err != nil {
			return err
		}
		d.Settings.MXCheck = route
	}
	return nil
}

// mxRoute reads how the mail of a domain of the account is routed. cPanel's
// page has numbers; its account file has words.
func mxRoute(name, route, domain string) (string, error) {
	if !strings.EqualFold(name, domain) {
		return "", fault.Bad("MXCHECK-"+name, "use a domain of the account")
	}
	switch route {
	case "local", "secondary", "remote", "auto":
		return route, nil
	case "0":
		return "auto", nil
	case "1":
		return "local", nil
	}
	return "", fault.Bad("MXCHECK-"+name, "use local, secondary, remote or auto")
}

// cpUser spells an account as cPanel's account file does.
func cpUser(d account) map[string]any {
	s := d.Settings
	return map[string]any{
		"USER": d.Name, "OWNER": d.Owner, "DOMAIN": d.Domain, "DNS": d.Domain, "IP": d.IP, "PLAN": d.Plan,
		"FEATURELIST": d.FeatureList, "LOCALE": d.Locale, "RS": s.Theme, "STYLE": s.Style,
		"CONTACTEMAIL": s.ContactEmail, "CONTACTEMAIL2": s.ContactEmail2,
		"STARTDATE": scalar.At(d.StartedAt), "MTIME": scalar.At(d.ChangedAt), "CREATED_IN_VERSION": d.CreatedInVersion,
		"QUOTA": s.Quota, "BWLIMIT": s.BWLimit, "MAXADDON": s.MaxAddon, "MAXPARK": s.MaxPark, "MAXFTP": s.MaxFTP,
		"MAXLST": s.MaxLst, "MAXPOP": s.MaxPop, "MAXSQL": s.MaxSQL, "MAXSUB": s.MaxSub, "MAXPASSENGERAPPS": s.MaxPassenger,
		"MAX_EMAIL_PER_HOUR": s.MaxPerHour, "MAX_DEFER_FAIL_PERCENTAGE": s.MaxDefer, "MAX_EMAILACCT_QUOTA": s.MaxMailQuota,
		"MAX_TEAM_USERS": s.MaxTeam, "DISK_BLOCK_LIMIT": s.BlockLimit, "BACKUP": s.Backup, "HASCGI": s.CGI,
		"HASDKIM": s.DKIM, "HASDMARC": s.DMARC, "HASSPF": s.SPF, "SPAMASSASSIN": s.SpamAssassin,
		"OUTGOING_EMAIL_SUSPENDED": s.MailSuspended, "MAILBOX_FORMAT": s.MailboxFormat, "DBOWNER": or(s.DBOwner, d.Name),
		"MXCHECK-" + d.Domain: s.MXCheck,
	}
}
