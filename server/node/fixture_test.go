package node_test

import (
	"context"
	"encoding/base64"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"testing"

	"postern/server/config"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/node"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/shared/function"
	"postern/shared/scalar"
)

// house is a whole Postern on a database of its own, with inhabitants:
//
//	root    the superuser
//	rita    a reseller; owns carl
//	anna    an account, example.com, of root's; her mailboxes are bob@ and eve@example.com
//	carl    an account, example.net, of rita's; his mailbox is bob@example.net
//	sam     an account, example.org, of root's, suspended
//
// Everybody's password is their name followed by -Correct-Horse-7.
type house struct {
	*node.Node
	db       *database.DB
	clock    *testkit.Clock
	random   *rand.ChaCha8
	tokens   map[string]string
	mu       sync.Mutex // guards handlers
	handlers map[scalar.Service]map[bool]http.Handler
}

func passwordOf(name string) string { return name + "-Correct-Horse-7" }

var privileges = []string{"list-accts", "create-acct", "kill-acct", "suspend-acct", "edit-account", "passwd", "acct-summary",
	"create-user-session", "manage-api-tokens", "cpanel-api", "basic-system-info"}

// inhabited is the house's database with everybody in it, made once; tokens are
// the API tokens that they were given then.
var (
	inhabited testkit.Fixture
	tokens    map[string]string
)

func newHouse(t testing.TB) *house {
	t.Helper()
	db := inhabited.New(t, func(db *database.DB) {
		first := build(t, db, testkit.NewClock())
		defer first.Tenants().Server.Close()
		first.settle(t)
		tokens = first.tokens
	})
	h := emptyHouse(t, db, testkit.NewClock())
	maps.Copy(h.tokens, tokens)
	h.random.Seed([32]byte{2}) // what was drawn until now does not move what a test draws
	return h
}

// settle moves the inhabitants in.
func (h *house) settle(t testing.TB) {
	t.Helper()
	whm := func(f string, args ...string) {
		t.Helper()
		h.call(t, "root", function.WHM(f), args...)
	}
	add := func(user, domain string, more ...string) {
		t.Helper()
		whm("createacct", append([]string{"username", user, "domain", domain, "password", passwordOf(user), "contactemail", user + "@mail.example"}, more...)...)
	}
	add("rita", "reseller.example")
	whm("setupreseller", "user", "rita")
	grant := []string{"reseller", "rita"}
	for _, p := range privileges {
		grant = append(grant, "acl-"+p, "1")
	}
	whm("setacls", grant...)
	add("anna", "example.com")
	add("carl", "example.net", "owner", "rita")
	add("sam", "example.org")
	for _, m := range [][2]string{{"anna", "bob@example.com"}, {"anna", "eve@example.com"}, {"carl", "bob@example.net"}} {
		h.call(t, m[0], function.UAPI("Email", "add_pop"), "email", m[1], "password", passwordOf(m[1]))
	}
	whm("suspendacct", "user", "sam", "reason", "Unpaid")
	for _, user := range []string{"root", "rita"} {
		h.call(t, user, function.WHM("api_token_create"), "token_name", "test")
	}
	for _, user := range []string{"rita", "anna", "carl"} {
		h.call(t, user, function.UAPI("Tokens", "create_full_access"), "name", "test")
	}
}

// emptyHouse has root and nobody else.
func emptyHouse(t testing.TB, db *database.DB, clock *testkit.Clock) *house {
	t.Helper()
	h := build(t, db, clock)
	t.Cleanup(func() { leaveTenants(t, h.Node, db) })
	return h
}

func build(t testing.TB, db *database.DB, clock *testkit.Clock) *house {
	t.Helper()
	c, err := config.Read([]string{"POSTERN_HOSTNAME=host.example.com", "POSTERN_ROOT_PASSWORD=" + passwordOf("root"), "POSTERN_DATA=" + t.TempDir(),
		"POSTERN_TENANT_URL=" + testkit.TenantURL(t), "POSTERN_TENANT_ADDRESS=db.example.com:5432"})
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), &slog.HandlerOptions{Level: slog.LevelWarn}))
	random := rand.NewChaCha8([32]byte{1})
	key, err := seal.NewKey(base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	n, err := node.New(node.Options{Config: &c, DB: db, Key: key, Now: clock.Now, Random: random, Log: log, Version: "1.2.3"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := n.EnsureRoot(context.Background()); err != nil {
		t.Fatal(err)
	}
	return &house{Node: n, db: db, clock: clock, random: random, tokens: map[string]string{}, handlers: map[scalar.Service]map[bool]http.Handler{}}
}

// call calls a function as an inhabitant, in process, and fails the test if it is refused.
func (h *house) call(t testing.TB, user string, name function.Name, args ...string) any {
	t.Helper()
	who, err := h.As(context.Background(), user)
	if err != nil {
		t.Fatal(err)
	}
	who.Address, who.Via, who.Service = netip.MustParseAddr("192.0.2.1"), dispatch.ByToken, scalar.CPanel
	values := url.Values{}
	for i := 0; i < len(args); i += 2 {
		values.Add(args[i], args[i+1])
	}
	reply, err := h.Mux.Call(context.Background(), who, name, values, function.Shape{})
	if err != nil {
		t.Fatalf("%s as %s: %v", name, user, err)
	}
	h.keepToken(t, user, name, reply.Out)
	return reply.Out
}

// handler is what a service answers with.
func (h *house) handler(t testing.TB, s scalar.Service, overTLS bool) http.Handler {
	t.Helper()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.handlers[s][overTLS] == nil {
		made, err := h.Handler(s, overTLS)
		if err != nil {
			t.Fatal(err)
		}
		if h.handlers[s] == nil {
			h.handlers[s] = map[bool]http.Handler{}
		}
		h.handlers[s][overTLS] = made
	}
	return h.handlers[s][overTLS]
}

// readAll is a reply's body.
func readAll(t testing.TB, r io.Reader) string {
	t.Helper()
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
