package account

import (
	"context"
	"slices"
	"strings"
	"sync"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) domainUserData(ctx context.Context, c dispatch.Call, in catalog.DomainUserDataRequest) (out catalog.DomainData, err error) {
	domain, err := Domain("domain", in.Domain)
	if err != nil {
		return out, err
	}
	a, err := accountOfDomain(ctx, c, domain)
	if err != nil {
		return out, database.Fault(err, nil, fault.New(fault.Unknown, "You have no account with the domain “%s”.", domain))
	}
	out.UserData = catalog.UserData{
		User: a.Name, Owner: a.Owner, Group: a.Name, ServerName: a.Domain, ServerAlias: "www." + a.Domain,
		ServerAdmin: "webmaster@" + a.Domain, IP: a.IP, Port: 80, HomeDir: a.home(), DocumentRoot: a.home() + "/public_html",
		HasCGI: a.Settings.CGI, UseCanonicalName: "Off", CustomLog: []catalog.CustomLog{}, ScriptAlias: []catalog.ScriptAlias{},
	}
	return out, nil
}

func (r *Room) userInformation(ctx context.Context, c dispatch.Call, in catalog.GetUserInformationRequest) (out catalog.UserInformation, err error) {
	a, err := r.own(ctx, c.Caller)
	if err != nil {
		return out, err
	}
	if a == nil {
		return out, noAccount(c.Account) // removed since the caller was looked up
	}
	s := &a.Settings
	out = catalog.UserInformation{
		Notices: s.Notices, BackupEnabled: s.Backup, CGIEnabled: s.CGI, DKIMEnabled: s.DKIM, SPFEnabled: s.SPF,
		ContactEmail: s.ContactEmail, ContactEmail2: s.ContactEmail2, Created: scalar.At(a.CreatedAt),
		CreatedInVersion: a.CreatedInVersion, DatabaseOwner: or(s.DBOwner, a.Name), DeadDomains: []string{},
		DiskBlockLimit: s.BlockLimit, Domain: a.Domain, Domains: []string{a.Domain}, Feature: features(c.Caller),
		FeatureList: a.FeatureList, UID: a.uid(), GID: a.gid(), Home: a.home(), HomeLinks: []string{}, IP: a.IP,
		LastModified: scalar.At(a.ChangedAt), Locale: a.Locale, MailboxFormat: s.MailboxFormat,
		MaxAddon: s.MaxAddon, MaxDatabases: s.MaxSQL, MaxDefer: s.MaxDefer, MaxMailQuota: s.MaxMailQuota,
		MaxPerHour: s.MaxPerHour, MaxFTP: s.MaxFTP, MaxPop: s.MaxPop, MaxLst: s.MaxLst, MaxPark: s.MaxPark,
		MaxPassenger: s.MaxPassenger, MaxSub: s.MaxSub, Owner: a.Owner, PackageExtensions: []string{}, Plan: a.Plan,
		Shell: s.Shell, KeyType: "system", Theme: s.Theme, User: a.Name, UTF8Mailbox: true, Asked: in.Name,
		MXCheck: map[string]string{a.Domain: s.MXCheck},
	}
	if s.MXCheck == "auto" { // what the answer's words have for it
		out.MXCheck[a.Domain] = "local"
	}
	if s.BWLimit.Set {
		out.BandwidthLimit = s.BWLimit.N << 20
	}
	if l, found := catalog.FindLocale(a.Locale); found {
		out.Lang = strings.ToLower(l.Name)
	}
	return out, nil
}

// featureNames are those that any function asks for.
var featureNames = sync.OnceValue(func() []string {
	var names []string
	for _, f := range function.All() {
		if f.Feature != "" {
			names = append(names, f.Feature)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
})

// features are all features, and whether the caller's account has them.
func features(who dispatch.Caller) map[string]scalar.Bit {
	all := make(map[string]scalar.Bit, len(featureNames()))
	for _, name := range featureNames() {
		all[name] = scalar.Bit(who.Has(name))
	}
	return all
}
