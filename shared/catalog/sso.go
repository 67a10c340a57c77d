package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// Single sign on: the applications that let people in by Postern (OpenID
// Connect), and the servers that ask Postern about tokens (RFC 7662).

// CreateSSOClient is postern_create_sso_client.
var CreateSSOClient = function.Define[CreateSSOClientRequest, CreatedSSOClient](function.Spec{
	Names:  []function.Name{function.WHM("postern_create_sso_client")},
	Needs:  "all",
	Effect: function.Writes,
	Opens:  true,
	Doc: "Makes known an application that signs people in by Postern, or a server that asks Postern what tokens are good for. " +
		"The client's secret is in this answer and in no other.",
})

// CreateSSOClientRequest describes a client.
type CreateSSOClientRequest struct {
	Name           string     `form:"name,required" max:"64" pattern:"[a-z0-9][a-z0-9_-]*" allowed:"use lower-case letters, digits, “-” and “_”" doc:"The client's name, OAuth's client_id." example:"roundcube"`
	Authentication string     `form:"authentication" default:"client_secret_basic" choices:"client_secret_basic,client_secret_post" doc:"How the client sends its secret: in an Authorization header or in the form." example:"client_secret_post"`
	RedirectURIs   []string   `form:"redirect_uri" max:"500" doc:"The addresses to which a browser may take a code, compared letter by letter. One that begins with / stands behind the session's path of Webmail." example:"https://mail.example.com/index.php/login/oauth"`
	LogoutURIs     []string   `form:"logout_uri" max:"500" doc:"The addresses to which a browser may go after it signed out." example:"https://mail.example.com/"`
	ReadsMail      scalar.Bit `form:"reads_mail" default:"0" doc:"1: the client may ask for the scope “mail”, whose tokens open the mailbox." example:"1"`
	Introspects    scalar.Bit `form:"introspects" default:"0" doc:"1: the client may ask what tokens of others are good for, as a mail server must." example:"0"`
	RequiresPKCE   scalar.Bit `form:"requires_pkce" default:"0" doc:"1: a code is given only to a request with a code challenge (S256)." example:"1"`
}

// CreatedSSOClient is a client with its secret.
type CreatedSSOClient struct {
	Client SSOClient `json:"client" doc:"The client."`
	Secret string    `json:"secret" doc:"Its secret: letters, digits, “-” and “_”. It cannot be read again."`
}

// SSOClient is a client without its secret.
type SSOClient struct {
	Name           string       `json:"name" doc:"The client's name, OAuth's client_id."`
	Authentication string       `json:"authentication" doc:"How the client sends its secret."`
	RedirectURIs   []string     `json:"redirect_uris" doc:"The addresses to which a browser may take a code."`
	LogoutURIs     []string     `json:"logout_uris" doc:"The addresses to which a browser may go after it signed out."`
	ReadsMail      scalar.Bit   `json:"reads_mail" doc:"1 if its tokens may open the mailbox."`
	Introspects    scalar.Bit   `json:"introspects" doc:"1 if it may ask what tokens of others are good for."`
	RequiresPKCE   scalar.Bit   `json:"requires_pkce" doc:"1 if its requests must have a code challenge."`
	Created        scalar.Epoch `json:"created" doc:"When it was made, in seconds since 1970."`
	Changed        scalar.Epoch `json:"changed" doc:"When it was last changed, in seconds since 1970."`
}

// ListSSOClients is postern_list_sso_clients.
var ListSSOClients = function.Define[function.Nothing, SSOClients](function.Spec{
	Names: []function.Name{function.WHM("postern_list_sso_clients")},
	Needs: "all",
	Doc:   "Lists the clients of single sign on and where they find Postern, without their secrets.",
})

// SSOClients are the clients, and what they must know.
type SSOClients struct {
	Clients  []SSOClient `json:"clients" doc:"The clients, by name."`
	Issuer   string      `json:"issuer" doc:"Who signs the tokens: the address under which /.well-known/openid-configuration tells all the others."`
	Internal string      `json:"internal" doc:"Where tokens are given out and asked about, on this machine alone; empty when POSTERN_SSO_ADDR is off."`
}

// UpdateSSOClient is postern_update_sso_client.
var UpdateSSOClient = function.Define[UpdateSSOClientRequest, UpdatedSSOClient](function.Spec{
	Names:  []function.Name{function.WHM("postern_update_sso_client")},
	Needs:  "all",
	Effect: function.Writes,
	Opens:  true,
	Doc: "Changes a client of single sign on; what is left out stays as it is. A new secret, or less that the client may do, " +
		"takes back every token that it has.",
})

// UpdateSSOClientRequest says what a client is to be.
type UpdateSSOClientRequest struct {
	Name           string      `form:"name,required" max:"64" doc:"The client's name." example:"roundcube"`
	Authentication string      `form:"authentication" choices:"client_secret_basic,client_secret_post" doc:"How the client sends its secret." example:"client_secret_post"`
	RedirectURIs   []string    `form:"redirect_uri" max:"500" doc:"The addresses that replace those it has; “none” takes all away." example:"https://mail.example.com/index.php/login/oauth"`
	LogoutURIs     []string    `form:"logout_uri" max:"500" doc:"The addresses that replace those it has; “none” takes all away." example:"https://mail.example.com/"`
	ReadsMail      *scalar.Bit `form:"reads_mail" doc:"1: its tokens may open the mailbox." example:"1"`
	Introspects    *scalar.Bit `form:"introspects" doc:"1: it may ask what tokens of others are good for." example:"0"`
	RequiresPKCE   *scalar.Bit `form:"requires_pkce" doc:"1: its requests must have a code challenge." example:"1"`
	NewSecret      scalar.Bit  `form:"new_secret" default:"0" doc:"1: it gets a new secret, and the old one is refused." example:"0"`
}

// UpdatedSSOClient is a client, with its secret if that is new.
type UpdatedSSOClient struct {
	Client SSOClient `json:"client" doc:"The client as it is now."`
	Secret *string   `json:"secret" doc:"Its new secret; null when it was not changed."`
}

// DeleteSSOClient is postern_delete_sso_client.
var DeleteSSOClient = function.Define[DeleteSSOClientRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("postern_delete_sso_client")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Takes a client of single sign on away, and every token that it has.",
})

// DeleteSSOClientRequest names a client.
type DeleteSSOClientRequest struct {
	Name string `form:"name,required" max:"64" doc:"The client's name." example:"roundcube"`
}

// CreateWebmailApplication is postern_create_webmail_application.
var CreateWebmailApplication = function.Define[CreateWebmailApplicationRequest, WebmailApplication](function.Spec{
	Names:  []function.Name{function.WHM("postern_create_webmail_application")},
	Needs:  "all",
	Effect: function.Writes,
	Doc: "Makes a mail application known that people open from Webmail: one with an address of its own, or one that Postern mounts " +
		"behind the session's path and reaches over FastCGI (POSTERN_WEBMAIL_FASTCGI). One-time sessions land in the default one.",
})

// CreateWebmailApplicationRequest describes a mail application.
type CreateWebmailApplicationRequest struct {
	Name    string     `form:"name,required" max:"64" pattern:"[a-z0-9][a-z0-9_-]*" allowed:"use lower-case letters, digits, “-” and “_”" doc:"The application's name." example:"roundcube"`
	Title   string     `form:"title,required" max:"100" doc:"What people read." example:"Roundcube"`
	Address string     `form:"address" max:"500" doc:"Its own address, with https; left out for an application that Postern mounts." example:"https://mail.example.com"`
	Path    string     `form:"path" max:"100" pattern:"(?:/[A-Za-z0-9_-]+){1,5}" allowed:"use a path such as /3rdparty/roundcube" doc:"Where Postern mounts it, behind the session's path; left out for one with an address." example:"/3rdparty/roundcube"`
	Start   string     `form:"start" default:"/" max:"500" pattern:"/[A-Za-z0-9_./?=&%-]*" allowed:"use a path and a query, such as /?_task=login&_action=oauth" doc:"What follows the address or the path to sign in by Postern." example:"/?_task=login&_action=oauth"`
	Default scalar.Bit `form:"default" default:"0" doc:"1: one-time sessions land in it, and no longer in another one." example:"1"`
}

// WebmailApplication is a mail application.
type WebmailApplication struct {
	Name    string     `json:"name" doc:"The application's name."`
	Title   string     `json:"title" doc:"What people read."`
	Address string     `json:"address" doc:"Its own address; empty when Postern mounts it."`
	Path    string     `json:"path" doc:"Where Postern mounts it, behind the session's path; empty when it has an address."`
	Start   string     `json:"start" doc:"What follows the address or the path to sign in by Postern."`
	Default scalar.Bit `json:"is_default" doc:"1 if one-time sessions land in it."`
}

// ListWebmailApplications lists the mail applications, for WHM and for everybody.
var ListWebmailApplications = function.Define[function.Nothing, WebmailApplications](function.Spec{
	Names:   []function.Name{function.WHM("postern_list_webmail_applications"), function.UAPI("Postern", "list_webmail_applications")},
	Callers: function.Everybody,
	Doc:     "Lists the mail applications that people may open from Webmail.",
})

// WebmailApplications are the mail applications.
type WebmailApplications struct {
	Applications []WebmailApplication `json:"applications" doc:"The applications, the default one first."`
}

// UpdateWebmailApplication is postern_update_webmail_application.
var UpdateWebmailApplication = function.Define[UpdateWebmailApplicationRequest, WebmailApplication](function.Spec{
	Names:  []function.Name{function.WHM("postern_update_webmail_application")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Changes a mail application; what is left out stays as it is. One that has an address keeps having one, and one that is mounted stays mounted.",
})

// UpdateWebmailApplicationRequest says what a mail application is to be.
type UpdateWebmailApplicationRequest struct {
	Name    string      `form:"name,required" max:"64" doc:"The application's name." example:"roundcube"`
	Title   string      `form:"title" max:"100" doc:"What people read." example:"Roundcube"`
	Address string      `form:"address" max:"500" doc:"Its own address, with https." example:"https://mail.example.com"`
	Path    string      `form:"path" max:"100" pattern:"(?:/[A-Za-z0-9_-]+){1,5}" allowed:"use a path such as /3rdparty/roundcube" doc:"Where Postern mounts it." example:"/3rdparty/roundcube"`
	Start   string      `form:"start" max:"500" pattern:"/[A-Za-z0-9_./?=&%-]*" allowed:"use a path and a query, such as /?_task=login&_action=oauth" doc:"What follows the address or the path." example:"/?_task=login&_action=oauth"`
	Default *scalar.Bit `form:"default" doc:"1: one-time sessions land in it; 0: they do not." example:"1"`
}

// DeleteWebmailApplication is postern_delete_webmail_application.
var DeleteWebmailApplication = function.Define[DeleteWebmailApplicationRequest, function.Nothing](function.Spec{
	Names:  []function.Name{function.WHM("postern_delete_webmail_application")},
	Needs:  "all",
	Effect: function.Writes,
	Doc:    "Takes a mail application away. Sessions then land in Webmail's own home.",
})

// DeleteWebmailApplicationRequest names a mail application.
type DeleteWebmailApplicationRequest struct {
	Name string `form:"name,required" max:"64" doc:"The application's name." example:"roundcube"`
}
