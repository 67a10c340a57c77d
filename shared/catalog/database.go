package catalog

import (
	"postern/shared/function"
)

// The name of the feature that lists of features turn off for accounts without databases.
const databases = "postgres"

// CreateDatabase makes a database of the account.
var CreateDatabase = function.Define[CreateDatabaseRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "create_database")}, Effect: function.Reaches, Feature: databases,
	Doc: "Makes a PostgreSQL database of the account. Nobody but the account, and the database users that it grants it to, can connect to it.",
})

// CreateDatabaseRequest names a database to be made.
type CreateDatabaseRequest struct {
	Name string `form:"name,required" max:"63" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, _ and -" doc:"Its name, which begins with the account’s prefix." example:"anna_shop"`
}

// DeleteDatabase drops a database of the account.
var DeleteDatabase = function.Define[DeleteDatabaseRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "delete_database")}, Effect: function.Reaches, Feature: databases,
	Doc: "Deletes a PostgreSQL database of the account with all that is in it, and ends the connections to it.",
})

// DeleteDatabaseRequest names a database of the account.
type DeleteDatabaseRequest struct {
	Name string `form:"name,required" max:"63" doc:"The database’s name." example:"anna_shop"`
}

// ListDatabases is the account's databases.
var ListDatabases = function.Define[ListDatabasesRequest, []Database](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "list_databases")}, Effect: function.Reaches, Feature: databases,
	Doc: "Lists the account’s PostgreSQL databases by name.",
})

// ListDatabasesRequest has no parameters.
type ListDatabasesRequest struct{}

// Database is a database of an account.
type Database struct {
	Database  string   `json:"database" doc:"Its name."`
	DiskUsage int64    `json:"disk_usage" doc:"The disk space that it uses, in bytes."`
	Users     []string `json:"users" doc:"The database users that it is granted to, by name; sessions’ own users are not among them."`
}

// CreateDatabaseUser makes a database user of the account.
var CreateDatabaseUser = function.Define[CreateDatabaseUserRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "create_user")}, Effect: function.Reaches, Feature: databases,
	Doc: "Makes a PostgreSQL user of the account, for a program to connect as. It can use no database until one is granted to it.",
})

// CreateDatabaseUserRequest is a database user to be made.
type CreateDatabaseUserRequest struct {
	Name     string `form:"name,required" max:"63" pattern:"[A-Za-z0-9_-]+" allowed:"use letters, digits, _ and -" doc:"Its name, which begins with the account’s prefix." example:"anna_web"`
	Password string `form:"password,required,secret" max:"512" pattern:"[ -~]+" allowed:"use letters, digits and signs of ASCII" doc:"Its password." example:"123456luggage"`
}

// DeleteDatabaseUser drops a database user of the account.
var DeleteDatabaseUser = function.Define[DeleteDatabaseUserRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "delete_user")}, Effect: function.Reaches, Feature: databases,
	Doc: "Deletes a PostgreSQL user of the account and ends its connections. What it made in databases becomes the account’s.",
})

// DeleteDatabaseUserRequest names a database user of the account.
type DeleteDatabaseUserRequest struct {
	Name string `form:"name,required" max:"63" doc:"The database user’s name." example:"anna_web"`
}

// ListDatabaseUsers is the account's database users.
var ListDatabaseUsers = function.Define[ListDatabaseUsersRequest, []string](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "list_users")}, Effect: function.Reaches, Feature: databases,
	Doc: "Lists the names of the account’s PostgreSQL users. Sessions’ own users are not among them.",
})

// ListDatabaseUsersRequest has no parameters.
type ListDatabaseUsersRequest struct{}

// SetDatabasePassword changes a database user's password.
var SetDatabasePassword = function.Define[SetDatabasePasswordRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "set_password")}, Effect: function.Reaches, Feature: databases,
	Doc: "Changes the password of a PostgreSQL user of the account. Its connections go on.",
})

// SetDatabasePasswordRequest names a database user of the account and a password.
type SetDatabasePasswordRequest struct {
	User     string `form:"user,required" max:"63" doc:"The database user’s name." example:"anna_web"`
	Password string `form:"password,required,secret" max:"512" pattern:"[ -~]+" allowed:"use letters, digits and signs of ASCII" doc:"The new password." example:"12345luggage"`
}

// GrantDatabase gives a database to a database user.
var GrantDatabase = function.Define[DatabasePrivilegesRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "grant_all_privileges")}, Effect: function.Reaches, Feature: databases,
	Doc: "Gives a PostgreSQL user of the account all privileges on a database of the account: on what is there, and on what the account " +
		"makes there later. Called again, it adds what other users made meanwhile.",
})

// RevokeDatabase takes a database from a database user.
var RevokeDatabase = function.Define[DatabasePrivilegesRequest, function.Nothing](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "revoke_all_privileges")}, Effect: function.Reaches, Feature: databases,
	Doc: "Takes all privileges on a database of the account from a PostgreSQL user and ends its connections to it. " +
		"What the user made there becomes the account’s.",
})

// DatabasePrivilegesRequest names a database user and a database of the account.
type DatabasePrivilegesRequest struct {
	User     string `form:"user,required" max:"63" doc:"The database user’s name." example:"anna_web"`
	Database string `form:"database,required" max:"63" doc:"The database’s name." example:"anna_shop"`
}

// GetDatabaseRestrictions says how databases and their users may be named.
var GetDatabaseRestrictions = function.Define[GetDatabaseRestrictionsRequest, DatabaseRestrictions](function.Spec{
	Names: []function.Name{function.UAPI("Postgresql", "get_restrictions")}, Feature: databases,
	Doc: "Tells the prefix with which the names of the account’s PostgreSQL databases and users begin, and how long names may be.",
})

// GetDatabaseRestrictionsRequest has no parameters.
type GetDatabaseRestrictionsRequest struct{}

// DatabaseRestrictions is how an account's databases and users may be named.
type DatabaseRestrictions struct {
	Prefix            string `json:"prefix" doc:"What names begin with."`
	MaxDatabaseLength int    `json:"max_database_name_length" doc:"How many characters a database’s name may have, the prefix included."`
	MaxUsernameLength int    `json:"max_username_length" doc:"How many characters a user’s name may have, the prefix included."`
}
