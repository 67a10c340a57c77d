package config

import (
	"net/netip"
	"strings"
	"testing"
)

func TestReadDefaults(t *testing.T) {
	c, err := Read([]string{"PATH=/bin", "HOME=/root"})
	if err != nil {
		t.Fatal(err)
	}
	if c.CPanelPort != 2083 || c.WHMPort != 2087 || c.WebmailPort != 2096 || c.Bind != "127.0.0.1" || c.Plain != "redirect" {
		t.Errorf("defaults: %+v", c)
	}
	if c.Hostname == "" || !strings.HasSuffix(c.Data, "/data") {
		t.Errorf("not completed: %+v", c)
	}
}

func TestReadRefusesInWords(t *testing.T) {
	for line, want := range map[string]string{
		"POSTERN_CPANEL_PORT=99999":                 `POSTERN_CPANEL_PORT="99999"`,
		"POSTERN_PLAIN=maybe":                       "redirect, serve",
		"POSTERN_BIND=example":                      "POSTERN_BIND",
		"POSTERN_CPANELPORT=1":                      "is not a variable",
		"POSTERN_TLS_CERT=/x":                       "POSTERN_TLS_KEY",
		"POSTERN_TRUSTED_PROXIES=10.0.0.1/x":        "192.0.2.0/24",
		"POSTERN_DATABASE_URL=mysql://u:hunter2@h/": "postgres://",
		"POSTERN_AUDIT_MONTHS=-1":                   "from 0 to 1200",
		"POSTERN_SEAL_KEY=hunter2":                  "32 bytes",
		"POSTERN_DATABASE_APP_FASTCGI=192.0.2.1:9":  "loopback",
		"POSTERN_WEBMAIL_FASTCGI=fpm.sock":          "the path of a socket",
	} {
		_, err := Read([]string{line})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", line, err)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: the error repeats a secret: %v", line, err)
		}
	}
}

func TestNetworksContain(t *testing.T) {
	c, err := Read([]string{"POSTERN_TRUSTED_PROXIES=10.0.0.0/8, 2001:db8::/32,192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	for address, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "2001:db8::1": true, "192.0.2.7": true, "192.0.2.8": false} {
		if got := c.Proxies.Contain(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
