package tenant_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"postern/server/dispatch"
	"postern/server/tenant"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func TestDatabasesAndUsers(t *testing.T) {
	h := open(t)
	shop, web := h.anna+"_shop", h.anna+"_web"
	pg := func(f string) function.Name { return function.UAPI("Postgresql", f) }
	if got := h.pg(h.anna, "list_databases") + h.pg(h.anna, "list_users"); got != "[][]" {
		t.Errorf("at first there are %s", got)
	}
	h.pg(h.anna, "create_database", "name="+shop)
	h.refused(fault.Exists, "exists already", h.caller(h.anna), pg("create_database"), "name="+shop)
	h.pg(h.anna, "create_user", "name="+web, "password="+strong)
	h.refused(fault.Exists, "exists already", h.caller(h.anna), pg("create_user"), "name="+web, "password="+strong)
	h.shut("permission denied for database", web, strong, shop)

	temp := h.temp(h.signIn(h.anna, scalar.CPanel))
	owner := h.enter(temp.User, temp.Password, shop)
	h.exec(owner, "CREATE TABLE before (n int); CREATE FUNCTION one() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION one() FROM PUBLIC")
	h.pg(h.anna, "grant_all_privileges", "user="+web, "database="+shop)
	h.exec(owner, "CREATE TABLE after (n serial)")
	conn := h.enter(web, strong, shop)
	h.exec(conn, "INSERT INTO before VALUES (one()); INSERT INTO after DEFAULT VALUES; CREATE TABLE by_web (n int)")
	h.exec(owner, "INSERT INTO by_web VALUES (1); ALTER TABLE by_web ADD m int")
	if got := h.pg(h.anna, "list_databases"); !strings.Contains(got, `"users":["`+web+`"]`) || strings.Contains(got, `"disk_usage":0`) {
		t.Errorf("listed %s", got)
	}

	other := h.anna + "_other" // what is taken from one database stays on another
	h.pg(h.anna, "create_database", "name="+other)
	h.pg(h.anna, "grant_all_privileges", "user="+web, "database="+other)
	h.pg(h.anna, "revoke_all_privileges", "user="+web, "database="+shop)
	h.execFails(conn, "", "SELECT 1")
	h.shut("permission denied for database", web, strong, shop)
	h.enter(web, strong, other)
	if got := h.value(owner, "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'by_web'"); got != h.anna {
		t.Errorf("by_web belongs to %s", got)
	}

	h.pg(h.anna, "set_password", "user="+web, "password=another-"+strong)
	h.shut("password authentication failed", web, strong, other)
	last := h.enter(web, "another-"+strong, other)
	h.pg(h.anna, "delete_user", "name="+web)
	h.execFails(last, "", "SELECT 1")
	h.pg(h.anna, "delete_database", "name="+shop)
	h.execFails(owner, "", "SELECT 1")
	h.refused(fault.Unknown, "of yours", h.caller(h.anna), pg("delete_database"), "name="+shop)
	if got := h.pg(h.anna, "list_users"); got != "[]" {
		t.Errorf("left are %s", got)
	}
	h.checkTrail(strong)
}

// checkTrail holds the audit trail to what it must say and must not.
func (h *house) checkTrail(secret string) {
	h.Helper()
	said := fmt.Sprintf("%+v", h.events.All())
	for _, f := range []string{"create_database", "create_user", "grant_all_privileges", "revoke_all_privileges", "set_password", "delete_user", "create_temp_user"} {
		if !strings.Contains(said, f) {
			h.Errorf("the trail does not tell of %s", f)
		}
	}
	if strings.Contains(said, secret) || strings.Contains(said, "password:") {
		h.Errorf("the trail tells a password")
	}
}

func TestLimitOfDatabases(t *testing.T) {
	h := open(t)
	few := unique()
	h.settle(few, "maxsql=1")
	h.pg(few, "create_database", "name="+few+"_one")
	h.refused(fault.Forbidden, "as many databases", h.caller(few), function.UAPI("Postgresql", "create_database"), "name="+few+"_two")
}

// Roles that are the server's own, or another's, are never taken for an account's.
func TestForeignRolesAreLeftAlone(t *testing.T) {
	h := open(t)
	h.settle("pg") // names that begin with pg_ are PostgreSQL's
	if got := h.pg("pg", "get_restrictions"); !strings.Contains(got, `"prefix":"pg2_"`) {
		t.Errorf("the account pg has %s", got)
	}
	foreign := unique()
	h.settle(foreign)
	h.do("CREATE ROLE %1$I NOLOGIN", foreign)
	defer h.do("DROP ROLE %1$I", foreign)
	h.refused(fault.Invalid, "begins with "+foreign+"2_", h.caller(foreign), function.UAPI("Postgresql", "create_database"), "name="+foreign+"_x")
	h.pg(foreign, "create_database", "name="+foreign+"2_x")
	u := h.temp(h.signIn(foreign, scalar.CPanel))
	if u.Owner != foreign+"2" {
		t.Errorf("owner %s", u.Owner)
	}
}

func TestAdministrators(t *testing.T) {
	h := open(t)
	shop, web := h.anna+"_shop", h.anna+"_web"
	h.pg(h.anna, "create_database", "name="+shop)
	h.pg(h.anna, "create_user", "name="+web, "password="+strong)
	h.pg(h.anna, "grant_all_privileges", "user="+web, "database="+shop)
	list := func(who dispatch.Caller, f string) string {
		out, err := h.call(who, function.WHM(f))
		h.Must(err)
		return fmt.Sprint(out.(catalog.DatabaseObjects).Payload)
	}
	if got, want := list(h.root, "list_databases")+list(h.root, "list_database_users"), "[{"+h.anna+" postgresql "+shop+"}][{"+h.anna+" postgresql "+web+"}]"; got != want {
		t.Errorf("listed %s, want %s", got, want)
	}
	h.whm("setupreseller", "user="+h.carl)
	h.whm("setacls", "reseller="+h.carl, "acl-list-accts=1", "acl-edit-account=1")
	carl := h.caller(h.carl)
	if got := list(carl, "list_databases"); got != "[]" {
		t.Errorf("a stranger lists %s", got)
	}
	store, site := h.anna+"_store", h.anna+"_site"
	rename, set := function.WHM("rename_postgresql_database"), function.WHM("set_postgresql_password")
	h.refused(fault.Unknown, "You have no", carl, rename, "oldname="+shop, "newname="+store)
	h.refused(fault.Unknown, "You have no", carl, set, "user="+web, "password="+strong)
	h.refused(fault.Unknown, "You have no", h.root, rename, "oldname="+shop, "newname="+store, "cpuser="+h.carl)
	h.refused(fault.Unknown, "You have no", h.root, set, "user=postern", "password="+strong)
	h.refused(fault.Unknown, "You have no", h.root, rename, "oldname=postgres", "newname="+store)
	h.refused(fault.Invalid, "begins with", h.root, rename, "oldname="+shop, "newname="+h.carl+"_x")

	conn := h.enter(web, strong, shop)
	h.whm("rename_postgresql_database", "oldname="+shop, "newname="+store, "cpuser="+h.anna)
	h.execFails(conn, "", "SELECT 1")
	h.enter(web, strong, store)
	h.whm("rename_postgresql_user", "oldname="+web, "newname="+site, "password=another-"+strong)
	h.enter(site, "another-"+strong, store)
	h.whm("set_postgresql_password", "user="+site, "password="+strong)
	h.enter(site, strong, store)
	h.pg(h.anna, "create_database", "name="+shop)
	h.refused(fault.Exists, "exists already", h.root, rename, "oldname="+shop, "newname="+store)
}

// A role that may not make roles is told of, in words for who runs the server.
func TestRoleWithoutPower(t *testing.T) {
	h := open(t)
	h.pg(h.carl, "create_database", "name="+h.carl+"_x") // so that the group is there
	able := h.room.Server
	defer func() { h.room.Server = able }()
	h.room.Server = tenant.NewServer(testkit.URL(t))
	defer h.room.Server.Close()
	h.refused(fault.Unavailable, "CREATEROLE and CREATEDB", h.caller(h.anna), function.UAPI("Postgresql", "create_database"), "name="+h.anna+"_x")
	h.room.Server = tenant.NewServer("postgres://nobody@127.0.0.1:1/x")
	h.refused(fault.Unavailable, "does not answer", h.caller(h.anna), function.UAPI("Postgresql", "create_database"), "name="+h.anna+"_x")
}

// A database that a crash left half made is no obstacle.
func TestHalfMadeDatabase(t *testing.T) {
	h := open(t)
	shop := h.anna + "_shop"
	h.pg(h.anna, "create_database", "name="+shop)
	h.do("ALTER DATABASE %1$I ALLOW_CONNECTIONS false", shop)
	h.do("COMMENT ON DATABASE %1$I IS NULL", shop)
	if got := h.pg(h.anna, "list_databases"); got != "[]" {
		t.Errorf("listed %s", got)
	}
	h.pg(h.anna, "create_database", "name="+shop)
	u := h.temp(h.signIn(h.anna, scalar.CPanel))
	h.enter(u.User, u.Password, shop)
	h.do("COMMENT ON DATABASE %1$I IS NULL", shop)
	_, err := h.DB.Write.NewRaw("DELETE FROM logins WHERE name = ?", h.anna).Exec(context.Background())
	h.Must(err)
	h.drain() // leave asks whether it is gone
}
