package bruteforce_test

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/bruteforce"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

var (
	far  = netip.MustParseAddr("192.0.2.7")
	near = netip.MustParseAddr("127.0.0.1")
)

// room is a room with the defaults, on a database of its own.
func room(t *testing.T) (*bruteforce.Room, *database.DB) {
	return &bruteforce.Room{}, testkit.New(t)
}

var boss = dispatch.Caller{ID: 1, Name: "root", Kind: dispatch.Root, Via: dispatch.ByToken, Service: scalar.WHM, Address: netip.MustParseAddr("192.0.2.1")}

// try calls a function of the room as root.
func try(t *testing.T, r *bruteforce.Room, db *database.DB, now time.Time, f string, pairs ...string) (any, error) {
	t.Helper()
	m := &dispatch.Mux{DB: db.Write, ReadOnly: db.Read, Now: func() time.Time { return now }}
	r.Register(m)
	args := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		args.Add(pairs[i], pairs[i+1])
	}
	reply, err := m.Call(t.Context(), boss, function.WHM(f), args, function.Shape{})
	return reply.Out, err
}

// call is try that must succeed.
func call(t *testing.T, r *bruteforce.Room, db *database.DB, now time.Time, f string, pairs ...string) any {
	t.Helper()
	out, err := try(t, r, db, now, f, pairs...)
	if err != nil {
		t.Fatalf("%s %v: %v", f, pairs, err)
	}
	return out
}

// set writes one setting.
func set(t *testing.T, r *bruteforce.Room, db *database.DB, key, value string) {
	t.Helper()
	call(t, r, db, testkit.Noon, "set_cphulk_config_key", "key", key, "value", value)
}

// fail fails n times.
func fail(t *testing.T, r *bruteforce.Room, db *database.DB, n int, name string, from netip.Addr, now time.Time) {
	t.Helper()
	for range n {
		try, err := r.Begin(t.Context(), db.Write, bruteforce.Attempt{Name: name, Address: from, Service: scalar.CPanel}, now)
		if fault.Is(err, fault.Locked) {
			continue
		}
		if err == nil {
			err = try.Fail(t.Context(), "password", now)
		}
		if err != nil {
			t.Error(err)
		}
	}
}

// succeed signs in.
func succeed(t *testing.T, r *bruteforce.Room, db *database.DB, name string, from netip.Addr, now time.Time) {
	t.Helper()
	try, err := r.Begin(t.Context(), db.Write, bruteforce.Attempt{Name: name, Address: from, Service: scalar.CPanel}, now)
	if err == nil {
		err = try.Succeed(t.Context(), now)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// locked is the lock on a name from an address; nil if there is none.
func locked(t *testing.T, r *bruteforce.Room, db *database.DB, name string, from netip.Addr, now time.Time) *bruteforce.Lock {
	t.Helper()
	err := r.Check(t.Context(), db.Write, name, from, now)
	var l *bruteforce.Lock
	if err != nil && (!errors.As(err, &l) || !fault.Is(err, fault.Locked)) {
		t.Fatal(err)
	}
	return l
}

// rows counts the recorded failures and the rows they take.
func rows(t *testing.T, db *database.DB) (failures, rows int) {
	t.Helper()
	err := db.Write.NewRaw("SELECT coalesce(sum(count), 0), count(*) FROM login_failures").Scan(t.Context(), &failures, &rows)
	if err != nil {
		t.Fatal(err)
	}
	return failures, rows
}

func TestAddressLocksAfterFiveFailuresForAQuarterOfAnHour(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	now := testkit.Noon
	fail(t, r, db, 4, "anna", far, now)
	if l := locked(t, r, db, "anna", far, now); l != nil {
		t.Fatalf("locked after four failures: %v", l)
	}
	fail(t, r, db, 1, "berta", far, now) // another name, the same address
	l := locked(t, r, db, "carla", far, now.Add(30*time.Second))
	if l == nil || l.Seconds() != 14*60+30 || !l.Until.Equal(now.Add(15*time.Minute)) {
		t.Fatalf("lock = %+v", l)
	}
	if m := fault.Of(l).Message; !strings.Contains(m, "15 minutes") || strings.Contains(m, "anna") {
		t.Errorf("message %q", m)
	}
	if l := locked(t, r, db, "anna", netip.MustParseAddr("192.0.2.8"), now); l != nil {
		t.Error("a neighbour's address is locked too")
	}
	if l := locked(t, r, db, "anna", far, now.Add(15*time.Minute-time.Second)); l == nil || l.Seconds() != 1 {
		t.Errorf("a second before the end: %+v", l)
	}
	if l := locked(t, r, db, "anna", far, now.Add(15*time.Minute)); l != nil {
		t.Errorf("at the end: %+v", l)
	}
	fail(t, r, db, 4, "anna", far, now.Add(15*time.Minute)) // counting begins anew
	if l := locked(t, r, db, "anna", far, now.Add(15*time.Minute)); l != nil {
		t.Errorf("four failures after the lock: %+v", l)
	}
}

// A caller who goes on during the lock neither lengthens it nor fills the table.
func TestFloodDuringALockLeavesNothing(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	fail(t, r, db, 5, "anna", far, testkit.Noon)
	for i := range 20 {
		fail(t, r, db, 1, strings.Repeat("x", i), far, testkit.Noon.Add(time.Duration(i)*time.Minute/2))
	}
	if n, m := rows(t, db); n != 5 || m != 1 {
		t.Errorf("%d failures in %d rows, want 5 in 1", n, m)
	}
	if l := locked(t, r, db, "anna", far, testkit.Noon.Add(15*time.Minute)); l != nil {
		t.Errorf("the lock grew: %+v", l)
	}
}

func TestHundredFailuresAtOnceCountExactly(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	set(t, r, db, "max_failures_byip", "100")
	set(t, r, db, "mark_as_brute", "1000")
	all := func(n int) {
		var wg sync.WaitGroup
		for range n {
			wg.Go(func() {
				fail(t, r, db, 1, "anna", far, testkit.Noon)
			})
		}
		wg.Wait()
	}
	all(99)
	if l := locked(t, r, db, "anna", far, testkit.Noon); l != nil {
		t.Fatal("locked one too early")
	}
	all(1)
	if l := locked(t, r, db, "anna", far, testkit.Noon); l == nil {
		t.Fatal("not locked by the hundredth")
	}
	all(30)
	if n, _ := rows(t, db); n != 100 {
		t.Errorf("%d failures recorded, want 100", n)
	}
}

func TestWindowBeginsAnew(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	fail(t, r, db, 4, "anna", far, testkit.Noon)
	fail(t, r, db, 4, "anna", far, testkit.Noon.Add(15*time.Minute))
	if l := locked(t, r, db, "anna", far, testkit.Noon.Add(15*time.Minute)); l != nil {
		t.Errorf("failures of two windows were added up: %+v", l)
	}
	fail(t, r, db, 1, "anna", far, testkit.Noon.Add(16*time.Minute))
	if l := locked(t, r, db, "anna", far, testkit.Noon.Add(16*time.Minute)); l == nil {
		t.Error("the fifth of the second window did not lock")
	}
}

// An IPv6 attacker has at least a /64 to pick addresses from.
func TestIPv6CountsByNetwork(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	a := netip.MustParseAddr("2001:db8:1:2::")
	for range 5 {
		a = a.Next()
		fail(t, r, db, 1, "anna", a, testkit.Noon)
	}
	if locked(t, r, db, "anna", netip.MustParseAddr("2001:db8:1:2:ffff::1"), testkit.Noon) == nil {
		t.Error("another address of the /64 is let in")
	}
	if locked(t, r, db, "anna", netip.MustParseAddr("2001:db8:1:3::1"), testkit.Noon) != nil {
		t.Error("another network is locked")
	}
	fail(t, r, db, 5, "anna", netip.MustParseAddr("::ffff:192.0.2.7"), testkit.Noon)
	if locked(t, r, db, "anna", far, testkit.Noon) == nil {
		t.Error("an IPv4 address in IPv6's clothes counts apart")
	}
}

// Whoever has the machine can always get in as root, however hard others tried.
func TestLoopback(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	for _, a := range []netip.Addr{near, netip.IPv6Loopback(), netip.MustParseAddr("::ffff:127.0.0.1"), {}} {
		fail(t, r, db, 40, "root", a, testkit.Noon)
		if l := locked(t, r, db, "root", a, testkit.Noon); l != nil {
			t.Errorf("root is locked out at %v: %+v", a, l)
		}
	}
	fail(t, r, db, 29, "anna", near, testkit.Noon)
	if locked(t, r, db, "anna", near, testkit.Noon) != nil {
		t.Error("anna is locked one too early")
	}
	fail(t, r, db, 1, "ANNA", near, testkit.Noon)
	if l := locked(t, r, db, "anna", near, testkit.Noon); l == nil || l.Seconds() != 300 {
		t.Errorf("names are counted locally by default: %+v", l)
	}
	if locked(t, r, db, "anna", far, testkit.Noon) != nil {
		t.Error("a local attacker can lock a user out everywhere")
	}
	if locked(t, r, db, "berta", near, testkit.Noon) != nil {
		t.Error("another user is locked out locally")
	}
}

func TestSuccessClearsTheNameAndNotTheAddress(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	set(t, r, db, "username_based_protection", "1")
	set(t, r, db, "username_based_protection_local_origin", "0")
	set(t, r, db, "max_failures", "3")
	fail(t, r, db, 2, "anna", far, testkit.Noon)
	succeed(t, r, db, "Anna", far, testkit.Noon)
	fail(t, r, db, 2, "anna", far, testkit.Noon)
	if locked(t, r, db, "anna", netip.MustParseAddr("192.0.2.99"), testkit.Noon) != nil {
		t.Error("a success did not clear the count of the name")
	}
	// The attack: an account of one's own between the guesses at another's.
	succeed(t, r, db, "mallory", far, testkit.Noon)
	fail(t, r, db, 1, "berta", far, testkit.Noon)
	if locked(t, r, db, "berta", far, testkit.Noon) == nil {
		t.Error("five failures from one address with successes between them did not lock it")
	}
	fail(t, r, db, 1, "anna", netip.MustParseAddr("192.0.2.98"), testkit.Noon)
	if err := r.Forget(t.Context(), db.Write, "anna", testkit.Noon); err != nil {
		t.Fatal(err)
	}
	if locked(t, r, db, "anna", netip.MustParseAddr("192.0.2.99"), testkit.Noon) == nil {
		t.Error("a success ended a lock that was on")
	}
}

func TestNamesAreCleaned(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	fail(t, r, db, 1, "An\x00na\r\n\x1b[31m\u202e\xff", far, testkit.Noon)
	fail(t, r, db, 1, strings.Repeat("ä", 4000), far, testkit.Noon)
	var names []string
	if err := db.Write.NewRaw("SELECT name FROM login_failures ORDER BY name").Scan(t.Context(), &names); err != nil {
		t.Fatal(err)
	}
	if len(names) != 2 || names[0] != "anna[31m\uFFFD" || names[1] != strings.Repeat("ä", 127) {
		t.Errorf("stored names %q", names)
	}
}

func TestSweepTakesOnlyWhatIsOver(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	now := testkit.Noon
	fail(t, r, db, 5, "anna", far, now.Add(-7*time.Hour))
	fail(t, r, db, 1, "anna", netip.MustParseAddr("192.0.2.8"), now.Add(-5*time.Hour)) // both still count towards the long lock
	fail(t, r, db, 5, "anna", netip.MustParseAddr("192.0.2.9"), now)
	n, err := r.Sweep(t.Context(), db.Write, now)
	if err != nil || n != 2 {
		t.Errorf("swept %d rows (%v), want 2", n, err)
	}
	if n, err := r.Sweep(t.Context(), db.Write, now); err != nil || n != 0 {
		t.Errorf("swept %d rows again (%v)", n, err)
	}
	if locked(t, r, db, "anna", netip.MustParseAddr("192.0.2.9"), now) == nil {
		t.Error("the sweep took a lock that is on")
	}
}

func FuzzClean(f *testing.F) {
	f.Add("anna@example.com")
	f.Add("\xff\x00" + strings.Repeat("é", 300))
	f.Fuzz(func(t *testing.T, name string) {
		c := bruteforce.Clean(name)
		if len(c) > 255 || strings.ContainsAny(c, "\x00\r\n\x1b") || bruteforce.Clean(c) != c {
			t.Errorf("Clean(%q) = %q", name, c)
		}
	})
}
