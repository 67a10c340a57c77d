package egress_test

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"postern/server/egress"
)

// TestMain names a proxy that is not there, before net/http reads the environment.
func TestMain(m *testing.M) {
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		if err := os.Setenv(name, "http://127.0.0.1:1"); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

func serve(t *testing.T, answer http.HandlerFunc) *httptest.Server {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	return s
}

func get(t *testing.T, c *http.Client, url string) (string, error) {
	t.Helper()
	r, err := c.Get(url)
	if err != nil {
		return "", err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	return fmt.Sprint(r.StatusCode, " ", string(b)), err
}

// Redirects of an allowed server lead nowhere that is not allowed.
func TestRedirectsInwardAreNotFollowed(t *testing.T) {
	c := newCounter(t, "tcp", "127.0.0.2:0")
	target := ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target, http.StatusTemporaryRedirect)
	})
	g := egress.New(netip32("127.0.0.1"))
	for _, host := range []string{"127.0.0.2", "[::ffff:127.0.0.2]", "169.254.169.254", "[::1]", "localhost.localdomain"} {
		target = fmt.Sprintf("http://%s:%d/latest/meta-data", host, c.port)
		if got, err := get(t, g.Client(egress.Limits{Redirects: 3, Deadline: 3 * time.Second}), s.URL); err == nil {
			t.Errorf("%s: %q", host, got)
		} else if !named(strings.Trim(host, "[]")) && !errors.Is(err, egress.ErrForbidden) {
			t.Errorf("%s: %v", host, err)
		}
	}
	c.nobody(t, "127.0.0.2")
}

func TestRedirects(t *testing.T) {
	target, referer := "", ""
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/end" {
			referer = r.Referer()
			return
		}
		http.Redirect(w, r, target, http.StatusFound)
	})
	g := egress.New(loopback...)
	target = "/end"
	if got, err := get(t, g.Client(egress.Limits{}), s.URL); !strings.HasPrefix(got, "302 ") || err != nil {
		t.Errorf("without leave to follow: %q, %v", got, err)
	}
	if got, err := get(t, g.Client(egress.Limits{Redirects: 1}), s.URL+"/?apikey=s3cret"); got != "200 " || err != nil || referer != "" {
		t.Errorf("once: %q, %v, Referer %q", got, err, referer)
	}
	target = "/again"
	if _, err := get(t, g.Client(egress.Limits{Redirects: 3}), s.URL); !errors.Is(err, egress.ErrRedirects) {
		t.Errorf("endless: %v", err)
	}
	for _, target = range []string{"file:///etc/passwd", "gopher://127.0.0.1/", "javascript:alert(1)"} {
		if _, err := get(t, g.Client(egress.Limits{Redirects: 3}), s.URL); !errors.Is(err, egress.ErrScheme) {
			t.Errorf("%s: %v", target, err)
		}
	}
	secure := httptest.NewTLSServer(http.RedirectHandler(s.URL, http.StatusFound))
	t.Cleanup(secure.Close)
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	if _, err := get(t, g.Client(egress.Limits{Redirects: 3, Roots: roots}), secure.URL); !errors.Is(err, egress.ErrScheme) {
		t.Errorf("from https to http: %v", err)
	}
	if _, err := get(t, g.Client(egress.Limits{}), secure.URL); egress.Reason(err) != "has a certificate that is not valid." {
		t.Errorf("an unknown certificate: %v", err)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/header":
			w.Header().Set("X", strings.Repeat("x", 1<<20))
		case "/endless":
			for {
				if _, err := w.Write(make([]byte, 1<<10)); err != nil {
					return
				}
			}
		default:
			fmt.Fprint(w, strings.Repeat("x", 10))
		}
	})
	g := egress.New(loopback...)
	if got, err := get(t, g.Client(egress.Limits{Body: 10}), s.URL); got != "200 xxxxxxxxxx" || err != nil {
		t.Errorf("as large as allowed: %q, %v", got, err)
	}
	if got, err := get(t, g.Client(egress.Limits{Body: 9}), s.URL); got != "200 xxxxxxxxx" || !errors.Is(err, egress.ErrTooLarge) {
		t.Errorf("one byte more: %q, %v", got, err)
	}
	if got, err := get(t, g.Client(egress.Limits{}), s.URL+"/endless"); len(got) > 4+egress.DefaultBody || !errors.Is(err, egress.ErrTooLarge) {
		t.Errorf("endless: %d bytes, %v", len(got), err)
	}
	if _, err := get(t, g.Client(egress.Limits{}), s.URL+"/header"); err == nil {
		t.Error("a header of a megabyte")
	}
}

func TestNoCookiesNoProxy(t *testing.T) {
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, len(r.Cookies()))
		w.Header().Set("Set-Cookie", "a=b")
	})
	c := egress.New(loopback...).WithResolver(names(t, "127.0.0.1")).Client(egress.Limits{})
	for range 2 { // by a name: loopback itself is never asked for at a proxy
		if got, err := get(t, c, strings.Replace(s.URL, "127.0.0.1", "web.example.com.", 1)); got != "200 0" || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// slow is a server that drips an answer for every other connection and says
// nothing to the rest, until stop.
func slow(t *testing.T, stop chan struct{}) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for i := 0; ; i++ {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			if i%2 == 0 {
				go drip(conn, stop)
			}
		}
	}()
	return "http://" + l.Addr().String()
}

func drip(conn net.Conn, stop chan struct{}) {
	defer conn.Close()
	_, _ = conn.Read(make([]byte, 1<<10)) // the request
	fmt.Fprint(conn, "HTTP/1.1 200 OK\r\n\r\n")
	for {
		select {
		case <-stop:
			return
		case <-time.After(20 * time.Millisecond):
			if _, err := conn.Write([]byte("x")); err != nil {
				return
			}
		}
	}
}

// A server that says nothing, or drips, costs the deadline and leaves nothing running.
func TestDeadline(t *testing.T) {
	stop := make(chan struct{})
	server := slow(t, stop)
	before := runtime.NumGoroutine()
	for range 4 {
		begun := time.Now()
		_, err := get(t, egress.New(loopback...).Client(egress.Limits{Deadline: 200 * time.Millisecond}), server)
		if egress.Reason(err) != "did not answer in time." || time.Since(begun) > time.Second {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	}
	close(stop)
	for end := time.Now().Add(3 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	r, _ := http.NewRequestWithContext(ctx, http.MethodGet, server, nil)
	if _, err := egress.New(loopback...).Client(egress.Limits{}).Do(r); egress.Reason(err) != "was not waited for." {
		t.Errorf("a caller who went away: %v", err)
	}
}
