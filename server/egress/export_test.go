package egress

import "net"

// WithResolver makes the gate ask a test's name server.
func (g *Gate) WithResolver(r *net.Resolver) *Gate { g.resolver = r; return g }

// WithOwn makes the gate believe in other addresses of this machine.
func (g *Gate) WithOwn(own func() ([]net.Addr, error)) *Gate { g.own = own; return g }
