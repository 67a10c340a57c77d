package audit

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

const most = 1000 // events in one answer

// listing is the trail as a caller reads it. From where an administrator acted
// is not for the accounts to know: they see the addresses and sessions of what
// they, their mailboxes, and strangers in their name did.
func listing(c dispatch.Call, all bool) dispatch.Listing {
	shown := "true"
	if !all {
		shown = fmt.Sprintf("e.actor = e.login AND (e.login_id = %d OR e.login_id IS NULL OR e.login_id = e.account_id OR strpos(e.login, '@') > 0)", c.ID)
	}
	hide := func(column string) string { return "CASE WHEN " + shown + " THEN " + column + " ELSE '' END" }
	text := func(name string) dispatch.ListColumn { return dispatch.ListColumn{Name: name, SQL: "e." + name} }
	return dispatch.Listing{
		Order: "e.id DESC", Most: most,
		Columns: []dispatch.ListColumn{
			{Name: "id", SQL: "e.id", Number: true},
			{Name: "at", SQL: "extract(epoch FROM e.at)::bigint", Number: true},
			text("actor"), text("login"), text("account"), text("service"), text("via"),
			{Name: "address", SQL: hide("coalesce(host(e.address), '')")},
			text("dialect"), text("action"), text("outcome"), text("kind"),
			{Name: "session", SQL: hide("e.session")},
			text("request"),
			{Name: "details", SQL: "e.details::text"},
		},
	}
}

// addressColumn is where the listing says the address.
func addressColumn(l dispatch.Listing) string {
	for _, c := range l.Columns {
		if c.Name == "address" {
			return c.SQL
		}
	}
	return "''"
}

func (r *Room) listForAccount(ctx context.Context, c dispatch.Call, in catalog.ListAuditEventsRequest) (catalog.AuditEvents, error) {
	q := events(c.DB)
	if c.Kind == dispatch.Mailbox {
		q = q.Where("e.login_id = ?", c.ID)
	} else {
		q = q.Where("(e.account_id = ? OR e.login_id = ?)", c.AccountID, c.ID)
	}
	return find(ctx, c, q, listing(c, false), in)
}

func (r *Room) listForAdmin(ctx context.Context, c dispatch.Call, in catalog.ListAuditEventsRequest) (catalog.AuditEvents, error) {
	q := events(c.DB)
	switch {
	case c.Superuser():
	case c.May("list-accts"):
		q = q.Where("(e.login_id = ? OR e.account_id IN (SELECT a.login_id FROM accounts AS a WHERE a.owner_id = ? OR a.login_id = ?))", c.ID, c.ID, c.ID)
	default:
		q = q.Where("e.login_id = ?", c.ID)
	}
	return find(ctx, c, q, listing(c, c.Superuser()), in)
}

func events(db bun.IDB) *bun.SelectQuery { return db.NewSelect().TableExpr("audit_events AS e") }

// found is an event as it is read.
type found struct {
	ID, At                                  int64
	Actor, Login, Account, Service, Via     string
	Address, Dialect, Action, Outcome, Kind string
	Session, Request                        string
	Details                                 map[string]string `bun:"type:jsonb"`
}

func find(ctx context.Context, c dispatch.Call, q *bun.SelectQuery, l dispatch.Listing, in catalog.ListAuditEventsRequest) (out catalog.AuditEvents, err error) {
	if in.Limit < 1 || in.Limit > most {
		return out, fault.Bad("limit", fmt.Sprintf("use a number from 1 to %d", most))
	}
	if q, err = narrow(q, l, in); err != nil {
		return out, err
	}
	var rows []found
	if out.Shaped, err = l.Find(ctx, q, c.Shape, in.Limit, &rows); err != nil {
		return out, database.Fault(err, nil, nil)
	}
	out.Events = make([]catalog.AuditEvent, len(rows))
	for i, r := range rows {
		out.Events[i] = r.event()
	}
	return out, nil
}

// narrow keeps a query to what the parameters ask for. It looks only at what the
// caller is shown: whether an address is found tells whose it is.
func narrow(q *bun.SelectQuery, l dispatch.Listing, in catalog.ListAuditEventsRequest) (*bun.SelectQuery, error) {
	if in.Since != 0 {
		q = q.Where("e.at >= ?", in.Since.Time())
	}
	if in.Until != 0 {
		q = q.Where("e.at < ?", in.Until.Time())
	}
	if in.Before > 0 {
		q = q.Where("e.id < ?", in.Before)
	}
	if in.User != "" {
		user := strings.ToLower(in.User)
		q = q.Where("? IN (e.actor, e.login, e.account)", user)
	}
	if in.Action != "" {
		q = q.Where("e.action = ?", in.Action)
	}
	if in.Outcome != "" {
		q = q.Where("e.outcome = ?", in.Outcome)
	}
	if in.Address != "" {
		network, err := network(in.Address)
		if err != nil {
			return nil, fault.Bad("address", "use an address or a network such as 192.0.2.0/24")
		}
		q = q.Where("e.address <<= ?::inet AND ? <> ''", network.String(), bun.Safe(addressColumn(l)))
	}
	if in.Search != "" {
		text := strings.ToLower(in.Search)
		q = q.Where("strpos(lower(concat_ws(' ', e.actor, e.login, e.account, e.action, e.details::text)), ?) > 0", text)
	}
	return q, nil
}

// network reads an address, or a network, with or without host bits.
func network(text string) (netip.Prefix, error) {
	if strings.Contains(text, "/") {
		p, err := netip.ParsePrefix(text)
		return p.Masked(), err
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, fmt.Errorf("not an address: %w", err)
	}
	a = a.Unmap()
	return netip.PrefixFrom(a, a.BitLen()), nil
}

func (r found) event() catalog.AuditEvent {
	return catalog.AuditEvent{
		ID: r.ID, At: scalar.Epoch(r.At), Actor: r.Actor, Login: r.Login, Account: r.Account, Service: r.Service, Via: r.Via,
		Address: r.Address, Dialect: r.Dialect, Action: r.Action, Outcome: r.Outcome, Kind: r.Kind,
		Session: r.Session, Request: r.Request, Details: r.Details,
	}
}
