package twofactor

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/database"
)

// setting names the row of settings.
const setting = "twofactor"

// factorRow is a second factor as it is kept.
type factorRow struct {
	LoginID   int64
	Name      string // the login's
	Secret    []byte // sealed
	LastStep  int64
	EnabledAt time.Time
	Recovery  int // codes left
}

// hasFactor tells whether a login has a factor, which each sign in asks.
func hasFactor(ctx context.Context, db bun.IDB, login int64) (has bool, err error) {
	err = database.Prepared(db, `SELECT EXISTS (SELECT FROM second_factors WHERE login_id = $1)`, login).Scan(ctx, &has)
	return has, database.Fault(err, nil, nil)
}

// hasFactorSince is hasFactor, or, with later, whether it has one that was set after a moment.
func hasFactorSince(ctx context.Context, db bun.IDB, login int64, later bool, since time.Time) (has bool, err error) {
	err = database.Prepared(db, `SELECT EXISTS (SELECT FROM second_factors WHERE login_id = $1 AND (NOT $2::boolean OR enabled_at > $3::timestamptz))`,
		login, later, since).Scan(ctx, &has)
	return has, database.Fault(err, nil, nil)
}

// findFactor is a login's factor; nil when it has none.
func findFactor(ctx context.Context, db bun.IDB, login int64) (*factorRow, error) {
	f := new(factorRow)
	err := db.NewRaw(`
		SELECT login_id, secret, last_step, enabled_at,
			(SELECT count(*) FROM recovery_codes r WHERE r.login_id = f.login_id) AS recovery
		FROM second_factors f WHERE login_id = ?`, login).Scan(ctx, f)
	if database.Gone(err) {
		return nil, nil
	}
	return f, database.Fault(err, nil, nil)
}

// takeTry is a login's factor, nil when it has none, for a look at a code: the look
// is counted before it is made, so that of many at once none is over. tries is how
// many there were in the period, this one included, since a code was right. That it
// reaches the disk is not waited for: whatever comes of the look, its own commit takes
// it along.
func takeTry(ctx context.Context, db bun.IDB, login int64, period time.Duration, now time.Time) (f *factorRow, tries int, err error) {
	var row struct {
		factorRow
		Tries int
		Off   string
	}
	err = database.Prepared(db, `
		UPDATE second_factors AS f SET
			tries = CASE WHEN f.tries_since > $2::timestamptz THEN f.tries + 1 ELSE 1 END,
			tries_since = CASE WHEN f.tries_since > $2 THEN f.tries_since ELSE $3::timestamptz END
		WHERE f.login_id = $1 RETURNING f.login_id, f.secret, f.last_step, f.tries, set_config('synchronous_commit', 'off', true) AS off`,
		login, now.Add(-period), now).Scan(ctx, &row)
	if database.Gone(err) {
		return nil, 0, nil
	}
	return &row.factorRow, row.Tries, database.Fault(err, nil, nil)
}

// lockFactor is findFactor with the login's row held until the transaction ends:
// of two who change a factor, the second sees what the first did.
func lockFactor(ctx context.Context, db bun.IDB, login int64) (*factorRow, error) {
	if err := account.Lock(ctx, db, login); err != nil {
		return nil, err
	}
	return findFactor(ctx, db, login)
}

// useStep consumes a time step. Comparing and moving the newest used step is one
// statement, so of many with the same code one passes. The key must still be the
// one that the code was compared with.
func useStep(ctx context.Context, db bun.IDB, login int64, secret []byte, step int64) (bool, error) {
	var used int64
	err := db.NewRaw(`
		UPDATE second_factors SET last_step = ?, tries = 0, tries_since = NULL WHERE login_id = ? AND secret = ? AND last_step < ? RETURNING last_step`,
		step, login, secret, step).Scan(ctx, &used)
	if database.Gone(err) {
		return false, nil
	}
	return err == nil, database.Fault(err, nil, nil)
}

// useRecovery consumes a recovery code.
func useRecovery(ctx context.Context, db bun.IDB, login int64, hash []byte) (bool, error) {
	err := database.Hit(db.NewRaw(`DELETE FROM recovery_codes WHERE login_id = ? AND hash = ?`, login, hash).Exec(ctx))
	if database.Gone(err) {
		return false, nil
	}
	return err == nil, database.Fault(err, nil, nil)
}

// saveFactor sets a login's factor. What belonged to the one before goes.
func saveFactor(ctx context.Context, db bun.IDB, login int64, sealed []byte, step int64, now time.Time) error {
	if _, err := deleteFactor(ctx, db, login); err != nil {
		return err
	}
	_, err := db.NewRaw(`INSERT INTO second_factors (login_id, secret, last_step, enabled_at) VALUES (?, ?, ?, ?)`,
		login, sealed, step, now).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// deleteFactor removes a login's factor, its recovery codes and a pending key,
// and tells whether there was a factor.
func deleteFactor(ctx context.Context, db bun.IDB, login int64) (bool, error) {
	if _, err := db.NewRaw(`DELETE FROM second_factor_offers WHERE login_id = ?`, login).Exec(ctx); err != nil {
		return false, database.Fault(err, nil, nil)
	}
	err := database.Hit(db.NewRaw(`DELETE FROM second_factors WHERE login_id = ?`, login).Exec(ctx))
	if database.Gone(err) {
		return false, nil
	}
	return err == nil, database.Fault(err, nil, nil)
}

// saveOffer keeps a key that was shown; the one shown before is worth nothing.
func saveOffer(ctx context.Context, db bun.IDB, login int64, sealed []byte, now time.Time) error {
	_, err := db.NewRaw(`
		INSERT INTO second_factor_offers (login_id, secret, offered_at) VALUES (?, ?, ?)
		ON CONFLICT (login_id) DO UPDATE SET secret = EXCLUDED.secret, offered_at = EXCLUDED.offered_at`,
		login, sealed, now).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// findOffer is the sealed key that was shown last, if that was after since; nil else.
func findOffer(ctx context.Context, db bun.IDB, login int64, since time.Time) (sealed []byte, err error) {
	err = db.NewRaw(`SELECT secret FROM second_factor_offers WHERE login_id = ? AND offered_at > ?`, login, since).Scan(ctx, &sealed)
	if database.Gone(err) {
		return nil, nil
	}
	return sealed, database.Fault(err, nil, nil)
}

// replaceRecovery sets a login's recovery codes.
func replaceRecovery(ctx context.Context, db bun.IDB, login int64, hashes [][]byte) error {
	if _, err := db.NewRaw(`DELETE FROM recovery_codes WHERE login_id = ?`, login).Exec(ctx); err != nil {
		return database.Fault(err, nil, nil)
	}
	for _, hash := range hashes {
		if _, err := db.NewRaw(`INSERT INTO recovery_codes (login_id, hash) VALUES (?, ?)`, login, hash).Exec(ctx); err != nil {
			return database.Fault(err, nil, nil)
		}
	}
	return nil
}

// stateRow is an account and whether it has a factor.
type stateRow struct {
	Name    string
	Domain  string
	Enabled bool
}

// selectStates are the accounts that a caller has power over; owned leaves out
// those that a reseller owns, when it may not list them.
func selectStates(ctx context.Context, db bun.IDB, caller int64, superuser, owned bool) (all []stateRow, err error) {
	err = db.NewRaw(`
		SELECT l.name, a.domain, EXISTS (SELECT FROM second_factors f WHERE f.login_id = l.id) AS enabled
		FROM accounts a JOIN logins l ON l.id = a.login_id
		WHERE a.login_id = ?0 OR ?2 AND (?1 OR a.owner_id = ?0)`, caller, superuser, owned).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// selectFactors are the factors of an account and of its mailboxes.
func selectFactors(ctx context.Context, db bun.IDB, account int64) (all []factorRow, err error) {
	err = db.NewRaw(`
		SELECT f.login_id, l.name, f.secret FROM second_factors f JOIN logins l ON l.id = f.login_id
		WHERE l.id = ?0 OR l.account_id = ?0 ORDER BY l.name`, account).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

// resellerIssuer is the name that a reseller set for itself and its accounts; "" for none.
func resellerIssuer(ctx context.Context, db bun.IDB, login int64) (issuer string, err error) {
	err = db.NewRaw(`
		SELECT i.issuer
		FROM logins l
		LEFT JOIN accounts a ON a.login_id = coalesce(l.account_id, l.id)
		JOIN second_factor_issuers i ON i.login_id IN (l.id, a.owner_id)
		JOIN resellers r ON r.login_id = i.login_id
		WHERE l.id = ?0 ORDER BY i.login_id = ?0 DESC LIMIT 1`, login).Scan(ctx, &issuer)
	if database.Gone(err) {
		return "", nil
	}
	return issuer, database.Fault(err, nil, nil)
}

func saveIssuer(ctx context.Context, db bun.IDB, login int64, issuer string) error {
	_, err := db.NewRaw(`
		INSERT INTO second_factor_issuers (login_id, issuer) VALUES (?, ?)
		ON CONFLICT (login_id) DO UPDATE SET issuer = EXCLUDED.issuer`, login, issuer).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// serverIssuer is the name that was set for the whole server; "" for none.
func serverIssuer(ctx context.Context, db bun.IDB) (issuer string, err error) {
	err = db.NewRaw(`SELECT coalesce(value ->> 'issuer', '') FROM settings WHERE name = ?`, setting).Scan(ctx, &issuer)
	if database.Gone(err) {
		return "", nil
	}
	return issuer, database.Fault(err, nil, nil)
}

func saveServerIssuer(ctx context.Context, db bun.IDB, issuer string, now time.Time) error {
	_, err := db.NewRaw(`
		INSERT INTO settings (name, value, changed_at) VALUES (?, jsonb_build_object('issuer', ?::text), ?)
		ON CONFLICT (name) DO UPDATE SET value = EXCLUDED.value, changed_at = EXCLUDED.changed_at`,
		setting, issuer, now).Exec(ctx)
	return database.Fault(err, nil, nil)
}
