package policy

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// setting names the row of settings.
const setting = "login_policy"

// Load is the policy in force. Whatever is not kept has its default.
func Load(ctx context.Context, db bun.IDB) (Policy, error) {
	return read(ctx, db, `SELECT value::text FROM settings WHERE name = $1`)
}

// change lets one caller at a time change the policy, in the caller's transaction.
func change(ctx context.Context, db bun.IDB, now time.Time, edit func(*Policy) error) (Policy, error) {
	_, err := db.NewRaw(`INSERT INTO settings (name, value, changed_at) VALUES (?, '{}', ?) ON CONFLICT (name) DO NOTHING`, setting, now).Exec(ctx)
	if err != nil {
		return Policy{}, database.Fault(err, nil, nil)
	}
	p, err := read(ctx, db, `SELECT value::text FROM settings WHERE name = $1 FOR UPDATE`)
	if err != nil {
		return p, err
	}
	if err := edit(&p); err != nil {
		return p, err
	}
	text, err := json.Marshal(p)
	if err != nil {
		return p, fmt.Errorf("the setting %s: %w", setting, err)
	}
	_, err = db.NewRaw(`UPDATE settings SET value = ?::jsonb, changed_at = ? WHERE name = ?`, string(text), now, setting).Exec(ctx)
	return p, database.Fault(err, nil, nil)
}

func read(ctx context.Context, db bun.IDB, query string) (Policy, error) {
	p := Defaults()
	var kept string
	err := database.Prepared(db, query, setting).Scan(ctx, &kept)
	if database.Gone(err) {
		return p, nil
	}
	if err != nil {
		return p, database.Fault(err, nil, nil)
	}
	if err := json.Unmarshal([]byte(kept), &p); err != nil {
		// The defaults would turn off what an administrator turned on: better nobody signs in.
		return p, fmt.Errorf("the setting %s: %w", setting, err)
	}
	return p, nil
}
