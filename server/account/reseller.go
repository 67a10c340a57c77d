package account

import (
	"context"
	"slices"
	"strings"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// setupReseller makes an account a reseller; one that is already keeps its privileges.
func (r *Room) setupReseller(ctx context.Context, c dispatch.Call, in catalog.SetupResellerRequest) (out function.Nothing, err error) {
	l, err := powerLocked(ctx, c.DB, c.Caller, in.User)
	if err != nil {
		return out, err
	}
	if in.MakeOwner && l.OwnerID != l.ID {
		if err := r.endAccount(ctx, c, l.ID); err != nil { // the old owner may be acting in some
			return out, err
		}
		if err := setOwner(ctx, c.DB, l.ID, l.ID); err != nil {
			return out, err
		}
	}
	if l.Kind == dispatch.Reseller {
		return out, nil
	}
	return out, saveReseller(ctx, c.DB, l.ID, catalog.StartingPrivileges, c.Now)
}

func (r *Room) unsetupReseller(ctx context.Context, c dispatch.Call, in catalog.UnsetupResellerRequest) (out function.Nothing, err error) {
	l, err := resellerLocked(ctx, c, in.User)
	if err != nil {
		return out, err
	}
	return out, r.demote(ctx, c, l.ID)
}

// demote takes an account's privileges away, and its sessions with them. What it
// owned becomes root's: an owner must be somebody who can act.
func (r *Room) demote(ctx context.Context, c dispatch.Call, id int64) error {
	if err := r.EndSessions(ctx, c.DB, id); err != nil {
		return err
	}
	return deleteReseller(ctx, c.DB, id)
}

// resellerLocked is a reseller that the caller has power over, locked.
func resellerLocked(ctx context.Context, c dispatch.Call, name string) (Login, error) {
	l, err := powerLocked(ctx, c.DB, c.Caller, name)
	if err == nil && l.Kind != dispatch.Reseller {
		return l, fault.New(fault.Unknown, "The account “%s” is not a reseller.", l.Name)
	}
	return l, err
}

// setACLs sets all privileges of a reseller. Nobody grants what they lack.
func (r *Room) setACLs(ctx context.Context, c dispatch.Call, in catalog.SetACLsRequest) (out catalog.ACLNames, err error) {
	l, err := resellerLocked(ctx, c, in.Reseller)
	if err != nil {
		return out, err
	}
	granted := map[string]bool{}
	if in.ACLList != "" {
		list, err := privilegeList(ctx, c.DB, in.ACLList)
		if err != nil {
			return out, err
		}
		for _, p := range list {
			granted[p] = true
		}
	}
	for p := range in.ACL { // cPanel: any value grants
		if !catalog.IsPrivilege(p) {
			return out, noSuchPrivilege(p)
		}
		granted[p] = true
	}
	out.ACL = []string{}
	for _, p := range catalog.Privileges {
		if granted[p.Name] {
			out.ACL = append(out.ACL, p.Name)
		}
	}
	for _, p := range out.ACL {
		if !c.May(p) {
			return out, fault.NoPrivilege(p)
		}
	}
	if !granted[dispatch.Everything] && slices.ContainsFunc(l.Privileges, func(p string) bool { return !granted[p] }) {
		// Its sessions as others, made by a privilege that it may have lost, go with its own.
		if err := r.EndSessions(ctx, c.DB, l.ID); err != nil {
			return out, err
		}
	}
	return out, saveReseller(ctx, c.DB, l.ID, out.ACL, c.Now)
}

func noSuchPrivilege(name string) error {
	return fault.Bad("acl-"+name, "there is no such privilege")
}

func (r *Room) saveACLList(ctx context.Context, c dispatch.Call, in catalog.SaveACLListRequest) (out function.Nothing, err error) {
	list, err := lockPrivilegeList(ctx, c.DB, in.ACLList)
	if err != nil {
		return out, err
	}
	for name, value := range in.ACL {
		var grant scalar.Bit
		if !catalog.IsPrivilege(name) {
			return out, noSuchPrivilege(name)
		}
		if err := grant.UnmarshalText([]byte(value)); err != nil {
			return out, fault.Bad("acl-"+name, err.Error())
		}
		list = slices.DeleteFunc(list, func(p string) bool { return p == name })
		if grant {
			list = append(list, name)
		}
	}
	slices.Sort(list)
	return out, savePrivilegeList(ctx, c.DB, in.ACLList, list, c.Now)
}

func (r *Room) listACLs(ctx context.Context, c dispatch.Call, _ struct{}) (catalog.ACLLists, error) {
	lists, err := privilegeLists(ctx, c.DB)
	out := catalog.ACLLists{ACL: make([]catalog.ACLList, 0, len(lists))}
	for _, l := range lists {
		out.ACL = append(out.ACL, catalog.ACLList{
			Name:       l.Name,
			Privileges: marked(func(p string) bool { return slices.Contains(l.Privileges, p) }),
		})
	}
	return out, err
}

func (r *Room) listResellers(ctx context.Context, c dispatch.Call, _ struct{}) (out catalog.ResellerNames, err error) {
	out.Reseller, err = resellerNames(ctx, c.DB)
	return out, err
}

func (r *Room) myPrivs(_ context.Context, c dispatch.Call, _ struct{}) (catalog.MyPrivsAnswer, error) {
	return catalog.MyPrivsAnswer{Privileges: []map[string]scalar.Bit{marked(c.May)}}, nil
}

// marked has every privilege, and 1 for those that are held.
func marked(held func(string) bool) map[string]scalar.Bit {
	m := make(map[string]scalar.Bit, len(catalog.Privileges))
	for _, p := range catalog.Privileges {
		m[p.Name] = scalar.Bit(held(p.Name))
	}
	return m
}

func (r *Room) listResellersWithPrivileges(ctx context.Context, c dispatch.Call, in catalog.ListResellersWithPrivilegesRequest) (out catalog.Resellers, err error) {
	out.Resellers, err = resellersWithPrivileges(ctx, c.DB, strings.ToLower(in.User))
	return out, err
}
