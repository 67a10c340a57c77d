package tenant_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/server/tenant"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// What one account has no other one reaches, by whatever user.
func TestAccountsDoNotSeeEachOther(t *testing.T) {
	h := open(t)
	shop, blog := h.anna+"_shop", h.carl+"_blog"
	h.pg(h.anna, "create_database", "name="+shop)
	h.pg(h.carl, "create_database", "name="+blog)
	h.pg(h.carl, "create_user", "name="+h.carl+"_web", "password="+strong)
	h.pg(h.carl, "grant_all_privileges", "user="+h.carl+"_web", "database="+blog)
	anna, carl := h.temp(h.signIn(h.anna, scalar.CPanel)), h.temp(h.signIn(h.carl, scalar.CPanel))
	conn := h.enter(anna.User, anna.Password, shop)
	h.exec(conn, "CREATE TABLE secrets AS SELECT 42 AS n")

	const denied = "permission denied for database"
	h.shut(denied, carl.User, carl.Password, shop)
	h.shut(denied, h.carl+"_web", strong, shop)
	h.shut(denied, anna.User, anna.Password, blog)
	h.enter(h.carl+"_web", strong, blog)
	for _, closed := range []string{"postgres", "template1", "postern"} {
		h.shut("pg_hba.conf rejects", carl.User, carl.Password, closed)
	}
	h.cannotRise(conn, shop, anna.User, carl)
	h.cannotReachBy(shop, anna.User)
}

// cannotRise tries what a session's user would have to do to let others in, to
// stay, or to become more than it is.
func (h *house) cannotRise(conn *pgx.Conn, shop, user string, carl catalog.TempUser) {
	h.Helper()
	none := "permission denied"
	h.exec(conn, "GRANT CONNECT ON DATABASE "+shop+" TO PUBLIC") // a warning: it has no right to
	h.shut("permission denied for database", carl.User, carl.Password, shop)
	for _, sql := range []string{
		"SET ROLE " + h.carl, "SET ROLE postern", "SET ROLE postern_tenant", "SET SESSION AUTHORIZATION postgres",
		"CREATE ROLE mine", "ALTER ROLE " + user + " VALID UNTIL 'infinity'", "ALTER ROLE " + h.anna + " LOGIN",
		"ALTER ROLE " + user + " CREATEROLE",
		"GRANT " + h.anna + " TO " + carl.User, "GRANT pg_execute_server_program TO " + h.anna,
		"COPY secrets TO PROGRAM 'true'", "COPY secrets FROM '/etc/passwd'", "SELECT pg_read_file('/etc/passwd')",
	} {
		for _, as := range []string{"RESET ROLE; ", "SET ROLE NONE; "} {
			if _, err := conn.Exec(h.Context(), as+sql); err == nil || !strings.Contains(err.Error(), none) && !strings.Contains(err.Error(), "must ") {
				h.Errorf("%s%s: %v", as, sql, err)
			}
		}
	}
	h.exec(conn, "RESET ROLE")
	for _, sql := range []string{
		"CREATE DATABASE mine", "ALTER DATABASE " + shop + " RENAME TO mine", "ALTER DATABASE " + shop + " SET role = 'postgres'", "ALTER DATABASE " + shop + " ALLOW_CONNECTIONS false",
		"DROP DATABASE " + shop, "DROP DATABASE " + h.carl + "_blog", "COMMENT ON DATABASE " + shop + " IS 'postern'", "COMMENT ON ROLE " + h.anna + " IS 'postern'",
	} {
		if _, err := conn.Exec(h.Context(), sql); err == nil {
			h.Errorf("%s was done", sql)
		}
	}
}

// cannotReachBy tries by the functions to reach what is another account's.
func (h *house) cannotReachBy(shop, user string) {
	h.Helper()
	blog := h.carl + "_blog"
	for _, c := range []struct{ f, words string }{
		{"delete_database", "name=" + shop}, {"delete_user", "name=" + h.anna}, {"delete_user", "name=" + user}, {"set_password", "user=" + user + "&password=" + strong},
		{"set_password", "user=postern_tenant&password=" + strong}, {"delete_database", "name=postgres"}, {"delete_user", "name=postern"},
		{"grant_all_privileges", "user=" + h.carl + "_web&database=" + shop}, {"grant_all_privileges", "user=postern&database=" + blog},
		{"revoke_all_privileges", "user=" + h.carl + "_web&database=" + shop},
	} {
		h.refused(fault.Unknown, "of yours", h.caller(h.carl), function.UAPI("Postgresql", c.f), strings.Split(c.words, "&")...)
	}
	h.refused(fault.Invalid, "begins with "+h.carl+"_", h.caller(h.carl), function.UAPI("Postgresql", "create_database"), "name="+h.anna+"_mine")
	h.refused(fault.Invalid, "begins with "+h.carl+"_", h.caller(h.carl), function.UAPI("Postgresql", "create_user"), "name=cpses_aaaaaaaaaa", "password="+strong)
	if got := h.pg(h.carl, "list_databases"); strings.Contains(got, h.anna) {
		h.Errorf("carl lists %s", got)
	}
}

// Functions and operators of a tenant's own are never called by the role that
// makes roles, however well they fit.
func TestTenantsCodeIsNotRun(t *testing.T) {
	h := open(t)
	shop := h.anna + "_shop"
	h.pg(h.anna, "create_database", "name="+shop)
	h.pg(h.anna, "create_user", "name="+h.anna+"_web", "password="+strong)
	who := h.signIn(h.anna, scalar.CPanel)
	u := h.temp(who)
	conn := h.enter(u.User, u.Password, shop)
	h.exec(conn, `
		CREATE TABLE caught (who text);
		GRANT INSERT ON caught TO PUBLIC;
		GRANT USAGE ON SCHEMA public TO PUBLIC;
		CREATE FUNCTION trap(text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO public.caught VALUES (current_user); RETURN $1; END $$;
		CREATE FUNCTION format(text, VARIADIC text[]) RETURNS text LANGUAGE sql AS $$ SELECT public.trap('SELECT 1') $$;
		CREATE FUNCTION format(text, text, text) RETURNS text LANGUAGE sql AS $$ SELECT public.trap('SELECT 1') $$;
		CREATE FUNCTION pg_has_role(oid, text) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('') = '' $$;
		CREATE FUNCTION equals(name, text) RETURNS boolean LANGUAGE sql AS $$ SELECT public.trap('') = '' $$;
		CREATE OPERATOR = (LEFTARG = name, RIGHTARG = text, FUNCTION = equals);
		CREATE OPERATOR !~ (LEFTARG = name, RIGHTARG = text, FUNCTION = equals);
		CREATE FUNCTION "odd, ""name"" %s '; DROP TABLE caught; --"(a int, VARIADIC b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
		CREATE AGGREGATE total(int) (SFUNC = int4pl, STYPE = int);
		CREATE PROCEDURE nothing(INOUT a int) LANGUAGE sql AS 'SELECT 1';
		CREATE TABLE "odd "" %I %% ' table" (n int);
		SET ROLE NONE; CREATE TABLE sly (n int)`)
	h.pg(h.anna, "grant_all_privileges", "user="+h.anna+"_web", "database="+shop)
	web := h.enter(h.anna+"_web", strong, shop)
	h.exec(web, `INSERT INTO "odd "" %I %% ' table" VALUES (1); SELECT "odd, ""name"" %s '; DROP TABLE caught; --"(1, 'x')`)
	h.pg(h.anna, "revoke_all_privileges", "user="+h.anna+"_web", "database="+shop)
	h.signOut(who)
	h.drain()
	u = h.temp(h.signIn(h.anna, scalar.CPanel))
	conn = h.enter(u.User, u.Password, shop)
	if got := h.value(conn, "SELECT coalesce(string_agg(who, ' '), '') FROM caught"); got != "" {
		t.Errorf("code of the tenant ran as %s", got)
	}
}

// Names that would end a statement are names, where they get through at all.
func TestNamesDoNotBreakOut(t *testing.T) {
	h := open(t)
	hostile := []string{`x"; DROP ROLE postern; --`, `x'; DROP ROLE postern; --`, `x\'; --`, "x%I%L%1$s", "x; SELECT 1", `x"$$"`, "x\u2019", "x\\", `x" SUPERUSER PASSWORD 'x`}
	pg := func(f string) function.Name { return function.UAPI("Postgresql", f) }
	who := h.caller(h.anna)
	for _, bad := range hostile {
		name := h.anna + "_" + bad
		h.refused(fault.Invalid, "letters, digits", who, pg("create_database"), "name="+name)
		h.refused(fault.Invalid, "letters, digits", who, pg("create_user"), "name="+name, "password="+strong)
		h.refused(fault.Unknown, "of yours", who, pg("delete_database"), "name="+name)
		h.refused(fault.Unknown, "of yours", who, pg("delete_user"), "name="+name)
		h.refused(fault.Unknown, "of yours", who, pg("set_password"), "user="+name, "password="+strong)
		h.refused(fault.Invalid, "", h.root, function.WHM("createacct"), "username="+bad, "domain=x.example", "password="+strong)
	}
	h.refused(fault.Invalid, "ASCII", who, pg("create_user"), "name="+h.anna+"_web", "password=päss'; DROP ROLE x")
	for _, bad := range []string{"", "_", "-", strings.Repeat("x", 63)} {
		if _, err := h.call(who, pg("create_database"), "name="+h.anna+bad); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s%s: %v", h.anna, bad, err)
		}
	}
	// What quotes is PostgreSQL: names and texts of any kind arrive as they are.
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, testkit.TenantURL(t))
	h.Must(err)
	defer conn.Close(ctx)
	for _, bad := range hostile {
		name := h.anna + bad
		h.Must(tenant.Do(ctx, conn, "CREATE ROLE %1$I; COMMENT ON ROLE %1$I IS %2$L", name, bad))
		got := h.column("SELECT shobj_description(oid, 'pg_authid') FROM pg_roles WHERE rolname = $1 AND NOT rolsuper AND NOT rolcanlogin", name)
		if len(got) != 1 || got[0] != bad {
			t.Errorf("%q became %q", name, got)
		}
		h.Must(tenant.Do(ctx, conn, "DROP ROLE %1$I", name))
	}
	// Passwords of every sign work, and none of it reaches the server in the clear.
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	for i, secret := range []string{`a'"\$$%I%L; -- battery 9staple`, ` horse staple battery `} {
		user := fmt.Sprintf("%s_u-%d", h.anna, i)
		h.pg(h.anna, "create_user", "name="+user, "password="+secret)
		h.pg(h.anna, "grant_all_privileges", "user="+user, "database="+h.anna+"_shop")
		h.enter(user, secret, h.anna+"_shop")
	}
}
