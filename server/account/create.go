package account

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// secret is a new password: its hash, and the text if it was generated.
type secret struct{ hash, generated string }

// prepareCreate does what takes long: it rates the password, or makes one, and hashes it.
func (r *Room) prepareCreate(ctx context.Context, c dispatch.Call, in catalog.CreateAcctRequest) (s secret, err error) {
	if err := mayCreate(c, in); err != nil {
		return s, err
	}
	name, err := checkUsername("username", in.Username)
	if err != nil {
		return s, err
	}
	text := or(in.Password, in.Pass)
	if text == "" {
		if s.generated, err = password.Generate(r.Random); err != nil {
			return s, err
		}
		text = s.generated
	} else if err := CheckPassword(ctx, c.DB, "createacct", "password", text, Guessable(name, in.Domain, "")); err != nil {
		return s, err
	}
	s.hash, err = r.Hasher.Hash(ctx, text)
	return s, err
}

// mayCreate refuses what only root-level callers may ask for.
func mayCreate(c dispatch.Call, in catalog.CreateAcctRequest) error {
	rooted := bool(in.Reseller || in.OwnerSelf || in.NoDomain) || in.UID != nil || in.GID != nil || in.HomeDir != "" ||
		in.Owner != "" && !strings.EqualFold(in.Owner, c.Name)
	if rooted && !c.Superuser() {
		return fault.NoPrivilege(dispatch.Everything)
	}
	return nil
}

func (r *Room) create(ctx context.Context, c dispatch.Call, in catalog.CreateAcctRequest, s secret) (out catalog.CreatedAcct, err error) {
	l, a, err := r.newAccount(ctx, c, in)
	if err != nil {
		return out, err
	}
	l.PasswordHash = s.hash
	if err := insertAccount(ctx, c.DB, l, a, bool(in.OwnerSelf)); err != nil {
		return out, createFault(err, l.Name, a.Domain)
	}
	if in.Reseller || in.NoDomain {
		if err := saveReseller(ctx, c.DB, l.ID, catalog.StartingPrivileges, c.Now); err != nil {
			return out, err
		}
	}
	raw := fmt.Sprintf("The account %s was made with the domain %s.\n", l.Name, a.Domain)
	if s.generated != "" && in.ShowPass == "y" {
		raw += fmt.Sprintf("Its generated password is %s\n", s.generated)
	}
	return catalog.CreatedAcct{IP: a.IP, Package: a.Plan, Notes: function.Notes{Raw: raw}}, nil
}

// newAccount reads the request into the two rows of an account.
func (r *Room) newAccount(ctx context.Context, c dispatch.Call, in catalog.CreateAcctRequest) (*loginRow, *accountRow, error) {
	name, err := checkUsername("username", in.Username)
	if err != nil {
		return nil, nil, err
	}
	a := &accountRow{
		FeatureList: in.FeatureList, Plan: in.Plan, IP: r.address().String(),
		CreatedInVersion: r.Version, StartedAt: c.Now, ChangedAt: c.Now,
	}
	if in.PkgName != "" && in.Plan == "default" {
		a.Plan = in.PkgName
	}
	if in.CustomIP != "" {
		at, err := netip.ParseAddr(in.CustomIP)
		if err != nil || at.Zone() != "" {
			return nil, nil, fault.Bad("customip", "use an IP address")
		}
		a.IP = at.Unmap().String()
	}
	if a.Domain, err = r.newDomain("domain", in.Domain); err != nil {
		return nil, nil, err
	}
	if a.Domain == "" {
		a.Domain, a.DomainTemporary = temporaryDomain(name), true
	}
	a.Settings = standard()
	if err := a.Settings.lay(in); err != nil {
		return nil, nil, err
	}
	a.Settings.Shell = shell(in.HasShell)
	if a.Settings.ContactEmail, a.Settings.ContactEmail2, err = contacts("contactemail", in.ContactEmail); err != nil {
		return nil, nil, err
	}
	locale, err := localeOf("language", in.Language)
	if err != nil {
		return nil, nil, err
	}
	if a.OwnerID, err = ownerOf(ctx, c, in.Owner); err != nil {
		return nil, nil, err
	}
	return &loginRow{Name: name, Kind: dispatch.Account, PasswordChangedAt: c.Now, Locale: locale, CreatedAt: c.Now}, a, nil
}

// newDomain reads the main domain of an account; empty stays empty.
func (r *Room) newDomain(parameter, text string) (string, error) {
	if text == "" {
		return "", nil
	}
	domain, err := Domain(parameter, text)
	if err == nil && strings.EqualFold(domain, r.Hostname) {
		return "", fault.Bad(parameter, "the server’s own host name cannot be an account’s domain")
	}
	return domain, err
}

// localeOf reads a locale; without one it is the default.
func localeOf(parameter, text string) (string, error) {
	l, found := catalog.FindLocale(or(text, catalog.DefaultLocale))
	if !found {
		return "", fault.Bad(parameter, "use the code of a locale that Locale::list_locales lists, such as en")
	}
	return l.Locale, nil
}

// ownerOf is the login that is to own an account: the caller, or who is named,
// which must be root or a reseller.
func ownerOf(ctx context.Context, c dispatch.Call, name string) (int64, error) {
	if name == "" || strings.EqualFold(name, c.Name) {
		if c.Kind == dispatch.Root {
			return rootID(ctx, c.DB)
		}
		return c.ID, nil
	}
	l, err := Find(ctx, c.DB, name)
	if err != nil && !fault.Is(err, fault.Unknown) {
		return 0, err
	}
	if err != nil || l.Kind != dispatch.Root && l.Kind != dispatch.Reseller {
		return 0, fault.Bad("owner", catalog.OwnerForm.Text)
	}
	return l.ID, nil
}

// createFault says which of an account's names exists already, or what it refers to does not.
func createFault(err error, name, domain string) error {
	switch database.Constraint(err) {
	case "logins_name_key":
		return catalog.UsernameTaken.Fault("name", name).Because(err)
	case "accounts_domain_key":
		return domainTaken(domain).Because(err)
	case "accounts_feature_list_fkey":
		return fault.Bad("featurelist", "use the name of a feature list that exists, such as default").Because(err)
	case "accounts_owner_id_fkey":
		return fault.Bad("owner", catalog.OwnerForm.Text).Because(err)
	}
	return database.Fault(err, nil, nil)
}

func domainTaken(domain string) *fault.Fault {
	return catalog.DomainTaken.Fault("domain", domain)
}
