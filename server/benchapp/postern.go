package main

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/jackc/pgx/v5"

	"postern/server/cluster"
)

// rootPassword is of a server that ends with the measuring.
const rootPassword = "Correct-Horse-Battery-9"

// startPostern runs the program on a database of its own with ten thousand
// accounts, and signs in once for the visits of the list.
func startPostern(ctx context.Context, program string, i identity) (_ *contender, stop func(), err error) {
	db, err := cluster.Throwaway(ctx, slog.New(slog.DiscardHandler))
	if err != nil {
		return nil, nil, err
	}
	stops := []func(){func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := db.Discard(ctx); err != nil {
			fmt.Fprintln(os.Stderr, "benchapp: "+err.Error())
		}
	}}
	stop = func() {
		for n := len(stops) - 1; n >= 0; n-- {
			stops[n]()
		}
	}
	address, end, err := serve(program, db.URL(), i)
	if err == nil {
		stops = append(stops, end)
		err = populate(ctx, db.URL())
	}
	var cookie *network.SetCookieParams
	if err == nil {
		cookie, err = signIn(ctx, address)
	}
	if err != nil {
		stop()
		return nil, nil, err
	}
	return &contender{name: oursName, login: address + "/admin/accounts", list: address + "/admin/accounts", cookie: cookie,
		user: "root", password: rootPassword, charge: `return !!globalThis.posternTake || !document.getElementById("drawn") && document.body?.firstElementChild?.childElementCount > 0`}, stop, nil
}

var whmAddress = regexp.MustCompile(`^\s+WHM\s+(https://\S+)$`)

// serve starts the program and waits until it is ready.
func serve(program, database string, i identity) (address string, end func(), err error) {
	p := exec.Command(program, "serve")
	p.Env = []string{"PATH=" + os.Getenv("PATH"), "POSTERN_DATABASE_URL=" + database, "POSTERN_DATA=" + filepath.Join(i.dir, "data"), "POSTERN_HOSTNAME=localhost",
		"POSTERN_TLS_CERT=" + i.certificate, "POSTERN_TLS_KEY=" + i.key, "POSTERN_ROOT_PASSWORD=" + rootPassword, "POSTERN_LOG_LEVEL=warn",
		"POSTERN_CPANEL_PORT=0", "POSTERN_WHM_PORT=0", "POSTERN_WEBMAIL_PORT=0", "POSTERN_CPANEL_PLAIN_PORT=off", "POSTERN_WHM_PLAIN_PORT=off", "POSTERN_WEBMAIL_PLAIN_PORT=off"}
	out, err := p.StdoutPipe()
	if err != nil {
		return "", nil, err
	}
	var said strings.Builder
	p.Stderr = p.Stdout
	if err := p.Start(); err != nil {
		return "", nil, err
	}
	end = func() {
		_ = p.Process.Signal(syscall.SIGTERM) // it may have ended already
		_ = p.Wait()
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		said.WriteString(lines.Text() + "\n")
		if m := whmAddress.FindStringSubmatch(lines.Text()); m != nil {
			go io.Copy(io.Discard, out) // or it would wait for a reader
			return m[1], end, nil
		}
	}
	end()
	return "", nil, fmt.Errorf("%s serve did not start:\n%s", program, said.String())
}

// populate makes the accounts as years of use would.
func populate(ctx context.Context, database string) error {
	c, err := pgx.Connect(ctx, database)
	if err != nil {
		return err
	}
	defer c.Close(context.WithoutCancel(ctx))
	for _, statement := range []string{
		`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at, suspended_reason, suspended_by)
			SELECT 'client' || n, 'account', '', now(), now() - n * interval '1 hour', CASE WHEN n % 50 = 0 THEN now() END, CASE WHEN n % 50 = 0 THEN 'Unpaid' ELSE '' END, 'root'
			FROM generate_series(1, 10000) n`,
		`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
			SELECT l.id, r.id, l.name || '.example', 'default', '192.0.2.1', '{}', '', l.created_at, l.created_at
			FROM logins l JOIN logins r ON r.kind = 'root' WHERE l.kind = 'account'`,
		`ANALYZE`,
	} {
		if _, err := c.Exec(ctx, statement); err != nil {
			return err
		}
	}
	return nil
}

// signIn makes the session of the visits to the list.
func signIn(ctx context.Context, address string) (*network.SetCookieParams, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address+"/login?login_only=1", strings.NewReader(url.Values{"user": {"root"}, "pass": {rootPassword}}.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: 30 * time.Second} // the certificate is our own, of a minute ago
	reply, err := c.Do(r)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	yes := true
	for _, k := range reply.Cookies() {
		if strings.HasSuffix(k.Name, "session") {
			return &network.SetCookieParams{URL: address, Name: k.Name, Value: k.Value, Path: "/", Secure: &yes, HTTPOnly: &yes}, nil
		}
	}
	return nil, errors.New("the sign in gave no session: " + reply.Status)
}
