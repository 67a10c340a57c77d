package egress_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"postern/server/egress"
	"postern/shared/fault"
)

var loopback = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// counter is a port on loopback that counts who connects.
type counter struct {
	port  int
	count atomic.Int64
}

func newCounter(t *testing.T, network, address string) *counter {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	c := &counter{port: l.Addr().(*net.TCPAddr).Port}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			c.count.Add(1)
			conn.Close()
		}
	}()
	return c
}

// nobody fails the test if anybody connected. A connection that was made is in
// the listener's queue before the one that this makes itself.
func (c *counter) nobody(t *testing.T, host string) {
	t.Helper()
	conn, err := net.Dial("tcp", net.JoinHostPort(host, fmt.Sprint(c.port)))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	_, _ = conn.Read(make([]byte, 1)) // until it was counted and closed
	if n := c.count.Load(); n != 1 {
		t.Errorf("%d connections were made, besides this one", n-1)
	}
}

// names is a name server: it answers A and AAAA questions for any name with these
// addresses, in turn.
func names(t *testing.T, addresses ...string) *net.Resolver {
	t.Helper()
	server, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { server.Close() })
	go func() {
		packet := make([]byte, 1500)
		for turn := 0; ; {
			n, from, err := server.ReadFrom(packet)
			if err != nil {
				return
			}
			var m dnsmessage.Message
			if m.Unpack(packet[:n]) != nil || len(m.Questions) != 1 {
				continue
			}
			m.Response, m.Additionals = true, nil
			q, ip := m.Questions[0], netip.MustParseAddr(addresses[turn%len(addresses)])
			head := dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class}
			if q.Type == dnsmessage.TypeA && ip.Is4() {
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AResource{A: ip.As4()}}}
				turn++
			} else if q.Type == dnsmessage.TypeAAAA && ip.Is6() {
				m.Answers = []dnsmessage.Resource{{Header: head, Body: &dnsmessage.AAAAResource{AAAA: ip.As16()}}}
				turn++
			}
			if reply, err := m.Pack(); err == nil {
				_, _ = server.WriteTo(reply, from)
			}
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "udp", server.LocalAddr().String())
	}}
}

func TestNoConnectionInward(t *testing.T) {
	c := newCounter(t, "tcp", "127.0.0.1:0")
	dial := func(g *egress.Gate, host string) {
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
		defer cancel()
		conn, err := g.DialContext(ctx, "tcp", net.JoinHostPort(host, fmt.Sprint(c.port)))
		if err == nil {
			conn.Close()
			t.Errorf("%s: connected", host)
		} else if !errors.Is(err, egress.ErrForbidden) && !named(host) {
			t.Errorf("%s: %v", host, err)
		}
	}
	for _, host := range []string{
		"127.0.0.1", "127.1.2.3", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::1",
		"localhost", "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "0",
	} {
		dial(egress.New(), host)
		dial(egress.New(netip.MustParsePrefix("10.0.0.0/8")), host)
	}
	for _, answer := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0"} {
		dial(egress.New().WithResolver(names(t, answer)), "inward.example.com.")
	}
	// A name that points outward when it is looked at and inward when it is used.
	turncoat := egress.New().WithResolver(names(t, "127.0.0.1", "127.0.0.1"))
	dial(turncoat, "turncoat.example.com.")
	dial(turncoat, "turncoat.example.com.")
	c.nobody(t, "127.0.0.1")
}

// named tells that a text is a name to one resolver and an address to another.
func named(host string) bool { _, err := netip.ParseAddr(host); return err != nil }

func TestNamesThatPointInwardAreForbidden(t *testing.T) {
	for _, answer := range []string{"127.0.0.1", "169.254.169.254", "10.0.0.1", "168.63.129.16", "::1", "fe80::1", "fc00::1"} {
		g := egress.New().WithResolver(names(t, answer))
		if conn, err := g.DialContext(t.Context(), "tcp", "inward.example.com.:80"); !errors.Is(err, egress.ErrForbidden) {
			t.Errorf("a name of %s: %v, %v", answer, conn, err)
		}
	}
}

func TestForbiddenNetworks(t *testing.T) {
	own := func() ([]net.Addr, error) {
		return []net.Addr{&net.IPNet{IP: net.IPv4(198, 41, 0, 4), Mask: net.CIDRMask(24, 32)}}, nil
	}
	for _, c := range []struct {
		address string
		allowed []string
	}{
		{"10.1.2.3", nil}, {"172.16.0.1", nil}, {"192.168.1.1", nil}, {"100.64.0.1", nil}, {"169.254.169.254", nil}, {"224.0.0.1", nil},
		{"255.255.255.255", nil}, {"fe80::1", nil}, {"fd00::1", nil}, {"ff02::1", nil}, {"2001:db8::1", nil},
		{"168.63.129.16", nil}, {"100.100.100.200", nil},
		{"198.41.0.4", nil},                     // this machine's own, in public
		{"192.168.1.1", []string{"10.0.0.0/8"}}, // allowed is what was allowed
		{"169.254.169.254", []string{"169.254.0.0/16"}}, {"::ffff:169.254.169.254", []string{"169.254.0.0/16"}},
		{"fd00:ec2::254", []string{"fd00::/8"}}, {"168.63.129.16", []string{"168.63.0.0/16"}},
	} {
		var allowed []netip.Prefix
		for _, p := range c.allowed {
			allowed = append(allowed, netip.MustParsePrefix(p))
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		conn, err := egress.New(allowed...).WithOwn(own).DialContext(ctx, "tcp", net.JoinHostPort(c.address, "80"))
		cancel()
		if !errors.Is(err, egress.ErrForbidden) || !fault.Is(egress.Fault(err, "The server"), fault.Forbidden) {
			t.Errorf("%s with %v allowed: %v, %v", c.address, c.allowed, conn, err)
		}
	}
	blind := egress.New().WithOwn(func() ([]net.Addr, error) { return nil, errors.New("no interfaces") })
	if _, err := blind.DialContext(t.Context(), "tcp", "198.41.0.4:80"); !errors.Is(err, egress.ErrForbidden) {
		t.Errorf("while the machine's addresses are not known: %v", err)
	}
	if _, err := egress.New(loopback...).DialContext(t.Context(), "unix", "/run/x.sock"); !errors.Is(err, egress.ErrForbidden) {
		t.Errorf("a Unix socket: %v", err)
	}
}

func TestAllowedNetworkIsReached(t *testing.T) {
	for network, host := range map[string]string{"tcp4": "127.0.0.1", "tcp6": "::1"} {
		c := newCounter(t, network, net.JoinHostPort(host, "0"))
		conn, err := egress.New(loopback...).DialContext(t.Context(), "tcp", net.JoinHostPort(host, fmt.Sprint(c.port)))
		if err != nil {
			t.Errorf("%s: %v", host, err)
			continue
		}
		conn.Close()
	}
}

func TestReasonsTellNoAddress(t *testing.T) {
	_, err := egress.New().DialContext(t.Context(), "tcp", "127.0.0.1:80")
	f := egress.Fault(fmt.Errorf("dialling: %w", err), "The server")
	if strings.Contains(f.Message, "127") || !strings.HasPrefix(f.Message, "The server is in a network") || !errors.Is(f, egress.ErrForbidden) {
		t.Errorf("%q", f.Message)
	}
	if again := egress.Fault(fmt.Errorf("x: %w", f), "Another"); again != f {
		t.Errorf("a fault became %v", again)
	}
}

// netip32 is the network of one address.
func netip32(address string) netip.Prefix {
	a := netip.MustParseAddr(address)
	return netip.PrefixFrom(a, a.BitLen())
}
