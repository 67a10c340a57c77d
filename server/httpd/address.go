package httpd

import (
	"net/http"
	"net/netip"
	"strings"

	"postern/server/config"
)

// addressOf is where a request came from. X-Forwarded-For is believed from the
// operator's proxies and from nobody else; it is read from its end, since the
// beginning is what the client wrote.
func addressOf(proxies config.Networks) func(*http.Request) netip.Addr {
	return func(r *http.Request) netip.Addr {
		peer, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil {
			return netip.IPv6Unspecified() // unreachable over TCP; nobody's address
		}
		from := peer.Addr().Unmap().WithZone("")
		if len(proxies) == 0 || !proxies.Contain(from) {
			return from
		}
		hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		for i := len(hops) - 1; i >= 0; i-- {
			hop, ok := hopOf(strings.TrimSpace(hops[i]))
			if !ok {
				break
			}
			from = hop
			if !proxies.Contain(from) {
				break
			}
		}
		return from
	}
}

// hopOf reads one entry of X-Forwarded-For: an address, which some proxies write
// with a port. Read as none, such a proxy's clients would all be the proxy.
func hopOf(text string) (netip.Addr, bool) {
	a, err := netip.ParseAddr(text)
	if err != nil {
		var with netip.AddrPort
		with, err = netip.ParseAddrPort(text)
		a = with.Addr()
	}
	return a.Unmap().WithZone(""), err == nil
}
