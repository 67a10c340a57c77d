package bruteforce

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
)

// setting names the row of settings.
const setting = "cphulk"

// parse reads what is kept; nil is nothing. What is not kept has its default.
func parse(kept *string) (Settings, error) {
	s := Defaults()
	if kept == nil {
		return s, nil
	}
	if err := json.Unmarshal([]byte(*kept), &s); err != nil {
		// The defaults might be milder than what was set: better nobody signs in.
		return s, fmt.Errorf("the setting %s: %w", setting, err)
	}
	return s.whole(), nil
}

// reading is the settings and the text that they were read from.
type reading struct {
	text *string
	Settings
}

// known is the settings as they were last read; they may have changed since.
func (r *Room) known() *reading {
	if last := r.last.Load(); last != nil {
		return last
	}
	return &reading{Settings: Defaults()}
}

// learn keeps what was read.
func (r *Room) learn(kept *string) error {
	s, err := parse(kept)
	if err == nil {
		r.last.Store(&reading{kept, s})
	}
	return err
}

// load is the settings in force.
func load(ctx context.Context, db bun.IDB) (Settings, error) {
	var kept *string
	err := db.NewRaw(`SELECT (SELECT value::text FROM settings WHERE name = ?)`, setting).Scan(ctx, &kept)
	if err != nil {
		return Settings{}, database.Fault(err, nil, nil)
	}
	return parse(kept)
}

// change lets one caller at a time change the settings, in the caller's transaction.
func change(ctx context.Context, db bun.IDB, now time.Time, edit func(*Settings) error) (Settings, error) {
	_, err := db.NewRaw(`INSERT INTO settings (name, value, changed_at) VALUES (?, '{}', ?) ON CONFLICT (name) DO NOTHING`, setting, now).Exec(ctx)
	if err != nil {
		return Settings{}, database.Fault(err, nil, nil)
	}
	var kept string
	if err := db.NewRaw(`SELECT value::text FROM settings WHERE name = ? FOR UPDATE`, setting).Scan(ctx, &kept); err != nil {
		return Settings{}, database.Fault(err, nil, nil)
	}
	s, err := parse(&kept)
	if err != nil {
		return s, err
	}
	if err := edit(&s); err != nil {
		return s, err
	}
	s = s.whole()
	text, err := json.Marshal(s)
	if err != nil {
		return s, fmt.Errorf("the setting %s: %w", setting, err)
	}
	_, err = db.NewRaw(`UPDATE settings SET value = ?::jsonb, changed_at = ? WHERE name = ?`, string(text), now, setting).Exec(ctx)
	return s, database.Fault(err, nil, nil)
}
