package webmail

import (
	"context"
	"net/url"
	"slices"
	"strings"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) create(ctx context.Context, c dispatch.Call, in catalog.CreateWebmailApplicationRequest) (out catalog.WebmailApplication, err error) {
	a := &row{Name: in.Name, Title: in.Title, Address: in.Address, Path: in.Path, Start: in.Start, IsDefault: bool(in.Default), CreatedAt: c.Now, ChangedAt: c.Now}
	if err := a.check(); err != nil {
		return out, err
	}
	if a.IsDefault {
		if err := noDefault(ctx, c.DB); err != nil {
			return out, database.Fault(err, nil, nil)
		}
	}
	_, err = c.DB.NewInsert().Model(a).Exec(ctx)
	return a.told(), database.Fault(err, taken(err, in.Name), nil)
}

func (r *Room) list(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.WebmailApplications, err error) {
	all, err := selectAll(ctx, c.DB)
	out.Applications = make([]catalog.WebmailApplication, len(all))
	for i := range all {
		out.Applications[i] = all[i].told()
	}
	return out, database.Fault(err, nil, nil)
}

func (r *Room) update(ctx context.Context, c dispatch.Call, in catalog.UpdateWebmailApplicationRequest) (out catalog.WebmailApplication, err error) {
	a, err := lock(ctx, c.DB, in.Name)
	if err != nil {
		return out, database.Fault(err, nil, missing(in.Name))
	}
	for _, t := range []struct{ from, to *string }{{&in.Title, &a.Title}, {&in.Address, &a.Address}, {&in.Path, &a.Path}, {&in.Start, &a.Start}} {
		if *t.from != "" {
			*t.to = *t.from
		}
	}
	if in.Default != nil {
		if *in.Default {
			if err := noDefault(ctx, c.DB); err != nil {
				return out, database.Fault(err, nil, nil)
			}
		}
		a.IsDefault = bool(*in.Default)
	}
	if err := a.check(); err != nil {
		return out, err
	}
	a.ChangedAt = c.Now
	_, err = c.DB.NewUpdate().Model(a).WherePK().Exec(ctx)
	return a.told(), database.Fault(err, taken(err, in.Name), nil)
}

func (r *Room) remove(ctx context.Context, c dispatch.Call, in catalog.DeleteWebmailApplicationRequest) (out function.Nothing, err error) {
	err = database.Hit(c.DB.NewDelete().Model((*row)(nil)).Where("a.name = ?", in.Name).Exec(ctx))
	return out, database.Fault(err, nil, missing(in.Name))
}

func missing(name string) *fault.Fault {
	return fault.New(fault.Unknown, "There is no webmail application “%s”.", name)
}

func taken(err error, name string) *fault.Fault {
	if database.Constraint(err) == "webmail_applications_path" {
		return fault.New(fault.Exists, "Another webmail application is mounted there.")
	}
	return fault.New(fault.Exists, "There is a webmail application “%s” already.", name)
}

// ours are first parts of paths that are Postern's own.
var ours = []string{"execute", "json-api", "xml-api", "login", "logout", "oauth2", "assets", "webmail", "account", "admin"}

// check holds an application to one of the two ways to reach it.
func (a *row) check() error {
	if (a.Address == "") == (a.Path == "") {
		return fault.Bad("address", "give either address or path: an application has one of its own, or Postern mounts it")
	}
	if a.Path != "" && slices.Contains(ours, strings.Split(a.Path, "/")[1]) {
		return fault.Bad("path", "this path is Postern’s own; use another one, such as /3rdparty/roundcube")
	}
	if u, err := url.Parse(a.Address); a.Address != "" && (err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil ||
		u.RawQuery != "" || u.Fragment != "" || u.String() != a.Address || strings.HasSuffix(a.Address, "/")) {
		return fault.Bad("address", "use an address with https and without a slash at its end, such as https://mail.example.com")
	}
	return nil
}

func (a *row) told() catalog.WebmailApplication {
	return catalog.WebmailApplication{
		Name: a.Name, Title: a.Title, Address: a.Address, Path: a.Path, Start: a.Start, Default: scalar.Bit(a.IsDefault),
	}
}
