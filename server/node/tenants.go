package node

import (
	"context"
	"io"
	"net/url"
	"path/filepath"

	"postern/server/databaseapp"
	"postern/server/dispatch"
	"postern/server/tenant"
	"postern/shared/function"
)

// buildTenants builds the room of the accounts' databases, which are on a server
// of their own or on Postern's, and that of the database application if there is one.
func (n *Node) buildTenants(random io.Reader) {
	o := n.options
	address := o.Config.TenantURL.Reveal()
	if address == "" {
		address = o.Config.DatabaseURL.Reveal()
	}
	n.tenants = &tenant.Room{
		DB: o.DB, Server: tenant.NewServer(address), Key: o.Key.Derive("database users"), Random: random, Now: o.Now, Log: o.Log,
		Address: o.Config.TenantPlace, Record: n.record,
	}
	if o.Config.DatabaseApp != "off" {
		n.tenants.Application = tenant.Application{Title: databaseapp.Title, Path: databaseapp.Path}
		n.databases = &databaseapp.Room{Options: databaseapp.Options{
			Log: o.Log, FastCGI: o.Config.DatabaseApp, Files: o.Config.AdminerFiles, Data: filepath.Join(o.Config.Data, databaseapp.Folder),
			Hostname: o.Config.Hostname, Key: o.Key.Derive("database application"), Access: n.databaseAccess, Make: n.makeTempUser,
		}}
	}
	n.tenants.Register(n.Mux)
}

// databaseAccess is what the database application is given for a session.
func (n *Node) databaseAccess(ctx context.Context, session string) (*databaseapp.Access, error) {
	a, err := n.tenants.Access(ctx, session)
	if a == nil || err != nil {
		return nil, err
	}
	return (*databaseapp.Access)(a), nil
}

// makeTempUser calls create_temp_user as a session does, so that all that is asked
// of such a call, and its record, hold for the application too.
func (n *Node) makeTempUser(ctx context.Context, who dispatch.Caller) error {
	_, err := n.Mux.Call(ctx, who, function.UAPI("Session", "create_temp_user"), url.Values{}, function.Shape{})
	return err
}

// Tenants is the room of the accounts' databases. Serve runs it; whoever does not
// serve drains it by hand.
func (n *Node) Tenants() *tenant.Room { return n.tenants }
