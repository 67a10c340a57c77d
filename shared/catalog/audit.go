package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// ListAuditEvents is the audit trail as an account sees it.
var ListAuditEvents = function.Define[ListAuditEventsRequest, AuditEvents](function.Spec{
	Names:   []function.Name{function.UAPI("Postern", "list_audit_events")},
	Callers: function.Everybody,
	Doc: "Lists what was done, and refused, by and for the account and its mailboxes, newest first; a mailbox’s owner sees their own. " +
		"Where an administrator acted, it says so but not from where.",
})

// ListAllAuditEvents is the audit trail as an administrator sees it.
var ListAllAuditEvents = function.Define[ListAuditEventsRequest, AuditEvents](function.Spec{
	Names: []function.Name{function.WHM("postern_list_audit_events")},
	Doc: "Lists what was done and refused, newest first: for root everything, for a reseller what it did itself and, " +
		"with the privilege “list-accts”, what concerns its accounts.",
})

// ListAuditEventsRequest says which events.
type ListAuditEventsRequest struct {
	Since   scalar.Epoch `form:"since" doc:"Only events of this time or later, in seconds since 1970." example:"1772625600"`
	Until   scalar.Epoch `form:"until" doc:"Only events before this time, in seconds since 1970." example:"1772712000"`
	User    string       `form:"user" max:"319" doc:"Only events of this user: as the one who acted, as whom, or about whose account." example:"anna"`
	Action  string       `form:"action" max:"128" doc:"Only events of this function or step of a sign in." example:"Tokens::revoke"`
	Address string       `form:"address" max:"50" doc:"Only events from this address or network (CIDR)." example:"192.0.2.0/24"`
	Outcome string       `form:"outcome" choices:"ok,refused" doc:"Only what was done, or what was refused."`
	Search  string       `form:"search" max:"100" doc:"Only events with this text in a name, the action or the details." example:"backup"`
	Before  int64        `form:"before" doc:"Only events with a lower number: the last one’s of the page before." example:"4711"`
	Limit   int          `form:"limit" default:"100" doc:"How many events, from 1 to 1000, where no output control asks for a page." example:"100"`
}

// AuditEvents is a page of the audit trail.
type AuditEvents struct {
	Shaped *function.Shaped `json:"-"`
	Events []AuditEvent     `json:"events" doc:"The events, the newest first."`
}

// ShapedBy says that the database did the output controls.
func (a AuditEvents) ShapedBy() *function.Shaped { return a.Shaped }

// AuditEvent is something that was done or refused.
type AuditEvent struct {
	ID      int64             `json:"id" doc:"Its number; later events have higher ones."`
	At      scalar.Epoch      `json:"at" doc:"When, in seconds since 1970."`
	Actor   string            `json:"actor" doc:"Who acted."`
	Login   string            `json:"login" doc:"As whom: another than the actor in a session made for them."`
	Account string            `json:"account" doc:"The account that it was about; empty for none."`
	Service string            `json:"service" doc:"The service: cpaneld, whostmgrd, webmaild, or cli for the command line."`
	Via     string            `json:"via" doc:"How they proved who they are: password, session, token or command; of a step of a sign in also provider, for a login provider's word."`
	Address string            `json:"address" doc:"From where; empty when it is not the reader’s to know."`
	Dialect string            `json:"dialect" doc:"The function’s API: whm, uapi or api2; empty for a step of a sign in."`
	Action  string            `json:"action" doc:"The function, or the step of a sign in."`
	Outcome string            `json:"outcome" doc:"ok or refused."`
	Kind    string            `json:"kind" doc:"Why it was refused: stranger, forbidden, locked …; empty when it was done."`
	Session string            `json:"session" doc:"The public name of the session."`
	Request string            `json:"request" doc:"The request’s number in the server’s log."`
	Details map[string]string `json:"details" doc:"The call’s parameters, without secrets."`
}
