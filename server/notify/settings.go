package notify

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"

	"postern/server/dispatch"
	"postern/server/egress"
	"postern/server/oscar"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// pushbullet is where Pushbullet takes notes (its API's documentation, Create Push).
const pushbullet = "https://api.pushbullet.com/v2/pushes"

// settings are what is kept, as JSON.
type settings struct{ catalog.NotifySettings }

func defaults() settings {
	return settings{catalog.NotifySettings{PushbulletURL: pushbullet, AllowedNetworks: []string{}}}
}

// gate is the way out that the settings leave open.
func (s settings) gate() (*egress.Gate, error) {
	var allowed []netip.Prefix
	for _, text := range s.AllowedNetworks {
		p, err := netip.ParsePrefix(text)
		if err != nil {
			return nil, fmt.Errorf("the setting allowed_networks: %w", err)
		}
		allowed = append(allowed, p)
	}
	return egress.New(allowed...), nil
}

func (r *Room) getSettings(ctx context.Context, c dispatch.Call, _ struct{}) (catalog.NotifySettings, error) {
	s, err := load(ctx, c.DB)
	return s.NotifySettings, err
}

func (r *Room) setSettings(ctx context.Context, c dispatch.Call, in catalog.NotifySettingsChange) (catalog.NotifySettings, error) {
	s, err := change(ctx, c.DB, c.Now, func(s *settings) error { return s.lay(in) })
	return s.NotifySettings, err
}

// lay puts what a change names over the settings.
func (s *settings) lay(in catalog.NotifySettingsChange) (err error) {
	for _, server := range []struct {
		name string
		from *string
		to   *string
	}{{"oscar_server", in.OSCARServer, &s.OSCARServer}, {"oscar_message_server", in.OSCARMessages, &s.OSCARMessages}} {
		if server.from == nil {
			continue
		}
		*server.to = *server.from
		if *server.from != "" {
			if *server.to, err = oscar.HostPort(strings.ToLower(*server.from), oscar.Port); err != nil {
				return fault.Bad(server.name, "use a host, with or without a port, such as oscar.example.com:5190").Because(err)
			}
		}
	}
	if in.PushbulletURL != nil {
		s.PushbulletURL = *in.PushbulletURL
		if s.PushbulletURL == "" {
			s.PushbulletURL = pushbullet
		}
		if u, err := webURL("pushbullet_url", s.PushbulletURL); err != nil || u.Scheme != "https" {
			return fault.Bad("pushbullet_url", "use an https URL")
		}
	}
	if in.AllowedNetworks != nil {
		s.AllowedNetworks, err = networks(*in.AllowedNetworks)
	}
	return err
}

// Bounds of the allowed networks: an operator names networks, not the internet's half.
const (
	maxNetworks = 50
	widest4     = 8
	widest6     = 7 // fc00::/7 is the private part of IPv6
)

// networks reads networks and addresses separated by commas.
func networks(text string) ([]string, error) {
	all := []string{}
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		p, err := netip.ParsePrefix(word)
		if a, isAddress := netip.ParseAddr(word); err != nil && isAddress == nil {
			p, err = netip.PrefixFrom(a.WithZone(""), a.BitLen()), nil
		}
		widest := widest4
		if p.Addr().Is6() {
			widest = widest6
		}
		if err != nil || p.Addr().Is4In6() || p.Bits() < widest || len(all) == maxNetworks {
			return nil, fault.Bad("allowed_networks", fmt.Sprintf(
				"use up to %d networks such as 10.1.2.0/24,fd00:1::/32, none wider than /%d or, in IPv6, /%d", maxNetworks, widest4, widest6))
		}
		all = append(all, p.Masked().String())
	}
	return all, nil
}

// webURL reads an http or https URL.
func webURL(parameter, text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.Opaque != "" {
		return nil, fault.Bad(parameter, "use an http or https URL, such as https://www.example.com/events")
	}
	u.Fragment, u.RawFragment = "", ""
	return u, nil
}

// maxShown is how long a piece of a path may be that is no key.
const maxShown = 15

// shown is a URL without what may be a key: user, query, long pieces of the path.
func shown(u *url.URL) string {
	pieces := strings.Split(u.EscapedPath(), "/")
	for i, p := range pieces {
		if len(p) > maxShown {
			pieces[i] = "…"
		}
	}
	text := u.Scheme + "://" + u.Host + strings.Join(pieces, "/")
	if u.RawQuery != "" {
		text += "?…"
	}
	return text
}

// ending is what is told of a token.
func ending(token string) string {
	const told = 4
	if len(token) < 3*told {
		return "…"
	}
	return "…" + token[len(token)-told:]
}
