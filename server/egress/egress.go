// Package egress is the one guarded way out of the machine.
//
// It owns what Postern may connect to: the public internet, and besides only
// what an operator allowed by name of its network. The address is judged when
// the connection is made, after the name was resolved and again at each
// redirect, so that neither a name that points inward nor one that changes its
// mind gets past. It does not know what the connections are for: rooms that
// reach other machines make a Gate of the operator's networks for each call.
package egress

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

// ErrForbidden says that a destination is one that Postern does not connect to.
var ErrForbidden = errors.New("egress: the destination is in a network that Postern does not connect to")

// metadata are addresses at which clouds give out credentials of the machine.
// They stay closed in an allowed network too. Not all of them are private:
// 168.63.129.16 is Azure's, 100.100.100.200 Alibaba's, 169.254.170.2 that of
// Amazon's containers.
var metadata = []netip.Addr{
	netip.MustParseAddr("169.254.169.254"), netip.MustParseAddr("169.254.170.2"), netip.MustParseAddr("168.63.129.16"),
	netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd20:ce::254"),
}

// Gate decides what may be connected to. It may be used by several goroutines.
type Gate struct {
	guard    *ssrf.Guardian
	allowed  []netip.Prefix
	resolver *net.Resolver // nil: the system's
	own      func() ([]net.Addr, error)
}

// New makes a gate that lets out to the public internet and to the allowed
// networks. Loopback, private, link-local and other special networks, and the
// addresses of this machine itself, stay closed unless they are allowed.
func New(allowed ...netip.Prefix) *Gate {
	var v4, v6 []netip.Prefix
	for _, p := range allowed {
		if p.Addr().Is4() {
			v4 = append(v4, p)
		} else {
			v6 = append(v6, p)
		}
	}
	return &Gate{
		guard:   ssrf.New(ssrf.WithAnyPort(), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...)),
		allowed: allowed,
		own:     net.InterfaceAddrs,
	}
}

// DialContext connects over TCP to host:port, if that is allowed: it is the
// DialContext of a net.Dialer. A refusal is an ErrForbidden; nothing was sent then.
func (g *Gate) DialContext(ctx context.Context, network, address string) (net.Conn, error) {
	d := &net.Dialer{Timeout: dialTimeout, Resolver: g.resolver, Control: g.control}
	return d.DialContext(ctx, network, address)
}

const dialTimeout = 15 * time.Second

// control is asked by the dialer for each address that it is about to connect to.
func (g *Gate) control(network, address string, _ syscall.RawConn) error {
	if err := g.guard.Safe(network, address, nil); err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForbidden, err)
	}
	ip := to.Addr().Unmap().WithZone("")
	if slices.Contains(metadata, ip) {
		return fmt.Errorf("%w: %s gives out the machine's credentials", ErrForbidden, ip)
	}
	if slices.ContainsFunc(g.allowed, func(p netip.Prefix) bool { return p.Contains(ip) }) {
		return nil
	}
	return g.notOwn(ip)
}

// notOwn refuses this machine's public addresses: a firewall that keeps strangers
// from a port lets the machine itself in.
func (g *Gate) notOwn(ip netip.Addr) error {
	own, err := g.own()
	if err != nil {
		return fmt.Errorf("%w: the machine's own addresses are not known: %w", ErrForbidden, err)
	}
	for _, a := range own {
		if p, err := netip.ParsePrefix(a.String()); err == nil && p.Addr().Unmap().WithZone("") == ip {
			return fmt.Errorf("%w: %s is this machine", ErrForbidden, ip)
		}
	}
	return nil
}
