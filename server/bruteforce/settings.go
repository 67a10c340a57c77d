package bruteforce

import (
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// Settings is what an administrator sets, in cPHulk's names. Its JSON is what is
// kept. Notices, the firewall and commands are kept for who reads them back and
// are never acted on: a command that a stranger's failures start is a weapon in
// the stranger's hand.
type Settings struct{ catalog.CPHulkConfig }

// LongLock is how long an address is locked that failed LongFailures times:
// cPHulk's two weeks.
const LongLock = 14 * 24 * time.Hour

// Defaults are the settings of an installation on which nobody changed any.
// cPanel: save_cphulk_config.
func Defaults() Settings {
	var s Settings
	s.Enabled, s.ByAddress, s.ByUserLocal = true, true, true
	s.AddressFailures, s.AddressSeconds = 5, 15*60
	s.UserFailures, s.UserSeconds = 30, 5*60
	s.LongFailures, s.LookbackSeconds = 30, 360*60
	return s.whole()
}

// whole fills in what follows from the rest.
func (s Settings) whole() Settings {
	minutes := func(seconds int) int { return (seconds + 59) / 60 }
	s.UserMinutes, s.AddressMinutes, s.LookbackMinutes = minutes(s.UserSeconds), minutes(s.AddressSeconds), minutes(s.LookbackSeconds)
	s.CanFirewall = false
	return s
}

// Rule is how many failures in which time lock for how long.
type Rule struct {
	Failures int           // this many lock
	Period   time.Duration // counted from the first of them; the lock lasts as long
	Long     int           // this many of the lookback period lock for LongLock; 0: never
	Lookback time.Duration
}

func (s Settings) address() Rule {
	return Rule{s.AddressFailures, seconds(s.AddressSeconds), s.LongFailures, s.lookback()}
}

func (s Settings) user() Rule {
	return Rule{s.UserFailures, seconds(s.UserSeconds), 0, s.lookback()}
}

func (s Settings) lookback() time.Duration { return seconds(s.LookbackSeconds) }

func seconds(n int) time.Duration { return time.Duration(n) * time.Second }

// countsAddress tells whether failures from the address are held against it.
// One without an address (the command line) has nothing to hold them against.
func (s Settings) countsAddress(a netip.Addr) bool {
	return bool(s.ByAddress) && a.IsValid() && !a.IsLoopback()
}

// countsUser tells whether a failure from the address is held against the name.
//
// cPanel: username_based_protection counts by name,
// username_based_protection_local_origin limits that to attempts from the server
// itself, username_based_protection_for_root lets root be locked out. By default
// the first is off and the second on. We take that to mean that names are
// counted locally: no lock on an address is there to stop who tries from loopback.
func (s Settings) countsUser(name string, a netip.Addr) bool {
	local := !a.IsValid() || a.IsLoopback()
	switch {
	case name == "" || name == root && (local || !bool(s.ByUserRoot)):
		return false
	case local:
		return bool(s.ByUser || s.ByUserLocal)
	}
	return bool(s.ByUser && !s.ByUserLocal)
}

// counts tells what a failure of this name from this address is held against.
func (s Settings) counts(name string, a netip.Addr) (address, user bool) {
	if !s.Enabled {
		return false, false
	}
	return s.countsAddress(a), s.countsUser(name, a)
}

// root is the one who can always come in from the server itself.
const root = "root"

// save puts the settings of a request over s; whether the protection is on stays.
func (s *Settings) save(in catalog.SaveCPHulkConfigRequest) error {
	for _, b := range []struct {
		to   *scalar.Bit
		from scalar.Bit
	}{
		{&s.Firewall, in.Firewall}, {&s.FirewallLong, in.FirewallLong}, {&s.ByAddress, in.ByAddress},
		{&s.NotifyBrute, in.NotifyBrute}, {&s.NotifyRoot, in.NotifyRoot}, {&s.NotifyRootNetwork, in.NotifyRootNetwork},
		{&s.ByUser, in.ByUser}, {&s.ByUserRoot, in.ByUserRoot}, {&s.ByUserLocal, in.ByUserLocal},
	} {
		*b.to = b.from
	}
	s.Command, s.CommandLong = in.Command, in.CommandLong
	for _, n := range []struct {
		key   string
		value int
	}{
		{"brute_force_period_mins", in.UserMinutes}, {"ip_brute_force_period_mins", in.AddressMinutes}, {"lookback_period_min", in.LookbackMinutes},
		{"mark_as_brute", in.LongFailures}, {"max_failures", in.UserFailures}, {"max_failures_byip", in.AddressFailures},
	} {
		if err := s.setNumber(n.key, n.key, n.value); err != nil {
			return err
		}
	}
	return nil
}

// set writes one setting by its key.
func (s *Settings) set(key, value string) error {
	if b := s.bit(key); b != nil {
		if b.UnmarshalText([]byte(value)) != nil {
			return fault.Bad("value", "use 1 for yes or 0 for no")
		}
		return nil
	}
	switch key {
	case "command_to_run_on_brute_force":
		s.Command = value
		return nil
	case "command_to_run_on_excessive_brute_force":
		s.CommandLong = value
		return nil
	case "country_blacklist", "country_whitelist":
		if value != "" {
			return fault.Bad("value", "Postern does not know the addresses of countries; leave it empty")
		}
		return nil
	}
	n, err := strconv.Atoi(value)
	if err != nil {
		return fault.Bad("value", "use a whole number")
	}
	return s.setNumber(key, "value", n)
}

// bit is the setting behind a key; nil if it is none of a bit.
func (s *Settings) bit(key string) *scalar.Bit {
	return map[string]*scalar.Bit{
		"block_brute_force_with_firewall": &s.Firewall, "block_excessive_brute_force_with_firewall": &s.FirewallLong,
		"ip_based_protection": &s.ByAddress, "is_enabled": &s.Enabled,
		"notify_on_brute": &s.NotifyBrute, "notify_on_root_login": &s.NotifyRoot, "notify_on_root_login_for_known_netblock": &s.NotifyRootNetwork,
		"username_based_protection": &s.ByUser, "username_based_protection_for_root": &s.ByUserRoot, "username_based_protection_local_origin": &s.ByUserLocal,
	}[key]
}

// setNumber writes a number by its key; the error names the parameter that holds it.
func (s *Settings) setNumber(key, parameter string, n int) error {
	to, unit, most, what := (*int)(nil), 1, catalog.CPHulkMostFailures, "failures"
	switch key {
	case "mark_as_brute":
		to = &s.LongFailures
	case "max_failures":
		to = &s.UserFailures
	case "max_failures_byip":
		to = &s.AddressFailures
	case "brute_force_period_mins", "brute_force_period_sec":
		to = &s.UserSeconds
	case "ip_brute_force_period_mins", "ip_brute_force_period_sec":
		to = &s.AddressSeconds
	case "lookback_period_min", "lookback_time":
		to = &s.LookbackSeconds
	default:
		return fault.Bad("key", "there is no such setting")
	}
	switch key {
	case "brute_force_period_mins", "ip_brute_force_period_mins", "lookback_period_min":
		unit, most, what = 60, catalog.CPHulkMostMinutes, "minutes"
	case "brute_force_period_sec", "ip_brute_force_period_sec", "lookback_time":
		most, what = catalog.CPHulkMostMinutes*60, "seconds"
	}
	if n < 1 || n > most {
		return fault.Bad(parameter, fmt.Sprintf("use a number of %s from 1 to %d", what, most))
	}
	*to = n * unit
	return nil
}

// idle says which settings that are in force nobody acts on; nil if there are none.
func (s Settings) idle() *string {
	if !s.Firewall && !s.FirewallLong && !s.NotifyBrute && !s.NotifyRoot && !s.NotifyRootNetwork && s.Command == "" && s.CommandLong == "" {
		return nil
	}
	text := "Postern keeps the settings of the firewall, of commands and of notices, and does not act on them."
	return &text
}
