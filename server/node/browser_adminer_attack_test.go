package node_test

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/server/testkit"
)

// trap listens on the loopback and counts who comes: nobody should.
type trap struct {
	net.Listener
	mu   sync.Mutex
	came int
}

func setTrap(t *testing.T) *trap {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	s := &trap{Listener: l}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.came++
			s.mu.Unlock()
			_ = conn.Close()
		}
	}()
	return s
}

func (s *trap) visitors() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.came
}

// TestAdminerReachesNothingElse asks Adminer, in every way that it knows, for
// another server, another kind of server, another user and another's database.
func TestAdminerReachesNothingElse(t *testing.T) {
	t.Parallel()
	a := startAdminer(t)
	bait := setTrap(t)
	s := a.signIn(a.anna)
	own, other, evil := a.anna+"_shop", a.carl+"_shop", bait.Addr().String()

	reply, _ := s.send(s.base, nil)
	if to := reply.Header.Get("Location"); reply.StatusCode != http.StatusSeeOther || to != s.token+"/3rdparty/adminer/?pgsql=&username="+a.anna+"&db="+own {
		t.Fatalf("%d to %s", reply.StatusCode, to)
	}
	page, text := s.send(s.base+"?pgsql=&username=x&db="+own+"&ns=public", nil)
	if page.StatusCode != http.StatusOK || !strings.Contains(text, own) || strings.Contains(text, a.carl) {
		t.Fatalf("%d: %s", page.StatusCode, text)
	}
	s.checkHeaders(page.Header)
	users := tempUsers(t, a.anna)
	if len(users) != 1 {
		t.Fatalf("%v", users)
	}
	s.checkSecret(own, text)

	for name, query := range map[string]string{
		"another server": "server=" + evil + "&username=root", "a server of the driver's": "pgsql=" + evil + "&username=postgres&db=" + own + "&ns=public",
		"SQLite": "sqlite=/etc/passwd&username=&db=/etc/passwd", "SQLite 2": "sqlite2=&username=&db=" + own, "Oracle": "oracle=" + evil + "&username=a&db=" + own,
		"MS SQL": "mssql=" + evil + "&username=a&db=" + own, "MongoDB": "mongo=" + evil + "&username=a&db=" + own, "Elasticsearch": "elastic=http://" + evil + "&username=a&db=" + own,
		"an array": "pgsql[]=" + evil + "&username[]=postgres&db=" + own + "&ns=public",
	} {
		_, text := s.send(s.base+"?"+query, nil)
		if strings.Contains(text, "auth[") || strings.Contains(text, "root:x:") {
			t.Errorf("%s: %s", name, text)
		}
	}
	for name, form := range map[string]url.Values{
		"Redis":          {"auth[driver]": {"server"}, "auth[server]": {"127.0.0.1:6379"}, "auth[username]": {"root"}, "auth[password]": {"x"}},
		"the trap":       {"auth[driver]": {"elastic"}, "auth[server]": {"http://" + evil}, "auth[username]": {"a"}, "auth[password]": {"b"}, "auth[permanent]": {"1"}},
		"PostgreSQL":     {"auth[driver]": {"pgsql"}, "auth[server]": {evil}, "auth[username]": {"postgres"}, "auth[password]": {"b"}, "auth[db]": {other}},
		"another's name": {"auth[username]": {a.carl}},
	} {
		for _, query := range []string{"", "?pgsql=&username=" + a.anna + "&db=" + own, "?elastic=http://" + evil} {
			if reply, text := s.send(s.base+query, form); reply.StatusCode != http.StatusForbidden || reply.Header.Get("Location") != "" {
				t.Errorf("%s: %d: %s", name, reply.StatusCode, text)
			}
		}
	}
	for _, db := range []string{other, "postgres", "template1", "' host='" + evil, own + "' host='" + evil, own + "\x00", "../" + own} {
		if reply, text := s.send(s.base+"?pgsql=&username=x&ns=public&db="+url.QueryEscape(db), nil); reply.StatusCode != http.StatusNotFound {
			t.Errorf("%q: %d: %s", db, reply.StatusCode, text)
		}
	}
	for _, query := range []string{"db[]=" + own, "db=" + own + "&db=" + other, "%20db=" + other, "db.x=" + own, "script=version"} {
		if reply, text := s.send(s.base+"?pgsql=&username=x&"+query, nil); reply.StatusCode == http.StatusOK {
			t.Errorf("%s: %s", query, text)
		}
	}
	if n := bait.visitors(); n != 0 {
		t.Errorf("somebody was connected to %d times", n)
	}
	s.forgedHeaders(own)
	s.otherDoors(own)
	s.statements(own, other)
	s.refused(own)
	a.endings(s)
	a.nothingTold()
}

func (s *browse) checkHeaders(h http.Header) {
	s.Helper()
	if !regexp.MustCompile(`\Adefault-src 'none'; script-src 'nonce-[A-Za-z0-9+/=]{16,}'; .*form-action 'self'; frame-ancestors 'none'\z`).MatchString(h.Get("Content-Security-Policy")) {
		s.Errorf("the policy is %s", h.Get("Content-Security-Policy"))
	}
	if h.Get("X-Frame-Options") != "DENY" || h.Get("X-Content-Type-Options") != "nosniff" || len(h.Values("Set-Cookie")) != 0 || h.Get("X-Powered-By") != "" ||
		!strings.Contains(h.Get("Cache-Control"), "no-") {
		s.Errorf("%v", h)
	}
}

// checkSecret takes the password to be known, as it is when the account's owner
// asks for a new one, and looks for it in the page.
func (s *browse) checkSecret(database, text string) {
	s.Helper()
	_, answer := s.send(s.addresses["cPanel"]+s.token+"/execute/Postern/renew_temp_user_password", nil)
	m := regexp.MustCompile(`"password":"([^"]+)"`).FindStringSubmatch(answer)
	if m == nil {
		s.Fatal(answer)
	}
	// Adminer goes on with the new one, and shows it nowhere.
	for _, page := range []string{"&ns=public", "&ns=public&sql=SELECT+1", "&ns=public&create=", "&ns=public&dump="} {
		reply, text := s.send(s.base+"?pgsql=&username=x&db="+database+page, nil)
		if reply.StatusCode != http.StatusOK || strings.Contains(text, m[1]) || strings.Contains(text, "cpses_") {
			s.Errorf("%s: %d: %s", page, reply.StatusCode, text)
		}
	}
	u, err := url.Parse(testkit.TenantURL(s.T))
	if err != nil {
		s.Fatal(err)
	}
	u.User, u.Path = url.UserPassword(tempUsers(s.T, s.anna)[0], m[1]), "/"+database
	conn, err := pgx.Connect(context.Background(), u.String())
	if err != nil {
		s.Fatalf("the password that was told does not connect: %v", err)
	}
	_ = conn.Close(context.Background())
}

// forgedHeaders: what a browser sends is none of Postern's parameters.
func (s *browse) forgedHeaders(own string) {
	s.Helper()
	at := s.base + "?pgsql=&username=x&ns=public&db=" + own
	for _, headers := range [][]string{
		{"POSTERN_DATABASE_USER", "postgres"}, {"Postern-Database-Names", `["postgres"]`}, {"X-Forwarded-Prefix", "//evil.example"}, {"Proxy", "http://evil.example"},
		{"Cookie", strings.Join(s.cookies, "; ") + "; adminer_sid=0123456789abcdef; adminer_permanent=cGdzcWw=-ZXZpbA==-eA==-eA==:eA=="},
	} {
		reply, text := s.send(at, nil, headers...)
		if reply.StatusCode != http.StatusOK || !strings.Contains(text, own) || strings.Contains(text, "evil.example") || len(reply.Header.Values("Set-Cookie")) != 0 {
			s.Errorf("%v: %d %v: %s", headers, reply.StatusCode, reply.Header, text)
		}
	}
}

// otherDoors: a stranger, another session, another site's form, other paths.
func (s *browse) otherDoors(own string) {
	s.Helper()
	at := s.base + "?pgsql=&username=x&ns=public&db=" + own
	carl := s.adminer.signIn(s.carl)
	for name, cookies := range map[string][]string{"a stranger": nil, "another account": carl.cookies} {
		thief := &browse{adminer: s.adminer, cookies: cookies}
		if reply, text := thief.send(at, nil); reply.StatusCode != http.StatusUnauthorized || strings.Contains(text, own) {
			s.Errorf("%s: %d: %s", name, reply.StatusCode, text)
		}
	}
	if reply, text := carl.send(carl.base+"?pgsql=&username="+s.anna+"&ns=public&db="+own, nil); reply.StatusCode != http.StatusNotFound {
		s.Errorf("carl opens anna's: %d: %s", reply.StatusCode, text)
	}
	form := url.Values{"query": {"CREATE TABLE forged (n int)"}, "token": {"1:1"}}
	if reply, text := s.send(at+"&sql=", form, "Sec-Fetch-Site", "cross-site"); reply.StatusCode != http.StatusForbidden {
		s.Errorf("another site's form: %d: %s", reply.StatusCode, text)
	}
	if reply, text := s.send(at+"&sql=", form); !strings.Contains(text, "CSRF") {
		s.Errorf("a form without its token: %d: %s", reply.StatusCode, text)
	}
	for path, want := range map[string]int{
		"index.php": 404, "../adminer/": 404, "conf.php": 404, "%2e%2e/": 404, "/": 404, ".": 404,
	} {
		if reply, _ := s.send(s.base+path, nil); reply.StatusCode != want && reply.StatusCode != http.StatusMovedPermanently {
			s.Errorf("%s: %d", path, reply.StatusCode)
		}
	}
	big := url.Values{"query": {strings.Repeat("x", 33<<20)}}
	if reply, _ := s.send(at+"&sql=", big); reply.StatusCode != http.StatusRequestEntityTooLarge {
		s.Errorf("33 MB: %d", reply.StatusCode)
	}
}

var formToken = regexp.MustCompile(`name="?'?token'?"? value=["']([0-9:]+)`)

// statements: what is typed into Adminer is done as the account, and no more.
func (s *browse) statements(own, other string) {
	s.Helper()
	at := s.base + "?pgsql=&username=x&ns=public&db=" + own + "&sql="
	_, page := s.send(at, nil)
	m := formToken.FindStringSubmatch(page)
	if m == nil {
		s.Fatalf("no token: %s", page)
	}
	for _, statement := range []string{
		"COPY (SELECT 1) TO PROGRAM 'id'", "COPY (SELECT 1) TO '/tmp/x'", "SELECT pg_read_file('/etc/passwd')", "SELECT lo_import('/etc/passwd')",
		"CREATE EXTENSION dblink", "CREATE EXTENSION postgres_fdw", "SET ROLE postgres", "CREATE ROLE mine", "DROP DATABASE " + other, "ALTER DATABASE " + own + " OWNER TO " + s.carl,
	} {
		reply, text := s.send(at, url.Values{"query": {statement}, "token": {m[1]}, "limit": {""}})
		if reply.StatusCode != http.StatusOK || !refusal.MatchString(text) {
			s.Errorf("%s: %d: %s", statement, reply.StatusCode, text)
		}
	}
	if reply, text := s.send(at, url.Values{"query": {"SELECT 40 + 2"}, "token": {m[1]}, "limit": {""}}); !regexp.MustCompile(`<td>42\b`).MatchString(text) {
		s.Errorf("a plain statement: %d: %s", reply.StatusCode, text)
	}
}

// refusal is PostgreSQL's, as Adminer shows it.
var refusal = regexp.MustCompile(`class='error'>[^<]*(permission denied|must be (superuser|owner|member)|only roles)`)

// refused: the database lets the session's user in no more, which Adminer notes in a
// file (nothingTold looks where), and does again.
func (s *browse) refused(own string) {
	s.Helper()
	at := s.base + "?pgsql=&username=x&ns=public&db=" + own
	user := pgx.Identifier{tempUsers(s.T, s.anna)[0]}.Sanitize()
	tenantTexts(s.T, "ALTER ROLE "+user+" NOLOGIN")
	if reply, text := s.send(at, nil); reply.StatusCode != http.StatusForbidden || strings.Contains(text, "auth[") {
		s.Errorf("%d: %s", reply.StatusCode, text)
	}
	tenantTexts(s.T, "ALTER ROLE "+user+" LOGIN")
	if reply, text := s.send(at, nil); reply.StatusCode != http.StatusOK {
		s.Errorf("%d: %s", reply.StatusCode, text)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(s.php.FastCGI), "adminer.invalid")); err != nil {
		s.Error(err)
	}
}

// endings: each way in which a session ends shuts Adminer at once.
func (a *adminer) endings(s *browse) {
	a.Helper()
	at := "?pgsql=&username=x&ns=public&db=" + a.anna + "_shop"
	dead := func(name string, s *browse) {
		a.Helper()
		if reply, text := s.send(s.base+at, nil); reply.StatusCode != http.StatusUnauthorized {
			a.Errorf("%s: %d: %s", name, reply.StatusCode, text)
		}
		waitFor(a.T, name+": the user to be dropped", func() bool { return len(tempUsers(a.T, a.anna)) == 0 })
	}
	long := make(chan string, 1)
	_, page := s.send(s.base+at+"&sql=", nil)
	go func() {
		_, text := s.send(s.base+at+"&sql=", url.Values{"query": {"SELECT pg_sleep(60)"}, "token": {formToken.FindStringSubmatch(page)[1]}, "limit": {""}})
		long <- text
	}()
	waitFor(a.T, "the long statement", func() bool {
		return len(tenantTexts(a.T, "SELECT 'runs' FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(60)%' AND usename = $1", tempUsers(a.T, a.anna)[0])) == 1
	})
	s.send(a.addresses["cPanel"]+s.token+"/logout/", nil)
	dead("sign out", s)
	select {
	case <-long:
	case <-time.After(20 * time.Second):
		a.Error("a statement outlives the session")
	}

	s = a.signIn(a.anna)
	s.send(s.base+at, nil)
	api(a.T, a.process, "WHM", "root", "/json-api/passwd?api.version=1", "user", a.anna, "password", passwordOf(a.anna))
	dead("another password", s)

	s = a.signIn(a.anna)
	s.send(s.base+at, nil)
	api(a.T, a.process, "WHM", "root", "/json-api/suspendacct?api.version=1", "user", a.anna)
	dead("suspension", s)
	api(a.T, a.process, "WHM", "root", "/json-api/unsuspendacct?api.version=1", "user", a.anna)
}

// TestAdminerIsNotThere: without an application, and while PHP is not running.
func TestAdminerIsNotThere(t *testing.T) {
	t.Parallel()
	tenants := "POSTERN_TENANT_URL=" + testkit.TenantURL(t)
	for address, want := range map[string]int{"off": http.StatusFound, "/nowhere/fpm.sock": http.StatusBadGateway, setTrap(t).Addr().String(): http.StatusBadGateway} {
		a := &adminer{T: t, process: start(t, testkit.URL(t), tenants, "POSTERN_DATABASE_APP_FASTCGI="+address)}
		a.anna = unusedName()
		settle(t, a.process, a.anna, a.anna+".example", "bob")
		t.Cleanup(func() { a.leave(a.anna) })
		s := a.signIn(a.anna)
		if address != "off" {
			if reply, text := s.send(s.base, nil); reply.StatusCode != http.StatusNotFound || !strings.Contains(text, "no database to open yet") {
				t.Errorf("%s, without a database: %d: %s", address, reply.StatusCode, text)
			}
		}
		api(t, a.process, "cPanel", a.anna, "/execute/Postgresql/create_database", "name", a.anna+"_shop")
		if reply, text := s.send(s.base, nil); reply.StatusCode != want {
			t.Errorf("%s: %d: %s", address, reply.StatusCode, text)
		}
	}
}
