package provider

import (
	"net/netip"
	"net/url"
	"strings"

	"golang.org/x/oauth2"

	"postern/server/seal"
	"postern/shared/fault"
)

// afterLogin holds url_after_login to an absolute web address with a query.
// cPanel: “Any valid URL that includes a query component.” It goes to the
// provider as it was given, since providers compare it letter by letter.
func afterLogin(text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.RawQuery == "" || u.Fragment != "" {
		return fault.Bad("url_after_login", "use an http or https URL that has a query, such as https://hostname.example.com/after.cgi?state, and no user and no fragment")
	}
	return nil
}

// endpoint holds a provider's address to https. In the clear nobody is who they
// say, except on this very machine.
func endpoint(param, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" || !(u.Scheme == "https" || u.Scheme == "http" && here(u.Hostname())) {
		return fault.Bad(param, "use an https URL without a user and a fragment; http is for a provider on this very machine, such as http://localhost:5556/token")
	}
	return nil
}

// here tells whether a host is this machine by its spelling.
func here(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// issuer holds an issuer identifier to OpenID Connect Discovery 1.0, section 3:
// a URL without query and fragment.
func issuer(text string) error {
	if strings.ContainsAny(text, "?#") {
		return fault.Bad("issuer", "use an https URL without a query and a fragment")
	}
	return endpoint("issuer", text)
}

// scopes holds scope to RFC 6749, section 3.3: words with single spaces between.
func scopes(param, text string) error {
	for _, c := range text {
		if c < ' ' || c > '~' || c == '"' || c == '\\' {
			return fault.Bad(param, "use words of ASCII characters with spaces between")
		}
	}
	return nil
}

func words(text string) []string { return strings.Fields(text) }

// authStyle says where the client secret goes. Left open, every failed exchange
// would be made twice, once in each way.
func authStyle(text string) oauth2.AuthStyle {
	if text == "params" {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader
}

// seal keeps a secret; an empty one is none.
func (r *Room) seal(secret string, place seal.Place) []byte {
	if secret == "" {
		return nil
	}
	return r.Key.Seal(secret, place)
}

func (r *Room) unseal(sealed []byte, place seal.Place) (string, error) {
	if sealed == nil {
		return "", nil
	}
	return r.Key.Open(sealed, place)
}
