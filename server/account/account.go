// Package account knows who exists: root, accounts, resellers and mailboxes as
// names that sign in, who owns whom, passwords and how strong they must be,
// privileges, what an account keeps.
//
// It owns the tables logins, accounts, resellers, privilege_lists, feature_lists
// and, of settings, the row of password strengths. It does not know sessions or
// tokens: it asks for sessions to be ended and leaves the rest to foreign keys.
// What account owners do with their mailboxes is in package mailbox. The doors
// and the other rooms look people up here with Find, As and OwnMailbox.
//
// Three rules run through it:
//   - A name that is not the caller's to act on is answered like one that does
//     not exist.
//   - Nobody changes, or acts as, an account that holds a privilege they lack:
//     an owner must not rise through a reseller that root has raised.
//   - A change that takes power away ends sessions in the same transaction.
package account

import (
	"context"
	"io"
	"net/netip"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/lookup"
	"postern/server/password"
	"postern/shared/catalog"
)

// Room answers the functions about accounts.
type Room struct {
	Hasher   *password.Hasher
	Random   io.Reader  // for passwords that are generated
	Hostname string     // of this machine; no account may have it as its domain
	Version  string     // of this program
	Address  netip.Addr // the address of accounts that name none; 127.0.0.1 when not set
	// EndSessions ends all sessions of these logins, and those in which one of
	// them acts as somebody else, within db's transaction.
	EndSessions func(ctx context.Context, db bun.IDB, loginIDs ...int64) error
	EndOthers   EndOthers
	Guard       Guard         // of tries at a password
	Read        *pgxpool.Pool // for get_user_information, which pages and programs ask for all the time

	detailed lookup.Joined[int64, *details]
	raters   *password.Queue // of those who try passwords out: to rate a long one takes tens of milliseconds
}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Prepare(m, catalog.CreateAcct, r.prepareCreate, r.create)
	dispatch.Handle(m, catalog.RemoveAcct, r.remove)
	dispatch.Handle(m, catalog.ModifyAcct, r.modify)
	dispatch.Prepare(m, catalog.Passwd, r.preparePasswd, r.passwd)
	dispatch.Prepare(m, catalog.ChangePassword, r.prepareChange, r.change)
	dispatch.Handle(m, catalog.SuspendAcct, r.suspend)
	dispatch.Handle(m, catalog.UnsuspendAcct, r.unsuspend)

	dispatch.Handle(m, catalog.ListAccts, r.list)
	dispatch.Handle(m, catalog.AccountSummary, r.summary)
	dispatch.Handle(m, catalog.ListSuspended, r.listSuspended)
	dispatch.Handle(m, catalog.ListUsers, r.listUsers)
	dispatch.Handle(m, catalog.DomainUserData, r.domainUserData)
	dispatch.Handle(m, catalog.GetUserInformation, r.userInformation)

	dispatch.Handle(m, catalog.SetupReseller, r.setupReseller)
	dispatch.Handle(m, catalog.UnsetupReseller, r.unsetupReseller)
	dispatch.Handle(m, catalog.SetACLs, r.setACLs)
	dispatch.Handle(m, catalog.ListACLs, r.listACLs)
	dispatch.Handle(m, catalog.SaveACLList, r.saveACLList)
	dispatch.Handle(m, catalog.ListResellers, r.listResellers)
	dispatch.Handle(m, catalog.ListResellersWithPrivileges, r.listResellersWithPrivileges)
	dispatch.Handle(m, catalog.MyPrivs, r.myPrivs)

	r.raters = password.NewQueue(1, 15)
	dispatch.Handle(m, catalog.GetPasswordStrength, r.strength)
	dispatch.Handle(m, catalog.RatePassword, r.rate)
	dispatch.Handle(m, catalog.GetMinimumPasswordStrengths, r.minima)
	dispatch.Handle(m, catalog.SetMinimumPasswordStrengths, r.setMinima)

	r.registerServer(m)
}

// address is where accounts are that name no address.
func (r *Room) address() netip.Addr {
	if !r.Address.IsValid() {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	}
	return r.Address
}
