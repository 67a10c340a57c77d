package tenant

import (
	"context"
	"strconv"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/function"
)

// mostUsers is how many database users an account may have.
const mostUsers = 100

func (r *Room) createUser(ctx context.Context, c dispatch.Call, in catalog.CreateDatabaseUserRequest) (out function.Nothing, err error) {
	role, err := r.ensureAccount(ctx, c)
	if err != nil {
		return out, err
	}
	if err := checkName("name", role, in.Name); err != nil {
		return out, err
	}
	m, err := r.mark(ctx, isUser, role)
	if err != nil {
		return out, err
	}
	secret, err := verifier(r.Random, in.Password)
	if err != nil {
		return out, err
	}
	return out, r.alone(ctx, m, func(conn querier) error {
		has, err := markedRoles(ctx, conn, m)
		if err != nil {
			return err
		}
		if len(has) >= mostUsers {
			return catalog.DatabaseUsersFull.Fault("most", strconv.Itoa(mostUsers))
		}
		if err = makeUser(ctx, conn, in.Name, role, secret, m); taken(err) {
			return catalog.DatabaseUserTaken.Fault("name", in.Name)
		}
		return err
	})
}

func (r *Room) deleteUser(ctx context.Context, c dispatch.Call, in catalog.DeleteDatabaseUserRequest) (out function.Nothing, err error) {
	role, _, err := r.ownThing(ctx, c, isUser, in.Name)
	if err != nil {
		return out, err
	}
	m, err := r.mark(ctx, isUser, role)
	if err != nil {
		return out, err
	}
	return out, r.dispose(ctx, in.Name, role, m)
}

func (r *Room) listUsers(ctx context.Context, c dispatch.Call, _ catalog.ListDatabaseUsersRequest) ([]string, error) {
	role, err := accountRole(ctx, r.DB.Write, c.AccountID)
	if role == "" || err != nil {
		return []string{}, err
	}
	m, err := r.mark(ctx, isUser, role)
	if err != nil {
		return nil, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return nil, err
	}
	all, err := markedRoles(ctx, main, m)
	if all == nil {
		all = []string{}
	}
	return all, told(err)
}

func (r *Room) setPassword(ctx context.Context, c dispatch.Call, in catalog.SetDatabasePasswordRequest) (out function.Nothing, err error) {
	_, main, err := r.ownThing(ctx, c, isUser, in.User)
	if err != nil {
		return out, err
	}
	return out, r.changePassword(ctx, main, in.User, in.Password)
}

func (r *Room) changePassword(ctx context.Context, q querier, user, password string) error {
	secret, err := verifier(r.Random, password)
	if err != nil {
		return err
	}
	return do(ctx, q, "ALTER ROLE %1$I PASSWORD %2$L", user, secret)
}

// grant gives a user all that there is in a database, and by default all that the
// account makes there later.
func (r *Room) grant(ctx context.Context, c dispatch.Call, in catalog.DatabasePrivilegesRequest) (out function.Nothing, err error) {
	role, err := r.ownBoth(ctx, c, in)
	if err != nil {
		return out, err
	}
	return out, r.inside(ctx, in.Database, func(conn querier) error {
		var sql string
		if err := conn.QueryRow(ctx, grantStatements, in.User, role, in.Database).Scan(&sql); err != nil {
			return err
		}
		return do(ctx, conn, "%s", sql)
	})
}

// grantStatements writes, in a tenant's database, what grants a user ($1) the
// database ($3) and all in it that the account ($2) or another user of it owns,
// which is what this role has by being a member. What belongs to extensions is
// not in it.
const grantStatements = `
SELECT format('GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %1$I TO %2$I;', $3::text, $1::text)
	|| coalesce((SELECT string_agg(format('GRANT ALL ON SCHEMA %I TO %I;', nspname, $1::text), '')
		FROM pg_namespace WHERE pg_has_role(nspowner, 'USAGE') AND nspname !~ '^pg_'), '')
	|| coalesce((SELECT string_agg(format('GRANT ALL ON %s %I.%I TO %I;', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, n.nspname, c.relname, $1::text), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND pg_has_role(c.relowner, 'USAGE') AND n.nspname !~ '^pg_'), '')
	|| coalesce((SELECT string_agg(format('GRANT ALL ON ROUTINE %I.%I(%s) TO %I;', n.nspname, p.proname, oidvectortypes(p.proargtypes), $1::text), '')
		FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE pg_has_role(p.proowner, 'USAGE') AND n.nspname !~ '^pg_'), '')
	|| (SELECT string_agg(format('ALTER DEFAULT PRIVILEGES FOR ROLE %I GRANT ALL ON %s TO %I;', $2::text, what, $1::text), '')
		FROM unnest('{SCHEMAS,TABLES,SEQUENCES,ROUTINES,TYPES}'::text[]) AS what)`

func (r *Room) revoke(ctx context.Context, c dispatch.Call, in catalog.DatabasePrivilegesRequest) (out function.Nothing, err error) {
	role, err := r.ownBoth(ctx, c, in)
	if err != nil {
		return out, err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return out, err
	}
	if err := r.inside(ctx, in.Database, func(conn querier) error {
		var sql string
		if err := conn.QueryRow(ctx, revokeStatements, in.User, role, in.Database).Scan(&sql); err != nil {
			return err
		}
		return do(ctx, conn, "%s", sql)
	}); err != nil {
		return out, err
	}
	return out, throwOut(ctx, main, in.User, in.Database)
}

// revokeStatements writes what takes a database ($3) from a user ($1). DROP OWNED
// takes the privileges on other databases too: these are given again, in the same
// transaction.
const revokeStatements = `
SELECT format('REASSIGN OWNED BY %1$I TO %2$I; DROP OWNED BY %1$I;', $1::text, $2::text)
	|| coalesce((SELECT string_agg(format('GRANT %s ON DATABASE %I TO %I;', a.privilege_type, d.datname, $1::text), '')
		FROM pg_database d, aclexplode(d.datacl) a JOIN pg_roles g ON g.oid = a.grantee
		WHERE g.rolname = $1::text AND d.datname <> $3::text), '')`

// ownBoth is the account's role, if user and database are of it.
func (r *Room) ownBoth(ctx context.Context, c dispatch.Call, in catalog.DatabasePrivilegesRequest) (role string, err error) {
	if _, _, err = r.ownDatabase(ctx, c, in.Database); err != nil {
		return "", err
	}
	role, _, err = r.ownThing(ctx, c, isUser, in.User)
	return role, err
}
