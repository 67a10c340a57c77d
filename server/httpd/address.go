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
			hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
			if err != nil {
				break
			}
			from = hop.Unmap().WithZone("")
			if !proxies.Contain(from) {
				break
			}
		}
		return from
	}
}
