package sourceip

import (
	"context"
	"net/netip"
	"slices"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) addIP(ctx context.Context, c dispatch.Call, in catalog.IPRequest) ([]catalog.IPOutcome, error) {
	if err := r.unpossessed(ctx, c); err != nil {
		return nil, err
	}
	return outcome(in.IP, add(ctx, c.DB, c.ID, in.IP, c.Now))
}

func (r *Room) delIP(ctx context.Context, c dispatch.Call, in catalog.IPRequest) ([]catalog.IPOutcome, error) {
	if err := r.unpossessed(ctx, c); err != nil {
		return nil, err
	}
	networks, err := listed(ctx, c.DB, c.ID, in.IP)
	if err == nil {
		err = deleteAddresses(ctx, c.DB, c.ID, networks)
	}
	return outcome(in.IP, err)
}

// outcome is the row of addip and delip: cPanel has the call succeed and the row
// tell that an address was not taken.
func outcome(ip string, err error) ([]catalog.IPOutcome, error) {
	if err == nil {
		return []catalog.IPOutcome{{Status: 1, IP: ip}}, nil
	}
	f := fault.Of(err)
	if f.Kind != fault.Invalid && f.Kind != fault.Unknown {
		return nil, err
	}
	return []catalog.IPOutcome{{IP: ip, Error: &f.Message}}, nil
}

// add lists what a text spells, all of it or, with a fault.Invalid, nothing.
func add(ctx context.Context, db bun.IDB, login int64, text string, now time.Time) error {
	networks, err := Networks(text)
	if err != nil {
		return err
	}
	if err := account.Lock(ctx, db, login); err != nil {
		return err
	}
	rows, err := addresses(ctx, db, login)
	if err != nil {
		return err
	}
	var fresh []addressRow
	for _, n := range networks {
		if !has(rows, n) {
			fresh = append(fresh, addressRow{LoginID: login, Network: n.String(), CreatedAt: now})
		}
	}
	if len(rows)+len(fresh) > catalog.AddressesMax {
		return fault.New(fault.Invalid, "There would be %d networks on the list, and %d is the most. Remove some first.",
			len(rows)+len(fresh), catalog.AddressesMax)
	}
	return insertAddresses(ctx, db, fresh)
}

// listed is what a text spells, if all of it is listed as it stands; the list is
// locked. The fault.Unknown of one that is not says which network covers it: to
// the user it looks listed.
func listed(ctx context.Context, db bun.IDB, login int64, text string) ([]netip.Prefix, error) {
	networks, err := Networks(text)
	if err != nil {
		return nil, err
	}
	if err := account.Lock(ctx, db, login); err != nil {
		return nil, err
	}
	rows, err := addresses(ctx, db, login)
	if err != nil {
		return nil, err
	}
	for _, n := range networks {
		if has(rows, n) {
			continue
		}
		for _, row := range rows {
			if p, err := netip.ParsePrefix(row.Network); err == nil && p.Bits() < n.Bits() && p.Contains(n.Addr()) {
				return nil, fault.New(fault.Unknown, "%s is not on the list by itself: it is part of %s, which is.", show(n), show(p))
			}
		}
		return nil, fault.New(fault.Unknown, "%s is not on the list.", show(n))
	}
	return networks, nil
}

func has(rows []addressRow, n netip.Prefix) bool {
	return slices.ContainsFunc(rows, func(r addressRow) bool { return r.Network == n.String() })
}

func (r *Room) listIPs(ctx context.Context, c dispatch.Call, in catalog.AccountRequest) ([]catalog.ListedIP, error) {
	all, err := r.listVerified(ctx, c, in)
	out := []catalog.ListedIP{}
	for _, a := range all {
		out = append(out, catalog.ListedIP{IP: a.IP})
	}
	return out, err
}

func (r *Room) listVerified(ctx context.Context, c dispatch.Call, in catalog.AccountRequest) ([]catalog.VerifiedAddress, error) {
	login, err := subject(ctx, c, in.Account)
	if err != nil {
		return nil, err
	}
	rows, err := addresses(ctx, c.DB, login)
	out := []catalog.VerifiedAddress{}
	for _, row := range rows {
		p, err := netip.ParsePrefix(row.Network)
		if err != nil {
			return nil, fault.New(fault.Internal, "An address on the list cannot be read: %w", err)
		}
		out = append(out, catalog.VerifiedAddress{
			IP: show(p), Note: row.Note, Created: scalar.At(row.CreatedAt), LastUsed: scalar.At(row.LastUsedAt),
		})
	}
	return out, err
}

func (r *Room) setNote(ctx context.Context, c dispatch.Call, in catalog.AddressNoteRequest) (out function.Nothing, err error) {
	if err := r.unpossessed(ctx, c); err != nil {
		return out, err
	}
	networks, err := listed(ctx, c.DB, c.ID, in.IP)
	if err != nil {
		return out, err
	}
	return out, updateNote(ctx, c.DB, c.ID, networks, in.Note)
}
