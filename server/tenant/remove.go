package tenant

import (
	"context"
	"errors"
)

// dropRemoved drops all that accounts had that are gone: databases, users, the role.
func (r *Room) dropRemoved(ctx context.Context) error {
	removed, err := takeRemoved(ctx, r.DB.Write, r.Now())
	for _, a := range removed {
		failed := r.dropAccount(ctx, a.RoleName)
		if failed == nil {
			failed = unclaim(ctx, r.DB.Write, a.RoleName)
		} else {
			failed = errors.Join(failed, r.refused(ctx, "tenant_accounts", a, failed))
		}
		err = errors.Join(err, failed)
	}
	return err
}

func (r *Room) dropAccount(ctx context.Context, role string) error {
	m, err := r.mark(ctx, isAccount, role)
	if err != nil {
		return err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return err
	}
	// First of all, nobody connects any more.
	if err := r.eachUser(ctx, main, m, func(name string, _ mark) error { return do(ctx, main, "ALTER ROLE %1$I NOLOGIN", name) }); err != nil {
		return err
	}
	databases, err := markedDatabases(ctx, main, mark{m.installation, isDatabase, role})
	if err != nil {
		return err
	}
	// One that was being made has no mark yet, and nobody else may use the prefix.
	if text, there, err := markOfRole(ctx, main, role); err == nil && there && text == m.String() {
		unfinished, err := names(ctx, main, `SELECT d.datname FROM pg_database d JOIN pg_roles me ON me.oid = d.datdba AND me.rolname = current_user
			WHERE starts_with(d.datname, $1) AND shobj_description(d.oid, 'pg_database') IS NULL`, role+"_")
		if err != nil {
			return err
		}
		databases = append(databases, unfinished...)
	}
	for _, name := range databases {
		if err := dropDatabase(ctx, main, name); err != nil {
			return err
		}
	}
	if err := r.eachUser(ctx, main, m, func(name string, of mark) error { return r.dispose(ctx, name, role, of) }); err != nil {
		return err
	}
	return r.dispose(ctx, role, "", m)
}

// eachUser does something to all users of an account, sessions' and its own.
func (r *Room) eachUser(ctx context.Context, q querier, of mark, work func(name string, m mark) error) error {
	for _, of.kind = range []kind{isSession, isUser} {
		roles, err := markedRoles(ctx, q, of)
		if err != nil {
			return err
		}
		for _, name := range roles {
			if err := work(name, of); err != nil {
				return err
			}
		}
	}
	return nil
}

// lock keeps the users of suspended accounts out, and lets those in again whose
// suspension was lifted.
func (r *Room) lock(ctx context.Context) error {
	accounts, err := mislocked(ctx, r.DB.Write)
	if err != nil || len(accounts) == 0 {
		return err
	}
	for _, a := range accounts {
		failed := r.lockUsers(ctx, a.RoleName, a.Locked)
		if failed == nil {
			failed = setLocked(ctx, r.DB.Write, a.RoleName, a.Locked)
		}
		err = errors.Join(err, failed)
	}
	return err
}

func (r *Room) lockUsers(ctx context.Context, role string, locked bool) error {
	m, err := r.mark(ctx, isUser, role)
	if err != nil {
		return err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return err
	}
	users, err := markedRoles(ctx, main, m)
	if err != nil {
		return err
	}
	for _, name := range users {
		if !locked {
			err = errors.Join(err, do(ctx, main, "ALTER ROLE %1$I LOGIN", name))
			continue
		}
		if failed := do(ctx, main, "ALTER ROLE %1$I NOLOGIN", name); failed != nil {
			err = errors.Join(err, failed)
			continue
		}
		err = errors.Join(err, throwOut(ctx, main, name, ""))
	}
	return err
}
