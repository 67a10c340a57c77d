package tenant

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/shared/fault"
)

// Drain locks the users of suspended accounts and drops those whose session, or
// account, is gone. What is refused is written down and tried again; the error is
// for the log.
func (r *Room) Drain(ctx context.Context) error {
	return errors.Join(r.lock(ctx), r.dropEnded(ctx), r.dropRemoved(ctx))
}

// Sweep is Drain, and all that nobody is told of: users without a row, which a
// crash leaves, and sessions that went on.
func (r *Room) Sweep(ctx context.Context) error {
	return errors.Join(r.Drain(ctx), r.extend(ctx), r.dropOrphans(ctx))
}

const batch = 20

func (r *Room) dropEnded(ctx context.Context) (err error) {
	for {
		ended, failed := takeEnded(ctx, r.DB.Write, r.Now(), batch)
		if failed != nil || len(ended) == 0 {
			return errors.Join(err, failed)
		}
		failures := make([]error, len(ended))
		var all sync.WaitGroup
		places := make(chan struct{}, maxConns)
		for i, u := range ended {
			places <- struct{}{}
			all.Go(func() {
				failures[i] = r.dropOne(ctx, u)
				<-places
			})
		}
		all.Wait()
		if err = errors.Join(append(failures, err)...); ctx.Err() != nil {
			return err
		}
	}
}

func (r *Room) dropOne(ctx context.Context, u tempRow) error {
	m, err := r.mark(ctx, isSession, u.Account)
	if err == nil {
		err = r.dispose(ctx, u.RoleName, u.Account, m)
	}
	if err != nil {
		return errors.Join(err, r.refused(ctx, "tenant_users", u, err))
	}
	return forget(ctx, r.DB.Write, u.RoleName)
}

// refused writes down why something could not be dropped.
func (r *Room) refused(ctx context.Context, table bun.Ident, u tempRow, why error) error {
	wait := min(10*time.Second<<min(u.Attempts, 10), 5*time.Minute)
	if database.Unanswered(why) { // worded for people; what the server itself says is better
		why = told(why)
	}
	text := why.Error()
	var said *pgconn.PgError
	if f := (*fault.Fault)(nil); errors.As(why, &f) {
		text = f.Message
	} else if errors.As(why, &said) {
		text = said.Message
	}
	return refuse(context.WithoutCancel(ctx), r.DB.Write, table, u.RoleName, text, r.Now().Add(wait))
}

// extend tells PostgreSQL of sessions that went on.
func (r *Room) extend(ctx context.Context) error {
	users, err := stale(ctx, r.DB.Write, r.Now())
	if err != nil || len(users) == 0 {
		return err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return err
	}
	for _, u := range users {
		until := u.ValidUntil.Add(slack)
		failed := do(ctx, main, "ALTER ROLE %1$I VALID UNTIL %2$L", u.RoleName, moment(until))
		if failed == nil || code(failed) == undefinedObject {
			failed = setValid(ctx, r.DB.Write, u.RoleName, until)
		}
		err = errors.Join(err, failed)
	}
	return err
}

// dropOrphans drops sessions' users that have no row. One has, from before it is
// made until after it is dropped, unless a crash came between.
func (r *Room) dropOrphans(ctx context.Context) error {
	id, err := r.readInstallation(ctx)
	if err != nil || id == "" { // nothing was ever made
		return err
	}
	main, err := r.Server.main(ctx)
	if err != nil {
		return err
	}
	rows, err := main.Query(ctx, `SELECT rolname::text, shobj_description(oid, 'pg_authid') FROM pg_roles
		WHERE rolname LIKE 'cpses\_%' AND shobj_description(oid, 'pg_authid') LIKE $1`, mark{id, isSession, "%"}.String())
	if err != nil {
		return err
	}
	there := map[string]string{}
	var name, text string
	if _, err := pgx.ForEachRow(rows, []any{&name, &text}, func() error { there[name] = text; return nil }); err != nil {
		return err
	}
	all := make([]string, 0, len(there))
	for name := range there {
		all = append(all, name)
	}
	have, err := known(ctx, r.DB.Write, all)
	if err != nil {
		return err
	}
	for _, name := range have {
		delete(there, name)
	}
	for name, text := range there {
		if m, is := parseMark(text); is {
			r.Log.Info("dropping a database user that no session has", "user", name)
			err = errors.Join(err, r.dispose(ctx, name, m.account, m))
		}
	}
	return err
}
