package account

import (
	"context"
	"strconv"
	"strings"
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) list(ctx context.Context, c dispatch.Call, in catalog.ListAcctsRequest) (out catalog.ListedAccts, err error) {
	found, done, err := searchShaped(ctx, c, in)
	if err != nil {
		return out, err
	}
	want := strings.FieldsFunc(in.Want, func(r rune) bool { return r == ',' || r == ' ' })
	out.Done = done
	out.Acct = make([]catalog.ListedAcct, 0, len(found))
	for i := range found {
		out.Acct = append(out.Acct, catalog.ListedAcct{Acct: told(&found[i]), SuspendTime: scalar.At(found[i].SuspendedAt), Want: want})
	}
	return out, nil
}

// searchShaped is search with the output controls done in its query, where that can be.
func searchShaped(ctx context.Context, c dispatch.Call, in catalog.ListAcctsRequest) ([]account, *function.Shaped, error) {
	if simple(c.Shape) {
		var filters []function.Filter
		all := true
		if in.Search != "" {
			var err error
			if filters, all, err = sought(in.Search, or(in.SearchType, "user"), in.SearchMethod); err != nil {
				return nil, nil, err
			}
		}
		if all {
			return shapedAccounts(ctx, c, filters)
		}
	}
	found, err := search(ctx, c, in.Search, in.SearchType, in.SearchMethod)
	return found, nil, err
}

// summary tells about one account, or about those that a search finds; none is a fault.
func (r *Room) summary(ctx context.Context, c dispatch.Call, in catalog.AccountSummaryRequest) (out catalog.SummedAccts, err error) {
	var found []account
	switch {
	case in.User != "":
		found, err = search(ctx, c, strings.ToLower(in.User), "user", exact)
	case in.Domain != "":
		found, err = search(ctx, c, in.Domain, "domain", exact)
	case in.Search != "":
		found, err = search(ctx, c, in.Search, in.SearchType, in.SearchMethod)
	default:
		return out, fault.New(fault.Invalid, "One of the parameters “user”, “domain” and “search” is required.")
	}
	if err != nil {
		return out, err
	}
	if len(found) == 0 {
		return out, fault.New(fault.Unknown, "You have no such account.")
	}
	for i := range found {
		a := catalog.SummedAcct{Acct: told(&found[i])}
		if at := found[i].SuspendedAt; !at.IsZero() {
			a.SuspendTime = new(strconv.FormatInt(at.Unix(), 10))
		}
		out.Acct = append(out.Acct, a)
	}
	return out, nil
}

// told spells an account for listaccts and accountsummary. Postern measures no
// disk: what is used is 0.
func told(a *account) catalog.Acct {
	s := &a.Settings
	out := catalog.Acct{
		User: a.Name, Domain: a.Domain, IsTemporaryDomain: scalar.Bit(a.DomainTemporary), Owner: a.Owner,
		Email: s.ContactEmail, IP: a.IP, IPv6: []string{}, Plan: a.Plan, Theme: s.Theme, Shell: s.Shell,
		Partition: "home", UID: a.uid(), StartDate: a.StartedAt.UTC().Format("06 Jan 02 15:04"), UnixStartDate: a.StartedAt.Unix(),
		SuspendReason: "not suspended", IsLocked: scalar.Bit(a.SuspensionLocked),
		Backup: s.Backup, ChildNodes: []catalog.ChildNode{}, DiskLimit: s.Quota, DiskUsed: "0M", MailboxFormat: s.MailboxFormat,
		MaxAddons: s.MaxAddon, MaxFTP: s.MaxFTP, MaxLst: s.MaxLst, MaxParked: s.MaxPark, MaxPop: s.MaxPop, MaxSQL: s.MaxSQL,
		MaxSub: s.MaxSub, MaxPerHour: s.MaxPerHour, MaxDefer: s.MaxDefer, MinDefer: scalar.Limited(5), MaxMailQuota: s.MaxMailQuota,
		MailSuspended: s.MailSuspended,
	}
	if !a.SuspendedAt.IsZero() {
		out.Suspended, out.SuspendReason = true, a.SuspendedReason
	}
	return out
}

// firstUID is added to an account's key where no user number was given.
const firstUID = 1000

func (a *account) uid() int64 {
	if a.Settings.UID != 0 {
		return a.Settings.UID
	}
	return firstUID + a.LoginID
}

func (a *account) gid() int64 {
	if a.Settings.GID != 0 {
		return a.Settings.GID
	}
	return a.uid()
}

func (a *account) home() string { return or(a.Settings.HomeDir, "/home/"+a.Name) }

func (r *Room) listSuspended(ctx context.Context, c dispatch.Call, _ struct{}) (out catalog.SuspendedAccts, err error) {
	found, err := suspendedAccounts(ctx, c)
	out.Account = make([]catalog.SuspendedAcct, 0, len(found))
	for i := range found {
		a := &found[i]
		out.Account = append(out.Account, catalog.SuspendedAcct{
			User: a.Name, Owner: a.Owner, Reason: a.SuspendedReason, IsLocked: scalar.Bit(a.SuspensionLocked),
			Time: a.SuspendedAt.UTC().Format(time.ANSIC), UnixTime: scalar.At(a.SuspendedAt),
		})
	}
	return out, err
}

func (r *Room) listUsers(ctx context.Context, c dispatch.Call, _ struct{}) (out catalog.UserNames, err error) {
	out.Users, err = userNames(ctx, c)
	return out, err
}
