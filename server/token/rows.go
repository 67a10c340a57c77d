package token

import (
	"context"
	"net/netip"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
	"postern/server/lookup"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// row is a token as it is kept.
type row struct {
	bun.BaseModel `bun:"table:tokens,alias:t"`

	ID               int64     `bun:",pk,autoincrement"`
	LoginID          int64     `bun:"login_id"`
	Scheme           string    `bun:"scheme"`
	Name             string    `bun:"name"`
	SecretHash       []byte    `bun:"secret_hash"`
	Privileges       []string  `bun:"privileges,array"`        // nil: all that its owner has
	AllowedAddresses []string  `bun:"allowed_addresses,array"` // as PostgreSQL writes cidr; nil: any
	ExpiresAt        time.Time `bun:"expires_at,nullzero"`     // zero: never
	CreatedAt        time.Time `bun:"created_at"`
	LastUsedAt       time.Time `bun:"last_used_at,nullzero"`
}

// lockOwner holds the owner's row until the end of the transaction, so that the
// changes of one owner's tokens come one after the other, and refuses one that is
// suspended. Its lock lets rows that refer to the owner be written meanwhile.
func lockOwner(ctx context.Context, db bun.IDB, login int64) error {
	var suspended bool
	err := db.NewRaw("SELECT suspended_at IS NOT NULL FROM logins WHERE id = ? FOR NO KEY UPDATE", login).Scan(ctx, &suspended)
	if err != nil {
		return database.Fault(err, nil, fault.New(fault.Unknown, "The account does not exist any more."))
	}
	if suspended {
		return fault.New(fault.Forbidden, "The account is suspended: it cannot have a new API token.")
	}
	return nil
}

// insert adds a token; its owner is locked.
func insert(ctx context.Context, db bun.IDB, t *row) error {
	n, err := db.NewSelect().Model((*row)(nil)).Where("login_id = ? AND scheme = ?", t.LoginID, t.Scheme).Count(ctx)
	if err != nil {
		return database.Fault(err, nil, nil)
	}
	if n >= limit {
		return catalog.TokensFull.Fault("n", strconv.Itoa(n))
	}
	_, err = db.NewInsert().Model(t).Exec(ctx)
	return database.Fault(err, taken(t.Name), nil)
}

func taken(name string) *fault.Fault {
	return catalog.TokenTaken.Fault("name", name)
}

// find is a token of a login by its name.
func find(ctx context.Context, db bun.IDB, login int64, scheme, name string) (*row, error) {
	t := new(row)
	err := db.NewSelect().Model(t).Where("login_id = ? AND scheme = ? AND name = ?", login, scheme, name).Scan(ctx)
	return t, database.Fault(err, nil, fault.New(fault.Unknown, "There is no API token with the name “%s”.", name))
}

// replace writes what of a token can change. One that was revoked since it was
// read does not come back.
func replace(ctx context.Context, db bun.IDB, t *row) error {
	err := database.Hit(db.NewUpdate().Model(t).Column("name", "privileges", "allowed_addresses", "expires_at").WherePK().Exec(ctx))
	return database.Fault(err, taken(t.Name), fault.New(fault.Unknown, "The API token does not exist any more."))
}

// list is the tokens of a login, in the order of their names.
func list(ctx context.Context, db bun.IDB, login int64, scheme string) (all []row, err error) {
	err = db.NewSelect().Model(&all).ExcludeColumn("secret_hash").
		Where("login_id = ? AND scheme = ?", login, scheme).OrderExpr(`name COLLATE "C"`).Scan(ctx)
	return all, database.Fault(err, nil, nil)
}

// remove deletes tokens by name; names that no token has are passed over.
func remove(ctx context.Context, db bun.IDB, login int64, scheme string, names []string) error {
	_, err := db.NewDelete().Model((*row)(nil)).
		Where("login_id = ? AND scheme = ? AND name IN (?)", login, scheme, bun.List(names)).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// byValue is a WHM token and its owner's name, by the token's value; "" if there is none.
func byValue(ctx context.Context, db bun.IDB, value string) (t row, owner string, err error) {
	err = db.NewSelect().Model(&t).ExcludeColumn("secret_hash").Where("t.secret_hash = ? AND t.scheme = ?", hash(value), WHM).Scan(ctx)
	if database.Gone(err) {
		return t, "", nil
	}
	if err == nil {
		err = db.NewRaw("SELECT name FROM logins WHERE id = ?", t.LoginID).Scan(ctx, &owner)
	}
	return t, owner, database.Fault(err, nil, nil)
}

// proof is what a request brings, and from where.
type proof struct {
	scheme, owner, value string
	from                 netip.Addr
}

// usable is a token that may be used, and its owner as they are now.
type usable struct {
	id         int64
	all        bool // it has its owner's privileges
	privileges []string
	confined   bool      // it ends, or works from some addresses only
	expires    time.Time // zero: never
	lastUsed   time.Time // as it was noted; zero: never
	owner      account.Known
}

// usableQuery finds the tokens that requests bring. It judges everything, so that
// one answer, after one time, covers every reason to refuse; but for the moment, which
// differs from one request to the next.
const usableQuery = usableColumns + usableRows + account.KnownJoins + usableWhere

// usableDetailQuery is usableQuery with what is known of the account.
var usableDetailQuery = usableColumns + account.DetailColumns + usableRows + account.KnownJoins + account.DetailJoins + usableWhere

const usableColumns = `
	SELECT k.n, t.id, t.privileges IS NULL, coalesce(t.privileges, '{}'),
		t.expires_at IS NOT NULL OR t.allowed_addresses IS NOT NULL, t.expires_at, t.last_used_at, ` + account.KnownColumns

const usableRows = `
	FROM unnest($1::bytea[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY AS k (hash, scheme, owner, address, n)
	CROSS JOIN LATERAL (SELECT * FROM tokens WHERE tokens.secret_hash = k.hash AND tokens.scheme = k.scheme OFFSET 0) AS t
	CROSS JOIN LATERAL (SELECT * FROM logins WHERE logins.id = t.login_id OFFSET 0) AS l`

const usableWhere = `
	WHERE l.name = k.owner AND l.suspended_at IS NULL AND o.suspended_at IS NULL
		AND (t.allowed_addresses IS NULL OR k.address::inet <<= ANY (t.allowed_addresses::inet[]))`

// usable looks many tokens up at once; bound and prepared, for every call by token
// makes it.
func (r *Room) usable(ctx context.Context, proofs []proof, tell func(int, *usable)) error {
	rows, err := r.search(ctx, usableQuery, proofs)
	return lookup.Numbered(rows, err, len(proofs), func(u *usable, places []any) []any { return u.owner.Into(u.into(places)) }, tell)
}

// usableWithDetails is usable for requests that tell of the account.
func (r *Room) usableWithDetails(ctx context.Context, proofs []proof, tell func(int, *usable)) error {
	rows, err := r.search(ctx, usableDetailQuery, proofs)
	return lookup.Numbered(rows, err, len(proofs), func(u *usable, places []any) []any { return u.owner.IntoDetails(u.into(places)) }, tell)
}

// into appends where usableColumns go.
func (u *usable) into(places []any) []any {
	return append(places, &u.id, &u.all, &u.privileges, &u.confined, &u.expires, &u.lastUsed)
}

func (r *Room) search(ctx context.Context, query string, proofs []proof) (pgx.Rows, error) {
	n := len(proofs)
	hashes, schemes, owners, addresses := make([][]byte, n), make([]string, n), make([]string, n), make([]*string, n)
	for i, p := range proofs {
		hashes[i], schemes[i], owners[i] = hash(p.value), p.scheme, p.owner
		if p.from.IsValid() {
			text := p.from.Unmap().WithZone("").String()
			addresses[i] = &text
		}
	}
	return r.pool.Query(ctx, query, database.Bound, hashes, schemes, owners, addresses)
}

// noteUses writes when tokens were last used, at most once a minute for each.
// Rows that another node is writing are passed over: two nodes that wait for each
// other's rows would be a deadlock.
func noteUses(ctx context.Context, db *database.DB, tokens []int64, at time.Time) error {
	_, err := db.Pool.Exec(ctx, `
		UPDATE tokens SET last_used_at = $1::timestamptz
		WHERE id IN (
			SELECT id FROM tokens
			WHERE id = ANY ($2::bigint[]) AND (last_used_at IS NULL OR last_used_at <= $1::timestamptz - interval '1 minute')
			FOR NO KEY UPDATE SKIP LOCKED)`,
		database.Bound, at, tokens)
	return err
}
