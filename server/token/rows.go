package token

import (
	"context"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
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
		return fault.New(fault.Invalid, "There are %d API tokens already, and that is the most. Revoke one first.", n)
	}
	_, err = db.NewInsert().Model(t).Exec(ctx)
	return database.Fault(err, taken(t.Name), nil)
}

func taken(name string) *fault.Fault {
	return fault.New(fault.Exists, "An API token with the name “%s” exists already.", name)
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

// usable is what the door needs of a token that may be used.
type usable struct {
	id         int64
	owner      string
	all        bool // it has its owner's privileges
	privileges []string
	confined   bool // it ends, or works from some addresses only
	stale      bool // its last use was noted a minute ago or earlier
}

// lookUp finds the token that a request brings. One statement judges everything,
// so that one answer, after one time, covers every reason to refuse. It is bound
// and prepared: every call by token makes it.
func lookUp(ctx context.Context, db *database.DB, scheme, owner, value string, from netip.Addr, now time.Time) (u usable, err error) {
	var address *string
	if from.IsValid() {
		text := from.Unmap().WithZone("").String()
		address = &text
	}
	err = db.Pool.QueryRow(ctx, `
		SELECT t.id, l.name, t.privileges IS NULL, coalesce(t.privileges, '{}'),
			t.expires_at IS NOT NULL OR t.allowed_addresses IS NOT NULL,
			t.last_used_at IS NULL OR t.last_used_at <= $5::timestamptz - interval '1 minute'
		FROM tokens t JOIN logins l ON l.id = t.login_id
		WHERE t.secret_hash = $1 AND t.scheme = $2 AND l.name = $3 AND l.suspended_at IS NULL
			AND (t.expires_at IS NULL OR t.expires_at > $5::timestamptz)
			AND (t.allowed_addresses IS NULL OR $4::text::inet <<= ANY (t.allowed_addresses::inet[]))`,
		database.Bound, hash(value), scheme, owner, address, now).
		Scan(&u.id, &u.owner, &u.all, &u.privileges, &u.confined, &u.stale)
	return u, database.Fault(err, nil, fault.Denied())
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
