package main

import (
	"context"
	"fmt"
	"net/url"

	"postern/server/cluster"
	"postern/server/webmailtest"
)

// showAdminer runs Postern and Adminer, with an account that has a database, until
// it is told to stop.
func showAdminer(ctx context.Context, program, database string) error {
	tenants, err := url.Parse(database)
	if err != nil {
		return err
	}
	tenants.User, tenants.Path = url.User(cluster.TenantRole), "/postgres"
	php, err := webmailtest.PlanAdminer(database)
	if err != nil {
		return err
	}
	defer php.Stop()
	p, err := serve(ctx, program, settings(database, append(php.Environment(), "POSTERN_TENANT_URL="+tenants.String())...))
	if err != nil {
		return err
	}
	defer p.stop()
	if err := p.whm(ctx, "createacct", url.Values{"username": {account}, "domain": {domain}, "password": {password}}, nil); err != nil {
		return err
	}
	if err := p.uapi(ctx, "Postgresql/create_database", url.Values{"name": {account + "_shop"}}, nil); err != nil {
		return err
	}
	if err := php.Start(ctx); err != nil {
		return err
	}
	fmt.Printf("\nSign in as %s with the password %s, and press Open Adminer:\n\n  %s/account/databases\n\nCtrl-C stops everything.\n", account, password, p.addresses["cPanel"])
	<-ctx.Done()
	return nil
}
