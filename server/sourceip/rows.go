package sourceip

import (
	"context"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/shared/catalog"
)

// addressRow is a verified address as it is kept.
type addressRow struct {
	bun.BaseModel `bun:"table:verified_addresses,alias:v"`

	LoginID    int64     `bun:"login_id,pk"`
	Network    string    `bun:"network,pk"` // with its length, single addresses too
	Note       string    `bun:"note"`
	CreatedAt  time.Time `bun:"created_at"`
	LastUsedAt time.Time `bun:"last_used_at,nullzero"` // zero: never
}

// questionRow is a security question as it is kept.
type questionRow struct {
	bun.BaseModel `bun:"table:security_questions,alias:q"`

	LoginID    int64     `bun:"login_id,pk"`
	Slot       int       `bun:"slot,pk"`
	Question   string    `bun:"question"`
	AnswerHash string    `bun:"answer_hash"`
	SavedAt    time.Time `bun:"saved_at"`
}

// stand is what Required must know of a login.
type stand struct {
	Questions int
	Listed    bool
	Stale     bool // the last use of what lists the address was noted a minute ago or earlier
}

func standing(ctx context.Context, db bun.IDB, login int64, from netip.Addr, now time.Time) (s stand, err error) {
	err = db.NewRaw(`
		SELECT (SELECT count(*) FROM security_questions WHERE login_id = ?0) AS questions,
			count(*) > 0 AS listed,
			coalesce(bool_or(last_used_at IS NULL OR last_used_at <= ?2::timestamptz - interval '1 minute'), false) AS stale
		FROM verified_addresses WHERE login_id = ?0 AND network >>= ?1::inet`, login, inet(from), now).Scan(ctx, &s)
	return s, database.Fault(err, nil, nil)
}

func noteUse(ctx context.Context, db bun.IDB, login int64, from netip.Addr, now time.Time) error {
	_, err := db.NewRaw(`
		UPDATE verified_addresses SET last_used_at = ?2
		WHERE login_id = ?0 AND network >>= ?1::inet
			AND (last_used_at IS NULL OR last_used_at <= ?2::timestamptz - interval '1 minute')`, login, inet(from), now).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// inet is an address as PostgreSQL reads it; nil, which nothing contains, for none.
func inet(a netip.Addr) *string {
	if !a.IsValid() {
		return nil
	}
	text := a.Unmap().WithZone("").String()
	return &text
}

// addresses are those of a login, IPv4 first.
func addresses(ctx context.Context, db bun.IDB, login int64) (all []addressRow, err error) {
	err = db.NewSelect().Model(&all).ExcludeColumn("network").ColumnExpr("v.network::text AS network").
		Where("v.login_id = ?", login).OrderExpr("v.network").Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

// insertAddresses adds networks that are not listed yet.
func insertAddresses(ctx context.Context, db bun.IDB, rows []addressRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := db.NewInsert().Model(&rows).On("CONFLICT DO NOTHING").Exec(ctx)
	return database.Fault(err, nil, nil)
}

func deleteAddresses(ctx context.Context, db bun.IDB, login int64, networks []netip.Prefix) error {
	_, err := db.NewRaw(`DELETE FROM verified_addresses WHERE login_id = ? AND network IN (?)`, login, bun.List(texts(networks))).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// updateNote writes the note of some networks.
func updateNote(ctx context.Context, db bun.IDB, login int64, networks []netip.Prefix, note string) error {
	_, err := db.NewRaw(`UPDATE verified_addresses SET note = ? WHERE login_id = ? AND network IN (?)`,
		note, login, bun.List(texts(networks))).Exec(ctx)
	return database.Fault(err, nil, nil)
}

func texts(networks []netip.Prefix) []string {
	out := make([]string, len(networks))
	for i, n := range networks {
		out[i] = n.String()
	}
	return out
}

// trust lists one address that somebody signed in from, now.
func trust(ctx context.Context, db bun.IDB, login int64, network netip.Prefix, note string, now time.Time) error {
	if err := account.Lock(ctx, db, login); err != nil {
		return err
	}
	// As many as must go to make room for one, the longest unused first.
	_, err := db.NewRaw(`
		DELETE FROM verified_addresses WHERE login_id = ?0 AND network IN (
			SELECT network FROM verified_addresses
			WHERE login_id = ?0 AND network <> ?1 AND masklen(network) = CASE family(network) WHEN 4 THEN 32 ELSE 128 END
			ORDER BY coalesce(last_used_at, created_at), network
			LIMIT greatest(0, (SELECT count(*) FROM verified_addresses WHERE login_id = ?0 AND network <> ?1) - ?2 + 1))`,
		login, network.String(), catalog.AddressesMax).Exec(ctx)
	if err != nil {
		return database.Fault(err, nil, nil)
	}
	_, err = db.NewRaw(`
		INSERT INTO verified_addresses AS v (login_id, network, note, created_at, last_used_at)
		SELECT ?0, ?1::cidr, ?3, ?4::timestamptz, ?4::timestamptz WHERE (SELECT count(*) FROM verified_addresses WHERE login_id = ?0 AND network <> ?1) < ?2
		ON CONFLICT (login_id, network) DO UPDATE SET last_used_at = excluded.last_used_at`,
		login, network.String(), catalog.AddressesMax, note, now).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// questions are those of a login, in the order of their slots.
func questions(ctx context.Context, db bun.IDB, login int64) (all []questionRow, err error) {
	err = db.NewSelect().Model(&all).Where("q.login_id = ?", login).OrderExpr("q.slot").Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

func replaceQuestions(ctx context.Context, db bun.IDB, login int64, kept Kept, now time.Time) error {
	if err := account.Lock(ctx, db, login); err != nil {
		return err
	}
	if err := deleteQuestions(ctx, db, login); err != nil {
		return err
	}
	var rows []questionRow
	for i, k := range kept {
		rows = append(rows, questionRow{LoginID: login, Slot: i + 1, Question: k.question, AnswerHash: k.hash, SavedAt: now})
	}
	_, err := db.NewInsert().Model(&rows).Exec(ctx)
	return database.Fault(err, nil, nil)
}

func deleteQuestions(ctx context.Context, db bun.IDB, login int64) error {
	_, err := db.NewRaw(`DELETE FROM security_questions WHERE login_id = ?`, login).Exec(ctx)
	return database.Fault(err, nil, nil)
}
