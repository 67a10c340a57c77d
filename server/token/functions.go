package token

import (
	"context"
	"net/netip"
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// secure refuses to show a new token over a connection that others can read.
func secure(c dispatch.Call, f function.Function) error {
	if err := unconfined(c); err != nil {
		return err
	}
	if c.TLS || c.Service == scalar.Command {
		return nil
	}
	return fault.NotHere(f.Names[0].Function, "without TLS")
}

// unconfined keeps whoever has got hold of a token that ends, or that works from
// some addresses only, from making one without these limits.
func unconfined(c dispatch.Call) error {
	if c.Confined {
		return fault.New(fault.Forbidden, "An API token that expires or has an address list cannot make or change API tokens.")
	}
	return nil
}

// upcoming refuses an end that has passed: the token would be born dead.
func upcoming(e scalar.Epoch, now time.Time) error {
	if e != 0 && !e.Time().After(now) {
		return fault.Bad("expires_at", "use a time in the future, in seconds since 1970, or 0 for never")
	}
	return nil
}

func (r *Room) create(ctx context.Context, c dispatch.Call, in catalog.CreateTokenRequest) (out catalog.CreatedToken, err error) {
	if err := secure(c, catalog.CreateToken.Function); err != nil {
		return out, err
	}
	limits, err := networks("whitelist_ip", in.WhitelistIP)
	if err != nil {
		return out, err
	}
	t := &row{LoginID: c.ID, Scheme: WHM, Name: in.Name, AllowedAddresses: stored(limits)}
	if t.Privileges, err = grant(c.Caller, in.ACL); err != nil {
		return out, err
	}
	value, err := r.add(ctx, c, t, in.ExpiresAt)
	if err != nil {
		return out, err
	}
	d, err := r.describe(ctx, c, t, c.Name)
	return catalog.CreatedToken{
		ACLs: d.ACLs, CreateTime: d.CreateTime, ExpiresAt: d.ExpiresAt,
		Name: d.Name, Token: value, WhitelistIPs: d.WhitelistIPs,
	}, err
}

// add makes the value of a token and keeps the token.
func (r *Room) add(ctx context.Context, c dispatch.Call, t *row, expires scalar.Epoch) (value string, err error) {
	if err := upcoming(expires, c.Now); err != nil {
		return "", err
	}
	if value, err = r.secret(); err != nil {
		return "", err
	}
	if err := lockOwner(ctx, c.DB, t.LoginID); err != nil {
		return "", err
	}
	t.SecretHash, t.CreatedAt, t.ExpiresAt = hash(value), c.Now, expires.Time()
	return value, insert(ctx, c.DB, t)
}

func (r *Room) update(ctx context.Context, c dispatch.Call, in catalog.UpdateTokenRequest) (out catalog.TokenDetails, err error) {
	if err := unconfined(c); err != nil {
		return out, err
	}
	if err := upcoming(in.ExpiresAt, c.Now); err != nil {
		return out, err
	}
	if err := lockOwner(ctx, c.DB, c.ID); err != nil {
		return out, err
	}
	t, err := find(ctx, c.DB, c.ID, WHM, in.Name)
	if err != nil {
		return out, err
	}
	if t.Privileges, err = grant(c.Caller, in.ACL); err != nil {
		return out, err
	}
	if len(in.WhitelistIP) == 1 && in.WhitelistIP[0] == "any" {
		t.AllowedAddresses = nil
	} else if len(in.WhitelistIP) > 0 {
		limits, err := networks("whitelist_ip", in.WhitelistIP)
		if err != nil {
			return out, err
		}
		t.AllowedAddresses = stored(limits)
	}
	if in.NewName != "" {
		t.Name = in.NewName
	}
	t.ExpiresAt = in.ExpiresAt.Time()
	if err := replace(ctx, c.DB, t); err != nil {
		return out, err
	}
	return r.describe(ctx, c, t, c.Name)
}

func (r *Room) list(ctx context.Context, c dispatch.Call, _ catalog.ListTokensRequest) (catalog.TokenList, error) {
	out := catalog.TokenList{Tokens: map[string]catalog.ListedToken{}}
	all, err := list(ctx, c.DB, c.ID, WHM)
	if err != nil || len(all) == 0 {
		return out, err
	}
	has, err := owner(ctx, c.DB, c.Name)
	if err != nil {
		return out, err
	}
	for _, t := range all {
		out.Tokens[t.Name] = catalog.ListedToken{
			ACLs: chart(with(has, limited(has, t.Privileges == nil, t.Privileges))), CreateTime: scalar.At(t.CreatedAt),
			ExpiresAt: scalar.At(t.ExpiresAt), Name: t.Name, WhitelistIPs: shown(t.AllowedAddresses),
		}
	}
	return out, nil
}

func (r *Room) revoke(ctx context.Context, c dispatch.Call, in catalog.RevokeTokensRequest) (function.Nothing, error) {
	return function.Nothing{}, remove(ctx, c.DB, c.ID, WHM, in.Names)
}

func (r *Room) details(ctx context.Context, c dispatch.Call, in catalog.GetTokenDetailsRequest) (out catalog.FoundToken, err error) {
	t, name, err := byValue(ctx, c.DB, in.Token)
	if err != nil {
		return out, err
	}
	if name == "" || t.LoginID != c.ID && !c.Superuser() {
		out.NoData = true
		return out, nil
	}
	out.TokenDetails, err = r.describe(ctx, c, &t, name)
	return out, err
}

// describe is a token without its value.
func (r *Room) describe(ctx context.Context, c dispatch.Call, t *row, name string) (out catalog.TokenDetails, err error) {
	has, err := owner(ctx, c.DB, name)
	if err != nil {
		return out, err
	}
	return catalog.TokenDetails{
		ACLs:       names(with(has, limited(has, t.Privileges == nil, t.Privileges))),
		CreateTime: scalar.At(t.CreatedAt), ExpiresAt: scalar.At(t.ExpiresAt),
		Name: t.Name, WhitelistIPs: shown(t.AllowedAddresses),
	}, nil
}

// stored spells networks as PostgreSQL's cidr; nil, which means any, stays nil.
func stored(all []netip.Prefix) []string {
	var texts []string
	for _, p := range all {
		texts = append(texts, p.String())
	}
	return texts
}

// shown is the inverse of stored, as the answers spell it.
func shown(texts []string) []string {
	var all []netip.Prefix
	for _, t := range texts {
		if p, ok := network(t); ok {
			all = append(all, p)
		}
	}
	return show(all)
}
