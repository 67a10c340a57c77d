package tenant_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/server/tenant"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// do works on the tenant server as the room's role does.
func (h *house) do(statements string, words ...string) {
	h.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, testkit.TenantURL(h))
	h.Must(err)
	defer conn.Close(ctx)
	h.Must(tenant.Do(ctx, conn, statements, words...))
}

func (h *house) installation() (id string) {
	h.Helper()
	h.Must(h.DB.Write.NewRaw(`SELECT value #>> '{}' FROM settings WHERE name = 'tenant_installation'`).Scan(context.Background(), &id))
	return id
}

// A drop that PostgreSQL refuses is shown, and tried again.
func TestRefusedDrop(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	who := h.signIn(h.anna, scalar.CPanel)
	u := h.temp(who)
	// Something depends on the role in a database that the room's role may not enter.
	for _, sql := range []string{
		"DO $$ BEGIN EXECUTE format('REVOKE CONNECT ON DATABASE %I FROM PUBLIC', current_database()); END $$",
		"GRANT SELECT ON sessions TO " + u.User,
	} {
		_, err := h.DB.Write.ExecContext(ctx, sql)
		h.Must(err)
	}
	h.signOut(who)
	if err := h.room.Drain(ctx); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Fatalf("drained: %v", err)
	}
	shown := h.whm("postern_list_temp_users").(catalog.TempUsers).Users
	if len(shown) != 1 || shown[0].Name != u.User || !bool(shown[0].Ended) || shown[0].Attempts != 1 || !strings.Contains(shown[0].LastError, "permission denied") ||
		shown[0].RetryAt.Time().Sub(h.Clock.Now()) < 5*time.Second {
		t.Errorf("shown: %+v", shown)
	}
	h.drain() // not yet
	h.shut("is not permitted to log in", u.User, u.Password, "x")
	_, err := h.DB.Write.ExecContext(ctx, "REVOKE SELECT ON sessions FROM "+u.User)
	h.Must(err)
	h.Clock.Advance(11 * time.Second)
	h.drain()
	if left := h.users(); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
}

// What a crash left without a row is found by the sweep; what has one is not touched.
func TestOrphans(t *testing.T) {
	h := open(t)
	ctx := context.Background()
	u := h.temp(h.signIn(h.anna, scalar.CPanel))
	orphan := "cpses_" + unique()[:10]
	conn, err := pgx.Connect(ctx, testkit.TenantURL(t))
	h.Must(err)
	defer conn.Close(ctx)
	h.Must(tenant.Make(ctx, conn, orphan, h.anna, "", time.Now().Add(time.Hour), tenant.MarkOf(h.installation(), h.anna)))
	foreign := "cpses_" + unique()[:10] // another Postern's
	h.Must(tenant.Make(ctx, conn, foreign, h.anna, "", time.Now().Add(time.Hour), tenant.MarkOf("another", h.anna)))
	defer h.do("DROP ROLE %1$I", foreign)
	h.Must(h.room.Sweep(ctx))
	if got := h.column("SELECT rolname FROM pg_roles WHERE rolname IN ($1, $2, $3) ORDER BY rolname = $2", u.User, orphan, foreign); len(got) != 2 {
		t.Errorf("after the sweep there are %v", got)
	}
	// A row whose role is gone, or never came to be, is no obstacle either.
	who := h.signIn(h.carl, scalar.CPanel)
	gone := h.temp(who)
	h.do("DROP ROLE %1$I", gone.User)
	if again := h.temp(who); again.User != gone.User || !bool(again.Created) || again.Password == "" {
		t.Errorf("made again: %+v", again)
	}
	h.do("DROP ROLE %1$I", gone.User)
	h.signOut(who)
	h.drain()
}

// A suspended account's users are locked out, and let in again.
func TestSuspensionLocksUsers(t *testing.T) {
	h := open(t)
	shop, web := h.anna+"_shop", h.anna+"_web"
	h.pg(h.anna, "create_database", "name="+shop)
	h.pg(h.anna, "create_user", "name="+web, "password="+strong)
	h.pg(h.anna, "grant_all_privileges", "user="+web, "database="+shop)
	conn := h.enter(web, strong, shop)
	h.whm("suspendacct", "user="+h.anna)
	h.drain()
	h.execFails(conn, "", "SELECT 1")
	h.shut("is not permitted to log in", web, strong, shop)
	h.whm("unsuspendacct", "user="+h.anna)
	h.drain()
	h.enter(web, strong, shop)
}

// With an account goes all that it had on the tenant server, under whatever name.
func TestRemovalOfTheAccount(t *testing.T) {
	h := open(t)
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	h.pg(h.anna, "create_user", "name="+h.anna+"_web", "password="+strong)
	h.pg(h.anna, "grant_all_privileges", "user="+h.anna+"_web", "database="+h.anna+"_shop")
	u := h.temp(h.signIn(h.anna, scalar.CPanel))
	conn := h.enter(u.User, u.Password, h.anna+"_shop")
	h.exec(conn, "CREATE TABLE goods (n int); SET ROLE NONE; CREATE TABLE sly (n int)")
	h.whm("removeacct", "user="+h.anna)
	h.settle(h.anna) // somebody else takes the name
	h.refused(fault.Unavailable, "still being removed", h.signIn(h.anna, scalar.CPanel), createTemp)
	h.drain()
	h.execFails(conn, "", "SELECT 1")
	if left := h.column("SELECT rolname FROM pg_roles WHERE starts_with(rolname, $1) UNION SELECT datname FROM pg_database WHERE starts_with(datname, $1)", h.anna); len(left) > 0 {
		t.Errorf("left are %v", left)
	}
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	u = h.temp(h.signIn(h.anna, scalar.CPanel))
	if got := h.value(h.enter(u.User, u.Password, h.anna+"_shop"), "SELECT count(*)::text FROM pg_class WHERE relname = 'goods'"); got != "0" {
		t.Errorf("the new account inherits %s tables", got)
	}
}

// The room hears of an ended session by itself, and at once.
func TestRunHears(t *testing.T) {
	h := open(t)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { h.room.Run(ctx); close(done) }()
	defer func() { stop(); <-done }()
	who := h.signIn(h.anna, scalar.CPanel)
	h.temp(who)
	began := time.Now()
	h.signOut(who)
	for len(h.users()) > 0 {
		if time.Since(began) > 8*time.Second {
			t.Fatal("the user is still there")
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Logf("gone after %v", time.Since(began))
}
