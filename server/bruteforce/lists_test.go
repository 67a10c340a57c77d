package bruteforce_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/server/bruteforce"
	"postern/server/database"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// refused tells whether a sign in is refused like a wrong password.
func refused(t *testing.T, r *bruteforce.Room, db *database.DB, name string, from netip.Addr) bool {
	t.Helper()
	err := r.Check(t.Context(), db.Write, name, from, testkit.Noon)
	if err != nil && !fault.Is(err, fault.Stranger) {
		t.Fatal(err)
	}
	return err != nil
}

func TestWhiteListedIsNeverLockedWhateverTheNotation(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	set(t, r, db, "username_based_protection", "1")
	set(t, r, db, "username_based_protection_local_origin", "0")
	set(t, r, db, "max_failures", "3")
	call(t, r, db, testkit.Noon, "create_cphulk_record", "list_name", "white", "comment", "ours",
		"ip-1", "192.0.2.7", "ip-2", "198.51.100.0/25", "ip-3", "203.0.113.5-203.0.113.9", "ip-4", "2001:db8:1::/48", "ip-5", "::ffff:192.0.2.8")
	for _, a := range []string{"192.0.2.7", "::ffff:192.0.2.7", "192.0.2.8", "198.51.100.0", "198.51.100.127", "203.0.113.5", "203.0.113.9", "2001:db8:1:ffff::1"} {
		fail(t, r, db, 9, "anna", netip.MustParseAddr(a), testkit.Noon)
		if l := locked(t, r, db, "anna", netip.MustParseAddr(a), testkit.Noon); l != nil {
			t.Errorf("%s is locked: %+v", a, l)
		}
	}
	for i, a := range []string{"192.0.2.6", "198.51.100.128", "203.0.113.4", "203.0.113.10", "2001:db8:2::1"} {
		for j := range 5 {
			fail(t, r, db, 1, fmt.Sprint("user", i, j), netip.MustParseAddr(a), testkit.Noon)
		}
		if locked(t, r, db, "", netip.MustParseAddr(a), testkit.Noon) == nil {
			t.Errorf("%s is not locked", a)
		}
	}
	// A user who is locked out elsewhere gets in from there.
	for i := range 3 {
		fail(t, r, db, 1, "anna", netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), testkit.Noon)
	}
	if locked(t, r, db, "anna", netip.MustParseAddr("10.0.0.9"), testkit.Noon) == nil || locked(t, r, db, "anna", far, testkit.Noon) != nil {
		t.Error("a locked user at a white-listed address")
	}
}

func TestWhiteListingEndsLocks(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	for _, a := range []string{"192.0.2.7", "192.0.2.9", "2001:db8:1:2::5", "198.51.100.1"} {
		fail(t, r, db, 5, "anna", netip.MustParseAddr(a), testkit.Noon)
	}
	out := call(t, r, db, testkit.Noon, "create_cphulk_record", "list_name", "white", "ip-0", "192.0.2.0/28", "ip-1", "2001:db8:1::/48").(catalog.CPHulkRecordsAdded)
	if out.Unblocked != 3 || !bool(out.WhiteListed) || out.RequesterIP != "192.0.2.1" {
		t.Errorf("%+v", out)
	}
	call(t, r, db, testkit.Noon, "delete_cphulk_record", "list_name", "white", "ip-0", "192.0.2.0-192.0.2.15", "ip-1", "2001:db8:1::/48")
	if locked(t, r, db, "anna", far, testkit.Noon) != nil || locked(t, r, db, "anna", netip.MustParseAddr("198.51.100.1"), testkit.Noon) == nil {
		t.Error("which locks ended")
	}
}

func TestBlackListed(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	call(t, r, db, testkit.Noon, "create_cphulk_record", "list_name", "black", "ip-0", "0.0.0.0/0", "ip-1", "::/0")
	call(t, r, db, testkit.Noon, "create_cphulk_record", "list_name", "white", "ip", "192.0.2.8")
	for a, want := range map[string]bool{"192.0.2.7": true, "::ffff:192.0.2.7": true, "2001:db8::1": true, "127.0.0.1": true, "192.0.2.8": false} {
		if refused(t, r, db, "anna", netip.MustParseAddr(a)) != want {
			t.Errorf("anna from %s: want refused %v", a, want)
		}
	}
	if refused(t, r, db, "Root", near) || refused(t, r, db, "root", netip.IPv6Loopback()) || refused(t, r, db, "root", netip.Addr{}) {
		t.Error("root is refused on the server itself")
	}
	if !refused(t, r, db, "root", far) {
		t.Error("root is let in from a black-listed address")
	}
	call(t, r, db, testkit.Noon, "disable_cphulk")
	if refused(t, r, db, "anna", far) {
		t.Error("the black list holds while the protection is off")
	}
}

func TestWhatIsNoAddressIsToldAndTheRestAdded(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	bad := []string{"192.0.2", "192.0.2.0/33", "192.0.2.9-192.0.2.1", "192.0.2.1-2001:db8::1", "fe80::1%eth0", "::ffff:0.0.0.0/95", "a'; DROP TABLE lockouts", "192.0.2.1-", "-"}
	pairs := []string{"list_name", "black", "ip-99", "192.0.2.44"}
	for i, b := range bad {
		pairs = append(pairs, fmt.Sprint("ip-", i), b)
	}
	out := call(t, r, db, testkit.Noon, "create_cphulk_record", pairs...).(catalog.CPHulkRecordsAdded)
	if len(out.Failed) != len(bad) || fmt.Sprint(out.Added) != "[192.0.2.44]" || out.Failed["192.0.2"] != `Invalid IP address or range: "192.0.2"` {
		t.Errorf("%+v", out)
	}
	gone := call(t, r, db, testkit.Noon, "delete_cphulk_record", "list_name", "black", "ip-0", "192.0.2.44", "ip-1", "192.0.2.45", "ip-2", "x").(catalog.CPHulkRecordsRemoved)
	if fmt.Sprint(gone.Removed) != "[192.0.2.44]" || len(gone.Failed) != 2 {
		t.Errorf("%+v", gone)
	}
}

func TestBatchRecords(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	out := call(t, r, db, testkit.Noon, "batch_create_cphulk_records", "list_name", "white",
		"records", `{"ip":"192.168.1.0/30","comment":"a"}`, "records", `{"ip":"x"}`, "records", `{"ip":"2001:DB9::"}`).(catalog.CPHulkBatchAdded)
	if fmt.Sprint(out.Added, out.OriginalAdded, len(out.Failed)) != "[192.168.1.0-192.168.1.3 2001:db9::] [192.168.1.0/30 2001:DB9::] 1" {
		t.Errorf("%+v", out)
	}
	for _, text := range []string{`{}`, `[]`, `"192.0.2.1"`, `{"ip":1}`, `{"ip":"192.0.2.1"} {}`, `{"ip":"192.0.2.1","comment":"a\u0000b"}`, `{"ip":"192.0.2.1","comment":"` + strings.Repeat("x", 256) + `"}`, `{`} {
		if _, err := try(t, r, db, testkit.Noon, "batch_create_cphulk_records", "list_name", "white", "records", text); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

func TestListFunctionsWhileOff(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	call(t, r, db, testkit.Noon, "disable_cphulk")
	for _, args := range [][]string{
		{"create_cphulk_record", "list_name", "white", "ip", "192.0.2.1"}, {"delete_cphulk_record", "list_name", "white", "ip", "192.0.2.1"},
		{"read_cphulk_records", "list_name", "white"}, {"save_cphulk_config"}, {"batch_create_cphulk_records", "list_name", "white", "records", `{"ip":"192.0.2.1"}`},
	} {
		if _, err := try(t, r, db, testkit.Noon, args[0], args[1:]...); err == nil || fault.Of(err).Message != "cPHulk is disabled on the server." {
			t.Errorf("%s: %v", args[0], err)
		}
		call(t, r, db, testkit.Noon, args[0], append(args[1:], "skip_enabled_check", "1")...)
	}
	if s := call(t, r, db, testkit.Noon, "cphulk_status"); s != (catalog.CPHulkStatusAnswer{Enabled: false, Service: "cPHulk"}) {
		t.Errorf("status %+v", s)
	}
	fail(t, r, db, 9, "anna", netip.MustParseAddr("198.51.100.7"), testkit.Noon)
	call(t, r, db, testkit.Noon, "enable_cphulk")
	if n, _ := rows(t, db); n != 0 || locked(t, r, db, "anna", netip.MustParseAddr("198.51.100.7"), testkit.Noon.Add(time.Second)) != nil {
		t.Errorf("%d failures counted while off", n)
	}
}
