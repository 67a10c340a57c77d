package node_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"postern/server/testkit"
)

// webmailSession asks for a session of a mailbox, as the account that owns it.
func webmailSession(t testing.TB, p *process, account, login, domain string) (session, token string) {
	t.Helper()
	_, _, body, err := post(context.Background(), client(), p.addresses["cPanel"]+"/execute/Session/create_webmail_session_for_mail_user", account,
		url.Values{"login": {login}, "domain": {domain}})
	var reply struct {
		Status int
		Data   struct{ Session, Token string }
	}
	if err != nil || json.Unmarshal([]byte(body), &reply) != nil || reply.Status != 1 {
		t.Fatalf("%v: %s", err, body)
	}
	return reply.Data.Session, reply.Data.Token
}

// settle makes an account and a mailbox over the wire.
func settle(t testing.TB, p *process, account, domain, login string) {
	t.Helper()
	ctx, c := context.Background(), client()
	_, _, body, err := post(ctx, c, p.addresses["WHM"]+"/json-api/createacct?api.version=1", "root",
		url.Values{"username": {account}, "domain": {domain}, "password": {passwordOf(account)}})
	if err != nil || !strings.Contains(body, `"result":1`) {
		t.Fatalf("%v: %s", err, body)
	}
	_, _, body, err = post(ctx, c, p.addresses["cPanel"]+"/execute/Email/add_pop", account,
		url.Values{"email": {login}, "password": {passwordOf(login + "@" + domain)}})
	if err != nil || !strings.Contains(body, `"status":1`) {
		t.Fatalf("%v: %s", err, body)
	}
}

// TestOneOfManyPostsOfASessionSucceeds sends one webmail session 64 times at
// once to two nodes on one database.
func TestOneOfManyPostsOfASessionSucceeds(t *testing.T) {
	t.Parallel()
	at := testkit.URL(t)
	nodes := []*process{start(t, at), start(t, at)}
	settle(t, nodes[0], "anna", "example.com", "bob")
	session, token := webmailSession(t, nodes[0], "anna", "bob", "example.com")
	var mu sync.Mutex
	statuses := map[int]int{}
	var cookies []string
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range 64 {
		all.Go(func() {
			<-begin
			status, header, _, err := post(context.Background(), client(), nodes[i%2].addresses["Webmail"]+token+"/login", "", url.Values{"session": {session}})
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			statuses[status]++
			if status == http.StatusFound {
				cookies = append(cookies, header.Get("Set-Cookie"))
				if location := header.Get("Location"); location != token+"/webmail/" {
					t.Errorf("landed at %s", location)
				}
			}
		})
	}
	close(begin)
	all.Wait()
	if statuses[http.StatusFound] != 1 || statuses[http.StatusUnauthorized] != 63 {
		t.Fatalf("of 64: %v", statuses)
	}
	// The one who came in is signed in on the other node too; a later replay is refused.
	cookie, _, _ := strings.Cut(cookies[0], ";")
	for _, n := range nodes {
		r, _ := http.NewRequest(http.MethodGet, n.addresses["Webmail"]+"/login/session", nil)
		r.Header.Set("Cookie", cookie)
		reply, err := client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		body := readAll(t, reply.Body)
		reply.Body.Close()
		if !strings.Contains(body, `"user":"bob@example.com"`) || !strings.Contains(body, `"token":"`+token+`"`) {
			t.Errorf("not signed in: %s", body)
		}
	}
	if status, _, _, _ := post(context.Background(), client(), nodes[1].addresses["Webmail"]+token+"/login", "", url.Values{"session": {session}}); status != http.StatusUnauthorized {
		t.Errorf("a replay got %d", status)
	}
}
