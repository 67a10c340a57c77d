package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// ListAllDatabases is the databases of the accounts that an administrator has power over.
var ListAllDatabases = function.Define[ListAllDatabasesRequest, DatabaseObjects](function.Spec{
	Names: []function.Name{function.WHM("list_databases")}, Needs: "list-accts", Effect: function.Reaches,
	Doc: "Lists the databases of all accounts that the caller has power over. Postern’s are PostgreSQL’s alone.",
})

// ListAllDatabasesRequest has no parameters.
type ListAllDatabasesRequest struct{}

// ListAllDatabaseUsers is the database users of those accounts.
var ListAllDatabaseUsers = function.Define[ListAllDatabasesRequest, DatabaseObjects](function.Spec{
	Names: []function.Name{function.WHM("list_database_users")}, Needs: "list-accts", Effect: function.Reaches,
	Doc: "Lists the database users of all accounts that the caller has power over. Sessions’ own users are not among them.",
})

// DatabaseObjects are databases, or database users, with the accounts that have them.
type DatabaseObjects struct {
	Payload []DatabaseObject `json:"payload" doc:"The rows, one for each database or user."`
}

// DatabaseObject is a database or a database user.
type DatabaseObject struct {
	CPUser string `json:"cpuser" doc:"The account that it belongs to."`
	Engine string `json:"engine" doc:"postgresql."`
	Name   string `json:"name" doc:"Its name."`
}

// SetPostgresqlPassword changes a database user's password for its account.
var SetPostgresqlPassword = function.Define[SetPostgresqlPasswordRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.WHM("set_postgresql_password")}, Needs: "edit-account", Effect: function.Reaches,
	Doc: "Changes the password of an account’s PostgreSQL user. Its connections go on.",
})

// SetPostgresqlPasswordRequest names a database user and a password.
type SetPostgresqlPasswordRequest struct {
	User     string `form:"user,required" max:"63" doc:"The database user’s name." example:"anna_web"`
	Password string `form:"password,required,secret" max:"512" pattern:"[ -~]+" allowed:"use letters, digits and signs of ASCII" doc:"The new password." example:"12345luggage"`
	CPUser   string `form:"cpuser" max:"64" doc:"The account that the user belongs to; found by the user when absent." example:"anna"`
}

// RenamePostgresqlDatabase gives a database another name.
var RenamePostgresqlDatabase = function.Define[RenamePostgresqlDatabaseRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.WHM("rename_postgresql_database")}, Needs: "edit-account", Effect: function.Reaches,
	Doc: "Gives an account’s PostgreSQL database another name. The connections to it end.",
})

// RenamePostgresqlDatabaseRequest says which database and how it is to be called.
type RenamePostgresqlDatabaseRequest struct {
	OldName string `form:"oldname,required" max:"63" doc:"The database’s name." example:"anna_shop"`
	NewName string `form:"newname,required" max:"63" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, _ and -" doc:"Its new name, which begins with the account’s prefix." example:"anna_store"`
	CPUser  string `form:"cpuser" max:"64" doc:"The account that the database belongs to; found by the database when absent." example:"anna"`
}

// RenamePostgresqlUser gives a database user another name and password.
var RenamePostgresqlUser = function.Define[RenamePostgresqlUserRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.WHM("rename_postgresql_user")}, Needs: "edit-account", Effect: function.Reaches,
	Doc: "Gives an account’s PostgreSQL user another name and a password. Its connections end.",
})

// RenamePostgresqlUserRequest says which database user and how it is to be called.
type RenamePostgresqlUserRequest struct {
	OldName  string `form:"oldname,required" max:"63" doc:"The database user’s name." example:"anna_web"`
	NewName  string `form:"newname,required" max:"63" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, _ and -" doc:"Its new name, which begins with the account’s prefix." example:"anna_site"`
	Password string `form:"password,required,secret" max:"512" pattern:"[ -~]+" allowed:"use letters, digits and signs of ASCII" doc:"Its new password." example:"12345luggage"`
	CPUser   string `form:"cpuser" max:"64" doc:"The account that the user belongs to; found by the user when absent." example:"anna"`
}

// ListTempUsers is what became of sessions' database users.
var ListTempUsers = function.Define[ListTempUsersRequest, TempUsers](function.Spec{
	Names: []function.Name{function.WHM("postern_list_temp_users")}, Needs: "all",
	Doc: "Lists the database users that sessions have, and those whose session has ended and that are not dropped yet, with the " +
		"reason of the last failure. A drop that was refused is tried again, after ten seconds at first and five minutes at last.",
})

// ListTempUsersRequest has no parameters.
type ListTempUsersRequest struct{}

// TempUsers are sessions' database users.
type TempUsers struct {
	Users []TempUserState `json:"users" doc:"The users, with what stands in the way of dropping them."`
}

// TempUserState is a session's database user, or the remains of an account's databases.
type TempUserState struct {
	Name       string       `json:"name" doc:"Its name on the tenant server."`
	Account    string       `json:"account" doc:"The role of the account whose databases it may use."`
	Login      string       `json:"login" doc:"Whose session it was made in; empty for the role of an account that was removed."`
	Created    scalar.Epoch `json:"created" doc:"When it was made, in seconds since 1970."`
	ValidUntil scalar.Epoch `json:"valid_until" doc:"Until when PostgreSQL lets it in, unless the session goes on or ends before."`
	Ended      scalar.Bit   `json:"is_ended" doc:"1 if its session, or the account, is gone and it is to be dropped."`
	Attempts   int          `json:"attempts" doc:"How often it was to be dropped, in vain."`
	LastError  string       `json:"last_error" doc:"Why it could not be dropped."`
	RetryAt    scalar.Epoch `json:"retry_at" doc:"When that is tried again."`
}
