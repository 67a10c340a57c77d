package catalog

import (
	"postern/shared/function"
	"postern/shared/scalar"
)

// GetStatistics is what an administrator looks at first.
var GetStatistics = function.Define[GetStatisticsRequest, Statistics](function.Spec{
	Names: []function.Name{function.WHM("postern_get_statistics")},
	Needs: "list-accts",
	Doc: "Tells how many accounts, mailboxes, sessions and locks there are now, and how many sign ins succeeded and failed on each of " +
		"the last days: for root of the whole server, for a reseller of its own accounts. " +
		"Sign ins are counted in the audit trail, which keeps a bounded number of failures a minute.",
})

// GetStatisticsRequest says which days.
type GetStatisticsRequest struct {
	Days     int    `form:"days" default:"14" doc:"How many days, today included: 1 to 366." example:"30"`
	TimeZone string `form:"timezone" default:"UTC" max:"64" pattern:"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*" allowed:"use the name of a time zone, such as UTC or Europe/Vienna" doc:"The time zone in which a day begins, by its IANA name." example:"Europe/Vienna"`
}

// Statistics are figures of now, and of some days.
type Statistics struct {
	Accounts  int             `json:"accounts" doc:"How many accounts there are."`
	Suspended int             `json:"suspended" doc:"How many of them are suspended."`
	Resellers int             `json:"resellers" doc:"How many of them are resellers."`
	Mailboxes int             `json:"mailboxes" doc:"How many mailboxes there are."`
	Sessions  int             `json:"sessions" doc:"How many sessions are live."`
	Locks     int             `json:"locks" doc:"How many names and, for root, addresses are locked now after failures."`
	SignIns   []SignInsOfADay `json:"sign_ins" doc:"Sign ins of each day, the oldest day first, today last."`
	Hostname  string          `json:"hostname" doc:"The server’s host name."`
	Version   string          `json:"version" doc:"The server’s version."`
	Started   scalar.Epoch    `json:"started" doc:"Since when the node that answered is running, in seconds since 1970."`
	Database  *DatabaseFacts  `json:"database" doc:"The database; null for a reseller."`
}

// SignInsOfADay are the sign ins of one day.
type SignInsOfADay struct {
	Day       string `json:"day" doc:"The day: year, month and day, with dashes between them."`
	Succeeded int    `json:"succeeded" doc:"How many sign ins succeeded."`
	Failed    int    `json:"failed" doc:"How many steps of sign ins were refused."`
}

// DatabaseFacts tell of the database.
type DatabaseFacts struct {
	Version     string `json:"version" doc:"PostgreSQL’s version."`
	Bytes       int64  `json:"bytes" doc:"How much space the data take, in bytes."`
	Connections int    `json:"connections" doc:"How many connections to it are open, of all nodes."`
}
