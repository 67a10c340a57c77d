package tenant

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/cluster"
	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// reserved are names that PostgreSQL, Postern or sessions' users have.
var reserved = []string{"pg", "postgres", "postern", "public", "none", "cpses", "template0", "template1"}

// candidates are the names that an account's role may have, the best first: the
// account's own, and that with a number behind it. An account was named so
// before, or the server has a role of that name.
func candidates(account string) (all []string) {
	for i := range 20 {
		name := account
		if i > 0 {
			name += strconv.Itoa(i + 1)
		}
		if !slices.Contains(reserved, name) {
			all = append(all, name)
		}
	}
	return all
}

// prefixOf is what names of an account's databases begin with, or would.
func prefixOf(ctx context.Context, db bun.IDB, c dispatch.Call) (string, error) {
	role, err := accountRole(ctx, db, c.AccountID)
	if role != "" || err != nil {
		return role + "_", err
	}
	for _, name := range candidates(c.Account) {
		is, err := nameTaken(ctx, db, name)
		if err != nil {
			return "", err
		}
		if !is {
			return name + "_", nil
		}
	}
	return c.Account + "_", nil
}

// ensureAccount is the account's role, made if there is none.
func (r *Room) ensureAccount(ctx context.Context, c dispatch.Call) (string, error) {
	db := r.DB.Write
	role, err := accountRole(ctx, db, c.AccountID)
	if err != nil {
		return "", err
	}
	if role != "" {
		mine, err := r.makeAccountRole(ctx, role)
		if err == nil && !mine {
			err = fault.New(fault.Unavailable, "The database server has another role of the name “%s”: the server’s administrator must rename it.", role)
		}
		return role, err
	}
	for _, name := range candidates(c.Account) {
		removed, err := claim(ctx, db, c.AccountID, name, c.Now)
		if err != nil {
			return "", err
		}
		if removed {
			return "", fault.New(fault.Unavailable, "The databases of an account of this name are still being removed. Try again in a minute.")
		}
		role, err := accountRole(ctx, db, c.AccountID)
		if err != nil {
			return "", err
		}
		if role == "" {
			continue // the name is another account's
		}
		mine, err := r.makeAccountRole(ctx, role)
		if mine || err != nil {
			return role, err
		}
		if err := unclaim(ctx, db, role); err != nil {
			return "", err
		}
	}
	return "", fault.New(fault.Unavailable, "The database server has roles of every name that this account’s could have.")
}

// makeAccountRole makes the role unless it is there. mine is false when there is
// one of that name that is not this account's.
func (r *Room) makeAccountRole(ctx context.Context, role string) (mine bool, err error) {
	m, err := r.mark(ctx, isAccount, role)
	if err != nil {
		return false, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return false, err
	}
	text, there, err := markOfRole(ctx, main, role)
	if there || err != nil {
		return text == m.String(), err
	}
	if err := ensureGroup(ctx, main); err != nil {
		return false, err
	}
	// This role must be a member of what it hands over and takes back.
	err = do(ctx, main, "CREATE ROLE %1$I NOLOGIN; COMMENT ON ROLE %1$I IS %2$L; GRANT %1$I TO CURRENT_USER", role, m.String())
	switch {
	case code(err) == reservedName:
		return false, nil
	case taken(err): // another call made it this moment, or somebody else
		text, _, err := markOfRole(ctx, main, role)
		return text == m.String(), err
	}
	return true, err
}

// ensureGroup makes the group of all who sign in with a password, by which
// pg_hba.conf knows them.
func ensureGroup(ctx context.Context, q querier) error {
	_, there, err := markOfRole(ctx, q, cluster.TenantGroup)
	if there || err != nil {
		return err
	}
	if err = do(ctx, q, "CREATE ROLE %1$I NOLOGIN", cluster.TenantGroup); taken(err) {
		return nil
	}
	return err
}

// connections bounds those of one database user: the server's are everybody's.
const connections = "10"

// makeUser makes a database user of an account's.
func makeUser(ctx context.Context, q querier, name, account, verifier string, m mark) error {
	return do(ctx, q, "CREATE ROLE %1$I LOGIN CONNECTION LIMIT "+connections+" PASSWORD %2$L; COMMENT ON ROLE %1$I IS %3$L; "+
		// The account may do with what the user makes whatever the user may.
		"GRANT %1$I TO CURRENT_USER, %4$I; GRANT %5$I TO %1$I", name, verifier, m.String(), account, cluster.TenantGroup)
}

// makeSessionUser makes a session's user: a member of the account's role, which
// it works as from its first statement.
func makeSessionUser(ctx context.Context, q querier, name, account, verifier string, until time.Time, m mark) error {
	return do(ctx, q, "CREATE ROLE %1$I LOGIN INHERIT CONNECTION LIMIT "+connections+" PASSWORD %2$L VALID UNTIL %3$L; COMMENT ON ROLE %1$I IS %4$L; "+
		"GRANT %1$I TO CURRENT_USER; GRANT %5$I, %6$I TO %1$I; ALTER ROLE %1$I SET role = %5$L",
		name, verifier, moment(until), m.String(), account, cluster.TenantGroup)
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05+00") }

// dispose drops a role that signs in, or has. Whoever is connected as it is
// thrown out; what it owns becomes the heir's, or is dropped when there is none.
// A role that is not there, or not of that mark, is left alone. It can be called
// again after it was cut short anywhere.
func (r *Room) dispose(ctx context.Context, role, heir string, m mark) error {
	main, err := r.Server.main(ctx)
	if err != nil {
		return err
	}
	text, there, err := markOfRole(ctx, main, role)
	if err != nil || !there || text != m.String() {
		return err
	}
	if err := do(ctx, main, "ALTER ROLE %1$I NOLOGIN", role); err != nil { // before anything else: nobody comes back
		return err
	}
	if err := throwOut(ctx, main, role, ""); err != nil {
		return err
	}
	places, err := names(ctx, main, `SELECT datname FROM pg_database WHERE oid IN (SELECT s.dbid FROM pg_shdepend s JOIN pg_roles r ON r.oid = s.refobjid
		WHERE s.refclassid = 'pg_authid'::regclass AND r.rolname = $1) ORDER BY datname`, role)
	if err != nil {
		return err
	}
	statements := "DROP OWNED BY %1$I"
	if heir != "" {
		statements = "REASSIGN OWNED BY %1$I TO %2$I; DROP OWNED BY %1$I"
	}
	for _, place := range places {
		if err := r.inside(ctx, place, func(conn querier) error { return do(ctx, conn, statements, role, heir) }); err != nil {
			return err
		}
	}
	err = do(ctx, main, "DROP OWNED BY %1$I; DROP ROLE %1$I", role)
	if code(err) == undefinedObject {
		return nil // another node was faster
	}
	return err
}

// inside works in a tenant's database.
func (r *Room) inside(ctx context.Context, name string, work func(querier) error) error {
	conn, err := r.Server.in(ctx, name)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	return work(conn)
}

// throwOut ends a user's connections, to one database or, when that is "", to all,
// and waits until they are gone.
func throwOut(ctx context.Context, q querier, role, database string) error {
	for range 50 {
		var still int
		if err := q.QueryRow(ctx, `SELECT count(*) FROM (SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE usename = $1 AND ($2 = '' OR datname = $2)) AS ended`, role, database).Scan(&still); err != nil || still == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
	return fault.New(fault.Unavailable, "The connections of the database user “%s” do not end.", role)
}

// checkName refuses a name that does not begin with the account's prefix, or is
// nothing but that.
func checkName(parameter, role, name string) error {
	if rest, has := strings.CutPrefix(name, role+"_"); !has || rest == "" {
		return fault.Bad(parameter, catalog.DatabaseForm.With("prefix", role+"_"))
	}
	return nil
}
