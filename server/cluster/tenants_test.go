package cluster_test

import (
	"fmt"
	"net"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/server/cluster"
)

// freePort is a port of the loopback that nobody listens on at the moment.
func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// Accounts' database users come in with their passwords, by the socket and by the
// port, into databases that are not Postern's; nobody else comes in by the port.
func TestTenants(t *testing.T) {
	dir, port := filepath.Join(home(t), "c"), freePort(t)
	address := fmt.Sprintf("127.0.0.1:%d", port)
	c, err := cluster.Start(t.Context(), cluster.Options{Dir: dir, Settings: fast, TenantAddress: address})
	must(t, err)
	t.Cleanup(func() { end(t, c) })
	for _, sql := range []string{"CREATE ROLE " + cluster.TenantGroup, "CREATE ROLE member LOGIN PASSWORD 'secret'", "GRANT " + cluster.TenantGroup + " TO member",
		"CREATE ROLE other LOGIN PASSWORD 'secret'", "CREATE DATABASE shop"} {
		ask(t, c.TenantURL(), sql)
	}
	if got := ask(t, c.TenantURL(), "SELECT rolsuper::text || rolcreaterole || rolcreatedb FROM pg_roles WHERE rolname = current_user"); got != "falsetruetrue" {
		t.Errorf("the role of tenants is %s", got)
	}
	if got := ask(t, c.URL(), "SELECT rolcreaterole::text || rolcreatedb FROM pg_roles WHERE rolname = current_user"); got != "falsefalse" {
		t.Errorf("Postern's own role is %s", got)
	}
	by := func(host, role, database string) string {
		return (&url.URL{Scheme: "postgres", User: url.UserPassword(role, "secret"), Path: "/" + database,
			RawQuery: url.Values{"host": {host}, "port": {fmt.Sprint(port)}}.Encode()}).String()
	}
	socket := socketOf(t, c)
	for _, host := range []string{socket, "127.0.0.1"} {
		if got := ask(t, by(host, "member", "shop"), "SELECT current_user"); got != "member" {
			t.Errorf("by %s came %s", host, got)
		}
		for _, closed := range []string{"postern", "postgres", "template1"} {
			refused(t, by(host, "member", closed), "pg_hba.conf rejects")
		}
		refused(t, strings.Replace(by(host, "member", "shop"), "secret", "guess", 1), "password authentication failed")
	}
	for _, role := range []string{"other", cluster.Role, cluster.TenantRole, cluster.Superuser} {
		refused(t, by("127.0.0.1", role, "shop"), "pg_hba.conf")
	}
	// Who comes with another wish, or none, is told by the pid file where it listens.
	again := begin(t, dir)
	ask(t, again.URL(), "SELECT 1")
	end(t, again)
}

func refused(t *testing.T, at, why string) {
	t.Helper()
	out, err := exec.Command("psql", "-XAtqc", "SELECT 1", at).CombinedOutput()
	if err == nil || !strings.Contains(string(out), why) {
		t.Errorf("came in, or was refused otherwise than by %q: %s", why, out)
	}
}

// A cluster from before there was a role for tenants gets one.
func TestTenantRoleIsMadeUp(t *testing.T) {
	dir := filepath.Join(home(t), "c")
	c := begin(t, dir)
	ask(t, c.AdminURL(), "DROP ROLE "+cluster.TenantRole)
	end(t, c)
	c = begin(t, dir)
	if got := ask(t, c.TenantURL(), "SELECT current_user"); got != cluster.TenantRole {
		t.Errorf("came as %s", got)
	}
}

func TestListensOnTheLoopbackAlone(t *testing.T) {
	for _, address := range []string{"0.0.0.0:5433", "192.0.2.1:5433", "localhost:5433", "127.0.0.1", "127.0.0.1:0", "[::]:5433"} {
		began := time.Now()
		_, err := cluster.Start(t.Context(), cluster.Options{Dir: filepath.Join(home(t), "c"), Settings: fast, TenantAddress: address})
		if err == nil || !strings.Contains(err.Error(), "loopback") || time.Since(began) > 2*time.Second {
			t.Errorf("%s: %v", address, err)
		}
	}
}
