package audit

import (
	"context"
	"strings"
	"time"
	"unicode"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
)

// eventRow is an event as it is written.
type eventRow struct {
	bun.BaseModel `bun:"table:audit_events"`

	ID        int64 `bun:",pk,autoincrement"`
	At        time.Time
	Actor     string
	Login     string
	LoginID   int64 `bun:",nullzero"`
	Account   string
	AccountID int64 `bun:",nullzero"`
	Service   string
	Via       string
	Address   *string
	Dialect   string
	Action    string
	Outcome   string
	Kind      string
	Session   string
	Request   string
	Details   map[string]string `bun:"type:jsonb"`
}

// insert adds an event; of refusals only as many as the bounds allow.
func insert(ctx context.Context, db bun.IDB, r *eventRow) error {
	if r.Outcome == "refused" {
		full, err := crowded(ctx, db, r)
		if err != nil || full {
			return err
		}
	}
	_, err := db.NewInsert().Model(r).Exec(ctx)
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
