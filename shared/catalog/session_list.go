package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// ListSessions is who is signed in, as the users themselves see it.
var ListSessions = function.Define[ListSessionsRequest, Sessions](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "list_sessions")},
	Callers: function.Everybody,
	Doc:     "Lists the live sessions of the caller, and for an account those of its mailboxes too; the one used last comes first.",
})

// ListAllSessions is who is signed in, as an administrator sees it.
var ListAllSessions = function.Define[ListSessionsRequest, Sessions](function.Spec{
	Names: []function.Name{function.WHM("postern_list_sessions")},
	Doc: "Lists live sessions, the one used last first: for root all, for a reseller its own and, with the privilege “list-accts”, " +
		"those of its accounts and their mailboxes.",
})

// ListSessionsRequest says which sessions.
type ListSessionsRequest struct {
	User    string         `form:"user" max:"319" doc:"Only sessions of this user." example:"anna"`
	Service scalar.Service `form:"service" doc:"Only sessions of this service." example:"cpaneld"`
	Limit   int            `form:"limit" default:"100" doc:"How many sessions, from 1 to 1000, where no output control asks for a page." example:"100"`
}

// Sessions is a page of sessions.
type Sessions struct {
	Shaped   *function.Shaped `json:"-"`
	Sessions []LiveSession    `json:"sessions" doc:"The sessions, the one that was used last first."`
}

// ShapedBy says that the database did the output controls.
func (s Sessions) ShapedBy() *function.Shaped { return s.Shaped }

// LiveSession is a session that has not ended.
type LiveSession struct {
	Name      string         `json:"name" doc:"Its public name, by which it is revoked; it opens nothing."`
	User      string         `json:"user" doc:"Whose session it is."`
	Possessor string         `json:"possessor" doc:"Who acts in it, when that is somebody else."`
	Service   scalar.Service `json:"service" doc:"The service that it is for."`
	Origin    string         `json:"origin" doc:"login, provider when it was signed in to by a login provider’s word, or the API function that made it."`
	Address   string         `json:"address" doc:"Where it was made or first used from; empty when it is not the reader’s to know."`
	UserAgent string         `json:"user_agent" doc:"The browser, in its own words."`
	Created   scalar.Epoch   `json:"created" doc:"When it was made, in seconds since 1970."`
	LastSeen  scalar.Epoch   `json:"last_seen" doc:"When it was last used, to the minute."`
	Ends      scalar.Epoch   `json:"ends" doc:"When it ends if it is not used any more."`
	Used      scalar.Bit     `json:"is_used" doc:"0 if an API call made it and nobody has used it yet."`
	Current   scalar.Bit     `json:"is_current" doc:"1 if this very call was made in it."`
}

// RevokeSession ends a session of one's own.
var RevokeSession = function.Define[RevokeSessionRequest, SessionRevoked](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "revoke_session")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc:     "Ends a session of the caller, or of a mailbox of the account: its next request is refused.",
})

// RevokeSessionAsAdmin ends a session of somebody else's.
var RevokeSessionAsAdmin = function.Define[RevokeSessionRequest, SessionRevoked](function.Spec{
	Names:  []function.Name{function.WHM("postern_revoke_session")},
	Effect: function.Writes,
	Doc: "Ends a session of the caller or, with the privilege “create-user-session”, of a user that the caller has power over: " +
		"its next request is refused.",
})

// RevokeSessionRequest names a session.
type RevokeSessionRequest struct {
	Name string `form:"name,required" max:"64" pattern:"[A-Za-z0-9]+" allowed:"use a name that the list of sessions shows" doc:"The session’s public name." example:"Qx7TzLw20PbRkd1M"`
}

// SessionRevoked says whose session ended.
type SessionRevoked struct {
	User string `json:"user" doc:"Whose session it was."`
}

// RevokeOtherSessions ends all sessions of the caller but the one of the call.
var RevokeOtherSessions = function.Define[RevokeOtherSessionsRequest, SessionsRevoked](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "revoke_other_sessions"), function.WHM("postern_revoke_other_sessions")},
	Callers: function.Everybody,
	Effect:  function.Writes,
	Doc:     "Ends all sessions of the caller, and those in which the caller acts as somebody else, but for the one that this call is made in.",
})

// RevokeOtherSessionsRequest has no parameters.
type RevokeOtherSessionsRequest struct{}

// SessionsRevoked says how many sessions ended.
type SessionsRevoked struct {
	Revoked int `json:"revoked" doc:"How many sessions ended."`
}
