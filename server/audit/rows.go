package audit

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
)

// eventRow is an event as it is written.
type eventRow struct {
	At        time.Time
	Actor     string
	Login     string
	LoginID   int64 // 0: none
	Account   string
	AccountID int64 // 0: none
	Service   string
	Via       string
	Address   *string
	Dialect   string
	Action    string
	Outcome   string
	Kind      string
	Session   string
	Request   string
	Details   map[string]string
}

// insert adds an event; of refusals only as many as the bounds allow.
func insert(ctx context.Context, db bun.IDB, r *eventRow) error {
	if r.Outcome == "refused" {
		full, err := crowded(ctx, db, r)
		if err != nil || full {
			return err
		}
	}
	details, err := json.Marshal(r.Details)
	if err != nil {
		return err
	}
	_, err = database.Prepared(db, `
		INSERT INTO audit_events (at, actor, login, login_id, account, account_id, service, via, address, dialect, action,
			outcome, kind, session, request, details)
		VALUES ($1, $2, $3, nullif($4, 0), $5, nullif($6, 0), $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
		r.At, r.Actor, r.Login, r.LoginID, r.Account, r.AccountID, r.Service, r.Via, r.Address, r.Dialect, r.Action,
		r.Outcome, r.Kind, r.Session, r.Request, string(details)).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// crowded tells whether the last minute has as many refusals as are kept. It
// reads no more rows than that.
func crowded(ctx context.Context, db bun.IDB, r *eventRow) (full bool, err error) {
	lately := func(most int, where string, args ...any) *bun.SelectQuery {
		rows := db.NewSelect().TableExpr("audit_events").ColumnExpr("1").
			Where("outcome = 'refused' AND at > ?", r.At.Add(-time.Minute)).Where(where, args...).Limit(most)
		return db.NewSelect().TableExpr("(?) AS lately", rows).ColumnExpr("count(*) >= ?", most)
	}
	q := db.NewSelect().ColumnExpr("(?)", lately(refusalsByAll, "true"))
	if r.Address != nil {
		q = db.NewSelect().ColumnExpr("(?) OR (?)", lately(refusalsByAll, "true"),
			lately(refusalsByAddress, "address <<= ?::inet", networkOf(*r.Address)))
	}
	err = q.Scan(ctx, &full)
	return full, database.Fault(err, nil, nil)
}

// subject is an account that an event is about.
type subject struct {
	ID   int64
	Name string
}

// subjects are the accounts of the users that a call named, as far as its caller
// has power over them: nobody can write into the trail of a stranger.
func subjects(ctx context.Context, db bun.IDB, e dispatch.Event) (found []subject, err error) {
	err = db.NewRaw(`
		SELECT DISTINCT o.id, o.name
		FROM logins l
		JOIN logins o ON o.id = coalesce(l.account_id, l.id)
		JOIN accounts a ON a.login_id = o.id
		WHERE l.name IN (?) AND (? OR a.owner_id = ? OR a.login_id = ?)
		ORDER BY o.id`, bun.List(e.Named), e.Superuser, e.LoginID, e.LoginID).Scan(ctx, &found)
	return found, database.Fault(err, nil, nil)
}

// maxText is how many bytes of a name are kept.
const maxText = 320

// clip is a name as it is kept: what an attacker types ends up on an
// administrator's screen.
func clip(s string) string {
	if len(s) > maxText {
		s = s[:maxText]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
}
