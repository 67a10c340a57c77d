package bruteforce_test

import (
	"fmt"
	"net/netip"
	"sync"
	"testing"
	"time"

	"postern/server/bruteforce"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
)

func TestEverySettingIsKeptAndGivenBack(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	loaded := func() catalog.CPHulkConfig {
		return call(t, r, db, testkit.Noon, "load_cphulk_config").(catalog.CPHulkConfigAnswer).Config
	}
	if loaded() != bruteforce.Defaults().CPHulkConfig {
		t.Errorf("a new database: %+v", loaded())
	}
	out := call(t, r, db, testkit.Noon, "save_cphulk_config", "block_brute_force_with_firewall", "1", "block_excessive_brute_force_with_firewall", "1",
		"brute_force_period_mins", "7", "command_to_run_on_brute_force", "touch /tmp/brute", "command_to_run_on_excessive_brute_force", "reboot",
		"ip_based_protection", "0", "ip_brute_force_period_mins", "8", "lookback_period_min", "9", "mark_as_brute", "10", "max_failures", "11",
		"max_failures_byip", "12", "notify_on_brute", "1", "notify_on_root_login", "1", "notify_on_root_login_for_known_netblock", "1",
		"username_based_protection", "1", "username_based_protection_for_root", "1", "username_based_protection_local_origin", "0").(catalog.CPHulkConfigSaved)
	want := catalog.CPHulkConfig{
		Firewall: true, FirewallLong: true, UserMinutes: 7, UserSeconds: 420, Command: "touch /tmp/brute", CommandLong: "reboot",
		AddressMinutes: 8, AddressSeconds: 480, Enabled: true, LookbackMinutes: 9, LookbackSeconds: 540, LongFailures: 10, UserFailures: 11, AddressFailures: 12,
		NotifyBrute: true, NotifyRoot: true, NotifyRootNetwork: true, ByUser: true, ByUserRoot: true,
	}
	if out.Config != want || loaded() != want || out.Warning == nil {
		t.Errorf("saved %+v\nloaded %+v\nwant %+v", out, loaded(), want)
	}
	// cPanel: what save_cphulk_config is not given has its default.
	if out := call(t, r, db, testkit.Noon, "save_cphulk_config").(catalog.CPHulkConfigSaved); out.Config != bruteforce.Defaults().CPHulkConfig || out.Warning != nil {
		t.Errorf("saved nothing: %+v", out)
	}
}

func TestEveryKeyCanBeSetAlone(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	for key, value := range map[string]string{
		"block_brute_force_with_firewall": "1", "block_excessive_brute_force_with_firewall": "1", "brute_force_period_mins": "3", "brute_force_period_sec": "61",
		"command_to_run_on_brute_force": "x", "command_to_run_on_excessive_brute_force": "y", "country_blacklist": "", "country_whitelist": "",
		"ip_based_protection": "0", "ip_brute_force_period_mins": "20160", "ip_brute_force_period_sec": "1", "is_enabled": "0", "lookback_period_min": "1",
		"lookback_time": "90", "mark_as_brute": "1000000", "max_failures": "1", "max_failures_byip": "2", "notify_on_brute": "1", "notify_on_root_login": "1",
		"notify_on_root_login_for_known_netblock": "1", "username_based_protection": "1", "username_based_protection_for_root": "1",
		"username_based_protection_local_origin": "0",
	} {
		before := call(t, r, db, testkit.Noon, "load_cphulk_config").(catalog.CPHulkConfigAnswer).Config
		out := call(t, r, db, testkit.Noon, "set_cphulk_config_key", "key", key, "value", value).(catalog.CPHulkConfigSaved)
		if (out.Config == before) != (value == "") {
			t.Errorf("%s = %s: %+v", key, value, out)
		}
	}
	for _, kv := range [][2]string{
		{"max_failures", "0"}, {"max_failures", "-1"}, {"max_failures", "x"}, {"max_failures", ""}, {"max_failures_byip", "1000001"}, {"ip_brute_force_period_mins", "20161"},
		{"lookback_time", "1209601"}, {"brute_force_period_sec", "99999999999999999999"}, {"is_enabled", "true"}, {"is_enabled", ""}, {"country_blacklist", "DE,FR"},
		{"can_temp_ban_firewall", "1"}, {"no_such_key", "1"}, {"command_to_run_on_brute_force", "a\nb"},
	} {
		if _, err := try(t, r, db, testkit.Noon, "set_cphulk_config_key", "key", kv[0], "value", kv[1]); !fault.Is(err, fault.Invalid) {
			t.Errorf("%s = %q: %v", kv[0], kv[1], err)
		}
	}
	set(t, r, db, "brute_force_period_sec", "61")
	if c := call(t, r, db, testkit.Noon, "load_cphulk_config").(catalog.CPHulkConfigAnswer).Config; c.UserMinutes != 2 || c.UserSeconds != 61 {
		t.Errorf("61 seconds: %+v", c)
	}
}

func TestSettingsChangedAtOnceAllStay(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	var wg sync.WaitGroup
	for i, key := range []string{"max_failures", "max_failures_byip", "mark_as_brute", "lookback_time", "brute_force_period_sec", "ip_brute_force_period_sec"} {
		wg.Go(func() {
			_, _ = try(t, r, db, testkit.Noon, "set_cphulk_config_key", "key", key, "value", fmt.Sprint(700+i))
		})
	}
	wg.Wait()
	c := call(t, r, db, testkit.Noon, "load_cphulk_config").(catalog.CPHulkConfigAnswer).Config
	if fmt.Sprint(c.UserFailures, c.AddressFailures, c.LongFailures, c.LookbackSeconds, c.UserSeconds, c.AddressSeconds) != "700 701 702 703 704 705" {
		t.Errorf("left of all: %+v", c)
	}
}

// A lock ends when the setting of today says so: a shorter one shortens it, a longer one does not lengthen it.
func TestALockNeverOutlivesItsSetting(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	fail(t, r, db, 5, "anna", far, testkit.Noon)
	at := func(minutes int) time.Time { return testkit.Noon.Add(time.Duration(minutes) * time.Minute) }
	set(t, r, db, "ip_brute_force_period_mins", "60")
	if locked(t, r, db, "anna", far, at(14)) == nil || locked(t, r, db, "anna", far, at(15)) != nil {
		t.Error("a longer setting changed the lock")
	}
	set(t, r, db, "ip_brute_force_period_mins", "2")
	if locked(t, r, db, "anna", far, at(1)) == nil || locked(t, r, db, "anna", far, at(2)) != nil {
		t.Error("a shorter setting did not shorten the lock")
	}
	fail(t, r, db, 5, "anna", far, at(3)) // and it counts anew
	if l := locked(t, r, db, "anna", far, at(3)); l == nil || l.Seconds() != 120 {
		t.Errorf("the next lock: %+v", l)
	}
	if len(call(t, r, db, at(4), "get_cphulk_brutes").(catalog.BrutesAnswer).Rows) != 1 || len(call(t, r, db, at(5), "get_cphulk_brutes").(catalog.BrutesAnswer).Rows) != 0 {
		t.Error("the report says otherwise")
	}
	set(t, r, db, "ip_based_protection", "0")
	if locked(t, r, db, "anna", far, at(3)) != nil {
		t.Error("the lock outlives the protection")
	}
}

// Thirty failures of the lookback period, however spread over short locks, lock for two weeks.
func TestMarkAsBrute(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	now := testkit.Noon
	for range 5 {
		fail(t, r, db, 5, "anna", far, now)
		now = now.Add(16 * time.Minute)
	}
	fail(t, r, db, 4, "anna", far, now)
	if locked(t, r, db, "anna", far, now) != nil {
		t.Fatal("locked after 29")
	}
	fail(t, r, db, 1, "anna", far, now)
	l := locked(t, r, db, "anna", far, now.Add(time.Hour))
	if l == nil || !l.Until.Equal(now.Add(bruteforce.LongLock)) {
		t.Fatalf("lock = %+v", l)
	}
	long := call(t, r, db, now, "get_cphulk_excessive_brutes").(catalog.ExcessiveBrutesAnswer).Rows
	if len(long) != 1 || long[0].TimeLeft != 14*24*60 || len(call(t, r, db, now, "get_cphulk_brutes").(catalog.BrutesAnswer).Rows) != 0 {
		t.Errorf("reports: %+v", long)
	}
	end := now.Add(bruteforce.LongLock)
	if n, err := r.Sweep(t.Context(), db.Write, end.Add(-time.Second)); err != nil || n == 0 || locked(t, r, db, "anna", far, end.Add(-time.Second)) == nil {
		t.Error("the sweep took the long lock")
	}
	if locked(t, r, db, "anna", far, end) != nil {
		t.Error("locked after two weeks")
	}
	fail(t, r, db, 4, "anna", far, end)
	if locked(t, r, db, "anna", far, end) != nil {
		t.Error("the count did not begin anew")
	}
	// Failures of long ago do not add up.
	other := netip.MustParseAddr("198.51.100.2")
	for i := range 10 {
		fail(t, r, db, 4, "anna", other, testkit.Noon.Add(time.Duration(i)*2*time.Hour))
	}
	if l := locked(t, r, db, "anna", other, testkit.Noon.Add(18*time.Hour)); l != nil {
		t.Errorf("12 failures in six hours: %+v", l)
	}
}

func TestRootByName(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	set(t, r, db, "username_based_protection", "1")
	set(t, r, db, "max_failures", "2")
	each := func(n int, name string) *bruteforce.Lock {
		for i := range n {
			fail(t, r, db, 1, name, netip.AddrFrom4([4]byte{10, 9, byte(n), byte(i)}), testkit.Noon)
		}
		return locked(t, r, db, name, netip.MustParseAddr("10.8.0.1"), testkit.Noon)
	}
	if each(2, "anna") != nil {
		t.Error("a name is locked from afar although protection is limited to local attempts")
	}
	set(t, r, db, "username_based_protection_local_origin", "0")
	if each(3, "anna") == nil {
		t.Error("a name is not locked from afar")
	}
	if each(4, "root") != nil {
		t.Error("root is locked out without username_based_protection_for_root")
	}
	set(t, r, db, "username_based_protection_for_root", "1")
	if each(5, "root") == nil || locked(t, r, db, "root", near, testkit.Noon) != nil {
		t.Error("root with username_based_protection_for_root")
	}
	users := call(t, r, db, testkit.Noon, "get_cphulk_user_brutes").(catalog.UserBrutesAnswer).Rows
	if len(users) != 2 || users[0].User != "anna" || users[1].User != "root" {
		t.Errorf("%+v", users)
	}
}

// Settings that cannot be read keep everybody out, rather than take the lock away.
func TestUnreadableSettingsAreAnError(t *testing.T) {
	t.Parallel()
	r, db := room(t)
	if _, err := db.Write.NewRaw(`INSERT INTO settings (name, value, changed_at) VALUES ('cphulk', '{"max_failures": "many"}', now())`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := r.Check(t.Context(), db.Write, "anna", far, testkit.Noon); !fault.Is(err, fault.Internal) {
		t.Errorf("checked: %v", err)
	}
}
