package token

import (
	"net/netip"
	"slices"
	"strings"

	"postern/shared/fault"
)

// maxNetworks is how many addresses and networks one token may be limited to.
const maxNetworks = 100

// networks reads addresses and CIDR networks of both families, without doubles.
// A network's host bits are cut off, so that 192.0.2.9/29 is 192.0.2.8/29: what
// was meant is plain, and the answer shows what was understood. An IPv4 address
// in IPv6's clothes is the IPv4 address.
func networks(parameter string, texts []string) ([]netip.Prefix, error) {
	if len(texts) > maxNetworks {
		return nil, fault.New(fault.Invalid, "The parameter “%s” may hold at most %d addresses and networks.", parameter, maxNetworks)
	}
	var all []netip.Prefix
	for _, t := range texts {
		p, ok := network(strings.TrimSpace(t))
		if !ok {
			return nil, fault.Bad(parameter, "use an IPv4 or IPv6 address, or a network such as 192.0.2.8/29")
		}
		if !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all, nil
}

func network(text string) (netip.Prefix, bool) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap()
		return netip.PrefixFrom(a, a.BitLen()), a.Zone() == ""
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return p, false
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

// show spells networks as cPanel does: a single address has no mask. nil, which
// means any, stays nil.
func show(all []netip.Prefix) []string {
	var texts []string
	for _, p := range all {
		if p.IsSingleIP() {
			texts = append(texts, p.Addr().String())
			continue
		}
		texts = append(texts, p.String())
	}
	return texts
}
