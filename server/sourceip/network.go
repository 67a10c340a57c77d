package sourceip

import (
	"math/big"
	"net/netip"
	"strings"

	"postern/shared/catalog"
	"postern/shared/fault"
)

// The largest networks that may be listed: whoever trusts more trusts the world.
const (
	leastBits4 = 8
	leastBits6 = 16
)

// Networks reads a trusted address in any of its spellings: an address, a
// network (192.0.2.0/24), a.b.c.* or a range a-b, which becomes the fewest
// networks that cover it and nothing else. Host bits are cut off; an IPv4
// address in IPv6's clothes is the IPv4 address. The error is a fault.Invalid.
func Networks(text string) ([]netip.Prefix, error) {
	text = strings.TrimSpace(text)
	if first, last, is := strings.Cut(text, "-"); is {
		return spanned(strings.TrimSpace(first), strings.TrimSpace(last))
	}
	p, ok := network(text)
	if !ok {
		return nil, unreadable()
	}
	if p.Bits() < leastBits(p.Addr()) {
		return nil, tooLarge()
	}
	return []netip.Prefix{p}, nil
}

func unreadable() *fault.Fault {
	return fault.Bad("ip", catalog.NetworkForm.Text)
}

func tooLarge() *fault.Fault {
	return fault.Bad("ip", catalog.NetworkTooLarge.Text)
}

func leastBits(a netip.Addr) int {
	if a.Is4() {
		return leastBits4
	}
	return leastBits6
}

// network reads one address or one network.
func network(text string) (netip.Prefix, bool) {
	if a, ok := address(text); ok {
		return single(a), true
	}
	// cPanel: a trusted address may have * as its last octet.
	if front, is := strings.CutSuffix(text, ".*"); is {
		a, err := netip.ParseAddr(front + ".0")
		return netip.PrefixFrom(a, 24), err == nil && a.Is4()
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return p, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 {
			return p, false // would hold addresses of both families
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return p.Masked(), true
}

func address(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a.Unmap(), err == nil && a.Zone() == ""
}

// single is the network of one address.
func single(a netip.Addr) netip.Prefix {
	a = a.Unmap().WithZone("")
	return netip.PrefixFrom(a, a.BitLen())
}

// spanned is what a range is made of.
func spanned(first, last string) ([]netip.Prefix, error) {
	a, ok1 := address(first)
	b, ok2 := address(last)
	if !ok1 || !ok2 || a.BitLen() != b.BitLen() || b.Less(a) {
		return nil, unreadable()
	}
	size := new(big.Int).Sub(number(b), number(a)) // one less than it holds
	if size.BitLen() > a.BitLen()-leastBits(a) {
		return nil, tooLarge()
	}
	all := cover(a, b)
	if len(all) > catalog.AddressesMax {
		return nil, fault.Bad("ip", catalog.NetworkInPieces.Text)
	}
	return all, nil
}

// cover is the fewest networks that hold the addresses from a to b and no others.
func cover(a, b netip.Addr) (all []netip.Prefix) {
	for {
		bits := a.BitLen()
		for bits > 0 {
			larger := netip.PrefixFrom(a, bits-1).Masked()
			if larger.Addr() != a || b.Less(last(larger)) {
				break
			}
			bits--
		}
		p := netip.PrefixFrom(a, bits)
		all = append(all, p)
		if end := last(p); end == b {
			return all
		} else {
			a = end.Next()
		}
	}
}

// last is the last address of a network.
func last(p netip.Prefix) netip.Addr {
	raw := p.Addr().AsSlice()
	for bit := p.Bits(); bit < len(raw)*8; bit++ {
		raw[bit/8] |= 1 << (7 - bit%8)
	}
	a, _ := netip.AddrFromSlice(raw)
	return a
}

func number(a netip.Addr) *big.Int { return new(big.Int).SetBytes(a.AsSlice()) }

// show spells a network for people: a single address without its length.
func show(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}
