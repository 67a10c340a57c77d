package config

import (
	"net/netip"
	"path/filepath"
	"strings"

	"postern/shared/fault"
)

// checkWebmail holds the rules of single sign on and the mounted application.
func (c *Config) checkWebmail() error {
	if c.SSO != "off" {
		a, err := netip.ParseAddrPort(c.SSO)
		if err != nil || !a.Addr().IsLoopback() || a.Port() == 0 {
			return fault.Bad("POSTERN_SSO_ADDR", "use an address of the loopback with a port, such as 127.0.0.1:2094, or off: secrets travel there in the clear")
		}
	}
	if c.SSOLife < 10 || c.SSOLife > 3600 {
		return fault.Bad("POSTERN_SSO_TOKEN_SECONDS", "use a number from 10 to 3600")
	}
	if c.FastCGI == "off" {
		return nil
	}
	if a, err := netip.ParseAddrPort(c.FastCGI); !strings.HasPrefix(c.FastCGI, "/") && (err != nil || !a.Addr().IsLoopback()) {
		return fault.Bad("POSTERN_WEBMAIL_FASTCGI", "use the path of a socket, an address of the loopback with a port, or off")
	}
	if !filepath.IsAbs(c.WebmailFiles) {
		return fault.Bad("POSTERN_WEBMAIL_FILES", "use a whole path, such as /var/lib/roundcube/public_html")
	}
	return nil
}
