package webmail_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"postern/server/account"
	"postern/server/session"
	"postern/server/webmail"
)

const issuer = "https://mail.example.com:2096"

// stage is a mount with a FastCGI program behind it that tells what it was given.
type stage struct {
	*webmail.Room
	files string
	ended []string
}

// told is what the program was given.
type told struct {
	Method, URI, Host string
	Env               map[string]string
	Header            http.Header
	Body              string
	Remote            string
}

// newStage starts the program; answer, when there is one, answers instead of it.
func newStage(t testing.TB, answer http.HandlerFunc) *stage {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "pwm") // short: sockets' names are bounded
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	s := &stage{files: filepath.Join(folder, "public")}
	for name, text := range map[string]string{
		"public/skins/elastic/styles.css": "body{}", "public/index.php": "<?php secret", "public/skins/elastic/meta.json": "{}", "public/skins/config.inc.php": "<?php secret",
		"public/program/lib/code.js": "secret", "public/program/js/app.js": "ok", "public/plugins/a/.htaccess.js": "secret", "secret.css": "secret", "public/config/a.css": "secret",
	} {
		name = filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	socket := filepath.Join(folder, "fpm.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if answer == nil {
		answer = func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			_ = json.NewEncoder(w).Encode(told{r.Method, r.URL.RequestURI(), r.Host, fcgi.ProcessEnv(r), r.Header, string(body), r.RemoteAddr})
		}
	}
	go func() { _ = fcgi.Serve(l, answer) }() // until the listener is closed
	s.Room = &webmail.Room{Options: webmail.Options{
		Now: time.Now, Log: slog.New(slog.NewTextHandler(t.Output(), nil)), FastCGI: socket, Files: s.files, Issuer: func() string { return issuer },
		End: func(_ context.Context, name string) error { s.ended = append(s.ended, name); return nil },
	}}
	return s
}

var visitor = webmail.Visitor{Session: &session.Row{Name: "AAAAAAAAAAAAAAAA", Login: "bob@example.com", Token: "cpsess0123456789"}, Login: account.Login{Name: "bob@example.com"}}

const base = "/cpsess0123456789/3rdparty/roundcube"

// send sends a request written as on the wire; its path begins behind the mount.
func (s *stage) send(t testing.TB, head, body string) *http.Response {
	t.Helper()
	method, rest, _ := strings.Cut(head, " ")
	target, headers, _ := strings.Cut(rest, "\n")
	raw := method + " " + base + target + " HTTP/1.1\r\n"
	if !strings.HasPrefix(headers, "Host:") {
		raw += "Host: mail.example.com:2096\r\n"
	}
	for _, h := range strings.Split(headers, "\n") {
		if h != "" {
			raw += h + "\r\n"
		}
	}
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw + "\r\n" + body)))
	if err != nil {
		return nil // net/http refuses it before us
	}
	w := httptest.NewRecorder()
	path, _, _ := strings.Cut(r.URL.Path, "?")
	s.Serve(w, r, "/3rdparty/roundcube", strings.TrimPrefix(path, base), visitor, netip.MustParseAddr("192.0.2.7"))
	return w.Result()
}

func (s *stage) told(t testing.TB, head, body string) (out told) {
	t.Helper()
	r := s.send(t, head, body)
	text, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("%s: %d %s", head, r.StatusCode, text)
	}
	return out
}

// TestFiles: the application's own styles and scripts are read, and nothing else
// is, however the path is written.
func TestFiles(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	for target, want := range map[string]string{"/skins/elastic/styles.css": "body{}", "/program/js/app.js": "ok", "/skins/elastic/styles.css?v=1": "body{}"} {
		r := s.send(t, "GET "+target, "")
		if text, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK || string(text) != want {
			t.Errorf("%s: %d %s", target, r.StatusCode, text)
		}
	}
	for _, target := range paths {
		r := s.send(t, "GET "+target, "")
		if r == nil {
			continue
		}
		if text, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusNotFound || strings.Contains(string(text), "secret") {
			t.Errorf("%q: %d %s", target, r.StatusCode, text)
		}
	}
	if r := s.send(t, "POST /program/js/app.js\nContent-Length: 0", ""); r.StatusCode != http.StatusNotFound {
		t.Errorf("a script takes a POST: %d", r.StatusCode)
	}
}

var paths = []string{
	"/../secret.css", "/skins/../../secret.css", "/skins/..%2f..%2fsecret.css", "/skins/%2e%2e/%2e%2e/secret.css", "/skins/..%5c..%5csecret.css",
	`/skins\..\..\secret.css`, "/skins/./elastic/styles.css", "/skins//elastic/styles.css", "//skins/elastic/styles.css", "/skins/elastic/styles.css%00.png",
	"/skins/elastic/styles.css/", "/skins/elastic/", "/skins/elastic", "/skins", "/index.php/../index.php", "/index.php/x", "/index.php/login/oauth/x", "/index.php/login/oauth/",
	"/index.php%2flogin%2foauth", "/index%2ephp", "/INDEX.PHP", "/index.php;x", "/index.php.css", "/skins/config.inc.php", "/skins/config.inc.php%00.css", "/config/a.css",
	"/program/lib/code.js", "/plugins/a/.htaccess.js", "/skins/elastic/meta.json", "/installer/index.php", "/bin/x.js", "/logs/errors.log", "/.git/config", "/%ff", "/%",
}

// FuzzPath: no path reads a file that is not an asset, and none reaches the
// program but its three.
func FuzzPath(f *testing.F) {
	for _, p := range paths {
		f.Add(p)
	}
	reached := false
	s := newStage(f, func(w http.ResponseWriter, _ *http.Request) { reached = true; _, _ = io.WriteString(w, "ok") })
	f.Fuzz(func(t *testing.T, target string) {
		if strings.ContainsAny(target, " \r\n") {
			return
		}
		reached = false
		r := s.send(t, "GET "+target, "")
		if r == nil {
			return
		}
		text, _ := io.ReadAll(r.Body)
		path, _, _ := strings.Cut(target, "?")
		if reached && path != "/" && path != "/index.php" && path != "/index.php/login/oauth" {
			t.Errorf("%q reaches the program", target)
		}
		if strings.Contains(string(text), "secret") && !strings.Contains(target, "secret") {
			t.Errorf("%q reads %s", target, text)
		}
	})
}

// TestWhatTheProgramIsTold: its environment is Postern's word, and of the request
// only what stands in the list.
func TestWhatTheProgramIsTold(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	got := s.told(t, `POST /index.php/login/oauth?code=a%26b&state=c
Content-Length: 5
Content-Type: text/x-test
User-Agent: browser
Proxy: http://evil.example
Authorization: Basic cm9vdDpy
X-Forwarded-For: 203.0.113.9
X-Forwarded-Host: evil.example
X-Forwarded-Proto: http
X-Forwarded-Path: /evil
Forwarded: host=evil.example
X-Original-Url: /evil
X-Roundcube-Request: token
Postern-Base-Path: /evil
Postern_Session_Path: /evil
Script_Filename: /etc/passwd
Redirect-Status: 404
Cookie: roundcube_sessid=abc; webmailsession=secret; cpsession=secret; whostmgrsession=secret; webmailsession_step=secret; session_locale=en; roundcube_sessauth=def`, "hello")
	for name, want := range map[string]string{
		"SCRIPT_FILENAME": s.files + "/index.php", "DOCUMENT_ROOT": s.files,
		"POSTERN_BASE_PATH": base + "/", "POSTERN_SESSION_PATH": "/cpsess0123456789", "REDIRECT_STATUS": "200", "SERVER_NAME": "mail.example.com", "SERVER_PORT": "2096",
	} {
		if got.Env[name] != want {
			t.Errorf("%s is %q", name, got.Env[name])
		}
	}
	if got.Method != "POST" || got.Host != "mail.example.com:2096" || got.Body != "hello" || !strings.HasPrefix(got.Remote, "192.0.2.7") ||
		got.Header.Get("Cookie") != "roundcube_sessid=abc; roundcube_sessauth=def" || got.Header.Get("User-Agent") != "browser" || got.Header.Get("X-Roundcube-Request") != "token" {
		t.Errorf("%+v", got)
	}
	all, _ := json.Marshal(got)
	for _, word := range []string{"evil", "secret", "passwd", "Authorization", "AUTHORIZATION", "203.0.113.9", "404"} {
		if strings.Contains(string(all), word) {
			t.Errorf("the program hears %s: %s", word, all)
		}
	}
}

// TestRefused: what the program never sees.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(http.ResponseWriter, *http.Request) { t.Error("the program was reached") })
	for head, want := range map[string]int{
		"GET /?_task=mail\nHost: evil.example:2096": http.StatusMisdirectedRequest, "GET /\nHost: mail.example.com": http.StatusMisdirectedRequest,
		"PUT /\nContent-Length: 0": http.StatusMethodNotAllowed, "TRACE /": http.StatusMethodNotAllowed,
		"POST /\nTransfer-Encoding: chunked": http.StatusLengthRequired, "POST /\nContent-Length: 99999999": http.StatusRequestEntityTooLarge,
	} {
		if r := s.send(t, head, ""); r.StatusCode != want {
			t.Errorf("%q: %d", head, r.StatusCode)
		}
	}
	if r := s.send(t, "GET /?_task=login&_err=session", ""); r.Header.Get("Location") != base+"/?_task=login&_action=oauth" {
		t.Errorf("a lost session goes to %q", r.Header.Get("Location"))
	}
	s.FastCGI += ".none"
	if r := s.send(t, "GET /", ""); r.StatusCode != http.StatusBadGateway {
		t.Errorf("without a program: %d", r.StatusCode)
	}
}

// TestWhatTheBrowserIsTold: the program sets no cookie of Postern's, none outside
// its path, and no header that Postern stands for.
func TestWhatTheBrowserIsTold(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(w http.ResponseWriter, _ *http.Request) {
		for _, c := range []string{
			"roundcube_sessid=a; path=/cpsess0123456789/; HttpOnly", "wide=b; path=/; domain=example.com", "other=c; path=/cpsess9999999999/; SameSite=None",
			"near=d; path=/cpsess0123456789x/", "webmailsession=stolen; path=/", "cpsession=stolen; path=/", "webmailsession_step=stolen", "bad name=x",
		} {
			w.Header().Add("Set-Cookie", c)
		}
		for _, name := range []string{"Content-Security-Policy", "X-Frame-Options", "Strict-Transport-Security", "Access-Control-Allow-Origin", "Postern-Fault", "Server", "X-Powered-By", "Refresh"} {
			w.Header().Set(name, "evil")
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusTeapot)
	})
	r := s.send(t, "GET /", "")
	if r.StatusCode != http.StatusTeapot || r.Header.Get("Content-Type") != "text/html" {
		t.Errorf("%d %v", r.StatusCode, r.Header)
	}
	for name, values := range r.Header {
		if strings.Contains(strings.Join(values, " "), "evil") {
			t.Errorf("%s: %v", name, values)
		}
	}
	cookies := r.Cookies()
	if len(cookies) != 4 {
		t.Errorf("%v", cookies)
	}
	for _, c := range cookies {
		if c.Path != "/cpsess0123456789/" || c.Domain != "" || !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Value == "stolen" {
			t.Errorf("%v", c)
		}
	}
}

// TestSignOut: when the application takes its cookie back on a sign out, Postern's
// session ends; a word in the address alone ends nothing.
func TestSignOut(t *testing.T) {
	t.Parallel()
	s := newStage(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("_token") == "right" {
			w.Header().Add("Set-Cookie", "roundcube_sessauth=-del-; path=/cpsess0123456789/")
		}
	})
	for query, ends := range map[string]bool{"_task=logout&_token=wrong": false, "_task=mail&_token=right": false, "_task=logout&_token=right": true} {
		s.ended = nil
		r := s.send(t, "GET /?"+query+"\nCookie: webmailsession=bob%40example.com%3AAAAAAAAAAAAAAAAA%2C00000000000000000000000000000000; roundcube_sessid=x", "")
		if (len(s.ended) == 1) != ends || (r.Header.Get("Location") == "/login?signed_out=1") != ends {
			t.Errorf("%s: ended %v, %q", query, s.ended, r.Header.Get("Location"))
		}
	}
}

// TestBrokenProgram: an answer that is none, or breaks off, is told as such.
func TestBrokenProgram(t *testing.T) {
	t.Parallel()
	s := newStage(t, nil)
	for what, answer := range map[string]string{
		"nothing": "", "noise": "HTTP/1.1 200 OK\r\n\r\n", "an empty end": "\x01\x03\x00\x01\x00\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00",
		"a header without an end": "\x01\x06\x00\x01\x00\x04\x00\x00A: b", "a status that is none": "\x01\x06\x00\x01\x00\x10\x00\x00Status: 999 x\r\n\r\n"[:24],
	} {
		l, err := net.Listen("unix", s.FastCGI+what[:3])
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			for {
				c, err := l.Accept()
				if err != nil {
					return
				}
				_, _ = io.WriteString(c, answer)
				_ = c.Close()
			}
		}()
		broken := *s
		options := s.Options
		options.FastCGI = l.Addr().String()
		broken.Room = &webmail.Room{Options: options}
		if r := broken.send(t, "GET /", ""); r.StatusCode != http.StatusBadGateway {
			t.Errorf("%s: %d", what, r.StatusCode)
		}
		_ = l.Close()
	}
}
