package node_test

import (
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"postern/server/cluster"
	"postern/server/testkit"
	"postern/server/webmailtest"
)

// TestWebmailApplicationElsewhere: a one-time session goes on to an application
// with an address of its own, by way of the session's path.
func TestWebmailApplicationElsewhere(t *testing.T) {
	t.Parallel()
	c := &chain{TB: t, Chain: &webmailtest.Chain{}, process: start(t, testkit.URL(t))}
	c.Issuer = c.addresses["Webmail"]
	c.whm("createacct", "username", "anna", "domain", "example.com", "password", passwordOf("anna"))
	c.uapi("anna", "Email/add_pop", "email", "bob@example.com", "password", passwordOf("bob@example.com"))
	c.whm("postern_create_webmail_application", "name", "soft", "title", "Soft", "address", "https://soft.example.com", "start", "/oidc/login", "default", "1")
	token, text := c.session("anna", "example.com")
	_, header, _, err := post(t.Context(), client(), c.Issuer+token+"/login", "", url.Values{"session": {text}})
	if err != nil || header.Get("Location") != token+"/webmail/" || len(header.Values("Set-Cookie")) != 1 {
		t.Fatalf("%v %v", header, err)
	}
	cookie := (&http.Response{Header: header}).Cookies()[0]
	for path, want := range map[string]string{
		token + "/webmail/": "https://soft.example.com/oidc/login", token + "/webmail/open": "https://soft.example.com/oidc/login",
		token + "/webmail/open/soft": "https://soft.example.com/oidc/login", token + "/webmail/open/other": "/webmail/open/other", "/cpsess0000000000/webmail/": "",
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, c.Issuer+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(cookie)
		reply, err := client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = reply.Body.Close()
		if reply.Header.Get("Location") != want {
			t.Errorf("%s goes to %q, %d", path, reply.Header.Get("Location"), reply.StatusCode)
		}
	}
	reply, err := client().Get(c.addresses["cPanel"] + "/")
	if err != nil {
		t.Fatal(err)
	}
	_ = reply.Body.Close()
	if policy := reply.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "https://soft.example.com") {
		t.Errorf("a form may not lead there: %s", policy)
	}
	// An account has no mailbox to show: it lands at home.
	var made struct{ Session, Token string }
	c.read(c.uapi("anna", "Session/create_webmail_session_for_self"), &made)
	_, header, _, err = post(t.Context(), client(), c.Issuer+made.Token+"/login", "", url.Values{"session": {made.Session}})
	if err != nil {
		t.Fatal(err)
	}
	r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, c.Issuer+made.Token+"/webmail/", nil)
	r.AddCookie((&http.Response{Header: header}).Cookies()[0])
	if reply, err = client().Do(r); err != nil || reply.Header.Get("Location") != "/webmail/" {
		t.Errorf("an account: %v, %v", reply.Header, err)
	}
	_ = reply.Body.Close()
}

// TestDovecotRoleReadsTwoViews and nothing else, and writes nothing.
func TestDovecotRoleReadsTwoViews(t *testing.T) {
	t.Parallel()
	u, err := url.Parse(testkit.URL(t))
	if err != nil {
		t.Fatal(err)
	}
	u.User = url.User(cluster.DovecotRole)
	db, err := pgx.Connect(t.Context(), u.String())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close(t.Context())
	for query, allowed := range map[string]bool{
		"SELECT document FROM dovecot_passwords": true, "SELECT document FROM dovecot_mailboxes": true,
		"SELECT 1 FROM logins": false, "SELECT 1 FROM sessions": false, "SELECT 1 FROM sso_clients": false, "SELECT 1 FROM tokens": false, "SELECT 1 FROM settings": false,
		"UPDATE dovecot_mailboxes SET login = 'x'": false, "DELETE FROM dovecot_passwords": false, "CREATE TABLE mine (n int)": false,
		"SET ROLE postern": false, "CREATE ROLE more": false, "COPY (SELECT 1) TO PROGRAM 'true'": false,
	} {
		if _, err := db.Exec(t.Context(), query); (err == nil) != allowed {
			t.Errorf("%s: %v", query, err)
		}
	}
}

// TestWebmailConfig: what the command writes is what Dovecot and PHP read.
func TestWebmailConfig(t *testing.T) {
	t.Parallel()
	if err := webmailtest.Missing(); err != nil {
		t.Fatal(err)
	}
	database := testkit.URL(t)
	first := start(t, database) // makes root
	folder := filepath.Join(t.TempDir(), "webmail")
	run := func(env []string, words ...string) (string, error) {
		cmd := exec.Command(first.Path, append([]string{"webmail-config"}, words...)...)
		cmd.Env = append(append([]string{}, first.Env...), env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := run(nil, "dovecot"); err == nil || !strings.Contains(out, "POSTERN_SSO_ADDR") {
		t.Errorf("without its address: %s, %v", out, err)
	}
	on := []string{"POSTERN_SSO_ADDR=127.0.0.1:2094"}
	if out, err := run(on, "exim"); err == nil || !strings.Contains(out, "dovecot and roundcube") {
		t.Errorf("exim: %s, %v", out, err)
	}
	for _, which := range []string{"dovecot", "roundcube"} {
		if out, err := run(on, which, "-folder", folder, "-write"); err != nil {
			t.Fatalf("%s: %s, %v", which, out, err)
		}
	}
	if out, err := exec.Command("doveconf", "-n", "-c", filepath.Join(folder, "dovecot.conf")).CombinedOutput(); err != nil || !strings.Contains(string(out), "driver = oauth2") {
		t.Errorf("doveconf: %s, %v", out, err)
	}
	if out, err := exec.Command("php", "-l", filepath.Join(folder, "roundcube/config/config.inc.php")).CombinedOutput(); err != nil {
		t.Errorf("php: %s, %v", out, err)
	}
	info, err := os.Stat(filepath.Join(folder, "dovecot-oauth2.conf"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file with a secret: %v, %v", info, err)
	}
	text, _ := os.ReadFile(filepath.Join(folder, "dovecot-oauth2.conf"))
	again, err := run(on, "dovecot", "-folder", folder)
	if err != nil || !strings.Contains(again, "THE-SECRET-THAT-WAS-PRINTED-ONCE") || strings.Contains(string(text), "THE-SECRET") {
		t.Errorf("the secret is printed again, or not once: %s, %v", again, err)
	}
}
