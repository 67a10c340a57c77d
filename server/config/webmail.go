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
	return checkProgram("POSTERN_WEBMAIL_FASTCGI", c.FastCGI, "POSTERN_WEBMAIL_FILES", c.WebmailFiles, "/var/lib/roundcube/public_html")
}

// checkProgram holds the rules of a mounted application: where its program
// answers, and the folder of its files. Both go by the names of their variables.
func checkProgram(program, address, files, folder, example string) error {
	if address == "off" {
		return nil
	}
	if a, err := netip.ParseAddrPort(address); !strings.HasPrefix(address, "/") && (err != nil || !a.Addr().IsLoopback()) {
		return fault.Bad(program, "use the path of a socket, an address of the loopback with a port, or off")
	}
	if !filepath.IsAbs(folder) {
		return fault.Bad(files, "use a whole path, such as "+example)
	}
	return nil
}
