package dispatch

import (
	"context"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// The functions of these tests. They reach out, so that no database is asked.

type probeRow struct {
	User  string       `json:"user"`
	Quota scalar.Limit `json:"quota"`
	Used  string       `json:"used"`
	Count int          `json:"count"`
	IP    string       `json:"ip"`
	Note  *string      `json:"note"`
}

type probeList struct {
	function.Notes
	Rows  []probeRow `json:"acct"`
	Other []string   `json:"other"`
	Total int        `json:"total"`
}

type probeRequest struct {
	Fail  string   `form:"fail"`
	Value string   `form:"value,lines" max:"100000"`
	Tags  []string `form:"tag"`
}

type probeEcho struct {
	Caller string   `json:"caller"`
	Value  string   `json:"value"`
	Tags   []string `json:"tags"`
}

type shapedList struct {
	probeList
	by *function.Shaped
}

func (s shapedList) ShapedBy() *function.Shaped { return s.by }

var (
	listOnWHM = function.Define[probeRequest, probeList](function.Spec{
		Names: []function.Name{function.WHM("probe_list")}, Effect: function.Reaches, Doc: "Lists."})
	listOnUAPI = function.Define[probeRequest, []probeRow](function.Spec{
		Names: []function.Name{function.UAPI("Probe", "list"), function.API2("Probe", "list")}, Effect: function.Reaches, Callers: function.Everybody, Doc: "Lists."})
	echoAll = function.Define[probeRequest, probeEcho](function.Spec{
		Names:  []function.Name{function.WHM("probe_echo"), function.UAPI("Probe", "echo"), function.API2("Probe", "echo")},
		Effect: function.Reaches, Callers: function.Everybody, Doc: "Says who called, and with what."})
	needy = function.Define[probeRequest, function.Nothing](function.Spec{
		Names: []function.Name{function.WHM("probe_needy")}, Needs: "list-accts", Effect: function.Reaches, Doc: "Needs a privilege."})
	rootly = function.Define[probeRequest, function.Nothing](function.Spec{
		Names: []function.Name{function.WHM("probe_rootly")}, Needs: Everything, Effect: function.Reaches, Doc: "Needs every privilege."})
	opens = function.Define[probeRequest, function.Nothing](function.Spec{
		Names: []function.Name{function.WHM("probe_opens"), function.UAPI("Probe", "opens")}, Opens: true, Effect: function.Reaches, Doc: "Hands out a session."})
	names = function.Define[probeRequest, map[string][]string](function.Spec{
		Names: []function.Name{function.WHM("probe_names")}, Effect: function.Reaches, Doc: "Gives names."})
	scalarOut = function.Define[probeRequest, string](function.Spec{
		Names: []function.Name{function.WHM("probe_text")}, Effect: function.Reaches, Doc: "Gives a text."})
	selfShaped = function.Define[probeRequest, shapedList](function.Spec{
		Names: []function.Name{function.WHM("probe_self_shaped")}, Effect: function.Reaches, Doc: "Does the work itself."})
)

func text(s string) *string { return &s }

func probeRows() []probeRow {
	return []probeRow{
		{"anna", scalar.Limited(500), "14M", 3, "192.0.2.10", text("Hello")},
		{"bert", scalar.Limit{}, "9M", 0, "192.0.2.9", nil},
		{"Carl", scalar.Limited(9), "100M", 10, "", text("")},
		{"dora", scalar.Limited(0), "none", 3, "10.0.0.1", text("say hello")},
	}
}

// probe is a dispatcher with the functions of these tests.
func probe() *Mux {
	m := &Mux{Now: func() time.Time { return time.Unix(1700000000, 0) }}
	m.As = func(_ context.Context, _ bun.IDB, who Caller, user string) (Caller, error) {
		switch {
		case user == "broken":
			return Caller{}, context.DeadlineExceeded
		case strings.HasPrefix(user, "other"):
			return Caller{}, fault.New(fault.Forbidden, "The account %s is not yours.", user)
		case user != "anna":
			return Caller{}, fault.New(fault.Unknown, "There is no account %s.", user)
		}
		return Caller{ID: 7, Name: "anna", Kind: Account, AccountID: 7, Account: "anna", Via: who.Via, Service: who.Service, Possessor: who.Name}, nil
	}
	m.Nested()
	Handle(m, listOnWHM, func(context.Context, Call, probeRequest) (probeList, error) {
		return probeList{Notes: function.Notes{Reason: "Listed"}, Rows: probeRows(), Other: []string{"x"}, Total: 4}, nil
	})
	Handle(m, listOnUAPI, func(context.Context, Call, probeRequest) ([]probeRow, error) { return probeRows(), nil })
	Handle(m, echoAll, func(_ context.Context, c Call, in probeRequest) (probeEcho, error) {
		if in.Fail != "" {
			return probeEcho{}, fault.New(fault.Exists, "It failed: %s.", in.Fail)
		}
		return probeEcho{c.Name, in.Value, in.Tags}, nil
	})
	Handle(m, needy, func(context.Context, Call, probeRequest) (function.Nothing, error) { return function.Nothing{}, nil })
	Handle(m, rootly, func(context.Context, Call, probeRequest) (function.Nothing, error) { return function.Nothing{}, nil })
	Handle(m, opens, func(context.Context, Call, probeRequest) (function.Nothing, error) { return function.Nothing{}, nil })
	Handle(m, names, func(context.Context, Call, probeRequest) (map[string][]string, error) {
		return map[string][]string{"users": {"anna", "bert", "carl"}}, nil
	})
	Handle(m, scalarOut, func(context.Context, Call, probeRequest) (string, error) { return "x", nil })
	Handle(m, selfShaped, func(_ context.Context, c Call, _ probeRequest) (shapedList, error) {
		return shapedList{probeList{Rows: probeRows()[:c.Shape.Page.Size]}, &function.Shaped{Paged: true, Start: 1, Size: c.Shape.Page.Size, Records: 400}}, nil
	})
	return m
}

var (
	root     = Caller{ID: 1, Name: "root", Kind: Root, Service: scalar.WHM}
	reseller = Caller{ID: 2, Name: "rita", Kind: Reseller, AccountID: 2, Account: "rita", Privileges: []string{"cpanel-api"}, Service: scalar.WHM}
	owner    = Caller{ID: 7, Name: "anna", Kind: Account, AccountID: 7, Account: "anna", Service: scalar.CPanel}
	mailbox  = Caller{ID: 9, Name: "box@anna.example", Kind: Mailbox, AccountID: 7, Account: "anna", Service: scalar.Webmail}
)
