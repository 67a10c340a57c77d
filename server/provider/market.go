package provider

import (
	"context"

	"golang.org/x/oauth2"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// loginURL is OAuth's authorization request. cPanel's sample asks for
// response_type=token; providers of today refuse that, and it brings no refresh
// token. No state of Postern's is in it: the caller's own stands in the query of
// url_after_login.
func (r *Room) loginURL(ctx context.Context, c dispatch.Call, in catalog.GetLoginURLRequest) (string, error) {
	if err := afterLogin(in.URLAfterLogin); err != nil {
		return "", err
	}
	m, err := openMarket(ctx, c, in.Provider)
	if err != nil {
		return "", err
	}
	return m.config("", in.URLAfterLogin).AuthCodeURL(""), nil
}

// openMarket is a provider that is on.
func openMarket(ctx context.Context, c dispatch.Call, name string) (*market, error) {
	m, err := findMarket(ctx, c.DB, name)
	if err == nil && !m.Enabled {
		err = fault.New(fault.Forbidden, "The Market provider “%s” is switched off.", m.Name)
	}
	return m, err
}

func (m *market) config(secret, after string) *oauth2.Config {
	return &oauth2.Config{
		ClientID: m.ClientID, ClientSecret: secret, RedirectURL: after, Scopes: words(m.Scope),
		Endpoint: oauth2.Endpoint{AuthURL: m.AuthorizationURL, TokenURL: m.TokenURL, AuthStyle: authStyle(m.AuthStyle)},
	}
}

func (r *Room) validateWHM(ctx context.Context, c dispatch.Call, in catalog.ValidateLoginTokenRequest) ([]catalog.ProviderTokens, error) {
	tokens, err := r.validate(ctx, c, in)
	if err != nil {
		return nil, err
	}
	return []catalog.ProviderTokens{{AccessToken: tokens.AccessToken, RefreshToken: tokens.RefreshToken}}, nil
}

func (r *Room) validateUAPI(ctx context.Context, c dispatch.Call, in catalog.ValidateLoginTokenRequest) (out catalog.MarketAccessToken, err error) {
	tokens, err := r.validate(ctx, c, in)
	if err == nil {
		out.AccessToken = tokens.AccessToken
	}
	return out, err
}

func (r *Room) validate(ctx context.Context, c dispatch.Call, in catalog.ValidateLoginTokenRequest) (*oauth2.Token, error) {
	if err := afterLogin(in.URLAfterLogin); err != nil {
		return nil, err
	}
	m, err := openMarket(ctx, c, in.Provider)
	if err != nil {
		return nil, err
	}
	secret, err := r.unseal(m.ClientSecret, marketSecret(m.ID))
	if err != nil {
		return nil, err
	}
	p := party{what: "The Market provider “" + m.Name + "”", secret: secret}
	client, err := r.client(ctx, c.DB)
	if err != nil {
		return nil, err
	}
	return p.exchange(ctx, client, m.config(secret, in.URLAfterLogin), in.LoginToken)
}

func (r *Room) listMarketWHM(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.MarketProvider, error) {
	all, err := selectMarkets(ctx, c.DB)
	out := []catalog.MarketProvider{}
	for _, m := range all {
		out = append(out, catalog.MarketProvider{DisplayName: m.DisplayName, Enabled: scalar.Bit(m.Enabled), EvenCommissionDivisor: 1, Name: m.Name})
	}
	return out, err
}

func (r *Room) listMarketUAPI(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.NamedProvider, error) {
	all, err := selectMarkets(ctx, c.DB)
	out := []catalog.NamedProvider{}
	for _, m := range all {
		if m.Enabled {
			out = append(out, catalog.NamedProvider{DisplayName: m.DisplayName, Name: m.Name})
		}
	}
	return out, err
}

func (r *Room) listMarketDetails(ctx context.Context, c dispatch.Call, _ function.Nothing) ([]catalog.MarketProviderDetails, error) {
	all, err := selectMarkets(ctx, c.DB)
	out := []catalog.MarketProviderDetails{}
	for _, m := range all {
		out = append(out, m.details())
	}
	return out, err
}

func (m *market) details() catalog.MarketProviderDetails {
	return catalog.MarketProviderDetails{
		Name: m.Name, DisplayName: m.DisplayName, Enabled: scalar.Bit(m.Enabled), AuthorizationURL: m.AuthorizationURL, TokenURL: m.TokenURL,
		ClientID: m.ClientID, HasSecret: m.ClientSecret != nil, Scope: m.Scope, AuthStyle: m.AuthStyle, Changed: scalar.At(m.ChangedAt),
	}
}

func (r *Room) enableMarket(ctx context.Context, c dispatch.Call, in catalog.MarketProviderName) (function.Nothing, error) {
	return function.Nothing{}, setMarketEnabled(ctx, c.DB, in.Name, true, c.Now)
}

func (r *Room) disableMarket(ctx context.Context, c dispatch.Call, in catalog.MarketProviderName) (function.Nothing, error) {
	return function.Nothing{}, setMarketEnabled(ctx, c.DB, in.Name, false, c.Now)
}

func (r *Room) removeMarket(ctx context.Context, c dispatch.Call, in catalog.MarketProviderName) (function.Nothing, error) {
	return function.Nothing{}, deleteMarket(ctx, c.DB, in.Name)
}

func (r *Room) addMarket(ctx context.Context, c dispatch.Call, in catalog.AddMarketProviderRequest) (out catalog.MarketProviderDetails, err error) {
	m := &market{
		Name: in.Name, DisplayName: in.DisplayName, Enabled: true, AuthorizationURL: in.AuthorizationURL, TokenURL: in.TokenURL,
		ClientID: in.ClientID, Scope: in.Scope, AuthStyle: in.AuthStyle, CreatedAt: c.Now, ChangedAt: c.Now,
	}
	if err := m.check(); err != nil {
		return out, err
	}
	if m.ID, err = nextID(ctx, c.DB, "market_providers"); err != nil {
		return out, err
	}
	m.ClientSecret = r.seal(in.ClientSecret, marketSecret(m.ID))
	return m.details(), insertMarket(ctx, c.DB, m)
}

func (r *Room) changeMarket(ctx context.Context, c dispatch.Call, in catalog.ChangeMarketProviderRequest) (out catalog.MarketProviderDetails, err error) {
	m, err := lockMarket(ctx, c.DB, in.Name)
	if err != nil {
		return out, err
	}
	if in.TokenURL != nil && *in.TokenURL != m.TokenURL && m.ClientSecret != nil && in.ClientSecret == nil {
		return out, fault.Bad("client_secret", "give the secret for the new token endpoint, or an empty one")
	}
	for to, from := range map[*string]*string{
		&m.DisplayName: in.DisplayName, &m.AuthorizationURL: in.AuthorizationURL, &m.TokenURL: in.TokenURL,
		&m.ClientID: in.ClientID, &m.Scope: in.Scope, &m.AuthStyle: in.AuthStyle,
	} {
		if from != nil {
			*to = *from
		}
	}
	if in.ClientSecret != nil {
		m.ClientSecret = r.seal(*in.ClientSecret, marketSecret(m.ID))
	}
	m.ChangedAt = c.Now
	if err := m.check(); err != nil {
		return out, err
	}
	return m.details(), updateMarket(ctx, c.DB, m)
}

// check holds what a provider must be, and fills in its name for people.
func (m *market) check() error {
	if m.DisplayName == "" {
		m.DisplayName = m.Name
	}
	if m.ClientID == "" {
		return fault.Missing("client_id")
	}
	if err := scopes("scope", m.Scope); err != nil {
		return err
	}
	if err := endpoint("authorization_url", m.AuthorizationURL); err != nil {
		return err
	}
	return endpoint("token_url", m.TokenURL)
}
