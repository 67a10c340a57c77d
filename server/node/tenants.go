package node

import (
	"context"
	"io"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/tenant"
)

// tenantRoom is the room of the accounts' databases: on a server of their own, or
// on Postern's.
func tenantRoom(o Options, random io.Reader, record func(context.Context, bun.IDB, dispatch.Event) error) *tenant.Room {
	url := o.Config.TenantURL.Reveal()
	if url == "" {
		url = o.Config.DatabaseURL.Reveal()
	}
	return &tenant.Room{
		DB: o.DB, Server: tenant.NewServer(url), Random: random, Now: o.Now, Log: o.Log, Address: o.Config.TenantPlace, Record: record,
	}
}

// Tenants is the room of the accounts' databases. Serve runs it; whoever does not
// serve drains it by hand.
func (n *Node) Tenants() *tenant.Room { return n.tenants }
