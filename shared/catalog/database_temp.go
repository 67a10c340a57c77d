package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// CreateTempUser gives a session a database user of its own.
var CreateTempUser = function.Define[CreateTempUserRequest, TempUser](function.Spec{
	Names:         []function.Name{function.UAPI("Session", "create_temp_user")},
	Effect:        function.Reaches,
	Callers:       function.Everybody,
	Feature:       databases,
	SessionOnly:   true,
	NoCommandLine: true,
	Doc: "Makes a PostgreSQL user that may do in the account’s databases all that the account may, for as long as the session of the call lives: " +
		"it is dropped, and its connections end, when the session ends. What it makes belongs to the account. It must be called under the " +
		"URL of a live cPanel or Webmail session; command lines, tokens and passwords with a request are refused. A session has one such user: " +
		"called again, the function names the same. A mailbox’s owner may call it if the account allows that: see Postern::set_mailbox_database_access.",
})

// CreateTempUserRequest has no parameters.
type CreateTempUserRequest struct{}

// TempUser is a session's database user and the way to the databases. Beside the
// two documented members it has what is needed to connect.
type TempUser struct {
	Created   scalar.Bit   `json:"created" doc:"1 if the user was made by this call, 0 if the session had it."`
	User      string       `json:"session_temp_user" doc:"Its name: cpses_ and ten characters."`
	Password  string       `json:"password,omitempty" doc:"Its password, when it was made by this call: it is told once and kept nowhere. A secret."`
	Owner     string       `json:"owner" doc:"The database role of the account, to which belongs what the user makes."`
	Host      string       `json:"host" doc:"The server to connect to: a host’s name or address, or the directory of a Unix socket."`
	Port      int          `json:"port" doc:"The server’s port."`
	Databases []string     `json:"databases" doc:"The account’s databases, by name."`
	Expires   scalar.Epoch `json:"expires" doc:"Until when the user can connect if the session is not used any more, in seconds since 1970."`
}

// RenewTempUserPassword gives the session's database user another password.
var RenewTempUserPassword = function.Define[CreateTempUserRequest, TempUser](function.Spec{
	Names:         []function.Name{function.UAPI("Postern", "renew_temp_user_password")},
	Effect:        function.Reaches,
	Callers:       function.Everybody,
	Feature:       databases,
	SessionOnly:   true,
	NoCommandLine: true,
	Doc:           "Gives the session’s own PostgreSQL user a new password, and tells it once. The old one ceases to work; connections go on.",
})

// SetMailboxDatabaseAccess lets the account's mailboxes have database users, or not.
var SetMailboxDatabaseAccess = function.Define[MailboxDatabaseAccess, MailboxDatabaseAccess](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "set_mailbox_database_access")},
	Effect:  function.Writes,
	Feature: databases,
	Doc: "Says whether Webmail sessions of the account’s mailboxes may use the account’s databases by Session::create_temp_user. " +
		"At first they may not. When it is taken back, the database users that such sessions have are dropped.",
})

// MailboxDatabaseAccess is whether mailboxes may use the account's databases.
type MailboxDatabaseAccess struct {
	Allowed scalar.Bit `form:"allowed,required" json:"allowed" doc:"1 if they may." example:"1"`
}

// GetMailboxDatabaseAccess tells whether they may.
var GetMailboxDatabaseAccess = function.Define[CreateTempUserRequest, MailboxDatabaseAccess](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "get_mailbox_database_access")},
	Feature: databases,
	Doc:     "Tells whether Webmail sessions of the account’s mailboxes may use the account’s databases.",
})

// GetDatabaseAccess tells a session what it may do with databases.
var GetDatabaseAccess = function.Define[CreateTempUserRequest, DatabaseAccess](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "get_database_access")},
	Callers: function.Everybody,
	Feature: databases,
	Doc: "Tells whether sessions of the caller’s may have a database user (Session::create_temp_user), and which database application " +
		"opens the account’s databases in a browser without a password.",
})

// DatabaseAccess is what sessions of a caller's may do with databases.
type DatabaseAccess struct {
	Allowed     scalar.Bit `json:"allowed" doc:"1 if they may have a database user. A mailbox’s owner may if the account allows it."`
	Application string     `json:"application" doc:"The name of the database application; empty when there is none, or the caller may not use it."`
	Path        string     `json:"path" doc:"Where it is opened, after the session’s security token; empty when there is none." example:"/3rdparty/adminer/"`
}
