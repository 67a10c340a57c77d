package bruteforce

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"
)

// span is the addresses from first to last, of one family.
type span struct{ first, last netip.Addr }

// readSpan reads an address, a network (CIDR) or a range a-b. An IPv4 address in
// IPv6's clothes is the IPv4 address.
func readSpan(text string) (s span, ok bool) {
	text = strings.TrimSpace(text)
	if first, last, is := strings.Cut(text, "-"); is {
		var ok1, ok2 bool
		s.first, ok1 = readAddress(strings.TrimSpace(first))
		s.last, ok2 = readAddress(strings.TrimSpace(last))
		return s, ok1 && ok2 && s.first.BitLen() == s.last.BitLen() && !s.last.Less(s.first)
	}
	if !strings.Contains(text, "/") {
		a, ok := readAddress(text)
		return span{a, a}, ok
	}
	p, err := netip.ParsePrefix(text)
	if err != nil {
		return s, false
	}
	if p.Addr().Is4In6() {
		if p.Bits() < 96 { // would hold addresses of both families
			return s, false
		}
		p = netip.PrefixFrom(p.Addr().Unmap(), p.Bits()-96)
	}
	return spanOf(p), true
}

func readAddress(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	return a.Unmap(), err == nil && a.Zone() == ""
}

// spanOf is a network from its first address to its last.
func spanOf(p netip.Prefix) span {
	p = p.Masked()
	raw := p.Addr().AsSlice()
	for i := range raw {
		if free := 8*(i+1) - p.Bits(); free > 0 {
			raw[i] |= byte(1<<min(free, 8) - 1)
		}
	}
	last, _ := netip.AddrFromSlice(raw) // as long as the address it came from
	return span{p.Addr(), last}
}

// String is how cPHulk tells it: an address, or two with a hyphen.
func (s span) String() string {
	if s.first == s.last {
		return s.first.String()
	}
	return s.first.String() + "-" + s.last.String()
}

// clean is an address as it is compared.
func clean(a netip.Addr) netip.Addr { return a.Unmap().WithZone("") }

// network is what an address counts as: itself for IPv4; for IPv6 its /64, which
// is the least that one customer of a provider has to pick addresses from.
func network(a netip.Addr) netip.Prefix {
	bits := 64
	if a.Is4() {
		bits = 32
	}
	p, err := a.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// key is a network as lockouts has it: an address, or a /64.
func key(p netip.Prefix) string {
	if p.IsSingleIP() {
		return p.Addr().String()
	}
	return p.String()
}

// Origin is what an address counts as, as text: the key by which strangers share
// the password hasher. It is never empty.
func Origin(a netip.Addr) string {
	if a = clean(a); !a.IsValid() {
		return "local"
	}
	return key(network(a))
}

// inet is an address for PostgreSQL; null where there is none.
func inet(a netip.Addr) *string {
	if !a.IsValid() {
		return nil
	}
	text := a.String()
	return &text
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
