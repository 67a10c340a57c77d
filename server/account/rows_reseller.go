package account

import (
	"context"
	"time"

	"github.com/uptrace/bun"
	"github.com/uptrace/bun/dialect/pgdialect"

	"postern/server/database"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// saveReseller makes an account a reseller, or sets all its privileges.
func saveReseller(ctx context.Context, db bun.IDB, id int64, privileges []string, now time.Time) error {
	_, err := db.NewRaw(`
		INSERT INTO resellers (login_id, privileges, created_at) VALUES (?, ?, ?)
		ON CONFLICT (login_id) DO UPDATE SET privileges = EXCLUDED.privileges`,
		id, pgdialect.Array(privileges), now).Exec(ctx)
	return err
}

// deleteReseller makes a reseller a plain account; what it owned becomes root's.
func deleteReseller(ctx context.Context, db bun.IDB, id int64) error {
	if _, err := db.NewRaw(`DELETE FROM resellers WHERE login_id = ?`, id).Exec(ctx); err != nil {
		return err
	}
	root, err := rootID(ctx, db)
	if err != nil {
		return err
	}
	_, err = db.NewRaw(`UPDATE accounts SET owner_id = ? WHERE owner_id = ?`, root, id).Exec(ctx)
	return err
}

// setOwner gives an account to an owner.
func setOwner(ctx context.Context, db bun.IDB, id, owner int64) error {
	_, err := db.NewRaw(`UPDATE accounts SET owner_id = ? WHERE login_id = ?`, owner, id).Exec(ctx)
	return err
}

// resellerNames are the resellers' names, in order.
func resellerNames(ctx context.Context, db bun.IDB) (names []string, err error) {
	names = []string{}
	err = db.NewRaw(`SELECT l.name FROM resellers r JOIN logins l ON l.id = r.login_id ORDER BY l.name`).Scan(ctx, &names)
	return names, database.Fault(err, nil, nil)
}

// namedPrivileges is a row of privilege_lists.
type namedPrivileges struct {
	Name       string
	Privileges []string `bun:",array"`
}

// privilegeLists are all lists, by name.
func privilegeLists(ctx context.Context, db bun.IDB) (lists []namedPrivileges, err error) {
	err = db.NewRaw(`SELECT name, privileges FROM privilege_lists ORDER BY name`).Scan(ctx, &lists)
	return lists, database.Fault(err, nil, nil)
}

// privilegeList is what a list grants.
func privilegeList(ctx context.Context, db bun.IDB, name string) ([]string, error) {
	var l namedPrivileges
	err := db.NewRaw(`SELECT name, privileges FROM privilege_lists WHERE name = ?`, name).Scan(ctx, &l)
	return l.Privileges, database.Fault(err, nil, fault.New(fault.Unknown, "There is no list of privileges named “%s”.", name))
}

// lockPrivilegeList is what a list grants so far, nothing when it is new; it is
// the caller's alone until the transaction ends.
func lockPrivilegeList(ctx context.Context, db bun.IDB, name string) ([]string, error) {
	if _, err := db.NewRaw(`SELECT pg_advisory_xact_lock(hashtextextended('privilege_lists ' || ?, 0))`, name).Exec(ctx); err != nil {
		return nil, err
	}
	list, err := privilegeList(ctx, db, name)
	if fault.Is(err, fault.Unknown) {
		return nil, nil
	}
	return list, err
}

// savePrivilegeList makes a list, or sets what it grants.
func savePrivilegeList(ctx context.Context, db bun.IDB, name string, privileges []string, now time.Time) error {
	if privileges == nil {
		privileges = []string{}
	}
	_, err := db.NewRaw(`
		INSERT INTO privilege_lists (name, privileges, changed_at) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET privileges = EXCLUDED.privileges, changed_at = EXCLUDED.changed_at`,
		name, pgdialect.Array(privileges), now).Exec(ctx)
	return err
}

// resellersWithPrivileges are all resellers, or the one of that name.
func resellersWithPrivileges(ctx context.Context, db bun.IDB, name string) (list []catalog.Reseller, err error) {
	var rows []struct {
		User, Domain string
		Accounts     int
		Since        int64
		Privileges   []string `bun:",array"`
	}
	err = db.NewRaw(`
		SELECT l.name AS user, a.domain, (SELECT count(*) FROM accounts o WHERE o.owner_id = r.login_id) AS accounts,
			extract(epoch FROM r.created_at)::bigint AS since, ARRAY(SELECT unnest(r.privileges) ORDER BY 1) AS privileges
		FROM resellers r JOIN logins l ON l.id = r.login_id JOIN accounts a ON a.login_id = r.login_id
		WHERE ?0 = '' OR l.name = ?0 ORDER BY l.name COLLATE "C"`, name).Scan(ctx, &rows)
	list = make([]catalog.Reseller, len(rows))
	for i, r := range rows {
		list[i] = catalog.Reseller{User: r.User, Domain: r.Domain, Accounts: r.Accounts, Since: scalar.Epoch(r.Since), Privileges: r.Privileges}
	}
	return list, database.Fault(err, nil, nil)
}
