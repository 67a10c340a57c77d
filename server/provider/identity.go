package provider

import (
	"context"
	"slices"
	"strings"
	"sync"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// services are the three doors in the order in which they are listed.
var services = []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail}

// protocol is how identity providers are talked to.
const protocol = "openid_connect"

// Link is where sign in with a provider begins; Callback is where it comes back to.
const (
	Link     = "/openid_connect/"
	Callback = "/openid_connect_callback/"
)

func (r *Room) link(service scalar.Service, name string) string {
	return r.URL(service, "") + Link + name
}

// callback is the redirect URI: one for each provider, so that what one provider
// sends back is never taken for another's.
func (r *Room) callback(service scalar.Service, name string) string {
	return r.URL(service, "") + Callback + name
}

func (r *Room) available(ctx context.Context, c dispatch.Call, _ function.Nothing) (out catalog.AuthnProviders, err error) {
	all, err := selectProviders(ctx, c.DB)
	if err != nil {
		return out, err
	}
	clients, err := selectClients(ctx, c.DB, 0)
	out.Providers = []catalog.AuthnProvider{}
	for _, p := range all {
		own := clients[p.ID]
		on := func(s scalar.Service) scalar.Bit { return scalar.Bit(own[s] != nil && own[s].Enabled) }
		configured := slices.ContainsFunc(services, func(s scalar.Service) bool { return own[s] != nil && own[s].ClientID != "" })
		out.Providers = append(out.Providers, catalog.AuthnProvider{
			ButtonFace: face(&p, own[scalar.CPanel]), ID: p.Name, ProviderName: p.Name, Configured: scalar.Bit(configured),
			CPanelEnabled: on(scalar.CPanel), CPanelLink: r.link(scalar.CPanel, p.Name),
			WHMEnabled: on(scalar.WHM), WHMLink: r.link(scalar.WHM, p.Name),
			WebmailEnabled: on(scalar.Webmail), WebmailLink: r.link(scalar.Webmail, p.Name),
		})
	}
	return out, err
}

func (r *Room) enable(ctx context.Context, c dispatch.Call, in catalog.AuthnService) (function.Nothing, error) {
	p, err := lockProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return function.Nothing{}, err
	}
	own, err := clientOf(ctx, c.DB, p.ID, in.Service)
	if err != nil {
		return function.Nothing{}, err
	}
	if own.ClientID == "" {
		return function.Nothing{}, fault.New(fault.Invalid, "The service %s has no client at “%s” yet: set one with set_provider_client_configurations.", in.Service, p.Name)
	}
	own.Enabled = true
	return function.Nothing{}, keepClient(ctx, c.DB, own)
}

func (r *Room) disable(ctx context.Context, c dispatch.Call, in catalog.AuthnService) (function.Nothing, error) {
	p, err := lockProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return function.Nothing{}, err
	}
	return function.Nothing{}, disableClient(ctx, c.DB, p.ID, in.Service)
}

// disableFailing asks the providers at the same time, so that all of them cost no
// more than the slowest, and that no more than the deadline.
func (r *Room) disableFailing(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.FailingProvider, error) {
	all, err := selectProviders(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	clients, err := selectClients(ctx, c.DB, 0)
	if err != nil {
		return nil, err
	}
	failed := make([]error, len(all))
	var asked sync.WaitGroup
	places := make(chan struct{}, 8)
	for i, p := range all {
		if !slices.ContainsFunc(services, func(s scalar.Service) bool { return clients[p.ID][s] != nil && clients[p.ID][s].Enabled }) {
			continue
		}
		asked.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			_, failed[i] = r.ask(ctx, c.DB, &p)
		})
	}
	asked.Wait()
	out := []catalog.FailingProvider{}
	for i, p := range all {
		if failed[i] == nil {
			continue
		}
		if ctx.Err() != nil { // our own deadline or a caller who left says nothing of the provider
			return nil, fault.New(fault.Unavailable, "The providers did not answer in time; none was switched off.").Because(failed[i])
		}
		f := catalog.FailingProvider{Failure: fault.Of(failed[i]).Message, Name: p.Name, Namespace: protocol, DisabledServices: []string{}, FailuresToDisable: []catalog.FailedDisabled{}}
		for _, s := range services {
			if own := clients[p.ID][s]; own == nil || !own.Enabled {
				continue
			}
			if err := disableClient(ctx, c.DB, p.ID, s); err != nil {
				f.FailuresToDisable = append(f.FailuresToDisable, catalog.FailedDisabled{Failure: fault.Of(err).Message, Service: string(s)})
				continue
			}
			f.DisabledServices = append(f.DisabledServices, string(s))
		}
		out = append(out, f)
	}
	return out, nil
}

func (r *Room) add(ctx context.Context, c dispatch.Call, in catalog.AddAuthnProviderRequest) (catalog.AuthnProviderDetails, error) {
	p := &identityProvider{
		Name: in.ProviderID, Issuer: in.Issuer, DisplayName: in.DisplayName, Scopes: in.Scopes, AuthStyle: in.AuthStyle,
		Strong: bool(in.Strong), CreatedAt: c.Now, ChangedAt: c.Now,
	}
	if err := p.check(); err != nil {
		return catalog.AuthnProviderDetails{}, err
	}
	return p.details(), insertProvider(ctx, c.DB, p)
}

func (r *Room) change(ctx context.Context, c dispatch.Call, in catalog.ChangeAuthnProviderRequest) (out catalog.AuthnProviderDetails, err error) {
	p, err := lockProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return out, err
	}
	for to, from := range map[*string]*string{&p.DisplayName: in.DisplayName, &p.Scopes: in.Scopes, &p.AuthStyle: in.AuthStyle} {
		if from != nil {
			*to = *from
		}
	}
	if in.Strong != nil {
		p.Strong = bool(*in.Strong)
	}
	p.ChangedAt = c.Now
	if err := p.check(); err != nil {
		return out, err
	}
	return p.details(), updateProvider(ctx, c.DB, p)
}

// check holds what a provider must be, and fills in its name for people.
func (p *identityProvider) check() error {
	if p.DisplayName == "" {
		p.DisplayName = p.Name
	}
	if err := scopes("scopes", p.Scopes); err != nil {
		return err
	}
	if !slices.Contains(strings.Fields(p.Scopes), "openid") {
		return fault.Bad("scopes", "openid must be among them: without it there is no identity token")
	}
	return issuer(p.Issuer)
}

func (p *identityProvider) details() catalog.AuthnProviderDetails {
	return catalog.AuthnProviderDetails{
		ProviderID: p.Name, Issuer: p.Issuer, DisplayName: p.DisplayName, Scopes: p.Scopes, AuthStyle: p.AuthStyle,
		Strong: scalar.Bit(p.Strong), Links: p.Links, Changed: scalar.At(p.ChangedAt),
	}
}

func (r *Room) remove(ctx context.Context, c dispatch.Call, in catalog.AuthnProviderID) (function.Nothing, error) {
	p, err := lockProvider(ctx, c.DB, in.ProviderID)
	if err != nil {
		return function.Nothing{}, err
	}
	logins, err := linkedLogins(ctx, c.DB, p.ID)
	if err != nil {
		return function.Nothing{}, err
	}
	// The links go first: sign ins that stand at a step then know why they end.
	if err := deleteProvider(ctx, c.DB, p.ID); err != nil {
		return function.Nothing{}, err
	}
	for _, login := range logins {
		if err := r.EndSessions(ctx, c.DB, login, c.Session); err != nil {
			return function.Nothing{}, err
		}
	}
	return function.Nothing{}, nil
}

func (r *Room) list(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.AuthnProviderDetails, error) {
	all, err := selectProviders(ctx, c.DB)
	out := []catalog.AuthnProviderDetails{}
	for _, p := range all {
		out = append(out, p.details())
	}
	return out, err
}
