// Package config is what an operator sets: one struct, read once from the
// environment. Policy that an administrator changes is rows, not environment.
package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"

	"postern/server/seal"
	"postern/shared/fault"
	"postern/shared/form"
)

// Config is everything that the environment says.
type Config struct {
	Data         string      `form:"POSTERN_DATA" default:"data" doc:"Folder for keys, the certificate and the embedded database."`
	DatabaseURL  seal.Secret `form:"POSTERN_DATABASE_URL" doc:"PostgreSQL 14 or newer; empty: a private cluster in POSTERN_DATA."`
	ReadURL      seal.Secret `form:"POSTERN_DATABASE_READ_URL" doc:"A replica for calls that only read lists and reports; empty: POSTERN_DATABASE_URL."`
	TenantURL    seal.Secret `form:"POSTERN_TENANT_URL" doc:"PostgreSQL server of the accounts' databases, as a role with CREATEROLE and CREATEDB; empty: the embedded one, or POSTERN_DATABASE_URL."`
	TenantPlace  string      `form:"POSTERN_TENANT_ADDRESS" max:"300" doc:"host:port that accounts are told to connect to. An embedded server listens there, on the loopback alone, such as 127.0.0.1:5433; empty: the server of POSTERN_TENANT_URL, or the embedded one's Unix socket."`
	Hostname     string      `form:"POSTERN_HOSTNAME" max:"253" doc:"Name in URLs, certificate and answers; empty: the machine's."`
	Bind         string      `form:"POSTERN_BIND" default:"127.0.0.1" doc:"Address of all listeners."`
	CPanelPort   Port        `form:"POSTERN_CPANEL_PORT" default:"2083" doc:"TLS port of cPanel's service; 0: any free one."`
	WHMPort      Port        `form:"POSTERN_WHM_PORT" default:"2087" doc:"TLS port of WHM's service; 0: any free one."`
	WebmailPort  Port        `form:"POSTERN_WEBMAIL_PORT" default:"2096" doc:"TLS port of Webmail's service; 0: any free one."`
	CPanelPlain  Port        `form:"POSTERN_CPANEL_PLAIN_PORT" default:"2082" doc:"Plain port of cPanel's service; off: none."`
	WHMPlain     Port        `form:"POSTERN_WHM_PLAIN_PORT" default:"2086" doc:"Plain port of WHM's service; off: none."`
	WebmailPlain Port        `form:"POSTERN_WEBMAIL_PLAIN_PORT" default:"2095" doc:"Plain port of Webmail's service; off: none."`
	Plain        string      `form:"POSTERN_PLAIN" default:"redirect" choices:"redirect,serve" doc:"What plain ports do. redirect: pages go to TLS, API calls and credentials are refused; serve: answer, for a TLS proxy in front."`
	TLSCert      string      `form:"POSTERN_TLS_CERT" doc:"Certificate file, reloaded when it changes; empty: self-signed, made once in POSTERN_DATA."`
	TLSKey       string      `form:"POSTERN_TLS_KEY" doc:"The certificate's key file."`
	RootPassword seal.Secret `form:"POSTERN_ROOT_PASSWORD" doc:"root's first password, used only when the database is new; empty: generated and printed."`
	SealKey      seal.Secret `form:"POSTERN_SEAL_KEY" doc:"32 bytes in base64, the same on every node; empty: made once in POSTERN_DATA."`
	Proxies      Networks    `form:"POSTERN_TRUSTED_PROXIES" doc:"Networks (CIDR, separated by commas) whose X-Forwarded-For is believed."`
	Metrics      string      `form:"POSTERN_METRICS_ADDR" default:"off" doc:"host:port for /metrics, /healthz and /readyz, or off."`
	SSO          string      `form:"POSTERN_SSO_ADDR" default:"off" doc:"host:port on the loopback where mail servers and applications get single sign-on tokens and ask about them, such as 127.0.0.1:2094, or off."`
	SSOLife      int         `form:"POSTERN_SSO_TOKEN_SECONDS" default:"300" doc:"How long an access token lives before it is refreshed, 10 to 3600 seconds. Revocation does not wait for it."`
	FastCGI      string      `form:"POSTERN_WEBMAIL_FASTCGI" default:"off" doc:"Where the program of a mounted webmail application answers FastCGI: a socket's path or host:port, or off."`
	WebmailFiles string      `form:"POSTERN_WEBMAIL_FILES" default:"/var/lib/roundcube/public_html" doc:"Folder with the mounted webmail application's index.php, styles and scripts."`
	DatabaseApp  string      `form:"POSTERN_DATABASE_APP_FASTCGI" default:"off" doc:"Where PHP answers FastCGI for Adminer, which opens accounts’ databases in a browser: a socket’s path or host:port, or off. A configuration for it is in POSTERN_DATA/database-app."`
	AdminerFiles string      `form:"POSTERN_DATABASE_APP_FILES" default:"/usr/share/adminer" doc:"Folder with Adminer’s adminer.php."`
	AuditMonths  int         `form:"POSTERN_AUDIT_MONTHS" default:"0" doc:"Whole months of the audit trail that are kept besides the running one, 1 to 1200; older ones are dropped. 0 keeps all."`
	Log          string      `form:"POSTERN_LOG" default:"text" choices:"text,json" doc:"Form of the log."`
	LogLevel     string      `form:"POSTERN_LOG_LEVEL" default:"info" choices:"debug,info,warn,error" doc:"The least severe line that the log shows."`
}

// Fields are the variables, for help.
var Fields = form.Fields(reflect.TypeFor[Config]())

// Read reads the environment. The error names the variable, its value unless
// it is a secret, and what is allowed.
func Read(environ []string) (Config, error) {
	args := url.Values{}
	known := map[string]bool{}
	for _, f := range Fields {
		known[f.Name] = true
	}
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if strings.HasPrefix(name, "POSTERN_") && !strings.HasPrefix(name, "POSTERN_TEST_") && !known[name] {
			return Config{}, fmt.Errorf("%s is not a variable of Postern's: `postern serve --help` lists them", name)
		}
		if known[name] {
			args.Set(name, value)
		}
	}
	var c Config
	if err := form.Read(Fields, args, &c); err != nil {
		for _, f := range Fields { // the value helps whoever mistyped it; a secret is not repeated
			if value := args.Get(f.Name); strings.Contains(err.Error(), f.Name) && value != "" && !secret(f) {
				return Config{}, fmt.Errorf("%s=%q: %w", f.Name, value, err)
			}
		}
		return Config{}, err
	}
	return c, c.complete()
}

func secret(f form.Field) bool {
	return strings.Contains(f.Name, "PASSWORD") || strings.Contains(f.Name, "SEAL_KEY") || strings.Contains(f.Name, "URL")
}

// complete fills in what depends on the machine.
func (c *Config) complete() (err error) {
	if c.Data, err = filepath.Abs(c.Data); err != nil {
		return fmt.Errorf("POSTERN_DATA: %w", err)
	}
	if c.Hostname == "" {
		if c.Hostname, err = os.Hostname(); err != nil || c.Hostname == "" {
			c.Hostname = "localhost"
		}
	}
	c.Hostname = strings.ToLower(strings.TrimSuffix(c.Hostname, "."))
	return nil
}

// Check holds the rules between variables.
func (c *Config) Check() error {
	if _, err := netip.ParseAddr(c.Bind); err != nil {
		return fault.Bad("POSTERN_BIND", "use an IPv4 or IPv6 address, such as 127.0.0.1, 0.0.0.0 or ::")
	}
	if c.AuditMonths < 0 || c.AuditMonths > 1200 {
		return fault.Bad("POSTERN_AUDIT_MONTHS", "use a number from 0 to 1200")
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		return fault.Bad("POSTERN_TLS_CERT", "set it together with POSTERN_TLS_KEY")
	}
	if c.SealKey != "" {
		if _, err := seal.NewKey(c.SealKey.Reveal()); err != nil {
			return fault.Bad("POSTERN_SEAL_KEY", err.Error())
		}
	}
	for name, u := range map[string]seal.Secret{"POSTERN_DATABASE_URL": c.DatabaseURL, "POSTERN_DATABASE_READ_URL": c.ReadURL, "POSTERN_TENANT_URL": c.TenantURL} {
		if parsed, err := url.Parse(u.Reveal()); u != "" && (err != nil || parsed.Scheme != "postgres" && parsed.Scheme != "postgresql") {
			return fault.Bad(name, "use a URL such as postgres://user:password@host:5432/postern")
		}
	}
	if _, _, err := net.SplitHostPort(c.TenantPlace); c.TenantPlace != "" && err != nil {
		return fault.Bad("POSTERN_TENANT_ADDRESS", "use host:port, such as 127.0.0.1:5433")
	}
	if err := c.checkWebmail(); err != nil {
		return err
	}
	if err := checkProgram("POSTERN_DATABASE_APP_FASTCGI", c.DatabaseApp, "POSTERN_DATABASE_APP_FILES", c.AdminerFiles, "/usr/share/adminer"); err != nil {
		return err
	}
	if h := c.Hostname; h != "" && strings.ContainsAny(h, "/:@ \\?#%\"'<>") {
		return fault.Bad("POSTERN_HOSTNAME", "use a host name without a port, such as host.example.com")
	}
	return nil
}

// Port is a TCP port, or off.
type Port int

// Off is the port of a listener that there is not.
const Off Port = -1

// UnmarshalText reads 0 to 65535, or off.
func (p *Port) UnmarshalText(text []byte) error {
	if string(text) == "off" {
		*p = Off
		return nil
	}
	n, err := strconv.ParseUint(string(text), 10, 16)
	if err != nil {
		return fmt.Errorf("use a port from 0 to 65535, or off")
	}
	*p = Port(n)
	return nil
}

// Networks is a list of networks.
type Networks []netip.Prefix

// UnmarshalText reads networks in CIDR form, or addresses, separated by commas.
func (n *Networks) UnmarshalText(text []byte) error {
	*n = nil
	for _, word := range strings.FieldsFunc(string(text), func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(word)
		if err != nil {
			a, err := netip.ParseAddr(word)
			if err != nil {
				return fmt.Errorf("use networks such as 192.0.2.0/24,2001:db8::/32")
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		*n = append(*n, p.Masked())
	}
	return nil
}

// Contain tells whether an address is in one of the networks.
func (n Networks) Contain(a netip.Addr) bool {
	for _, p := range n {
		if p.Contains(a.Unmap()) {
			return true
		}
	}
	return false
}
