package node_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"postern/server/testkit"
	"postern/web"
)

// TestBrowserAdministrator walks root through WHM's screens on a server with ten
// thousand accounts: each is judged in both sizes, every deed is done once, and
// nothing is called that /openapi.json does not list.
func TestBrowserAdministrator(t *testing.T) {
	t.Parallel()
	p, b := administrated(t)
	calls := b.watchCalls()
	b.comeIn(p, "WHM", "root")
	b.waitText("PostgreSQL")
	b.waitText("10,001")
	b.judge("dashboard")

	walkAdminAccounts(b)
	walkAdminMailboxes(b)
	walkResellers(b)
	walkAdminSessions(b)
	walkPolicies(b)
	walkBruteForce(b)
	walkAdminTokens(b)
	walkAudit(b)
	walkShell(b)
	walkProviders(b)
	walkMessengers(b)
	walkApplications(b)
	b.goTo("/admin/settings", "Name in authenticator apps")
	b.judge("settings")
	signsInAs(b)
	b.signOutAnywhere()
	b.waitText("Log in via Example")
	b.judge("login-providers")
	calls.listed(t, p)
}

// administrated is a server with ten thousand accounts and all that an
// administrator's screens show, and a tab.
func administrated(t *testing.T) (*process, *tab) {
	t.Helper()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	database := testkit.URL(t)
	p := start(t, database)
	populate(t, database)
	lockOut(t, p, "client9")
	settle(t, p, "anna", "example.com", "bob")
	return p, openTab(t)
}

// populate fills the database as years of use would: accounts, resellers, sign
// ins and failures of two weeks, locks.
func populate(t *testing.T, database string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(t.Context())
	for _, statement := range []string{
		`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at, suspended_reason, suspended_by)
			SELECT 'client' || n, 'account', '', now(), now() - n * interval '1 hour', CASE WHEN n % 50 = 0 THEN now() END, CASE WHEN n % 50 = 0 THEN 'Unpaid' ELSE '' END, 'root'
			FROM generate_series(1, 10000) n`,
		`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
			SELECT l.id, r.id, l.name || '.example', 'default', '192.0.2.1', '{}', '', l.created_at, l.created_at
			FROM logins l JOIN logins r ON r.kind = 'root' WHERE l.kind = 'account'`,
		`INSERT INTO resellers SELECT id, '{list-accts,create-acct,passwd}', now() FROM logins WHERE name IN ('client7', 'client8')`,
		`INSERT INTO audit_events (at, actor, login, account, service, via, address, action, outcome, kind)
			SELECT now() - n * interval '37 minutes', 'client' || n, 'client' || n, 'client' || n, 'cpaneld', 'password', '192.0.2.7',
				CASE WHEN n % 7 = 0 THEN 'password' ELSE 'sign_in' END, CASE WHEN n % 7 = 0 THEN 'refused' ELSE 'ok' END, CASE WHEN n % 7 = 0 THEN 'stranger' ELSE '' END
			FROM generate_series(1, 800) n`,
		`INSERT INTO login_failures (minute, name, address, service, step, count, last_at)
			SELECT date_trunc('minute', now()) - n * interval '1 minute', 'client9', '198.51.100.7', 'cpaneld', 'password', n, now() - n * interval '1 minute' FROM generate_series(1, 31) n`,
		`ANALYZE`,
	} {
		if _, err := c.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
}

// lockOut fails to sign in until the name is locked.
func lockOut(t *testing.T, p *process, name string) {
	t.Helper()
	for range 60 {
		_, _, body, err := post(t.Context(), client(), p.addresses["cPanel"]+"/login?login_only=1", "", url.Values{"user": {name}, "pass": {"wrong"}})
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(body, `"locked"`) {
			return
		}
	}
	t.Fatal("sixty failures locked nobody")
}

// apiCalls are the paths below a session that the app has asked for.
type apiCalls struct {
	mu    sync.Mutex
	paths map[string]bool
}

func (t *tab) watchCalls() *apiCalls {
	t.Helper()
	calls := &apiCalls{paths: map[string]bool{}}
	err := chromedp.Listen(t.ctx, func(event any) {
		if e, is := event.(*network.EventRequestWillBeSent); is {
			if u, err := url.Parse(e.Request.URL); err == nil && u.Scheme == "https" { // a download is a blob of the page's own
				calls.mu.Lock()
				calls.paths[u.Path] = true
				calls.mu.Unlock()
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return calls
}

var (
	underToken = regexp.MustCompile(`^/cpsess\d{10}(/(?:json-api|xml-api|execute)/.*)$`)
	notTheAPI  = regexp.MustCompile(`^/(?:$|login|logout|assets/|admin/|account/|api-shell|cpsess\d{10}/(?:$|logout))`)
)

// listed fails the test for each call that the server's OpenAPI document lacks.
func (c *apiCalls) listed(t *testing.T, p *process) { t.Helper(); c.listedFewer(t, p, 25) }

// listedFewer is listed where at least so many functions must have been called.
func (c *apiCalls) listedFewer(t *testing.T, p *process, least int) {
	t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, p.addresses["WHM"]+"/openapi.json", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.SetBasicAuth("root", passwordOf("root"))
	reply, err := client().Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer reply.Body.Close()
	var document struct {
		Paths map[string]json.RawMessage `json:"paths"`
	}
	if err := json.NewDecoder(reply.Body).Decode(&document); err != nil || len(document.Paths) < 50 {
		t.Fatalf("%d paths: %v", len(document.Paths), err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	n := 0
	for path := range c.paths {
		m := underToken.FindStringSubmatch(path)
		if m == nil {
			if !notTheAPI.MatchString(path) {
				t.Errorf("the app asks for %s, which is no page and no function", path)
			}
			continue
		}
		n++
		if _, listed := document.Paths[strings.Replace(m[1], "/xml-api/", "/json-api/", 1)]; !listed {
			t.Errorf("the app calls %s, which /openapi.json does not list", m[1])
		}
	}
	if n < least {
		t.Errorf("only %d functions were seen to be called", n)
	}
}

// signsInAs lands in an account's cPanel in a tab of its own.
func signsInAs(b *tab) {
	b.Helper()
	b.goTo("/admin/accounts?account=anna", "example.com")
	cpanel := b.opens(func() { b.press("Sign in as: anna") })
	cpanel.waitFor(`!location.pathname.includes("cpsess") && document.body.innerText.includes("Opened by root")`)
	b.waitText("A session as anna opens")
}

// downloads is the text of the file that an action has the browser save.
func (t *tab) downloads(action func()) string {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`(() => {
		window.saved = null;
		const make = URL.createObjectURL;
		URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; }); return make.call(URL, blob); };
	})()`))
	action()
	t.waitFor(`window.saved !== null`)
	ctx, cancel := context.WithTimeout(t.ctx, 20*time.Second)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Evaluate[string](`window.saved`))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
