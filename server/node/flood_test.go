package node_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/shared/scalar"
)

// flood is wrong sign ins at a steady rate from a number of addresses, through
// the whole way in.
type flood struct {
	*house
	handler  http.Handler
	sent     atomic.Int64
	statuses sync.Map // status → *atomic.Int64
}

const (
	floodRate      = 1000 // a second
	floodAddresses = 50
	floodSeconds   = 10
)

// signIn is one attempt; its status and how long it took.
func (f *flood) signIn(name, password, from string) (int, time.Duration) {
	body := url.Values{"login_only": {"1"}, "user": {name}, "pass": {password}}.Encode()
	r := httptest.NewRequest("POST", "https://host.example.com/login", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.RemoteAddr = from + ":40000"
	w := httptest.NewRecorder()
	began := time.Now()
	f.handler.ServeHTTP(w, r)
	return w.Code, time.Since(began)
}

// rage sends wrong sign ins for a while, each with a name of its own, but for
// every fifth, which is at anna's.
func (f *flood) rage(seconds int) {
	var wait sync.WaitGroup
	open := make(chan struct{}, 3000) // as a server’s connections are bounded
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for i := range seconds * 100 {
		<-tick.C
		f.clock.Advance(10 * time.Millisecond)
		for j := range floodRate / 100 {
			n := i*floodRate/100 + j
			select {
			case open <- struct{}{}:
			default:
				continue // the machine is too slow for the rate
			}
			wait.Go(func() {
				defer func() { <-open }()
				name := fmt.Sprintf("random%d", n)
				if n%5 == 0 {
					name = "anna"
				}
				status, _ := f.signIn(name, "wrong", fmt.Sprintf("198.51.100.%d", n%floodAddresses))
				f.sent.Add(1)
				count, _ := f.statuses.LoadOrStore(status, new(atomic.Int64))
				count.(*atomic.Int64).Add(1)
			})
		}
	}
	wait.Wait()
}

// TestFlood: while fifty addresses pour wrong sign ins in, somebody else signs
// in as if nothing were; what the flood leaves behind is small, and its locks
// end when they should.
func TestFlood(t *testing.T) {
	h := newHouse(t)
	f := &flood{house: h, handler: h.handler(t, scalar.CPanel, true)}
	seconds := floodSeconds
	if testing.Short() {
		seconds = 2
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		f.rage(seconds)
	}()
	var took []time.Duration
	for i := 0; ; i++ {
		select {
		case <-over:
		case <-time.After(200 * time.Millisecond):
			status, d := f.signIn("anna", passwordOf("anna"), fmt.Sprintf("203.0.113.%d", i%100))
			if status != http.StatusOK {
				t.Errorf("the good user got %d after %v", status, d)
			}
			took = append(took, d)
			continue
		}
		break
	}
	slices.Sort(took)
	report := map[int]int64{}
	f.statuses.Range(func(k, v any) bool { report[k.(int)] = v.(*atomic.Int64).Load(); return true })
	t.Logf("%d wrong sign ins answered %v; the good user signed in %d times in %v (median), %v (worst)",
		f.sent.Load(), report, len(took), took[len(took)/2], took[len(took)-1])
	if median := took[len(took)/2]; median > 2*time.Second || took[len(took)-1] > 10*time.Second {
		t.Errorf("the good user waited %v (median), %v (worst)", median, took[len(took)-1])
	}
	if report[http.StatusOK] != 0 || report[http.StatusInternalServerError] != 0 {
		t.Errorf("answers to the flood: %v", report)
	}
	f.leftovers(t)
}

func (f *flood) leftovers(t *testing.T) {
	t.Helper()
	for table, most := range map[string]int{
		"login_failures":                         floodAddresses * 10, // five each, but for those that raced the lock
		"lockouts":                               floodAddresses + 1,
		"audit_events WHERE outcome = 'refused'": 660,
		"sign_ins":                               0,
	} {
		var n int
		if err := f.db.Read.NewRaw("SELECT count(*) FROM "+table).Scan(t.Context(), &n); err != nil {
			t.Fatal(err)
		}
		if n > most {
			t.Errorf("%s has %d rows, want at most %d", table, n, most)
		}
	}
	// On a slow machine most of the flood was turned away before it counted: a few more then.
	status := 0
	for range 6 {
		if status, _ = f.signIn("carl", "wrong", "198.51.100.0"); status == http.StatusTooManyRequests {
			break
		}
	}
	if status != http.StatusTooManyRequests {
		t.Errorf("the flood's address is answered %d", status)
	}
	f.clock.Advance(15 * time.Minute)
	for i := range floodAddresses {
		if status, _ := f.signIn("anna", passwordOf("anna"), fmt.Sprintf("198.51.100.%d", i)); status != http.StatusOK {
			t.Errorf("after the lock's quarter of an hour: %d", status)
		}
	}
}
