package catalog

import (
	"strings"

	"postern/shared/function"
	"postern/shared/scalar"
)

// Sign in with an identity that somebody else vouches for: OpenID Connect
// providers, one client at each for every service, and the links between
// identities there and logins here. Nothing makes an account of an identity:
// who has no link does not come in.

// GetAuthnProviders is get_available_authentication_providers.
var GetAuthnProviders = function.Define[function.Nothing, AuthnProviders](function.Spec{
	Names: []function.Name{function.WHM("get_available_authentication_providers")},
	Needs: "manage-oidc",
	Doc:   "Lists the identity providers, and for which services they are on.",
})

// AuthnProviders is the answer of get_available_authentication_providers.
type AuthnProviders struct {
	Providers []AuthnProvider `json:"providers" doc:"The providers, in the order of their names."`
}

// ButtonFace is what somebody sees of a provider.
type ButtonFace struct {
	Color            string `json:"color" doc:"The button’s background, RGB in six hexadecimal digits."`
	DisplayName      string `json:"display_name" doc:"The provider’s name for people."`
	DocumentationURL string `json:"documentation_url" doc:"Where people read about it; empty: nowhere."`
	Icon             string `json:"icon" doc:"An image in Base64; empty: none."`
	IconType         string `json:"icon_type" doc:"The image’s media type."`
	Label            string `json:"label" doc:"What the button says."`
	TextColor        string `json:"textcolor" doc:"The label’s colour, RGB in six hexadecimal digits."`
}

// ButtonLabel is what the button of a provider says that nobody has worded.
func ButtonLabel(displayName string) string { return "Sign in with " + displayName }

// Picture is the button's image as pages show it, inside its own address; empty
// when there is none.
func (f ButtonFace) Picture() string {
	if f.Icon == "" || !strings.HasPrefix(f.IconType, "image/") {
		return ""
	}
	return "data:" + f.IconType + ";base64," + f.Icon
}

// AuthnProvider is an identity provider and the state of its services.
type AuthnProvider struct {
	ButtonFace
	ID             string     `json:"id" doc:"What the other functions call provider_id."`
	ProviderName   string     `json:"provider_name" doc:"The same."`
	Configured     scalar.Bit `json:"configured" doc:"1 when a service has a client at the provider."`
	CPanelEnabled  scalar.Bit `json:"cpaneld_enabled" doc:"1 when it is on for cPanel."`
	CPanelLink     string     `json:"cpaneld_link" doc:"Where sign in to cPanel begins."`
	WebmailEnabled scalar.Bit `json:"webmaild_enabled" doc:"1 when it is on for Webmail."`
	WebmailLink    string     `json:"webmaild_link" doc:"Where sign in to Webmail begins."`
	WHMEnabled     scalar.Bit `json:"whostmgr_enabled" doc:"1 when it is on for WHM."`
	WHMLink        string     `json:"whostmgrd_link" doc:"Where sign in to WHM begins."`
}

// AuthnProviderID names an identity provider.
type AuthnProviderID struct {
	ProviderID string `form:"provider_id,required" max:"32" doc:"The identity provider." example:"google"`
}

// AuthnService names an identity provider and a service.
type AuthnService struct {
	AuthnProviderID
	Service scalar.Service `form:"service_name,required" doc:"The service." example:"cpaneld"`
}

// EnableAuthnProvider is enable_authentication_provider.
var EnableAuthnProvider = function.Define[AuthnService, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("enable_authentication_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Switches an identity provider on for a service, which must have a client there.",
})

// DisableAuthnProvider is disable_authentication_provider.
var DisableAuthnProvider = function.Define[AuthnService, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("disable_authentication_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Switches an identity provider off for a service. Links stay; nobody signs in by them.",
})

// DisableFailingAuthnProviders is disable_failing_authentication_providers.
var DisableFailingAuthnProviders = function.Define[function.Nothing, []FailingProvider](function.Spec{
	Names:  []function.Name{function.WHM("disable_failing_authentication_providers")},
	Needs:  "all",
	Effect: function.Reaches,
	Doc: "Asks every identity provider that is on for its configuration, and switches off those that do not answer well. " +
		"The answer lists those alone.",
})

// FailingProvider is an identity provider that did not answer well.
type FailingProvider struct {
	DisabledServices  []string         `json:"disabled_services" doc:"The services for which it was switched off."`
	FailuresToDisable []FailedDisabled `json:"failures_to_disable" doc:"The services for which that failed."`
	Failure           string           `json:"provider_failure" doc:"What is wrong with the provider."`
	Name              string           `json:"provider_name" doc:"The provider."`
	Namespace         string           `json:"provider_namespace" doc:"How it is talked to: openid_connect."`
}

// FailedDisabled is a service that still has its provider on.
type FailedDisabled struct {
	Failure string `json:"failure" doc:"Why."`
	Service string `json:"service_name" doc:"The service."`
}

// GetAuthnClient is get_provider_client_configurations.
var GetAuthnClient = function.Define[AuthnService, AuthnClientAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_provider_client_configurations")},
	Needs: "all",
	Doc:   "Shows a service’s client at an identity provider. The secret is not shown: dots stand for one that is kept.",
})

// AuthnClientAnswer is the answer of get_provider_client_configurations.
type AuthnClientAnswer struct {
	Client AuthnClient `json:"client_configurations" doc:"The client."`
}

// AuthnClient is a service's client at a provider.
type AuthnClient struct {
	ClientID     string   `json:"client_id" doc:"The client’s name at the provider; empty: none yet."`
	ClientSecret string   `json:"client_secret" doc:"Dots when a secret is kept; empty when none is."`
	RedirectURIs []string `json:"redirect_uris" doc:"What to register at the provider: where browsers come back to, for each service."`
}

// HiddenSecret stands for a secret that is kept. Given back, it means: as it is.
const HiddenSecret = "••••••••"

// GetAuthnFields is get_provider_configuration_fields.
var GetAuthnFields = function.Define[AuthnService, AuthnFieldsAnswer](function.Spec{
	Names: []function.Name{function.WHM("get_provider_configuration_fields")},
	Needs: "all",
	Doc:   "Lists what an identity provider needs to know of a service’s client, as the fields of a form.",
})

// AuthnFieldsAnswer is the answer of get_provider_configuration_fields.
type AuthnFieldsAnswer struct {
	Fields []AuthnField `json:"configuration_fields" doc:"The fields."`
}

// AuthnField is one field of the form.
type AuthnField struct {
	Description  string  `json:"description" doc:"What it is."`
	DisplayOrder int     `json:"display_order" doc:"Its place in the form, from 0."`
	FieldID      string  `json:"field_id" doc:"Its key in set_provider_client_configurations."`
	Label        string  `json:"label" doc:"Its caption."`
	Value        *string `json:"value" doc:"Its value, dots for a secret; null when there is none."`
}

// SetAuthnClient is set_provider_client_configurations.
var SetAuthnClient = function.Define[SetAuthnClientRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("set_provider_client_configurations")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Sets a service’s client at an identity provider. The secret is kept sealed and never shown.",
})

// SetAuthnClientRequest is a service's client.
type SetAuthnClientRequest struct {
	AuthnService
	Configurations string `form:"configurations,required,secret" max:"4096" doc:"A JSON object with client_id and client_secret. A secret that is left out, or given as the dots that stand for it, stays as it is; an empty one means that there is none." example:"{\"client_id\":\"victoria\",\"client_secret\":\"secret\"}"`
}

// GetAuthnFace is get_provider_display_configurations.
var GetAuthnFace = function.Define[AuthnProviderID, AuthnFaces](function.Spec{
	Names: []function.Name{function.WHM("get_provider_display_configurations")},
	Needs: "all",
	Doc:   "Shows how an identity provider’s button looks on each service’s sign-in page.",
})

// AuthnFaces is the answer of get_provider_display_configurations.
type AuthnFaces struct {
	Configurations []AuthnFace `json:"configurations" doc:"The button, service by service."`
}

// AuthnFace is the button of a provider on a service's sign-in page.
type AuthnFace struct {
	ButtonFace
	Link         string         `json:"link" doc:"Where sign in begins, on the service itself."`
	ProviderName string         `json:"provider_name" doc:"The provider."`
	Service      scalar.Service `json:"service" doc:"The service."`
}

// SetAuthnFace is set_provider_display_configurations.
var SetAuthnFace = function.Define[SetAuthnFaceRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("set_provider_display_configurations")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Sets how an identity provider’s button looks on a service’s sign-in page. What is left out stays as it is; what is empty is as for a new provider.",
})

// SetAuthnFaceRequest says how a button looks.
type SetAuthnFaceRequest struct {
	AuthnService
	Configurations string `form:"configurations,required,lines" max:"65536" doc:"A JSON object with any of color, textcolor, display_name, label, icon, icon_type and documentation_url." example:"{\"color\":\"6677aa\",\"display_name\":\"Hosting Center Login\",\"textcolor\":\"44ffbb\"}"`
}

// AddAuthnProvider tells Postern of an identity provider.
var AddAuthnProvider = function.Define[AddAuthnProviderRequest, AuthnProviderDetails](function.Spec{
	Names:  []function.Name{function.WHM("postern_add_authentication_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Adds an identity provider. It is off until a service has a client there and it is switched on for that service.",
})

// AddAuthnProviderRequest describes an identity provider.
type AddAuthnProviderRequest struct {
	ProviderID  string     `form:"provider_id,required" max:"32" pattern:"[a-z0-9][a-z0-9_-]*" allowed:"use lower-case letters, digits, “_” and “-”, and begin with a letter or a digit" doc:"What the provider is to be called, also in the address to which browsers come back." example:"google"`
	Issuer      string     `form:"issuer,required" max:"500" doc:"The provider’s issuer identifier, exactly as in its configuration: an https URL without a query; http for a provider on this very machine alone." example:"https://accounts.google.com"`
	DisplayName string     `form:"display_name" max:"100" doc:"The provider’s name for people; empty: provider_id." example:"Google"`
	Scopes      string     `form:"scopes" default:"openid" max:"500" doc:"What is asked for: words with spaces between, openid among them." example:"openid email"`
	AuthStyle   string     `form:"auth_style" default:"header" choices:"header,params" doc:"Where the token endpoint wants the client secret: in the header (client_secret_basic) or among the parameters (client_secret_post)." example:"header"`
	Strong      scalar.Bit `form:"strong" default:"0" doc:"1: the provider asks for enough by itself, so that neither a verified address nor the second factor is asked for here. The lock and suspension hold all the same." example:"0"`
}

// ChangeAuthnProvider changes what is known of an identity provider.
var ChangeAuthnProvider = function.Define[ChangeAuthnProviderRequest, AuthnProviderDetails](function.Spec{
	Names:  []function.Name{function.WHM("postern_change_authentication_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Changes an identity provider and gives back all of it. What is left out stays as it is. The issuer stays the same: " +
		"links and client secrets belong to it. Add another provider instead.",
})

// ChangeAuthnProviderRequest says what is to change; nil stays as it is.
type ChangeAuthnProviderRequest struct {
	AuthnProviderID
	DisplayName *string     `form:"display_name" max:"100" doc:"The provider’s name for people." example:"Google"`
	Scopes      *string     `form:"scopes" max:"500" doc:"What is asked for: words with spaces between, openid among them." example:"openid email"`
	AuthStyle   *string     `form:"auth_style" choices:"header,params" doc:"Where the token endpoint wants the client secret: header or params." example:"params"`
	Strong      *scalar.Bit `form:"strong" doc:"1: neither a verified address nor the second factor is asked for here." example:"1"`
}

// RemoveAuthnProvider forgets an identity provider.
var RemoveAuthnProvider = function.Define[AuthnProviderID, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("postern_remove_authentication_provider")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Removes an identity provider with its clients and links, and ends the sessions of everybody who had a link.",
})

// ListAuthnProviders is what an administrator's page shows.
var ListAuthnProviders = function.Define[function.Nothing, []AuthnProviderDetails](function.Spec{
	Names: []function.Name{function.WHM("postern_list_authentication_providers")},
	Needs: "all",
	Doc:   "Lists the identity providers with their settings.",
})

// AuthnProviderDetails is an identity provider as its administrator sees it.
type AuthnProviderDetails struct {
	ProviderID  string       `json:"provider_id" doc:"What it is called."`
	Issuer      string       `json:"issuer" doc:"Its issuer identifier."`
	DisplayName string       `json:"display_name" doc:"Its name for people."`
	Scopes      string       `json:"scopes" doc:"What is asked for."`
	AuthStyle   string       `json:"auth_style" doc:"Where the client secret goes: header or params."`
	Strong      scalar.Bit   `json:"strong" doc:"1 when neither a verified address nor the second factor is asked for."`
	Links       int          `json:"links" doc:"How many links there are."`
	Changed     scalar.Epoch `json:"changed_time" doc:"When it was last changed, in seconds since 1970."`
}
