package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// Market providers: shops at which somebody signs in with the provider, so that
// cPanel's Store or its like may be used on their behalf. A provider is an OAuth
// 2.0 authorization server: its login URL is the authorization request, its login
// token the authorization code.

// GetLoginURL is get_login_url.
var GetLoginURL = function.Define[GetLoginURLRequest, string](function.Spec{
	Names: []function.Name{function.WHM("get_login_url"), function.UAPI("Market", "get_login_url")},
	Doc: "Builds the URL at which a browser signs in with a provider. From there it comes back to url_after_login, " +
		"with the login token in the query’s parameter code, or with a refusal in error.",
})

// GetLoginURLRequest names a provider and where the browser goes then.
type GetLoginURLRequest struct {
	Provider      string `form:"provider,required" max:"64" doc:"The provider’s name." example:"cPStore"`
	URLAfterLogin string `form:"url_after_login,required" max:"2000" doc:"Where the browser goes after the login: an http or https URL that has a query." example:"http://hostname.example.com/redirectionlocation.cgi?state"`
}

// ValidateLoginToken is WHM's validate_login_token.
var ValidateLoginToken = function.Define[ValidateLoginTokenRequest, []ProviderTokens](function.Spec{
	Names:  []function.Name{function.WHM("validate_login_token")},
	Effect: function.Reaches,
	Doc: "Trades a login token for tokens of the provider’s. They are in this answer and nowhere else: Postern keeps none. " +
		"A login token is good once; url_after_login must be what get_login_url was given.",
})

// ValidateLoginTokenRequest holds what a browser brought back from a provider.
type ValidateLoginTokenRequest struct {
	LoginToken string `form:"login_token,required,secret" doc:"The login token: the parameter code of the query with which the browser came back." example:"1a676e6f-99fc-11e6-9ab6-e60a769b73bc"`
	GetLoginURLRequest
}

// ProviderTokens are tokens that a provider gave out.
type ProviderTokens struct {
	AccessToken  string `json:"access_token" doc:"The access token."`
	RefreshToken string `json:"refresh_token" doc:"The refresh token; empty when the provider gave none."`
}

// ValidateMarketLoginToken is UAPI's Market::validate_login_token, which answers less than WHM's.
var ValidateMarketLoginToken = function.Define[ValidateLoginTokenRequest, MarketAccessToken](function.Spec{
	Names:  []function.Name{function.UAPI("Market", "validate_login_token")},
	Effect: function.Reaches,
	Doc: "Trades a login token for an access token of the provider’s, which is in this answer and nowhere else. " +
		"A login token is good once; url_after_login must be what get_login_url was given.",
})

// MarketAccessToken is the answer of Market::validate_login_token.
type MarketAccessToken struct {
	AccessToken string `json:"access_token" doc:"The access token."`
}

// GetMarketProviders is WHM's get_market_providers_list.
var GetMarketProviders = function.Define[function.Nothing, []MarketProvider](function.Spec{
	Names: []function.Name{function.WHM("get_market_providers_list")},
	Doc:   "Lists the Market providers, those that are off too.",
})

// MarketProvider is a Market provider as WHM lists it.
type MarketProvider struct {
	DisplayName           string     `json:"display_name" doc:"The provider’s name for people."`
	Enabled               scalar.Bit `json:"enabled" doc:"1 when the provider is on."`
	EvenCommissionDivisor int        `json:"even_commission_divisor" doc:"What prices must be multiples of; always 1: Postern sells nothing."`
	Name                  string     `json:"name" doc:"The provider’s name."`
	SupportsCommission    scalar.Bit `json:"supports_commission" doc:"1 when the provider pays commissions; always 0."`
}

// ListMarketProviders is UAPI's Market::get_providers_list.
var ListMarketProviders = function.Define[function.Nothing, []NamedProvider](function.Spec{
	Names: []function.Name{function.UAPI("Market", "get_providers_list")},
	Doc:   "Lists the Market providers that are on.",
})

// NamedProvider is a Market provider as an account sees it.
type NamedProvider struct {
	DisplayName string `json:"display_name" doc:"The provider’s name for people."`
	Name        string `json:"name" doc:"The provider’s name."`
}

// EnableMarketProvider is enable_market_provider.
var EnableMarketProvider = function.Define[MarketProviderName, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("enable_market_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Switches a Market provider on.",
})

// DisableMarketProvider is disable_market_provider.
var DisableMarketProvider = function.Define[MarketProviderName, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("disable_market_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Switches a Market provider off: nobody gets its login URL, and none of its login tokens is traded.",
})

// MarketProviderName names a Market provider.
type MarketProviderName struct {
	Name string `form:"name,required" max:"64" doc:"The provider’s name." example:"cPStore"`
}

// AddMarketProvider tells Postern of a provider.
var AddMarketProvider = function.Define[AddMarketProviderRequest, MarketProviderDetails](function.Spec{
	Names:  []function.Name{function.WHM("postern_add_market_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Adds a Market provider, which is on at once. Its client secret is kept sealed and never shown.",
})

// AddMarketProviderRequest describes a provider.
type AddMarketProviderRequest struct {
	Name             string `form:"name,required" max:"64" pattern:"[A-Za-z0-9][A-Za-z0-9_.-]*" allowed:"use letters, digits, “_”, “.” and “-”, and begin with a letter or a digit" doc:"The provider’s name, which no other provider has, whatever the case of its letters." example:"cPStore"`
	DisplayName      string `form:"display_name" max:"100" doc:"The provider’s name for people; empty: its name." example:"cPanel Store"`
	AuthorizationURL string `form:"authorization_url,required" max:"2000" doc:"The provider’s authorization endpoint: an https URL; http for a provider on this very machine alone." example:"https://store.example.com/oauth2/auth/login"`
	TokenURL         string `form:"token_url,required" max:"2000" doc:"The provider’s token endpoint, likewise." example:"https://store.example.com/oauth2/token"`
	ClientID         string `form:"client_id,required" max:"500" doc:"Postern’s name at the provider." example:"hosting-1"`
	ClientSecret     string `form:"client_secret,secret" max:"1000" doc:"Postern’s secret at the provider; empty: it has none." example:"correct-horse-battery"`
	Scope            string `form:"scope" max:"1000" doc:"What is asked for: words with spaces between. Most providers give a refresh token only for offline_access." example:"openid offline_access"`
	AuthStyle        string `form:"auth_style" default:"header" choices:"header,params" doc:"Where the token endpoint wants the client secret: in the header (client_secret_basic) or among the parameters (client_secret_post)." example:"header"`
}

// ChangeMarketProvider changes what is known of a provider.
var ChangeMarketProvider = function.Define[ChangeMarketProviderRequest, MarketProviderDetails](function.Spec{
	Names:  []function.Name{function.WHM("postern_change_market_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Changes a Market provider and gives back all of it. What is left out stays as it is. A client secret stays with the token endpoint " +
		"that it was given for: whoever changes the one must give the other.",
})

// ChangeMarketProviderRequest says what is to change; nil stays as it is.
type ChangeMarketProviderRequest struct {
	MarketProviderName
	DisplayName      *string `form:"display_name" max:"100" doc:"The provider’s name for people." example:"cPanel Store"`
	AuthorizationURL *string `form:"authorization_url" max:"2000" doc:"The provider’s authorization endpoint." example:"https://store.example.com/oauth2/auth/login"`
	TokenURL         *string `form:"token_url" max:"2000" doc:"The provider’s token endpoint." example:"https://store.example.com/oauth2/token"`
	ClientID         *string `form:"client_id" max:"500" doc:"Postern’s name at the provider." example:"hosting-1"`
	ClientSecret     *string `form:"client_secret,secret" max:"1000" doc:"Postern’s secret at the provider; empty: it has none." example:"correct-horse-battery"`
	Scope            *string `form:"scope" max:"1000" doc:"What is asked for: words with spaces between." example:"openid offline_access"`
	AuthStyle        *string `form:"auth_style" choices:"header,params" doc:"Where the token endpoint wants the client secret: header or params." example:"params"`
}

// RemoveMarketProvider forgets a provider.
var RemoveMarketProvider = function.Define[MarketProviderName, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("postern_remove_market_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Removes a Market provider and its client secret. Tokens that it gave out stay good until it ends them.",
})

// ListMarketProviderDetails is what an administrator's page shows.
var ListMarketProviderDetails = function.Define[function.Nothing, []MarketProviderDetails](function.Spec{
	Names: []function.Name{function.WHM("postern_list_market_providers")},
	Needs: "all",
	Doc:   "Lists the Market providers with their settings, and without their client secrets.",
})

// MarketProviderDetails is a Market provider as its administrator sees it.
type MarketProviderDetails struct {
	Name             string       `json:"name" doc:"The provider’s name."`
	DisplayName      string       `json:"display_name" doc:"Its name for people."`
	Enabled          scalar.Bit   `json:"enabled" doc:"1 when it is on."`
	AuthorizationURL string       `json:"authorization_url" doc:"Its authorization endpoint."`
	TokenURL         string       `json:"token_url" doc:"Its token endpoint."`
	ClientID         string       `json:"client_id" doc:"Postern’s name there."`
	HasSecret        scalar.Bit   `json:"has_client_secret" doc:"1 when a client secret is kept."`
	Scope            string       `json:"scope" doc:"What is asked for."`
	AuthStyle        string       `json:"auth_style" doc:"Where the client secret goes: header or params."`
	Changed          scalar.Epoch `json:"changed_time" doc:"When it was last changed, in seconds since 1970."`
}
