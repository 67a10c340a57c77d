package httpd

import (
	"net/http/httptest"
	"net/netip"
	"testing"

	"postern/server/config"
)

func TestAddressBelievesOnlyTheProxies(t *testing.T) {
	of := addressOf(config.Networks{netip.MustParsePrefix("10.0.0.0/8")})
	for _, c := range []struct{ peer, forwarded, want string }{
		{"192.0.2.1:5", "203.0.113.9", "192.0.2.1"},                          // a stranger's word
		{"10.0.0.1:5", "203.0.113.9", "203.0.113.9"},                         // the proxy's
		{"10.0.0.1:5", "198.51.100.1, 203.0.113.9", "203.0.113.9"},           // the client wrote the first
		{"10.0.0.1:5", "198.51.100.1, 203.0.113.9, 10.9.9.9", "203.0.113.9"}, // two proxies
		{"10.0.0.1:5", "203.0.113.9:4711", "203.0.113.9"},                    // some proxies write the port too
		{"10.0.0.1:5", "[2001:db8::7]:4711, 10.0.0.2:80", "2001:db8::7"},
		{"10.0.0.1:5", "nonsense", "10.0.0.1"},
		{"10.0.0.1:5", "", "10.0.0.1"},
		{"[::ffff:192.0.2.1]:5", "", "192.0.2.1"}, // one spelling for one address
		{"[fe80::1%eth0]:5", "", "fe80::1"},
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.RemoteAddr = c.peer
		if c.forwarded != "" {
			r.Header.Set("X-Forwarded-For", c.forwarded)
		}
		if got := of(r).String(); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}
