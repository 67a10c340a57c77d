package catalog

import (
	"encoding/base64"
	"strings"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// CreateUserSession is WHM's way to sign somebody in without their password.
var CreateUserSession = function.Define[CreateUserSessionRequest, UserSession](function.Spec{
	Names:  []function.Name{function.WHM("create_user_session")},
	Needs:  "create-user-session",
	Effect: function.Writes,
	Opens:  true,
	Reason: "Created session",
	Doc: "Makes a session of cPanel, WHM or Webmail for a user, and the URL that signs in to it. " +
		"The session is inactive until its URL is fetched, which can be done once, within 15 minutes.",
})

// CreateUserSessionRequest says for whom and for which service.
type CreateUserSessionRequest struct {
	User            string         `form:"user,required" max:"319" doc:"A cPanel account, or a mail address for Webmail." example:"anna"`
	Service         scalar.Service `form:"service,required" doc:"The service to sign in to." example:"cpaneld"`
	App             string         `form:"app" max:"100" doc:"The interface to land in. One that Postern does not have still makes the session, and lands at home." example:"Email_Accounts"`
	Locale          string         `form:"locale" max:"20" doc:"The session's locale; a cookie keeps it for a year." example:"fr"`
	PreferredDomain string         `form:"preferred_domain" max:"253" pattern:"[A-Za-z0-9.:\\[\\]-]+" allowed:"use a host name or an address" doc:"The host name in the URL; the server's when absent." example:"example.com"`
	SecurityToken   string         `form:"cp_security_token" pattern:"/?cpsess[0-9]{10}" allowed:"use cpsess and ten digits" doc:"The security token, when the caller wants to choose it." example:"cpsess1234567890"`
	PromptToken     string         `form:"promptToken" max:"8192" doc:"A prompt for a site generator, in base64. Postern has none: it is checked and passed over." example:"SSB3YW50IGEgc2l0ZQ=="`
}

// printable tells whether a text is ASCII without spaces and control characters.
func printable(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r < '!' || r > '~' }) < 0
}

// Check holds promptToken to what its documentation allows.
func (r *CreateUserSessionRequest) Check() error {
	text, err := base64.StdEncoding.DecodeString(r.PromptToken)
	if err != nil || len(text) > 5000 {
		return fault.Bad("promptToken", "use base64 of at most 5000 characters")
	}
	if !printable(r.User) {
		return fault.Bad("user", "use the name of an account or a mail address")
	}
	return nil
}

// UserSession is a session to sign in to with its URL.
type UserSession struct {
	SecurityToken string         `json:"cp_security_token" doc:"The session's security token, with its slash."`
	Expires       scalar.Epoch   `json:"expires" doc:"When the session ends if it is not used, in seconds since 1970."`
	Locale        string         `json:"locale,omitempty" doc:"The locale, when one was asked for."`
	Service       scalar.Service `json:"service" doc:"The service that the session is for."`
	Session       string         `json:"session" doc:"The session: what POST /login takes as session. A secret."`
	URL           string         `json:"url" doc:"The address that signs in when a browser fetches it. A secret."`
}

// CreateWebmailSession signs the owner of a mailbox in, on the word of the account that owns it.
var CreateWebmailSession = function.Define[WebmailSessionRequest, WebmailSession](function.Spec{
	Names:  []function.Name{function.UAPI("Session", "create_webmail_session_for_mail_user")},
	Effect: function.Writes,
	Opens:  true,
	Doc: "Makes a Webmail session for a mailbox of the account, without the mailbox’s password. " +
		"To sign in, POST session=… to https://{hostname, or this server}:2096{token}/login, once, within 15 minutes.",
})

// WebmailSessionRequest names a mailbox of the caller's.
type WebmailSessionRequest struct {
	Login  string `form:"login,required" max:"320" doc:"The mailbox’s name before the @." example:"bob"`
	Domain string `form:"domain,required" max:"253" doc:"The mailbox’s domain." example:"example.com"`
	SessionPlace
}

// SessionPlace is what the three Webmail session functions share.
type SessionPlace struct {
	Locale        string `form:"locale" max:"20" pattern:"[a-z_-]+" allowed:"use lower-case letters, such as en or pt_br" doc:"The session’s locale; the account’s when absent." example:"en"`
	RemoteAddress string `form:"remote_address" max:"45" doc:"The only address that may use the session. Required on the command line; when absent over HTTP any address may." example:"192.0.2.7"`
}

// CreateWebmailSessionCheckPassword is the same, with the mailbox's password.
var CreateWebmailSessionCheckPassword = function.Define[WebmailSessionPasswordRequest, WebmailSession](function.Spec{
	Names:  []function.Name{function.UAPI("Session", "create_webmail_session_for_mail_user_check_password")},
	Effect: function.Writes,
	Opens:  true,
	Doc: "Makes a Webmail session for a mailbox of the account if the password is the mailbox’s. " +
		"A wrong password and a suspended mailbox are refused.",
})

// WebmailSessionPasswordRequest names a mailbox of the caller's and its password.
type WebmailSessionPasswordRequest struct {
	WebmailSessionRequest
	Password string `form:"password,required,secret" max:"512" doc:"The mailbox’s password." example:"luggage-12345"`
}

// CreateWebmailSessionForSelf signs the caller in to Webmail.
var CreateWebmailSessionForSelf = function.Define[SessionPlace, WebmailSession](function.Spec{
	Names:   []function.Name{function.UAPI("Session", "create_webmail_session_for_self")},
	Effect:  function.Writes,
	Callers: function.Everybody,
	Opens:   true,
	Doc:     "Makes a Webmail session for the caller.",
})

// WebmailSession is what a browser needs to sign in to Webmail.
type WebmailSession struct {
	function.Notes `json:"-"`
	Hostname       *string `json:"hostname" doc:"The server to sign in at; null when it is the one that answered."`
	Session        string  `json:"session" doc:"What to POST as session. A secret, good for one use."`
	Token          string  `json:"token" doc:"The session’s security token, which begins its URLs."`
}
