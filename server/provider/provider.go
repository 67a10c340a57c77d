// Package provider knows the outside services at which people sign in: Market
// providers, whose tokens it fetches for whoever asks, and OpenID Connect
// providers, by whose word people may sign in here.
//
// It owns market_providers and the four identity_ tables, and all that is spoken
// with providers: OAuth 2.0's authorization code, discovery, identity tokens. It
// sends nothing but through package egress. It does not let anybody in: package
// login asks Begin and Finish who comes back from a provider, and then goes on
// with its own steps. The doors reach its functions through package dispatch.
//
// # What is kept
//
// Client secrets are sealed to their rows. Tokens that a provider gives out are
// handed on or looked at, and neither stored nor logged. Of state, cookie and
// nonce of a sign in under way only hashes are kept.
package provider

import (
	"context"
	"io"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/egress"
	"postern/server/password"
	"postern/server/seal"
	"postern/shared/catalog"
	"postern/shared/function"
	"postern/shared/scalar"
)

// Room answers for providers.
type Room struct {
	DB     *bun.DB
	Key    *seal.Key
	Random io.Reader
	Now    func() time.Time
	// Door is how many strangers' requests reach out at once, fairly by address.
	Door *password.Queue
	// Gate is the way out of the machine, as the administrator has set it.
	Gate func(ctx context.Context, db bun.IDB) (*egress.Gate, error)
	// URL is the address of a service of this server.
	URL func(service scalar.Service, host string) string
	// Present refuses a call whose caller gives another password than their present
	// one as the parameter, and counts it. It works outside any transaction.
	Present func(ctx context.Context, c dispatch.Call, parameter, given string) (account.Login, error)
	// SignedIn tells whether a session began with a sign in, all steps included.
	SignedIn func(ctx context.Context, db bun.IDB, session string) (bool, error)
	// Vouched is when a session was signed in to by a provider's word; zero when it was not.
	Vouched func(ctx context.Context, db bun.IDB, session string) (time.Time, error)
	// EndSessions ends a login's sessions but the one named keep, and what it has begun to sign in to.
	EndSessions func(ctx context.Context, db bun.IDB, login int64, keep string) error
	// Record adds to the audit trail.
	Record func(ctx context.Context, db bun.IDB, e dispatch.Event) error

	known discoveries
}

// Register answers the room's functions.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.GetLoginURL, r.loginURL)
	reach(m, r, catalog.ValidateLoginToken, r.validateWHM)
	reach(m, r, catalog.ValidateMarketLoginToken, r.validateUAPI)
	dispatch.Handle(m, catalog.GetMarketProviders, r.listMarketWHM)
	dispatch.Handle(m, catalog.ListMarketProviders, r.listMarketUAPI)
	dispatch.Handle(m, catalog.EnableMarketProvider, r.enableMarket)
	dispatch.Handle(m, catalog.DisableMarketProvider, r.disableMarket)
	dispatch.Handle(m, catalog.AddMarketProvider, r.addMarket)
	dispatch.Handle(m, catalog.ChangeMarketProvider, r.changeMarket)
	dispatch.Handle(m, catalog.RemoveMarketProvider, r.removeMarket)
	dispatch.Handle(m, catalog.ListMarketProviderDetails, r.listMarketDetails)

	dispatch.Handle(m, catalog.GetAuthnProviders, r.available)
	dispatch.Handle(m, catalog.EnableAuthnProvider, r.enable)
	dispatch.Handle(m, catalog.DisableAuthnProvider, r.disable)
	reach(m, r, catalog.DisableFailingAuthnProviders, r.disableFailing)
	dispatch.Handle(m, catalog.GetAuthnClient, r.getClient)
	dispatch.Handle(m, catalog.GetAuthnFields, r.getFields)
	dispatch.Handle(m, catalog.SetAuthnClient, r.setClient)
	dispatch.Handle(m, catalog.GetAuthnFace, r.getFaces)
	dispatch.Handle(m, catalog.SetAuthnFace, r.setFace)
	dispatch.Handle(m, catalog.AddAuthnProvider, r.add)
	dispatch.Handle(m, catalog.ChangeAuthnProvider, r.change)
	dispatch.Handle(m, catalog.RemoveAuthnProvider, r.remove)
	dispatch.Handle(m, catalog.ListAuthnProviders, r.list)

	dispatch.Handle(m, catalog.GetAuthnLinkedUsers, r.linkedUsers)
	dispatch.Prepare(m, catalog.LinkAuthnUser, r.proveUser, r.linkUser)
	dispatch.Handle(m, catalog.UnlinkAuthnUser, r.unlinkUser)
	dispatch.Prepare(m, catalog.AddAuthnLink, r.proveOwn, r.addLink)
	dispatch.Prepare(m, catalog.BeginAuthnLink, r.proveSelf, r.beginLink)
	dispatch.Handle(m, catalog.GetAuthnLinks, r.getLinks)
	dispatch.Handle(m, catalog.RemoveAuthnLink, r.removeLink)
	dispatch.Handle(m, catalog.ConfiguredAuthnModules, r.modules)
	dispatch.Handle(m, catalog.HasAuthnModules, r.hasModules)
}

// deadline is how long a function waits for providers, whatever they do.
const deadline = 20 * time.Second

// reach registers the answer to a function that reaches out. No transaction
// spans that, so what succeeded is added to the audit trail here.
func reach[In, Out any](m *dispatch.Mux, r *Room, f *function.Func[In, Out], answer func(context.Context, dispatch.Call, In) (Out, error)) {
	dispatch.Handle(m, f, func(ctx context.Context, c dispatch.Call, in In) (Out, error) {
		limited, cancel := context.WithTimeout(ctx, deadline)
		defer cancel()
		out, err := answer(limited, c, in)
		if err != nil || r.Record == nil {
			return out, err
		}
		e := dispatch.EventOf(c.Caller, c.Now)
		e.Function, e.Details = f.Names[0], dispatch.Details(f.Fields, f.Write(in))
		return out, r.Record(context.WithoutCancel(ctx), r.DB, e)
	})
}
