package databaseapp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/fcgi"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"postern/server/databaseapp"
	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/fault"
)

const base = "/cpsess0123456789/3rdparty/adminer"

// stage is the room with a FastCGI program behind it that tells what it was given,
// or answers as the test says.
type stage struct {
	*databaseapp.Room
	made int
	log  strings.Builder
}

func newStage(t *testing.T, answer http.HandlerFunc) *stage {
	t.Helper()
	folder, err := os.MkdirTemp("/tmp", "pda") // short: sockets' names are bounded
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	l, err := net.Listen("unix", filepath.Join(folder, "fpm.sock"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	if answer == nil {
		answer = func(w http.ResponseWriter, r *http.Request) {
			env := maps.Clone(fcgi.ProcessEnv(r))
			env["uri"], env["cookie"], env["script"] = r.URL.RequestURI(), r.Header.Get("Cookie"), r.Header.Get("X-Powered-By")
			_ = json.NewEncoder(w).Encode(env)
		}
	}
	go func() { _ = fcgi.Serve(l, answer) }() // until the listener is closed
	s := &stage{}
	access := &databaseapp.Access{User: "cpses_abc", Password: "the-secret", Owner: "anna", Host: "127.0.0.1", Port: 5433, Databases: []string{"anna_shop"}}
	s.Room = &databaseapp.Room{Options: databaseapp.Options{
		Log: slog.New(slog.NewTextHandler(&s.log, nil)), FastCGI: filepath.Join(folder, "fpm.sock"), Files: "/usr/share/adminer", Data: filepath.Join(folder, "database-app"),
		Hostname: "host.example.com", Key: make([]byte, 32),
		Access: func(_ context.Context, name string) (*databaseapp.Access, error) {
			if s.made == 0 {
				return nil, nil
			}
			return access, nil
		},
		Make: func(context.Context, dispatch.Caller) error { s.made++; return nil },
	}}
	return s
}

func (s *stage) send(method, target string, body url.Values, headers ...string) *http.Response {
	r := httptest.NewRequest(method, target, strings.NewReader(body.Encode()))
	r.RequestURI = target
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.Serve(w, r, databaseapp.Visitor{Session: &session.Row{Name: "the-session", Token: "cpsess0123456789"}, Address: netip.MustParseAddr("192.0.2.1")},
		r.Header.Get("Sec-Fetch-Site") != "cross-site")
	return w.Result()
}

func text(r *http.Response) string {
	b, _ := io.ReadAll(r.Body) // a recorder's never fails
	return string(b)
}

// TestProgramIsToldByPosternAlone: parameters are Postern's, cookies are Adminer's
// choices and the name of PHP's session, and the user is made when there is none.
func TestProgramIsToldByPosternAlone(t *testing.T) {
	s := newStage(t, nil)
	r := s.send("GET", base+"/?db=anna_shop", nil, "Cookie", "cpsession=secret; adminer_sid=mine; adminer_lang=de; adminer_permanent=x; adminer_key=y; other=z",
		"Postern-Database-User", "postgres", "X-Powered-By", "me", "X-Forwarded-Prefix", "//evil.example", "Authorization", "Basic eA==")
	var told map[string]string
	if err := json.Unmarshal([]byte(text(r)), &told); err != nil {
		t.Fatal(err)
	}
	if s.made != 1 || told["POSTERN_DATABASE_USER"] != "cpses_abc" || told["POSTERN_DATABASE_PASSWORD"] != "the-secret" || told["POSTERN_DATABASE_NAMES"] != `["anna_shop"]` ||
		told["uri"] != base+"/?db=anna_shop" || told["script"] != "" || !strings.HasSuffix(told["SCRIPT_FILENAME"], "/database-app/index.php") {
		t.Errorf("made %d, told %v", s.made, told)
	}
	cookie := told["cookie"]
	if !strings.HasPrefix(cookie, "adminer_sid=") || !strings.HasSuffix(cookie, "; adminer_lang=de") || len(cookie) != len("adminer_sid=; adminer_lang=de")+64 {
		t.Errorf("the cookies are %q", cookie)
	}
	for name := range told {
		if strings.Contains(told[name], "evil") || name == "HTTP_AUTHORIZATION" {
			t.Errorf("%s: %s", name, told[name])
		}
	}
	if r := s.send("GET", base+"/?file=default.css", nil); strings.Contains(text(r), "the-secret") {
		t.Error("a style is given the password")
	}
	if strings.Contains(s.log.String(), "the-secret") {
		t.Error("the log has the password")
	}
}

// TestAnswersStayWithin: the program's cookies, policy and redirects are held to
// this path, and to what Postern lets run.
func TestAnswersStayWithin(t *testing.T) {
	var to http.Header
	s := newStage(t, func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), to)
		if to.Get("Location") != "" {
			w.WriteHeader(http.StatusFound)
		}
	})
	s.made = 1
	to = http.Header{"Content-Security-Policy": {"script-src 'nonce-bm9uY2Utb2YtYWRtaW5lcg==' https://evil.example; frame-ancestors *"}, "Access-Control-Allow-Origin": {"*"},
		"X-Powered-By": {"PHP"}, "X-Frame-Options": {"ALLOWALL"},
		"Set-Cookie": {"adminer_sid=x; path=/", "cpsession=x; path=/", "adminer_lang=de; path=/; domain=example.com", "adminer_permanent=x"}}
	r := s.send("GET", base+"/?db=anna_shop", nil)
	policy := r.Header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "script-src 'nonce-bm9uY2Utb2YtYWRtaW5lcg==';") || strings.Contains(policy, "evil") || !strings.HasSuffix(policy, "frame-ancestors 'none'") {
		t.Errorf("the policy is %s", policy)
	}
	if r.Header.Get("X-Frame-Options") != "DENY" || r.Header.Get("Access-Control-Allow-Origin") != "" || r.Header.Get("X-Powered-By") != "" || r.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("%v", r.Header)
	}
	if got := r.Header.Values("Set-Cookie"); len(got) != 1 || got[0] != "adminer_lang=de; Path="+base+"/; HttpOnly; Secure; SameSite=Strict" {
		t.Errorf("the cookies are %q", got)
	}
	to = http.Header{"Content-Security-Policy": {"script-src 'nonce-x' 'unsafe-inline' *"}}
	if r := s.send("GET", base+"/", nil); !strings.Contains(r.Header.Get("Content-Security-Policy"), "script-src 'none';") {
		t.Errorf("without a mark: %s", r.Header.Get("Content-Security-Policy"))
	}
	for place, want := range map[string]string{
		"?pgsql=&db=a": base + "/?pgsql=&db=a", ".": base + "/", "/account/databases": "/account/databases", "https://evil.example/": "", "//evil.example": "",
		"/logout": "", "../../logout": "", "javascript:alert(1)": "", "/account/databases/../x": "", `/\evil.example`: "",
	} {
		to = http.Header{"Location": {place}}
		if r := s.send("GET", base+"/", nil); r.Header.Get("Location") != want || want == "" && r.StatusCode != http.StatusBadGateway {
			t.Errorf("%s: %d to %q", place, r.StatusCode, r.Header.Get("Location"))
		}
	}
}

// TestWhatIsRefused before the program is asked.
func TestWhatIsRefused(t *testing.T) {
	s := newStage(t, func(w http.ResponseWriter, r *http.Request) { t.Errorf("%s %s came through", r.Method, r.URL) })
	for request, want := range map[string]int{
		"GET " + base: 302, "GET " + base + "/index.php": 404, "GET " + base + "//": 404, "GET " + base + "/../adminer/": 404, "GET " + base + "/%2e": 404,
		"PUT " + base + "/": 405, "DELETE " + base + "/": 405,
	} {
		method, target, _ := strings.Cut(request, " ")
		if r := s.send(method, target, nil); r.StatusCode != want {
			t.Errorf("%s: %d", request, r.StatusCode)
		}
	}
	if r := s.send("POST", base+"/", url.Values{"query": {"x"}}, "Sec-Fetch-Site", "cross-site"); r.StatusCode != http.StatusForbidden {
		t.Errorf("another site's form: %d", r.StatusCode)
	}
	s.Make = func(context.Context, dispatch.Caller) error {
		return fault.New(fault.Forbidden, "The account does not.")
	}
	if r := s.send("GET", base+"/", nil); r.StatusCode != http.StatusForbidden || !strings.Contains(text(r), "The account does not.") {
		t.Errorf("refused: %d", r.StatusCode)
	}
	s.Make = func(context.Context, dispatch.Caller) error { return errors.New("host=10.0.0.1 <b>") }
	if r := s.send("GET", base+"/", nil); r.StatusCode != http.StatusServiceUnavailable || strings.Contains(text(r), "10.0.0.1") {
		t.Errorf("broken: %d", r.StatusCode)
	}
	s.Make = func(context.Context, dispatch.Caller) error { return nil }
	if r := s.send("GET", base+"/", nil); r.StatusCode != http.StatusUnauthorized { // ended between the two
		t.Errorf("no user: %d", r.StatusCode)
	}
}

// TestInstallWritesWhatPHPReads, and again only what has changed.
func TestInstallWritesWhatPHPReads(t *testing.T) {
	s := newStage(t, nil)
	for range 2 {
		if err := s.Install(); err != nil {
			t.Fatal(err)
		}
	}
	for name, want := range map[string]string{"index.php": "adminer_object", "php-fpm.conf": "listen = " + s.FastCGI + "\n"} {
		b, err := os.ReadFile(filepath.Join(s.Data, name))
		if err != nil || !strings.Contains(string(b), want) {
			t.Errorf("%s: %v", name, err)
		}
		if info, err := os.Stat(filepath.Join(s.Data, name)); err != nil || info.Mode().Perm() != 0o644 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
	}
	s.FastCGI = "/run/a.sock\nphp_admin_value[auto_prepend_file] = /tmp/x"
	if err := s.Install(); err == nil {
		t.Error("a line of its own was written")
	}
}
