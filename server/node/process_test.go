package node_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// program builds postern once for all tests that run it as a process.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "postern-test-")
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "postern")
	build := exec.Command("go", "build", "-o", name, "postern/server")
	build.Stderr = os.Stderr
	return name, build.Run()
})

func TestMain(m *testing.M) {
	code := m.Run()
	if built.Load() {
		if name, err := program(); err == nil {
			_ = os.RemoveAll(filepath.Dir(name)) // what is left in the temporary folder harms nobody
		}
	}
	os.Exit(code)
}

// built tells TestMain whether a test asked for the program.
var built atomic.Bool

// process is a postern that runs on its own.
type process struct {
	*exec.Cmd
	addresses map[string]string // by service title: cPanel, WHM, Webmail
	output    *lines
}

type lines struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *lines) add(s string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.WriteString(s + "\n")
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// start runs postern serve on a database and any free ports, and waits until it is ready.
func start(t testing.TB, database string, env ...string) *process {
	t.Helper()
	built.Store(true)
	name, err := program()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.Command(name, "serve"), addresses: map[string]string{}, output: &lines{}}
	p.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "POSTERN_DATABASE_URL=" + database, "POSTERN_DATA=" + t.TempDir(), "POSTERN_HOSTNAME=localhost",
		"POSTERN_CPANEL_PORT=0", "POSTERN_WHM_PORT=0", "POSTERN_WEBMAIL_PORT=0", "POSTERN_CPANEL_PLAIN_PORT=off",
		"POSTERN_WHM_PLAIN_PORT=off", "POSTERN_WEBMAIL_PLAIN_PORT=off", "POSTERN_ROOT_PASSWORD=" + passwordOf("root"),
	}, env...)
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.Stderr = p.Stdout
	if err := p.Cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.kill() })
	ready := make(chan struct{})
	go p.read(out, ready)
	select {
	case <-ready:
		if len(p.addresses) < 3 {
			t.Fatalf("ended before it was ready:\n%s", p.output)
		}
	case <-time.After(60 * time.Second):
		t.Fatalf("not ready:\n%s", p.output)
	}
	return p
}

var address = regexp.MustCompile(`^\s+(cPanel|WHM|Webmail)\s+(https://\S+)$`)

func (p *process) read(out io.Reader, ready chan struct{}) {
	s := bufio.NewScanner(out)
	for s.Scan() {
		p.output.add(s.Text())
		if m := address.FindStringSubmatch(s.Text()); m != nil {
			p.addresses[m[1]] = m[2]
			if len(p.addresses) == 3 {
				close(ready)
			}
		}
	}
	if len(p.addresses) < 3 {
		close(ready)
	}
}

// kill ends the process as a crash would.
func (p *process) kill() {
	_ = p.Process.Signal(syscall.SIGKILL) // it may have ended already
	_ = p.Wait()
}

// client trusts any certificate and follows no redirect: the tests look at them.
func client() *http.Client {
	return &http.Client{
		Transport:     &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, MaxIdleConnsPerHost: 64},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       30 * time.Second,
	}
}

// post sends a form, as root if user is "root", and returns status, header and body.
func post(ctx context.Context, c *http.Client, address, user string, form url.Values) (int, http.Header, string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return 0, nil, "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if user != "" {
		r.SetBasicAuth(user, passwordOf(user))
	}
	reply, err := c.Do(r)
	if err != nil {
		return 0, nil, "", err
	}
	defer reply.Body.Close()
	body, err := io.ReadAll(reply.Body)
	return reply.StatusCode, reply.Header, string(body), err
}
