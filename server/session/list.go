package session

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// RegisterList answers the functions by which users see and end sessions.
func (r *Room) RegisterList(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.ListSessions, r.listOwn)
	dispatch.Handle(m, catalog.ListAllSessions, r.listAll)
	dispatch.Handle(m, catalog.RevokeSession, r.revokeOwn)
	dispatch.Handle(m, catalog.RevokeSessionAsAdmin, r.revokeAsAdmin)
	dispatch.Handle(m, catalog.RevokeOtherSessions, r.revokeOthers)
}

const mostListed = 1000 // sessions in one answer

// ends is when a session ends if nothing is asked of it any more; Row.Ends in SQL.
const ends = "least(s.expires_at, s.last_seen_at + s.idle_seconds * interval '1 second')"

// listing is the sessions as a caller reads them. From where somebody with power
// over the caller acts is not for the caller to know.
func listing(c dispatch.Call) dispatch.Listing {
	shown := "true"
	if !c.Superuser() {
		shown = "s.possessor = ''"
		if c.Possessor == "" {
			shown += " OR s.possessor = (SELECT me.name FROM logins AS me WHERE me.id = " + fmt.Sprint(c.ID) + ")"
		}
	}
	hide := func(column string) string { return "CASE WHEN " + shown + " THEN " + column + " ELSE '' END" }
	epoch := func(name, moment string) dispatch.ListColumn {
		return dispatch.ListColumn{Name: name, SQL: "extract(epoch FROM " + moment + ")::bigint", Number: true}
	}
	text := func(name string) dispatch.ListColumn { return dispatch.ListColumn{Name: name, SQL: "s." + name} }
	return dispatch.Listing{
		Order: "s.last_seen_at DESC, s.name", Most: mostListed,
		Columns: []dispatch.ListColumn{
			text("name"), {Name: "user", SQL: "l.name"}, text("possessor"), text("service"), text("origin"),
			{Name: "address", SQL: hide("host(s.address)")}, {Name: "user_agent", SQL: hide("s.user_agent")},
			epoch("created", "s.created_at"), epoch("last_seen", "s.last_seen_at"), epoch("ends", ends),
			{Name: "is_used", SQL: "(s.used_at IS NOT NULL)::int", Number: true},
		},
	}
}

func (r *Room) listOwn(ctx context.Context, c dispatch.Call, in catalog.ListSessionsRequest) (catalog.Sessions, error) {
	return list(ctx, c, own(live(c.DB, c.Now), c), in)
}

// own keeps a query to the caller's sessions, and an account's to its mailboxes' too.
func own(q *bun.SelectQuery, c dispatch.Call) *bun.SelectQuery {
	if c.Kind == dispatch.Mailbox {
		return q.Where("l.id = ?", c.ID)
	}
	return q.Where("(l.id = ? OR l.account_id = ?)", c.ID, c.AccountID)
}

func (r *Room) listAll(ctx context.Context, c dispatch.Call, in catalog.ListSessionsRequest) (catalog.Sessions, error) {
	q := live(c.DB, c.Now)
	switch {
	case c.Superuser() && c.Kind == dispatch.Root:
	case c.Superuser(): // may do all that root may, but not to root
		q = q.Where("l.kind <> 'root'")
	case c.May("list-accts"):
		q = q.Where("(l.id = ? OR coalesce(l.account_id, l.id) IN (SELECT a.login_id FROM accounts AS a WHERE a.owner_id = ? OR a.login_id = ?))", c.ID, c.ID, c.ID)
	default:
		q = q.Where("l.id = ?", c.ID)
	}
	return list(ctx, c, q, in)
}

// live are the sessions that have not ended.
func live(db bun.IDB, now time.Time) *bun.SelectQuery {
	return db.NewSelect().TableExpr("sessions AS s").Join("JOIN logins AS l ON l.id = s.login_id").Where(Alive, now, now)
}

// listed is a session as it is read.
type listed struct {
	Name, User, Possessor, Origin, Address, UserAgent string
	Service                                           string
	Created, LastSeen, Ends                           int64
	IsUsed                                            int
}

func list(ctx context.Context, c dispatch.Call, q *bun.SelectQuery, in catalog.ListSessionsRequest) (out catalog.Sessions, err error) {
	if in.Limit < 1 || in.Limit > mostListed {
		return out, fault.Bad("limit", fmt.Sprintf("use a number from 1 to %d", mostListed))
	}
	if in.User != "" {
		q = q.Where("l.name = ?", strings.ToLower(in.User))
	}
	if in.Service != "" {
		q = q.Where("s.service = ?", string(in.Service))
	}
	var rows []listed
	if out.Shaped, err = listing(c).Find(ctx, q, c.Shape, in.Limit, &rows); err != nil {
		return out, database.Fault(err, nil, nil)
	}
	out.Sessions = make([]catalog.LiveSession, len(rows))
	for i, s := range rows {
		out.Sessions[i] = catalog.LiveSession{
			Name: s.Name, User: s.User, Possessor: s.Possessor, Service: scalar.Service(s.Service), Origin: s.Origin,
			Address: s.Address, UserAgent: s.UserAgent, Created: scalar.Epoch(s.Created), LastSeen: scalar.Epoch(s.LastSeen),
			Ends: scalar.Epoch(s.Ends), Used: s.IsUsed == 1, Current: scalar.Bit(c.Session != "" && s.Name == c.Session),
		}
	}
	return out, nil
}

// missing is the answer for a session that is not there and for one that is not
// the caller's alike.
func missing(name string) *fault.Fault {
	return fault.New(fault.Unknown, "You have no session with the name “%s”.", name)
}

func (r *Room) revokeOwn(ctx context.Context, c dispatch.Call, in catalog.RevokeSessionRequest) (out catalog.SessionRevoked, err error) {
	err = own(live(c.DB, c.Now), c).Where("s.name = ?", in.Name).ColumnExpr("l.name").Scan(ctx, &out.User)
	if err != nil {
		return out, database.Fault(err, nil, missing(in.Name))
	}
	return out, revoke(ctx, c.DB, in.Name)
}

func (r *Room) revokeAsAdmin(ctx context.Context, c dispatch.Call, in catalog.RevokeSessionRequest) (out catalog.SessionRevoked, err error) {
	err = live(c.DB, c.Now).Where("s.name = ?", in.Name).ColumnExpr("l.name").Scan(ctx, &out.User)
	if err != nil {
		return out, database.Fault(err, nil, missing(in.Name))
	}
	who, err := account.Subject(ctx, c, out.User)
	if fault.Is(err, fault.Unknown) {
		return out, missing(in.Name)
	}
	if err != nil {
		return out, err
	}
	if who.ID != c.ID && !c.May("create-user-session") {
		return out, fault.NoPrivilege("create-user-session")
	}
	return out, revoke(ctx, c.DB, in.Name)
}

// revoke deletes exactly one session. Somebody may have ended it, or activated
// it under another name, meanwhile.
func revoke(ctx context.Context, db bun.IDB, name string) error {
	err := database.Hit(db.NewDelete().Model((*Row)(nil)).Where("s.name = ?", name).Exec(ctx))
	return database.Fault(err, nil, missing(name))
}

func (r *Room) revokeOthers(ctx context.Context, c dispatch.Call, _ catalog.RevokeOtherSessionsRequest) (out catalog.SessionsRevoked, err error) {
	if err := account.Lock(ctx, c.DB, c.ID); err != nil { // one that is being made in another is one of them
		return out, err
	}
	out.Revoked, err = endOthers(ctx, c.DB, c.ID, c.Session)
	return out, err
}

// SignedIn tells whether a session began with a sign in, all its steps included,
// and not with an API call.
func SignedIn(ctx context.Context, db bun.IDB, name string) (bool, error) {
	is, err := db.NewSelect().Model((*Row)(nil)).Where("s.name = ? AND s.origin IN (?)", name, bun.List(signIns)).Exists(ctx)
	return is, database.Fault(err, nil, nil)
}

// Vouched is when a session was signed in to by a login provider's word; zero when
// it was not.
func Vouched(ctx context.Context, db bun.IDB, name string) (time.Time, error) {
	var at time.Time
	err := db.NewSelect().Model((*Row)(nil)).Column("created_at").Where("s.name = ? AND s.origin = ?", name, FromProvider).Scan(ctx, &at)
	if database.Gone(err) {
		return time.Time{}, nil
	}
	return at, database.Fault(err, nil, nil)
}

// EndOthers ends every session of a login but the one named keep, and those in
// which it acts as somebody else, in the caller's transaction.
func EndOthers(ctx context.Context, db bun.IDB, loginID int64, keep string) error {
	_, err := endOthers(ctx, db, loginID, keep)
	return err
}

func endOthers(ctx context.Context, db bun.IDB, login int64, keep string) (int, error) {
	result, err := db.NewDelete().Model((*Row)(nil)).Where("s.name <> ?", keep).
		Where("(s.login_id = ? OR s.possessor = (SELECT l.name FROM logins AS l WHERE l.id = ?))", login, login).Exec(ctx)
	if err != nil {
		return 0, database.Fault(err, nil, nil)
	}
	n, err := result.RowsAffected()
	return int(n), err
}
