package bruteforce_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
)

func TestFlushAndUnlockTellWhatTheyRemoved(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	six := netip.MustParseAddr("2001:db8:1:2::5")
	for _, a := range []netip.Addr{far, netip.MustParseAddr("192.0.2.8"), six} {
		fail(t, r, db, 5, "anna", a, testkit.Noon)
	}
	fail(t, r, db, 2, "anna", netip.MustParseAddr("192.0.2.9"), testkit.Noon)
	fail(t, r, db, 30, "berta", near, testkit.Noon)
	if out := call(t, r, db, testkit.Noon, "postern_unlock", "address", "2001:db8:1:2::ffff"); out != (catalog.Unlocked{Removed: 1}) || locked(t, r, db, "x", six, testkit.Noon) != nil {
		t.Errorf("unlock an address: %+v", out)
	}
	if out := call(t, r, db, testkit.Noon, "postern_unlock", "user", "Berta"); out != (catalog.Unlocked{Removed: 1}) || locked(t, r, db, "berta", near, testkit.Noon) != nil {
		t.Errorf("unlock a user: %+v", out)
	}
	if out := call(t, r, db, testkit.Noon, "postern_unlock", "user", "nobody", "address", "192.0.2.9"); out != (catalog.Unlocked{}) {
		t.Errorf("unlock what is not locked: %+v", out)
	}
	out := call(t, r, db, testkit.Noon, "flush_cphulk_login_history_for_ips", "ip-1", "192.0.2.7", "ip-2", "192.0.2.200").(catalog.AddressesFlushed)
	if out.Removed != 2 || locked(t, r, db, "x", far, testkit.Noon) != nil || locked(t, r, db, "x", netip.MustParseAddr("192.0.2.8"), testkit.Noon) == nil {
		t.Errorf("flushed for one address: %+v", out)
	}
	for _, bad := range [][]string{{"flush_cphulk_login_history_for_ips", "ip", "x"}, {"flush_cphulk_login_history_for_ips"}, {"postern_unlock"}, {"postern_unlock", "address", "192.0.2.0/24"}} {
		if _, err := try(t, r, db, testkit.Noon, bad[0], bad[1:]...); !fault.Is(err, fault.Invalid) {
			t.Errorf("%v: %v", bad, err)
		}
	}
	// Four rows of failures (.8, .9, six, loopback) and the lock on .8.
	if out := call(t, r, db, testkit.Noon, "flush_cphulk_login_history"); out != (catalog.HistoryFlushed{Removed: 5}) {
		t.Errorf("flushed all: %+v", out)
	}
	if n, _ := rows(t, db); n != 0 || locked(t, r, db, "x", netip.MustParseAddr("192.0.2.8"), testkit.Noon) != nil {
		t.Error("left behind")
	}
}

func TestReports(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	for i := range 5 {
		fail(t, r, db, 1, "anna", far, testkit.Noon.Add(time.Duration(i)*time.Second))
	}
	now := testkit.Noon.Add(90 * time.Second)
	brutes := call(t, r, db, now, "get_cphulk_brutes").(catalog.BrutesAnswer).Rows
	if len(brutes) != 1 || brutes[0] != (catalog.Brute{IP: "192.0.2.7", LoginTime: "2026-03-04T12:00:04.000Z", ExpTime: "2026-03-04T12:15:04.000Z", TimeLeft: 14, Notes: "5 failed sign ins, the last one as “anna”"}) {
		t.Errorf("%+v", brutes)
	}
	failures := call(t, r, db, now, "get_cphulk_failed_logins").(catalog.FailedLoginsAnswer).Rows
	if len(failures) != 1 || failures[0] != (catalog.Failure{User: "anna", IP: "192.0.2.7", Service: "cpaneld", AuthService: "password",
		LoginTime: "2026-03-04T12:00:04.000Z", ExpTime: "2026-03-04T18:00:04.000Z", TimeLeft: 359, Failures: 5}) {
		t.Errorf("%+v", failures)
	}
	if left := call(t, r, db, testkit.Noon.Add(7*time.Hour), "get_cphulk_failed_logins").(catalog.FailedLoginsAnswer).Rows; len(left) != 0 {
		t.Errorf("after the lookback period: %+v", left)
	}
}

// Whoever is not locked, because an address is white-listed or protection by
// address is off, still cannot fill the history with names and addresses.
func TestHistoryIsBoundedWithoutLocks(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	set(t, r, db, "ip_based_protection", "0")
	attempt := func(name string, from netip.Addr, now time.Time) {
		t.Helper()
		fail(t, r, db, 1, name, from, now)
	}
	six := netip.MustParseAddr("2001:db8::")
	for i := range 60 {
		attempt(fmt.Sprint("random ", i), far, testkit.Noon)
		six = six.Next()
		attempt("anna", six, testkit.Noon)
	}
	attempt("random 1", far, testkit.Noon) // known: still its own row
	if n, m := rows(t, db); n != 121 || m != 2*20+2 {
		t.Errorf("%d failures in %d rows, want 121 in 42", n, m)
	}
	// Many networks share one row once the minute is full.
	for i := range 1100 {
		attempt("anna", netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), testkit.Noon.Add(time.Minute))
	}
	if n, m := rows(t, db); n != 1221 || m != 42+1001 {
		t.Errorf("%d failures in %d rows, want 1221 in 1043", n, m)
	}
}
