package bruteforce

import (
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Settings is the policy. Its defaults are cPHulk's (save_cphulk_config).
type Settings struct {
	Enabled       bool
	ByAddress     bool           // ip_based_protection
	ByUser        bool           // username_based_protection: wherever the attempt came from
	ByUserLocally bool           // username_based_protection_local_origin: from loopback only
	Address       Rule           // max_failures_byip, ip_brute_force_period_mins
	User          Rule           // max_failures, brute_force_period_mins
	Keep          time.Duration  // lookback_period_min: how long failures stay readable
	NeverLocked   []netip.Prefix // the white list: neither counted nor refused
}

// Rule is how many failures in which time lock for how long.
type Rule struct {
	Failures int           // this many lock
	Window   time.Duration // counted from the first of them
	Lock     time.Duration // cPHulk locks for as long as it counts
}

// Defaults are the settings of an installation on which nobody changed any.
func Defaults() Settings {
	return Settings{
		Enabled:       true,
		ByAddress:     true,
		ByUserLocally: true,
		Address:       Rule{Failures: 5, Window: 15 * time.Minute, Lock: 15 * time.Minute},
		User:          Rule{Failures: 30, Window: 5 * time.Minute, Lock: 5 * time.Minute},
		Keep:          360 * time.Minute,
	}
}

// countsAddress tells whether failures from the address are held against it.
// One without an address (the command line) has nothing to hold them against.
func (s Settings) countsAddress(a netip.Addr) bool {
	return s.ByAddress && a.IsValid() && !a.IsLoopback()
}

// countsUser tells whether a failure from the address is held against the name.
func (s Settings) countsUser(name string, a netip.Addr) bool {
	local := !a.IsValid() || a.IsLoopback()
	if name == "" || local && name == "root" {
		return false
	}
	return s.ByUser || s.ByUserLocally && local
}

func (s Settings) listed(a netip.Addr) bool {
	return slices.ContainsFunc(s.NeverLocked, func(p netip.Prefix) bool { return p.Contains(a) })
}

// network is what an address counts as: itself for IPv4; for IPv6 its /64, which
// is the least that one customer of a provider has to pick addresses from.
func network(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}

// maxName is how many bytes of a name are kept; no login has more.
const maxName = 255

// Clean is a name as it is stored and compared: lower case, UTF-8, without control
// characters, at most 255 bytes. What an attacker types ends up on an
// administrator's screen.
func Clean(name string) string {
	if len(name) > 4*maxName {
		name = name[:4*maxName]
	}
	name = strings.ToLower(strings.ToValidUTF8(name, "\uFFFD"))
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, name)
	for len(name) > maxName {
		_, n := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-n]
	}
	return name
}
