package notify_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/server/oscar/oscartest"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
)

func TestAccountsAreTested(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	host := h.oscarHost(oscartest.Manners{Pieces: true, Chatter: true, Strangers: true})
	h.call("postern_set_contact_settings", "icq_username", "123456", "icq_password", "12345luggage", "aim_username", "User Name", "aim_password", "12345luggage")
	ids := map[string]bool{}
	for _, call := range [][]string{
		{"verify_oscar_access", "username", "123456", "password", "12345luggage"}, {"verify_oscar_access", "username", "username", "password", "12345luggage"},
		{"verify_icq_access"}, {"verify_aim_access"},
	} {
		id := h.call(call[0], call[1:]...).(catalog.MessageSent).MessageID
		// The clock stands at 2026-03-04 12:00:00 UTC.
		if !regexp.MustCompile(`^69a81ec0-[0-9a-f]{1,13}$`).MatchString(id) || ids[id] {
			t.Errorf("%v: %q", call, id)
		}
		ids[id] = true
	}
	if host.Accepted() != 8 {
		t.Errorf("%d connections", host.Accepted())
	}
	events := h.events.All()
	last := events[len(events)-1]
	if last.Function.Function != "verify_aim_access" || last.Refused != "" || last.Details["oscar_name"] != "User Name" || last.Details["server"] != host.Address() || last.Actor != "root" {
		t.Errorf("recorded: %+v", last)
	}
	if strings.Contains(fmt.Sprintf("%+v", events), "12345luggage") {
		t.Error("the audit trail tells the password")
	}
}

func TestPasswordIsInNoErrorAndFailuresAreRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.oscarHost(oscartest.Manners{})
	_, err := h.try("verify_oscar_access", "username", "123456", "password", "wr0ng-s3cret")
	if !fault.Is(err, fault.Invalid) || strings.Contains(err.Error()+fmt.Sprintf("%+v", h.events.All()), "s3cret") {
		t.Errorf("%v, %+v", err, h.events.All())
	}
	if last := h.events.All()[len(h.events.All())-1]; last.Refused != fault.Invalid || last.Function.Function != "verify_oscar_access" {
		t.Errorf("recorded: %+v", last)
	}
}

// Nobody is let in to the machine itself: not by the setting, not by a host that
// points there.
func TestNoConnectionInward(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	host := h.oscarHost(oscartest.Manners{})
	h.call("postern_set_notify_settings", "allowed_networks", "")
	for _, server := range []string{host.Address(), strings.Replace(host.Address(), "127.0.0.1", "localhost", 1), strings.Replace(host.Address(), "127.0.0.1", "[::ffff:127.0.0.1]", 1)} {
		h.call("postern_set_notify_settings", "oscar_server", server)
		h.fails(fault.Forbidden, "The OSCAR server is in a network", "verify_oscar_access", "username", "123456", "password", "12345luggage")
	}
	if host.Accepted() != 0 {
		t.Errorf("%d connections were made", host.Accepted())
	}
	inside, err := net.Listen("tcp", "127.0.0.2:0")
	if err != nil {
		t.Fatal(err)
	}
	var inward atomic.Int64
	go func() {
		for {
			conn, err := inside.Accept()
			if err != nil {
				return
			}
			inward.Add(1)
			conn.Close()
		}
	}()
	for _, target := range []string{inside.Addr().String(), "169.254.169.254:80", "[::1]:22", "10.0.0.1", "2130706434"} {
		h.oscarHost(oscartest.Manners{Messages: target})
		kind, words := fault.Forbidden, "The message server of the OSCAR server is in a network"
		if target == "2130706434" { // a name to some resolvers
			kind, words = fault.Unavailable, "The message server"
			if _, err := h.try("verify_oscar_access", "username", "123456", "password", "12345luggage"); fault.Is(err, fault.Forbidden) {
				continue
			}
		}
		h.fails(kind, words, "verify_oscar_access", "username", "123456", "password", "12345luggage")
	}
	inside.Close()
	if inward.Load() != 0 {
		t.Errorf("%d connections were made to what the host pointed to", inward.Load())
	}
}

// One account is tested once at a time, whichever node is asked; another at the same time.
func TestOneAtATime(t *testing.T) {
	t.Parallel()
	db, key := testkit.New(t), seal.NewKeyText()
	one, two := newHouseOf(t, db, key, rand.Reader), newHouseOf(t, db, key, rand.Reader)
	host := one.oscarHost(oscartest.Manners{Wrong: map[oscartest.Step]oscartest.Misdeed{oscartest.Delivery: oscartest.Hang}})
	one.room.Deadline = 2 * time.Second
	two.room.Deadline = 2 * time.Second
	var wg sync.WaitGroup
	wg.Go(func() {
		one.fails(fault.Unavailable, "although the server took it", "verify_oscar_access", "username", "user name", "password", "12345luggage")
	})
	settle(t, "the first test does not begin", func() bool { return host.Accepted() == 2 })
	two.fails(fault.Unavailable, "is being tested at the moment", "verify_oscar_access", "username", "USERNAME", "password", "12345luggage")
	if n := idleInTransaction(t, one); n != 0 {
		t.Errorf("%d transactions are held open while the host is waited for", n)
	}
	two.fails(fault.Unavailable, "although the server took it", "verify_oscar_access", "username", "123456", "password", "12345luggage")
	wg.Wait()
	if host.Accepted() != 4 {
		t.Errorf("%d connections, not 4", host.Accepted())
	}
	two.oscarHost(oscartest.Manners{})
	two.call("verify_oscar_access", "username", "username", "password", "12345luggage")
	// Who died in the middle blocks nobody for long.
	if _, err := db.Write.NewRaw(`INSERT INTO oscar_checks SELECT value ->> 'oscar_server', 'username', 'x', now() - interval '1 second' FROM settings WHERE name = 'notify'`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	two.call("verify_oscar_access", "username", "username", "password", "12345luggage")
}

func idleInTransaction(t *testing.T, h *house) (n int) {
	t.Helper()
	err := h.DB.Write.NewRaw(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND xact_start IS NOT NULL AND pid <> pg_backend_pid()`).Scan(t.Context(), &n)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// A host that misbehaves costs a call its deadline and no more.
func TestMisdeedsCostTheDeadline(t *testing.T) {
	const deadline = 500 * time.Millisecond
	h := newHouse(t)
	h.room.Deadline = deadline
	for _, deed := range oscartest.Misdeeds {
		h.oscarHost(oscartest.Manners{Wrong: map[oscartest.Step]oscartest.Misdeed{oscartest.Rates: deed}})
		before := runtime.NumGoroutine()
		begun := time.Now()
		_, err := h.try("verify_oscar_access", "username", "123456", "password", "12345luggage")
		if took := time.Since(begun); !fault.Is(err, fault.Unavailable) || took > deadline+2*time.Second {
			t.Errorf("%s: %v after %v", deed, err, took)
		}
		settle(t, "goroutines are left of "+string(deed), func() bool { return runtime.NumGoroutine() <= before })
	}
	var left int
	if err := h.DB.Write.NewRaw(`SELECT count(*) FROM oscar_checks`).Scan(t.Context(), &left); err != nil || left != 0 {
		t.Errorf("%d checks are still held: %v", left, err)
	}
}

// A message server that is set stands instead of the one that is pointed to.
func TestMessageServerOfTheSettings(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	host := h.oscarHost(oscartest.Manners{Messages: "10.0.0.1:1"})
	h.call("postern_set_notify_settings", "oscar_message_server", host.Address())
	if out := h.call("verify_oscar_access", "username", "123456", "password", "12345luggage"); bytes.Contains([]byte(fmt.Sprint(out)), []byte("luggage")) {
		t.Error(out)
	}
}
