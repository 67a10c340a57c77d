package tenant

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"
)

// Run drops what has ended until the context does: at once when the database
// says so, and every few seconds what was refused; every minute it looks for
// what a crash left behind.
func (r *Room) Run(ctx context.Context) {
	defer r.Server.Close()
	wake := make(chan struct{}, 1)
	go r.listen(ctx, wake)
	drain, sweep := time.NewTicker(5*time.Second), time.NewTicker(time.Minute)
	defer drain.Stop()
	defer sweep.Stop()
	err := r.Sweep(ctx)
	for {
		if err != nil && ctx.Err() == nil {
			r.Log.Warn("database users of ended sessions: not all could be dropped; it is tried again", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-wake:
			err = r.Drain(ctx)
		case <-drain.C:
			err = r.Drain(ctx)
		case <-sweep.C:
			err = r.Sweep(ctx)
		}
	}
}

// listen wakes Run when a transaction ends a session that has a user. It has a
// connection of its own; while it has none, Run's own clock must do.
func (r *Room) listen(ctx context.Context, wake chan<- struct{}) {
	for ctx.Err() == nil {
		if err := r.listenOnce(ctx, wake); err != nil && ctx.Err() == nil {
			r.Log.Debug("not listening for ended sessions", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Second):
		}
	}
}

func (r *Room) listenOnce(ctx context.Context, wake chan<- struct{}) error {
	conn, err := pgx.ConnectConfig(ctx, r.DB.Pool.Config().ConnConfig)
	if err != nil {
		return err
	}
	defer conn.Close(context.WithoutCancel(ctx))
	if _, err := conn.Exec(ctx, "LISTEN postern_tenant"); err != nil {
		return err
	}
	for {
		select { // what ended before it listened
		case wake <- struct{}{}:
		default:
		}
		if _, err := conn.WaitForNotification(ctx); err != nil {
			return err
		}
	}
}
