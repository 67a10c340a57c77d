package sourceip_test

import (
	"math/big"
	"net/netip"
	"strings"
	"testing"

	"postern/server/sourceip"
	"postern/shared/fault"
)

func TestNetworksReadsEverySpelling(t *testing.T) {
	for text, want := range map[string]string{
		"192.0.2.7":                         "192.0.2.7/32",
		"  192.0.2.7 ":                      "192.0.2.7/32",
		"::ffff:192.0.2.7":                  "192.0.2.7/32",
		"192.0.2.*":                         "192.0.2.0/24",
		"192.0.2.9/29":                      "192.0.2.8/29",
		"::ffff:192.0.2.0/120":              "192.0.2.0/24",
		"10.0.0.0/8":                        "10.0.0.0/8",
		"2001:DB8:0::7":                     "2001:db8::7/128",
		"2001:db8::7/32":                    "2001:db8::/32",
		"2001::/16":                         "2001::/16",
		"192.0.2.1-192.0.2.9":               "192.0.2.1/32 192.0.2.2/31 192.0.2.4/30 192.0.2.8/31",
		"192.0.2.0 - 192.0.2.255":           "192.0.2.0/24",
		"192.0.2.7-192.0.2.7":               "192.0.2.7/32",
		"192.0.2.255-192.0.3.0":             "192.0.2.255/32 192.0.3.0/32",
		"10.0.0.0-10.255.255.255":           "10.0.0.0/8",
		"255.255.255.254-255.255.255.255":   "255.255.255.254/31",
		"2001:db8::-2001:db8::3":            "2001:db8::/126",
		"::ffff:192.0.2.0-::ffff:192.0.2.1": "192.0.2.0/31",
		"2001::-2001:ffff:ffff:ffff:ffff:ffff:ffff:ffff":                                  "2001::/16",
		"ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127",
	} {
		all, err := sourceip.Networks(text)
		var got []string
		for _, p := range all {
			got = append(got, p.String())
		}
		if err != nil || strings.Join(got, " ") != want {
			t.Errorf("%s: %v, %v; want %s", text, got, err, want)
		}
	}
}

func TestNetworksRefusesAndSaysWhy(t *testing.T) {
	const bad, large, many = "use an IPv4 or IPv6 address", "the largest is a /8", "too many networks"
	for text, why := range map[string]string{
		"": bad, "*": bad, "192.0.*.*": bad, "192.0.*": bad, "192.*.2.1": bad, "192.0.2.1.*": bad, ".*": bad, "::ffff:192.0.2.*": bad,
		"192.0.2": bad, "192.0.2.256": bad, "192.0.02.7": bad, "192.0.2.7/33": bad, "192.0.2.7/": bad, "192.0.2.7/08": bad, "192.0.2.7/-1": bad,
		"fe80::1%eth0": bad, "fe80::%eth0/64": bad, "example.com": bad, "192.0.2.7; DROP": bad, "１９２.0.2.7": bad,
		"192.0.2.9-192.0.2.1": bad, "192.0.2.1-2001:db8::1": bad, "192.0.2.1-": bad, "-": bad, "192.0.2.1-192.0.2.2-192.0.2.3": bad,
		"192.0.2.0/24-192.0.3.0/24": bad, "fe80::1%a-fe80::2%a": bad, "192.0.2.1-192.0.2.*": bad,
		"0.0.0.0/0": large, "10.0.0.0/7": large, "::/0": large, "2001::/15": large, "::ffff:0:0/96": large, "::ffff:10.0.0.0/103": large,
		"::ffff:0:0/95":           bad, // both families
		"0.0.0.0-255.255.255.255": large, "10.0.0.0-11.0.0.0": large, "::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff": large,
		"9.255.255.255-10.255.255.255":                    large, // a /8 and one
		"2001::1-2001:ffff:ffff:ffff:ffff:ffff:ffff:fffe": many,
	} {
		all, err := sourceip.Networks(text)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), why) || all != nil {
			t.Errorf("%q: %v, %v; want a refusal that says %q", text, all, err, why)
		}
	}
}

// What a range becomes begins at its first address, ends at its last, and
// between them each network begins where the one before it ends.
func FuzzNetworks(f *testing.F) {
	for _, seed := range []string{"192.0.2.1-192.0.2.9", "2001:db8::5-2001:db8:1::", "192.0.2.*", "::ffff:1.2.3.4/120", "0.0.0.0-0.255.255.255", "-", "a%b-c%d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		all, err := sourceip.Networks(text)
		if err != nil {
			if !fault.Is(err, fault.Invalid) || all != nil {
				t.Fatalf("%q: %v, %v", text, all, err)
			}
			return
		}
		if len(all) == 0 || len(all) > 200 {
			t.Fatalf("%q: %d networks", text, len(all))
		}
		next, size := all[0].Addr(), new(big.Int)
		for _, p := range all {
			least := 16
			if p.Addr().Is4() {
				least = 8
			}
			if p != p.Masked() || p.Addr().Zone() != "" || p.Addr().Is4In6() || p.Bits() < least || p.Addr() != next {
				t.Fatalf("%q: %v in %v", text, p, all)
			}
			span := new(big.Int).Lsh(big.NewInt(1), uint(p.Addr().BitLen()-p.Bits()))
			size.Add(size, span)
			raw := new(big.Int).Add(new(big.Int).SetBytes(p.Addr().AsSlice()), span)
			next, _ = netip.AddrFromSlice(raw.FillBytes(make([]byte, p.Addr().BitLen()/8+1))[1:])
		}
		first, last, is := strings.Cut(text, "-")
		if !is {
			return
		}
		a := netip.MustParseAddr(strings.TrimSpace(first)).Unmap()
		b := netip.MustParseAddr(strings.TrimSpace(last)).Unmap()
		want := new(big.Int).Sub(new(big.Int).SetBytes(b.AsSlice()), new(big.Int).SetBytes(a.AsSlice()))
		if all[0].Addr() != a || size.Cmp(want.Add(want, big.NewInt(1))) != 0 {
			t.Fatalf("%q: %v holds %v addresses, want %v", text, all, size, want)
		}
	})
}
