// Package providertest gives tests providers to sign in with: two that others
// wrote, oidc-provider and Dex, and one that lies.
//
// It owns how they are started and how a browser goes through their pages. It
// knows nothing of Postern's own rooms. Only tests import it.
package providertest

import (
	"bufio"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"postern/server/testkit"
)

// Client and Secret are Postern at each of the providers.
const (
	Client = "postern"
	Secret = "correct-horse-battery"
)

// folder is a folder of this package's, wherever the test runs.
func folder(name string) string {
	_, file, _, _ := runtime.Caller(0)
	return filepath.Join(filepath.Dir(file), "testdata", name)
}

// OpenID starts npm's oidc-provider and returns its issuer. Its clients, besides
// Client, are “hasty”, whose codes expire in a second, and “params”, which gives
// its secret among the parameters. stop ends it before the test does.
func OpenID(t testing.TB, redirects ...string) (issuer string, stop func()) {
	t.Helper()
	dir := folder("openid")
	testkit.NodeModules(t, dir)
	cmd := exec.Command("node", append([]string{"--no-deprecation", "provider.mjs"}, redirects...)...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "NODE_ENV=test")
	input, err := cmd.StdinPipe() // held open until the test ends, also if it ends badly
	if err != nil {
		t.Fatal(err)
	}
	output, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var trouble strings.Builder
	cmd.Stderr = &trouble
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(output)
	stop = end(cmd, func() { input.Close() })
	t.Cleanup(stop)
	for lines.Scan() {
		if strings.HasPrefix(lines.Text(), "http://") {
			return lines.Text(), stop
		}
	}
	stop()
	t.Fatalf("oidc-provider did not start: %s", trouble.String())
	return "", nil
}

// end ends a process, once.
func end(cmd *exec.Cmd, before func()) func() {
	done := false
	return func() {
		if !done {
			done = true
			before()
			_ = cmd.Process.Kill() // it may have ended by itself
			_ = cmd.Wait()
		}
	}
}

// Browser goes through a provider's pages.
type Browser struct {
	Client *http.Client
	User   string // who it signs in as, where the provider asks
}

// NewBrowser makes one with cookies of its own.
func NewBrowser(user string) *Browser {
	jar, _ := cookiejar.New(nil) // fails for no options
	return &Browser{User: user, Client: &http.Client{Jar: jar, Timeout: 20 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

var action = regexp.MustCompile(`(?s)<form[^>]* action="([^"]+)"`)
var prompt = regexp.MustCompile(`name="prompt" value="(\w+)"`)

// SignIn opens a login URL, fills in what the provider asks and returns where it
// sends the browser in the end, which is not on loopback. A page that is no form
// is returned as it is.
func (b *Browser) SignIn(t testing.TB, at string) (back *url.URL, page string) {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 20 {
		w, err := b.Client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text := read(t, w)
		to := w.Header.Get("Location")
		if to == "" {
			form, kind := action.FindStringSubmatch(text), prompt.FindStringSubmatch(text)
			if form == nil || kind == nil {
				return nil, text
			}
			fields := url.Values{"prompt": {kind[1]}, "login": {b.User}, "password": {"any"}}
			r, err = http.NewRequest(http.MethodPost, resolve(t, r.URL, form[1]).String(), strings.NewReader(fields.Encode()))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			continue
		}
		next := resolve(t, r.URL, to)
		if ip := net.ParseIP(next.Hostname()); ip == nil || !ip.IsLoopback() {
			return next, ""
		}
		if r, err = http.NewRequest(http.MethodGet, next.String(), nil); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the provider sends the browser round in circles")
	return nil, ""
}

func resolve(t testing.TB, base *url.URL, ref string) *url.URL {
	t.Helper()
	u, err := base.Parse(strings.ReplaceAll(ref, "&amp;", "&"))
	if err != nil {
		t.Fatal(err)
	}
	return u
}
