package provider

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/uptrace/bun"

	"postern/shared/fault"
)

// metadata is what a provider's configuration says of it.
type metadata struct {
	config oidc.ProviderConfig
	sayIss bool // it names itself with every return (RFC 9207)
	asked  time.Time
}

// freshness is how long a provider's configuration is believed. Strangers can
// begin as many sign ins as they like: they do not reach the provider each time.
const freshness = 5 * time.Minute

// discoveries remembers configurations that were well, for this node alone. What
// a key or an address means is still decided anew each time it is used.
type discoveries struct {
	mu sync.Mutex
	by map[string]metadata // by issuer: as many as there are providers
}

func (d *discoveries) get(issuer string, now time.Time) (metadata, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	m, there := d.by[issuer]
	return m, there && now.Sub(m.asked) < freshness && !now.Before(m.asked)
}

func (d *discoveries) put(issuer string, m metadata) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.by == nil || len(d.by) > 1000 {
		d.by = map[string]metadata{}
	}
	d.by[issuer] = m
}

func (p *identityProvider) party(secret string) party {
	return party{what: "The authentication provider “" + p.Name + "”", secret: secret}
}

// discover is a provider's configuration, asked for when it is not known.
func (r *Room) discover(ctx context.Context, db bun.IDB, p *identityProvider) (metadata, error) {
	if m, known := r.known.get(p.Issuer, r.Now()); known {
		return m, nil
	}
	return r.ask(ctx, db, p)
}

// ask asks a provider for its configuration (OpenID Connect Discovery 1.0).
func (r *Room) ask(ctx context.Context, db bun.IDB, p *identityProvider) (metadata, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	client, err := r.client(ctx, db)
	if err != nil {
		return metadata{}, err
	}
	say := p.party("")
	found, err := oidc.NewProvider(oidc.ClientContext(ctx, client), p.Issuer)
	if err != nil {
		return metadata{}, say.discovery(ctx, err)
	}
	m := metadata{asked: r.Now()}
	var more struct {
		Iss bool `json:"authorization_response_iss_parameter_supported"`
	}
	if err := errors.Join(found.Claims(&m.config), found.Claims(&more)); err != nil {
		return metadata{}, say.trouble(err)
	}
	m.sayIss = more.Iss
	for _, address := range []string{m.config.AuthURL, m.config.TokenURL, m.config.JWKSURL} {
		// In the clear only from a provider that is this machine in the clear itself.
		u, err := url.Parse(address)
		if err != nil || endpoint("", address) != nil || u.Scheme == "http" && !strings.HasPrefix(p.Issuer, "http:") {
			return metadata{}, fault.New(fault.Unavailable, "%s names an address that is not https.", say.what)
		}
	}
	r.known.put(p.Issuer, m)
	return m, nil
}

// discovery says why a configuration is none.
func (p party) discovery(ctx context.Context, err error) error {
	var other *oidc.IssuerMismatchError
	var syntax *json.SyntaxError
	switch text := err.Error(); {
	case errors.As(err, &other):
		return fault.New(fault.Unavailable, "%s says that it is another issuer. The issuer must be spelled exactly as in its configuration.", p.what).Because(errOtherIssuer)
	case ctx.Err() != nil:
		return p.trouble(ctx.Err())
	case len(text) > 4 && text[0] >= '4' && text[0] <= '5' && text[3] == ' ' && !errors.As(err, &syntax): // the library's words begin with the status
		return fault.New(fault.Unavailable, "%s has no configuration for OpenID Connect where the issuer says: it answered with status %s.", p.what, text[:3]).Because(errUnreadable)
	}
	return p.trouble(err)
}

var errOtherIssuer = errors.New("provider: the configuration is of another issuer")

// provider is the library's, with this call's way out.
func (m metadata) provider(ctx context.Context, client *http.Client) *oidc.Provider {
	return m.config.NewProvider(oidc.ClientContext(ctx, client))
}
