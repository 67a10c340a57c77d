package node_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"postern/server/testkit"
	"postern/server/webmailtest"
	"postern/web"
)

// adminer is a Postern with Adminer beside it, and two accounts that have a
// database each, anna's with the mailbox bob.
type adminer struct {
	*process
	*testing.T
	php        *webmailtest.Adminer
	anna, carl string
}

func startAdminer(t *testing.T) *adminer {
	t.Helper()
	tenants := testkit.TenantURL(t)
	php, err := webmailtest.PlanAdminer(tenants)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(php.Stop)
	a := &adminer{T: t, php: php, process: start(t, testkit.URL(t), append(php.Environment(), "POSTERN_TENANT_URL="+tenants)...)}
	for _, name := range []*string{&a.anna, &a.carl} {
		*name = unusedName()
		settle(t, a.process, *name, *name+".example", "bob")
		t.Cleanup(func() { a.leave(*name) })
		api(t, a.process, "cPanel", *name, "/execute/Postgresql/create_database", "name", *name+"_shop")
	}
	if err := php.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	return a
}

// unusedName is an account's name that no other test has on the tenant server.
func unusedName() string { return "d" + strings.ToLower(rand.Text()[:7]) }

// leave removes an account and waits until nothing of it is on the tenant server.
func (a *adminer) leave(name string) {
	api(a.T, a.process, "WHM", "root", "/json-api/removeacct?api.version=1", "user", name)
	waitFor(a.T, "the account's role to be dropped", func() bool {
		return len(tenantTexts(a.T, "SELECT rolname FROM pg_roles WHERE rolname = $1", name)) == 0
	})
}

// browse is a session of an account's without a browser: it sends a request under
// its path of Adminer's, and signs out.
type browse struct {
	*adminer
	base, token string
	cookies     []string
}

func (a *adminer) signIn(name string) *browse {
	a.Helper()
	_, header, body, err := post(a.Context(), client(), a.addresses["cPanel"]+"/login/?login_only=1", "", url.Values{"user": {name}, "pass": {passwordOf(name)}})
	m := regexp.MustCompile(`"security_token":"(/cpsess\d+)"`).FindStringSubmatch(body)
	if err != nil || m == nil {
		a.Fatalf("%v: %s", err, body)
	}
	s := &browse{adminer: a, base: a.addresses["cPanel"] + m[1] + "/3rdparty/adminer/", token: m[1]}
	for _, line := range header["Set-Cookie"] {
		s.cookies = append(s.cookies, strings.Split(line, ";")[0])
	}
	return s
}

// send asks; form, when there is one, is posted as a page of this origin posts it.
func (s *browse) send(address string, form url.Values, headers ...string) (*http.Response, string) {
	s.Helper()
	method, body := http.MethodGet, io.Reader(nil)
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(context.Background(), method, address, body)
	if err != nil {
		s.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	r.Header.Set("Cookie", strings.Join(s.cookies, "; "))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	reply, err := client().Do(r)
	if err != nil {
		s.Fatal(err)
	}
	defer reply.Body.Close()
	return reply, readAll(s.T, reply.Body)
}

// TestBrowserAdminer walks an account's owner from the button to a table that they
// make in Adminer, signs out, and finds the way shut; then the mailbox's owner.
func TestBrowserAdminer(t *testing.T) {
	t.Parallel()
	if err := web.Built(); err != nil {
		t.Fatal(err)
	}
	a := startAdminer(t)
	shop := a.anna + "_shop"
	b := openTab(t)
	b.visit(a.addresses["cPanel"] + "/")
	b.waitText("Sign in to cPanel")
	b.signIn(a.anna, passwordOf(a.anna))
	b.waitText("Account owner")
	b.goTo("/account/databases", "Open Adminer")
	b.judge("adminer-button")
	b.press("Allow it") // mailboxes, for later
	b.waitText("may have a database user for their session.")
	if n := len(tempUsers(t, a.anna)); n != 0 {
		t.Errorf("%d users before the button", n)
	}
	tab := b.opens(func() { b.press("Open Adminer") })
	tab.waitFor(`document.getElementById("tables-filter") || document.body.innerText.includes("No tables.")`)
	tab.reload() // from now on its complaints are heard
	tab.waitFor(`document.body.innerText.includes("No tables.") && document.querySelector("select[name=ns]")`)
	if listed := tab.value(`[...document.querySelectorAll("select[name=db] option")].map((o) => o.value).join()`); listed != ","+shop {
		t.Errorf("the databases are %q", listed)
	}
	if text := tab.html(); strings.Contains(text, a.carl) || strings.Contains(text, `name="auth[`) {
		t.Error("another account is named, or a form to sign in with is there")
	}
	tab.bothSizes("adminer")
	tab.createTable()
	tab.bothSizes("adminer-table")
	if owner := a.owner(shop, "goods"); owner != a.anna {
		t.Errorf("the table belongs to %q", owner)
	}
	address := tab.value("location.href")
	secret := regexp.MustCompile(`\A` + regexp.QuoteMeta(a.addresses["cPanel"]) + `/cpsess\d{10}/3rdparty/adminer/\?pgsql=&username=` + a.anna + `&db=` + shop + `&ns=public&table=goods\z`)
	if !secret.MatchString(address) {
		t.Errorf("the address is %s", address)
	}
	if cookies := tab.value("document.cookie"); !regexp.MustCompile(`\Apostern_zone=[A-Za-z/_+-]+\z`).MatchString(cookies) {
		t.Errorf("scripts see cookies: %s", cookies)
	}
	b.signOutAnywhere()
	tab.visit(address)
	tab.waitFor(`document.body.innerText.includes("You are signed out.")`)
	waitFor(t, "the session's user to be dropped", func() bool { return len(tempUsers(t, a.anna)) == 0 })
	a.mailbox(b, shop)
	a.nothingTold()
}

// mailbox walks the mailbox's owner, whom the account lets use its databases.
func (a *adminer) mailbox(b *tab, shop string) {
	a.Helper()
	if _, err := chromedp.Call(b.ctx, page.BringToFront, cdp.Empty{}); err != nil {
		a.Fatal(err)
	}
	b.visit(a.addresses["Webmail"] + "/")
	b.waitText("Sign in to Webmail")
	b.signIn("bob@"+a.anna+".example", passwordOf("bob@"+a.anna+".example"))
	b.waitText("Mailbox owner")
	b.goTo("/account/databases", "Open Adminer")
	b.waitFor(`!document.body.innerText.includes("New database")`)
	b.judge("mailbox-databases")
	tab := b.opens(func() { b.press("Open Adminer") })
	tab.waitFor(`document.body.innerText.includes("goods") && document.body.innerText.includes(` + quoted(shop) + `)`)
	// What the page still asks for would find the user gone, and Adminer notes that in a file.
	tab.waitFor(`document.readyState == "complete" && performance.getEntriesByType("resource").some((e) => e.name.includes("script=db"))`)
	api(a.T, a.process, "cPanel", a.anna, "/execute/Postern/set_mailbox_database_access", "allowed", "0")
	b.reload()
	b.waitFor(`document.getElementById("sign-out") && ![...document.querySelectorAll("nav a, aside a")].some((a) => a.pathname == "/account/databases")`)
	b.signOutAnywhere()
}

// nothingTold looks for a password in what programs wrote down.
func (a *adminer) nothingTold() {
	a.Helper()
	text := a.output.String() + a.php.Logs()
	if strings.Contains(strings.ToLower(text), "password") && !strings.Contains(text, "root’s password is the one") {
		a.Errorf("a log speaks of passwords: %s", text)
	}
	if found, _ := filepath.Glob("/tmp/adminer.*"); len(found) > 0 {
		a.Errorf("Adminer left %v", found)
	}
}

func (a *adminer) owner(database, table string) string {
	a.Helper()
	u, err := url.Parse(testkit.TenantURL(a.T))
	if err != nil {
		a.Fatal(err)
	}
	u.Path = "/" + database
	return strings.Join(textsAt(a.T, u.String(), "SELECT relowner::regrole::text FROM pg_class WHERE relname = $1", table), " ")
}

// bothSizes takes a picture on a screen of each size of what is in sight, which
// must not be wider than the screen.
func (t *tab) bothSizes(name string) {
	t.Helper()
	for _, s := range sizes {
		_, err := chromedp.Call(t.ctx, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{
			Width: s.width, Height: s.height, ScreenWidth: s.width, ScreenHeight: s.height, DeviceScaleFactor: 1, Mobile: s.name == "phone"})
		if err != nil {
			t.Fatal(err)
		}
		t.reload() // Adminer's styles ask for the screen's width
		t.waitFor(`document.querySelector("select[name=ns]")`)
		t.waitFor(fmt.Sprintf("innerWidth == %[1]d && screen.width == %[1]d && document.documentElement.scrollWidth <= innerWidth", s.width))
		t.shoot(s.name + "-" + name)
	}
	t.do(screen)
}

// createTable makes a table by hand, as Adminer's form has it.
func (t *tab) createTable() {
	t.Helper()
	t.clickLink("Create table")
	t.waitFor(`document.readyState == "complete" && location.search.includes("&create=") && document.querySelector("select[name=ns]")`)
	for _, typed := range [][2]string{{"name", "goods"}, {"fields[1][field]", "title\r"}} {
		t.do(chromedp.Evaluate[chromedp.Void](`document.getElementsByName(`+quoted(typed[0])+`)[0].focus()`), chromedp.KeyEvent(typed[1]))
	}
	t.waitFor(`document.body.innerText.includes("Table has been created.")`)
}

func (t *tab) clickLink(text string) {
	t.Helper()
	t.do(chromedp.Evaluate[chromedp.Void](`[...document.links].find((a) => a.innerText.trim() == ` + quoted(text) + `).click()`))
}

func (t *tab) html() string { return t.value("document.documentElement.outerHTML") }

func (t *tab) value(expression string) string {
	t.Helper()
	text, err := chromedp.Run(t.ctx, chromedp.Evaluate[string](expression))
	if err != nil {
		t.Fatal(err)
	}
	return text
}
