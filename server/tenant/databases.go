package tenant

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// longest is how many bytes a name may have on a PostgreSQL server (NAMEDATALEN less one).
const longest = 63

func (r *Room) restrictions(ctx context.Context, c dispatch.Call, _ catalog.GetDatabaseRestrictionsRequest) (catalog.DatabaseRestrictions, error) {
	prefix, err := prefixOf(ctx, c.DB, c)
	return catalog.DatabaseRestrictions{Prefix: prefix, MaxDatabaseLength: longest, MaxUsernameLength: longest}, err
}

// createDatabase makes a database that nobody can connect to before PUBLIC is
// shut out. Cut short, it leaves one without a mark, which the next try replaces.
func (r *Room) createDatabase(ctx context.Context, c dispatch.Call, in catalog.CreateDatabaseRequest) (out function.Nothing, err error) {
	role, err := r.ensureAccount(ctx, c)
	if err != nil {
		return out, err
	}
	if err := checkName("name", role, in.Name); err != nil {
		return out, err
	}
	m, err := r.mark(ctx, isDatabase, role)
	if err != nil {
		return out, err
	}
	return out, r.alone(ctx, m, func(conn querier) error {
		if err := r.checkRoom(ctx, conn, c, m); err != nil {
			return err
		}
		return r.makeDatabase(ctx, conn, in.Name, role, m)
	})
}

// alone works on a connection of its own while no other call makes a database of
// the account.
func (r *Room) alone(ctx context.Context, m mark, work func(querier) error) error {
	main, err := r.Server.main(ctx)
	if err != nil {
		return err
	}
	conn, err := main.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock(hashtextextended($1, 0))", m.String()); err != nil {
		return err
	}
	defer func() { // a connection that cannot give the lock back ends, and with it the lock
		if _, err := conn.Exec(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock_all()"); err != nil {
			_ = conn.Conn().Close(context.WithoutCancel(ctx))
		}
	}()
	return work(conn)
}

func (r *Room) checkRoom(ctx context.Context, conn querier, c dispatch.Call, m mark) error {
	most, err := databaseLimit(ctx, r.DB.Write, c.AccountID)
	if err != nil || !most.Set {
		return err
	}
	has, err := markedDatabases(ctx, conn, m)
	if err == nil && int64(len(has)) >= most.N {
		err = catalog.DatabasesFull.Fault("most", strconv.FormatInt(most.N, 10))
	}
	return err
}

func (r *Room) makeDatabase(ctx context.Context, conn querier, name, role string, m mark) error {
	text, there, err := markOfDatabase(ctx, conn, name)
	if err != nil {
		return err
	}
	if there && text == "" {
		if err := do(ctx, conn, "DROP DATABASE IF EXISTS %1$I", name); err != nil {
			return err
		}
	}
	err = do(ctx, conn, "CREATE DATABASE %1$I TEMPLATE template0 ENCODING 'UTF8' ALLOW_CONNECTIONS false CONNECTION LIMIT 30", name)
	if taken(err) {
		return catalog.DatabaseTaken.Fault("name", name)
	}
	if err != nil {
		return err
	}
	if err := do(ctx, conn, "REVOKE ALL ON DATABASE %1$I FROM PUBLIC; GRANT CONNECT, CREATE, TEMPORARY ON DATABASE %1$I TO %2$I; "+
		"ALTER DATABASE %1$I ALLOW_CONNECTIONS true", name, role); err != nil {
		return err
	}
	err = r.inside(ctx, name, func(inner querier) error {
		// Before PostgreSQL 15 the schema is the superuser's and everybody who may connect can make things there.
		var mine bool
		if err := inner.QueryRow(ctx, "SELECT pg_has_role(nspowner, 'USAGE') FROM pg_namespace WHERE nspname = 'public'").Scan(&mine); err != nil || !mine {
			return err
		}
		return do(ctx, inner, "ALTER SCHEMA public OWNER TO %1$I", role)
	})
	if err != nil {
		return err
	}
	return do(ctx, conn, "COMMENT ON DATABASE %1$I IS %2$L", name, m.String())
}

func (r *Room) deleteDatabase(ctx context.Context, c dispatch.Call, in catalog.DeleteDatabaseRequest) (out function.Nothing, err error) {
	_, main, err := r.ownDatabase(ctx, c, in.Name)
	if err != nil {
		return out, err
	}
	return out, dropDatabase(ctx, main, in.Name)
}

func dropDatabase(ctx context.Context, q querier, name string) error {
	return do(ctx, q, "DROP DATABASE IF EXISTS %1$I WITH (FORCE)", name)
}

// ownDatabase is the role of the caller's account if a database is of it.
func (r *Room) ownDatabase(ctx context.Context, c dispatch.Call, name string) (role string, main querier, err error) {
	return r.ownThing(ctx, c, isDatabase, name)
}

// ownThing is the role of the caller's account if a database or a user is of it.
func (r *Room) ownThing(ctx context.Context, c dispatch.Call, k kind, name string) (role string, main querier, err error) {
	if role, err = accountRole(ctx, r.DB.Write, c.AccountID); err != nil {
		return "", nil, err
	}
	m, err := r.mark(ctx, k, role)
	if err != nil {
		return "", nil, err
	}
	pool, err := r.Server.main(ctx)
	if err != nil {
		return "", nil, err
	}
	return role, pool, own(ctx, pool, m, name)
}

func (r *Room) listDatabases(ctx context.Context, c dispatch.Call, _ catalog.ListDatabasesRequest) ([]catalog.Database, error) {
	role, err := accountRole(ctx, r.DB.Write, c.AccountID)
	if role == "" || err != nil {
		return []catalog.Database{}, err
	}
	databases, err := r.mark(ctx, isDatabase, role)
	if err != nil {
		return nil, err
	}
	users := databases
	users.kind = isUser
	main, err := r.Server.main(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := main.Query(ctx, `
		SELECT d.datname AS database, pg_database_size(d.oid) AS disk_usage,
			array(SELECT g.rolname::text FROM aclexplode(d.datacl) a JOIN pg_roles g ON g.oid = a.grantee
				WHERE a.privilege_type = 'CONNECT' AND shobj_description(g.oid, 'pg_authid') = $2 ORDER BY 1) AS users
		FROM pg_database d JOIN pg_roles me ON me.oid = d.datdba AND me.rolname = current_user
		WHERE shobj_description(d.oid, 'pg_database') = $1 ORDER BY d.datname`, databases.String(), users.String())
	if err != nil {
		return nil, told(err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[catalog.Database])
	if all == nil {
		all = []catalog.Database{}
	}
	return all, told(err)
}

// rename gives a database another name; it must be left by everybody first, and
// somebody may come back at any moment.
func rename(ctx context.Context, q querier, from, to string) (err error) {
	for range 20 {
		if _, err = q.Exec(ctx, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", from); err != nil {
			return err
		}
		if err = do(ctx, q, "ALTER DATABASE %1$I RENAME TO %2$I", from, to); code(err) != inUse {
			break
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
	switch {
	case taken(err):
		return catalog.DatabaseTaken.Fault("name", to)
	case code(err) == inUse:
		return fault.New(fault.Unavailable, "The database “%s” is in use all the time. Stop the programs that use it and try again.", from)
	}
	return err
}
