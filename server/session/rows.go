package session

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/lookup"
	"postern/shared/fault"
)

// Row is a session as the database keeps it.
type Row struct {
	bun.BaseModel `bun:"table:sessions,alias:s"`

	Name         string     `bun:"name,pk"`
	SecretHash   []byte     `bun:"secret_hash"`
	LoginID      int64      `bun:"login_id"`
	Login        string     `bun:"login,scanonly"` // the login's name
	Possessor    string     `bun:"possessor"`
	Service      string     `bun:"service"`
	Token        string     `bun:"token"`
	Origin       string     `bun:"origin"`
	BoundAddress *string    `bun:"bound_address"`
	Address      string     `bun:"address"`
	UserAgent    string     `bun:"user_agent"`
	Locale       string     `bun:"locale"`
	GotoURI      string     `bun:"goto_uri"`
	CreatedAt    time.Time  `bun:"created_at"`
	UsedAt       *time.Time `bun:"used_at"`
	LastSeenAt   time.Time  `bun:"last_seen_at"`
	IdleSeconds  int        `bun:"idle_seconds"`
	ExpiresAt    time.Time  `bun:"expires_at"`

	// Who is signed in, as they are at the moment of Find, which alone fills it in
	// (and leaves UserAgent and GotoURI, which no request needs).
	Who account.Known `bun:"-"`

	secret string // known when just made
}

// Ends is when the session ends if nothing is asked of it any more.
func (s *Row) Ends() time.Time {
	idle := s.LastSeenAt.Add(time.Duration(s.IdleSeconds) * time.Second)
	if idle.Before(s.ExpiresAt) {
		return idle
	}
	return s.ExpiresAt
}

// Alive is the condition on a session, called s, that has not ended at a moment, which it takes twice.
const Alive = "s.expires_at > ? AND s.last_seen_at + s.idle_seconds * interval '1 second' > ?"

func insert(ctx context.Context, db bun.IDB, s *Row) error {
	_, err := database.Prepared(db, `
		INSERT INTO sessions (name, secret_hash, login_id, possessor, service, token, origin, bound_address, address,
			user_agent, locale, goto_uri, created_at, used_at, last_seen_at, idle_seconds, expires_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
		s.Name, s.SecretHash, s.LoginID, s.Possessor, s.Service, s.Token, s.Origin, s.BoundAddress, s.Address,
		s.UserAgent, s.Locale, s.GotoURI, s.CreatedAt, s.UsedAt, s.LastSeenAt, s.IdleSeconds, s.ExpiresAt).Exec(ctx)
	if database.Taken(err) {
		return fault.New(fault.Internal, "A session of that name exists: %w", err) // 95 random bits say otherwise
	}
	return err
}

// usedQuery reads the sessions of these names that are in use, and who is signed in
// with them as they are now. Whether one has ended by itself is judged by the
// moment of who asks, which differs from one to the next: see Row.Ends.
const usedQuery = usedColumns + usedRows + account.KnownJoins

// usedDetailQuery is usedQuery with what is known of the account.
var usedDetailQuery = usedColumns + account.DetailColumns + usedRows + account.KnownJoins + account.DetailJoins

const usedColumns = `
	SELECT k.n, s.name, s.secret_hash, s.login_id, l.name, s.possessor, s.service, s.token, s.origin,
		host(s.bound_address), host(s.address), s.locale, s.created_at, s.used_at, s.last_seen_at, s.idle_seconds, s.expires_at, ` + account.KnownColumns

const usedRows = `
	FROM unnest($1::text[]) WITH ORDINALITY AS k (name, n)
	CROSS JOIN LATERAL (SELECT * FROM sessions WHERE sessions.name = k.name AND sessions.used_at IS NOT NULL OFFSET 0) AS s
	CROSS JOIN LATERAL (SELECT * FROM logins WHERE logins.id = s.login_id OFFSET 0) AS l`

// used asks for many sessions at once; bound and prepared, for every call that a
// browser makes needs one.
func (r *Room) used(ctx context.Context, names []string, tell func(int, *Row)) error {
	rows, err := r.Pool.Query(ctx, usedQuery, database.Bound, names)
	return lookup.Numbered(rows, err, len(names), func(s *Row, places []any) []any { return s.Who.Into(s.into(places)) }, tell)
}

// usedWithDetails is used for requests that tell of the account.
func (r *Room) usedWithDetails(ctx context.Context, names []string, tell func(int, *Row)) error {
	rows, err := r.Pool.Query(ctx, usedDetailQuery, database.Bound, names)
	return lookup.Numbered(rows, err, len(names), func(s *Row, places []any) []any { return s.Who.IntoDetails(s.into(places)) }, tell)
}

// into appends where usedColumns go.
func (s *Row) into(places []any) []any {
	return append(places, &s.Name, &s.SecretHash, &s.LoginID, &s.Login, &s.Possessor, &s.Service, &s.Token, &s.Origin,
		&s.BoundAddress, &s.Address, &s.Locale, &s.CreatedAt, &s.UsedAt, &s.LastSeenAt, &s.IdleSeconds, &s.ExpiresAt)
}

// activate consumes a session that an API call made, in one statement: of many
// that try at the same moment exactly one finds the row, now under another name.
func activate(ctx context.Context, db bun.IDB, name string, hash []byte, next *Row, idle int, now time.Time) (*Row, error) {
	row := new(Row)
	_, err := db.NewUpdate().Model(row).
		Set("name = ?, secret_hash = ?, used_at = ?, last_seen_at = ?", next.Name, next.SecretHash, now, now).
		Set("idle_seconds = ?, expires_at = ?, address = ?, user_agent = ?", idle, next.ExpiresAt, next.Address, next.UserAgent).
		Where("s.name = ? AND s.secret_hash = ? AND s.used_at IS NULL AND s.service = ?", name, hash, next.Service).
		Where("(? = '' OR s.token = ?)", next.Token, next.Token).
		Where("(s.bound_address IS NULL OR s.bound_address = ?)", next.Address).Where(Alive, now, now).
		Returning("s.*, (SELECT l.name FROM logins AS l WHERE l.id = s.login_id) AS login").Exec(ctx)
	if database.Gone(err) || err == nil && row.Name == "" {
		return nil, fault.Denied()
	}
	return row, err
}

func remove(ctx context.Context, db bun.IDB, name string) error {
	_, err := db.NewDelete().Model((*Row)(nil)).Where("s.name = ?", name).Exec(ctx)
	return err
}

// holdLogins keeps others from changing logins until the transaction ends: those
// with these numbers, and the one of a name, which may be empty.
func holdLogins(ctx context.Context, db bun.IDB, one, two int64, name string) error {
	_, err := db.NewRaw(`SELECT id FROM logins WHERE id IN (?, ?) OR name = ? ORDER BY id FOR SHARE`, one, two, name).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// stillGood tells, of logins that are held, whether a call's session is there still
// or its password is still the one that it was given, and nobody is suspended.
func stillGood(ctx context.Context, db bun.IDB, c dispatch.Call, who int64) (good bool, err error) {
	err = db.NewRaw(`SELECT NOT EXISTS (SELECT FROM logins WHERE id IN (?0, ?1) AND (suspended_at IS NOT NULL OR ?2 AND id = ?0 AND password_changed_at > ?3))
		AND (NOT ?4 OR EXISTS (SELECT FROM sessions WHERE name = ?5))`,
		c.ID, who, c.Via == dispatch.ByPassword, c.Now, c.Via == dispatch.BySession, c.Session).Scan(ctx, &good)
	return good, database.Fault(err, nil, nil)
}

// EndAll ends every session of the logins, and those in which one of them acts
// as somebody else, in the caller's transaction.
func EndAll(ctx context.Context, db bun.IDB, logins ...int64) error {
	if len(logins) == 0 {
		return nil
	}
	_, err := db.NewDelete().Model((*Row)(nil)).Where("s.login_id IN (?)", bun.List(logins)).
		WhereOr("s.possessor IN (SELECT l.name FROM logins AS l WHERE l.id IN (?))", bun.List(logins)).Exec(ctx)
	return err
}

// sweepAtOnce is how many sessions one statement of Sweep deletes: of very many
// that wait, one alone would run into the limit of a statement's time, for ever.
const sweepAtOnce = 10_000

// Sweep deletes sessions that have ended. It only tidies: an ended session is
// refused at the query, swept or not. A node whose clock runs ahead takes nothing
// from the others: PostgreSQL's own clock counts too. A session whose use is being
// written at that moment is passed over: it may go on.
func Sweep(ctx context.Context, db bun.IDB, now time.Time) error {
	moment := bun.SafeQuery("least(?::timestamptz, now())", now)
	for {
		ended := db.NewSelect().Model((*Row)(nil)).Column("name").Where("NOT ("+Alive+")", moment, moment).Limit(sweepAtOnce).For("UPDATE SKIP LOCKED")
		result, err := db.NewDelete().Model((*Row)(nil)).Where("s.name IN (?)", ended).Exec(ctx)
		if err != nil {
			return err
		}
		if n, err := result.RowsAffected(); err != nil || n < sweepAtOnce {
			return err
		}
	}
}

// seen writes when sessions were last used, for many at once.
func seen(ctx context.Context, db bun.IDB, names []string, now time.Time) error {
	_, err := db.NewUpdate().Model((*Row)(nil)).Set("last_seen_at = ?", now).
		Where("s.name IN (?) AND s.last_seen_at < ?", bun.List(names), now).Exec(ctx)
	return err
}
