package sso

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

const mostAddresses = 20 // of each kind, of one client

func (r *Room) createClient(ctx context.Context, c dispatch.Call, in catalog.CreateSSOClientRequest) (out catalog.CreatedSSOClient, err error) {
	row := &clientRow{
		Name: in.Name, Authentication: in.Authentication, RedirectURIs: in.RedirectURIs, LogoutURIs: in.LogoutURIs,
		ReadsMail: bool(in.ReadsMail), Introspects: bool(in.Introspects), RequiresPKCE: bool(in.RequiresPKCE),
		CreatedAt: c.Now, ChangedAt: c.Now,
	}
	if err := row.check(); err != nil {
		return out, err
	}
	if out.Secret, err = r.draw(32); err != nil {
		return out, err
	}
	row.SecretHash = hashOf(out.Secret)
	_, err = c.DB.NewInsert().Model(row).Exec(ctx)
	taken := fault.New(fault.Exists, "There is a client “%s” already.", in.Name)
	out.Client = row.told()
	return out, database.Fault(err, taken, nil)
}

func (r *Room) listClients(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.SSOClients, err error) {
	var rows []clientRow
	if err := c.DB.NewSelect().Model(&rows).Order("k.name").Scan(ctx); err != nil {
		return out, database.Fault(err, nil, nil)
	}
	out = catalog.SSOClients{Clients: make([]catalog.SSOClient, len(rows)), Issuer: r.Issuer(), Internal: r.Internal()}
	for i := range rows {
		out.Clients[i] = rows[i].told()
	}
	return out, nil
}

func (r *Room) updateClient(ctx context.Context, c dispatch.Call, in catalog.UpdateSSOClientRequest) (out catalog.UpdatedSSOClient, err error) {
	row, err := lockClient(ctx, c.DB, in.Name)
	if err != nil {
		return out, database.Fault(err, nil, noClient(in.Name))
	}
	before := *row
	row.lay(in)
	if err := row.check(); err != nil {
		return out, err
	}
	if in.NewSecret {
		secret, err := r.draw(32)
		if err != nil {
			return out, err
		}
		row.SecretHash, out.Secret = hashOf(secret), &secret
	}
	if bool(in.NewSecret) || before.ReadsMail && !row.ReadsMail || !before.RequiresPKCE && row.RequiresPKCE || lost(before.RedirectURIs, row.RedirectURIs) {
		if err := revokeAll(ctx, c.DB, row.ID); err != nil {
			return out, database.Fault(err, nil, nil)
		}
	}
	row.ChangedAt = c.Now
	_, err = c.DB.NewUpdate().Model(row).WherePK().Exec(ctx)
	out.Client = row.told()
	return out, database.Fault(err, nil, nil)
}

func (r *Room) deleteClient(ctx context.Context, c dispatch.Call, in catalog.DeleteSSOClientRequest) (out function.Nothing, err error) {
	err = database.Hit(c.DB.NewDelete().Model((*clientRow)(nil)).Where("k.name = ?", in.Name).Exec(ctx))
	return out, database.Fault(err, nil, noClient(in.Name))
}

func noClient(name string) *fault.Fault {
	return fault.New(fault.Unknown, "There is no client “%s”.", name)
}

func lockClient(ctx context.Context, db bun.IDB, name string) (*clientRow, error) {
	row := new(clientRow)
	return row, db.NewSelect().Model(row).Where("k.name = ?", name).For("UPDATE").Scan(ctx)
}

// lay puts what a change names over a client.
func (k *clientRow) lay(in catalog.UpdateSSOClientRequest) {
	if in.Authentication != "" {
		k.Authentication = in.Authentication
	}
	for _, l := range []struct {
		from []string
		to   *[]string
	}{{in.RedirectURIs, &k.RedirectURIs}, {in.LogoutURIs, &k.LogoutURIs}} {
		if len(l.from) == 1 && l.from[0] == "none" {
			*l.to = nil
		} else if len(l.from) > 0 {
			*l.to = l.from
		}
	}
	for _, b := range []struct {
		from *scalar.Bit
		to   *bool
	}{{in.ReadsMail, &k.ReadsMail}, {in.Introspects, &k.Introspects}, {in.RequiresPKCE, &k.RequiresPKCE}} {
		if b.from != nil {
			*b.to = bool(*b.from)
		}
	}
}

// check holds a client's addresses to what a browser may be sent to.
func (k *clientRow) check() error {
	if k.RedirectURIs == nil {
		k.RedirectURIs = []string{}
	}
	if k.LogoutURIs == nil {
		k.LogoutURIs = []string{}
	}
	for name, list := range map[string][]string{"redirect_uri": k.RedirectURIs, "logout_uri": k.LogoutURIs} {
		if len(list) > mostAddresses {
			return fault.Bad(name, "a client may have 20 of them")
		}
		for _, a := range list {
			if !address(a) {
				return fault.Bad(name, "use whole addresses with https, such as https://mail.example.com/callback, "+
					"http for this machine itself, or a path behind the session's, such as /3rdparty/roundcube/index.php/login/oauth")
			}
		}
	}
	if !k.Introspects && len(k.RedirectURIs) == 0 {
		return fault.Missing("redirect_uri")
	}
	return nil
}

// address tells whether a text is an address that codes may go to: one that reads
// the same to everybody.
func address(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.String() != text || u.Fragment != "" || u.User != nil || u.Opaque != "" || strings.ContainsAny(text, "#\\*%") ||
		strings.Contains(u.Path, "//") || slices.ContainsFunc(strings.Split(u.Path, "/"), func(s string) bool { return s == "." || s == ".." }) {
		return false
	}
	switch u.Scheme {
	case "https":
		return u.Hostname() != ""
	case "http":
		return u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	case "":
		return u.Host == "" && strings.HasPrefix(text, "/")
	}
	return false
}

// lost tells whether something of before is not there any more.
func lost(before, after []string) bool {
	return slices.ContainsFunc(before, func(a string) bool { return !slices.Contains(after, a) })
}

func (k *clientRow) told() catalog.SSOClient {
	return catalog.SSOClient{
		Name: k.Name, Authentication: k.Authentication, RedirectURIs: k.RedirectURIs, LogoutURIs: k.LogoutURIs,
		ReadsMail: scalar.Bit(k.ReadsMail), Introspects: scalar.Bit(k.Introspects), RequiresPKCE: scalar.Bit(k.RequiresPKCE),
		Created: scalar.At(k.CreatedAt), Changed: scalar.At(k.ChangedAt),
	}
}
