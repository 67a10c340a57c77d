package node

import (
	"context"
	"io"

	"github.com/uptrace/bun"

	"postern/server/login"
	"postern/server/notify"
	"postern/server/password"
	"postern/server/provider"
	"postern/server/session"
)

// providerRoom is the room of the services outside at which people sign in.
func (n *Node) providerRoom(random io.Reader) *provider.Room {
	return &provider.Room{
		DB: n.options.DB.Write, Key: n.options.Key, Random: random, Now: n.options.Now, Gate: notify.Gate, URL: n.url, Record: n.record,
		Door:    password.NewQueue(32, 512), // they wait for others' servers, not for ours: more than cores
		Present: n.account.Present, SignedIn: session.SignedIn, Vouched: session.Vouched,
		EndSessions: func(ctx context.Context, db bun.IDB, id int64, keep string) error {
			if err := session.EndOthers(ctx, db, id, keep); err != nil {
				return err
			}
			return login.EndAll(ctx, db, id)
		},
	}
}
