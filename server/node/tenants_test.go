package node_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/server/database"
	"postern/server/node"
	"postern/server/testkit"
)

// leaveTenants drops what a house has made on the tenant server, which it shares
// with others, as the removal of its accounts would.
func leaveTenants(t testing.TB, n *node.Node, db *database.DB) {
	t.Helper()
	ctx := context.Background()
	defer n.Tenants().Server.Close()
	var has bool
	if err := db.Write.NewRaw("SELECT EXISTS (SELECT FROM tenant_accounts)").Scan(ctx, &has); err != nil {
		t.Errorf("the tenants: %v", err)
	}
	if !has {
		return
	}
	for _, sql := range []string{"UPDATE tenant_users SET session_name = NULL, retry_at = NULL", "UPDATE tenant_accounts SET login_id = NULL, retry_at = NULL"} {
		if _, err := db.Write.ExecContext(ctx, sql); err != nil {
			t.Errorf("the tenants: %v", err)
		}
	}
	if err := n.Tenants().Drain(ctx); err != nil {
		t.Errorf("the tenants: %v", err)
	}
}

// TestKilledServerLeavesNoDatabaseUser kills the server with SIGKILL while
// sessions get database users and end. Once the server is back and the sessions
// are over, none of the users is left.
func TestKilledServerLeavesNoDatabaseUser(t *testing.T) {
	t.Parallel()
	at, tenants := testkit.URL(t), "POSTERN_TENANT_URL="+testkit.TenantURL(t)
	p := start(t, at, tenants)
	name := "k" + strings.ToLower(rand.Text()[:12])
	root := func(f string, form url.Values) {
		t.Helper()
		_, _, body, err := post(context.Background(), client(), p.addresses["WHM"]+"/json-api/"+f+"?api.version=1", "root", form)
		if err != nil || !strings.Contains(body, `"result":1`) {
			t.Fatalf("%s: %v: %s", f, err, body)
		}
	}
	root("createacct", url.Values{"username": {name}, "domain": {name + ".example"}, "password": {passwordOf(name)}})
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var made, ended atomic.Int32
	var workers sync.WaitGroup
	for i := range 4 {
		workers.Go(func() {
			for ctx.Err() == nil {
				get, out := signInto(ctx, p.addresses["cPanel"], name)
				if strings.Contains(get("/execute/Session/create_temp_user"), `"created":1`) {
					made.Add(1)
				}
				if i%2 == 0 { // half of the sessions live on
					out()
					ended.Add(1)
				}
			}
		})
	}
	waitFor(t, "a few database users", func() bool { return made.Load() >= 12 && ended.Load() >= 4 })
	p.kill()
	cancel()
	workers.Wait()

	p = start(t, at, tenants)
	t.Logf("%d users made, %d sessions ended; after the crash %d users are there", made.Load(), ended.Load(), len(tempUsers(t, name)))
	root("passwd", url.Values{"user": {name}, "password": {"another-" + passwordOf(name)}}) // ends all sessions
	waitFor(t, "the users to be dropped", func() bool { return len(tempUsers(t, name)) == 0 })
	root("removeacct", url.Values{"user": {name}})
	waitFor(t, "the account's role to be dropped", func() bool {
		return len(tenantTexts(t, "SELECT rolname FROM pg_roles WHERE rolname = $1", name)) == 0
	})
}

// signInto makes a session: get calls a path under its URL, out signs out. What
// fails, because the server is killed, gives nothing.
func signInto(ctx context.Context, address, name string) (get func(path string) string, out func()) {
	c := client()
	_, header, body, _ := post(ctx, c, address+"/login/?login_only=1", "", url.Values{"user": {name}, "pass": {passwordOf(name)}})
	var reply struct {
		Token string `json:"security_token"`
	}
	_ = json.Unmarshal([]byte(body), &reply)
	get = func(path string) string {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, address+reply.Token+path, nil)
		if err != nil {
			return ""
		}
		for _, line := range header["Set-Cookie"] {
			r.Header.Add("Cookie", strings.Split(line, ";")[0])
		}
		answer, err := c.Do(r)
		if err != nil {
			return ""
		}
		defer answer.Body.Close()
		text, _ := io.ReadAll(answer.Body)
		return string(text)
	}
	return get, func() { get("/logout/") }
}

// tempUsers are the sessions' users that an account has on the tenant server.
func tempUsers(t testing.TB, account string) []string {
	return tenantTexts(t, `SELECT u.rolname FROM pg_roles u WHERE u.rolname LIKE 'cpses%'
		AND shobj_description(u.oid, 'pg_authid') LIKE '% session ' || $1`, account)
}

func tenantTexts(t testing.TB, sql string, words ...any) []string {
	t.Helper()
	return textsAt(t, testkit.TenantURL(t), sql, words...)
}

func textsAt(t testing.TB, address, sql string, words ...any) []string {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql, words...)
	if err != nil {
		t.Fatal(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	return all
}
