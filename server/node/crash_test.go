package node_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"sync"
	"testing"
	"time"

	"postern/server/database"
	"postern/server/testkit"
)

// TestAcknowledgedAccountsSurviveACrash kills the server with SIGKILL while it
// makes accounts. Whatever it said it had made is there, whole, after a restart;
// of what it did not get to say there is all or nothing.
func TestAcknowledgedAccountsSurviveACrash(t *testing.T) {
	t.Parallel()
	at := testkit.URL(t)
	p := start(t, at)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var mu sync.Mutex
	acknowledged := map[string]bool{}
	var makers sync.WaitGroup
	for maker := range 4 {
		makers.Go(func() {
			c := client()
			for i := 0; ctx.Err() == nil; i++ {
				name := fmt.Sprintf("a%dn%d", maker, i)
				_, _, body, err := post(ctx, c, p.addresses["WHM"]+"/json-api/createacct?api.version=1", "root",
					url.Values{"username": {name}, "domain": {name + ".example"}, "password": {passwordOf(name)}})
				var reply struct{ Metadata struct{ Result int } }
				if err == nil && json.Unmarshal([]byte(body), &reply) == nil && reply.Metadata.Result == 1 {
					mu.Lock()
					acknowledged[name] = true
					mu.Unlock()
				}
			}
		})
	}
	waitFor(t, "a few accounts", func() bool { mu.Lock(); defer mu.Unlock(); return len(acknowledged) >= 8 })
	p.kill() // in the middle of calls
	cancel()
	makers.Wait()

	p = start(t, at)
	_, _, body, err := post(context.Background(), client(), p.addresses["WHM"]+"/json-api/listaccts?api.version=1", "root", nil)
	var list struct {
		Data struct {
			Acct []struct{ User, Domain string }
		}
	}
	if err != nil || json.Unmarshal([]byte(body), &list) != nil {
		t.Fatalf("%v: %s", err, body)
	}
	there := map[string]bool{}
	for _, a := range list.Data.Acct {
		there[a.User] = true
		if a.Domain != a.User+".example" {
			t.Errorf("%+v is half an account", a)
		}
	}
	for name := range acknowledged {
		if !there[name] {
			t.Errorf("%s was acknowledged and is lost", name)
		}
	}
	checkNoHalves(t, at)
	t.Logf("%d acknowledged, %d there after the crash", len(acknowledged), len(there))
}

// checkNoHalves looks for logins without their account and the reverse.
func checkNoHalves(t *testing.T, at string) {
	t.Helper()
	db, err := database.Open(context.Background(), database.Options{URL: at, MaxConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var halves int
	err = db.Read.NewRaw(`SELECT count(*) FROM logins AS l LEFT JOIN accounts AS a ON a.login_id = l.id
		WHERE l.kind = 'account' AND (a.login_id IS NULL OR l.password_hash = '')`).Scan(context.Background(), &halves)
	if err != nil || halves != 0 {
		t.Errorf("%d half accounts, %v", halves, err)
	}
}

func waitFor(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		if condition() {
			return
		}
	}
	t.Fatalf("waited for %s in vain", what)
}
