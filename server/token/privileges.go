package token

import (
	"slices"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// restriction is the one privilege that takes something away. A token must not
// be rid of it by leaving it out.
const restriction = "disallow-shell"

// grant is the privileges that a caller may give a token: those asked for, if
// the caller holds each; nil, which means all that the owner has, when none are
// asked for. A caller who came by a token cannot make one that has more than that
// token: what it holds now is written down instead.
func grant(c dispatch.Caller, asked []string) ([]string, error) {
	if len(asked) == 0 {
		if c.Via == dispatch.ByToken {
			return names(c), nil
		}
		return nil, nil
	}
	var granted []string
	for _, p := range asked {
		if !catalog.IsPrivilege(p) {
			return nil, fault.Bad("acl", "use privileges as the function myprivs lists them, or “all”")
		}
		if !c.May(p) {
			return nil, fault.NoPrivilege(p)
		}
		if !slices.Contains(granted, p) {
			granted = append(granted, p)
		}
	}
	slices.Sort(granted)
	return granted, nil
}

// limited is what a token of an owner may do now: the owner's privileges, and of
// those only the token's unless it has all. The result is nil only where the
// owner's is: for root, nil is everything.
func limited(owner dispatch.Caller, all bool, token []string) []string {
	if all || slices.Contains(token, dispatch.Everything) {
		return owner.Privileges // a reseller who was once given “all” and lost it has the rest
	}
	held := []string{}
	for _, p := range token {
		if owner.May(p) {
			held = append(held, p)
		}
	}
	if slices.Contains(owner.Privileges, restriction) && !slices.Contains(held, restriction) {
		held = append(held, restriction)
	}
	return held
}

// names lists what a caller may do, in order; everything is the one word for it.
func names(c dispatch.Caller) []string {
	if c.Superuser() {
		return []string{dispatch.Everything}
	}
	sorted := slices.Clone(c.Privileges)
	slices.Sort(sorted)
	return append([]string{}, sorted...)
}

// with is a caller that holds the given privileges.
func with(c dispatch.Caller, privileges []string) dispatch.Caller {
	c.Privileges = privileges
	return c
}

// chart says of every privilege whether the caller holds it.
func chart(c dispatch.Caller) map[string]scalar.Bit {
	all := make(map[string]scalar.Bit, len(catalog.Privileges))
	for _, p := range catalog.Privileges {
		all[p.Name] = scalar.Bit(c.May(p.Name))
	}
	return all
}
