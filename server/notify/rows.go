package notify

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/shared/fault"
)

// setting names the row of settings.
const setting = "notify"

// load is the settings in force. Whatever is not kept has its default.
func load(ctx context.Context, db bun.IDB) (settings, error) {
	return read(ctx, db, `SELECT value::text FROM settings WHERE name = ?`)
}

func read(ctx context.Context, db bun.IDB, query string) (settings, error) {
	s := defaults()
	var kept string
	err := db.NewRaw(query, setting).Scan(ctx, &kept)
	if database.Gone(err) {
		return s, nil
	}
	if err != nil {
		return s, database.Fault(err, nil, nil)
	}
	if err := json.Unmarshal([]byte(kept), &s); err != nil {
		return s, fmt.Errorf("the setting %s: %w", setting, err)
	}
	return s, nil
}

// lock lets one caller at a time change settings and contacts, in the caller's
// transaction, and gives the settings.
func lock(ctx context.Context, db bun.IDB, now time.Time) (settings, error) {
	_, err := db.NewRaw(`INSERT INTO settings (name, value, changed_at) VALUES (?, '{}', ?) ON CONFLICT (name) DO NOTHING`, setting, now).Exec(ctx)
	if err != nil {
		return settings{}, database.Fault(err, nil, nil)
	}
	return read(ctx, db, `SELECT value::text FROM settings WHERE name = ? FOR UPDATE`)
}

func change(ctx context.Context, db bun.IDB, now time.Time, edit func(*settings) error) (settings, error) {
	s, err := lock(ctx, db, now)
	if err != nil {
		return s, err
	}
	if err := edit(&s); err != nil {
		return s, err
	}
	text, err := json.Marshal(s)
	if err != nil {
		return s, fmt.Errorf("the setting %s: %w", setting, err)
	}
	_, err = db.NewRaw(`UPDATE settings SET value = ?::jsonb, changed_at = ? WHERE name = ?`, string(text), now, setting).Exec(ctx)
	return s, database.Fault(err, nil, nil)
}

// contactRow is an account, a token or a URL.
type contactRow struct {
	ID      int64
	Service string
	Name    string
	Secret  []byte // sealed
}

// selectContacts are the contacts of a service, or all, in the order in which they were given.
func selectContacts(ctx context.Context, db bun.IDB, service string) (all []contactRow, err error) {
	err = db.NewRaw(`SELECT id, service, name, secret FROM contact_secrets WHERE ?0 IN ('', service) ORDER BY id`, service).Scan(ctx, &all)
	return all, database.Fault(err, nil, nil)
}

func deleteContacts(ctx context.Context, db bun.IDB, service string) error {
	_, err := db.NewRaw(`DELETE FROM contact_secrets WHERE service = ?`, service).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// insertContact adds a contact; seal seals its secret for the row that it gets.
func insertContact(ctx context.Context, db bun.IDB, service, name string, seal func(row int64) []byte) error {
	var id int64
	err := db.NewRaw(`SELECT nextval(pg_get_serial_sequence('contact_secrets', 'id'))`).Scan(ctx, &id)
	if err != nil {
		return database.Fault(err, nil, nil)
	}
	_, err = db.NewRaw(`INSERT INTO contact_secrets (id, service, name, secret) OVERRIDING SYSTEM VALUE VALUES (?, ?, ?, ?)`,
		id, service, name, seal(id)).Exec(ctx)
	return database.Fault(err, nil, nil)
}

// takeCheck makes holder the only one, on all nodes, who checks an account, for a
// time. It is a row and no lock of PostgreSQL's: those last as long as a
// transaction or a connection, and a check may take 20 seconds.
func takeCheck(ctx context.Context, db bun.IDB, server, name, holder string, lasting time.Duration) error {
	if _, err := db.NewRaw(`DELETE FROM oscar_checks WHERE until < clock_timestamp()`).Exec(ctx); err != nil {
		return database.Fault(err, nil, nil)
	}
	_, err := db.NewRaw(`
		INSERT INTO oscar_checks (server, name, holder, until)
		VALUES (?, ?, ?, clock_timestamp() + ? * interval '1 millisecond')`, server, name, holder, lasting.Milliseconds()).Exec(ctx)
	return database.Fault(err, fault.New(fault.Unavailable, "This account is being tested at the moment. Try again in a few seconds."), nil)
}

// dropCheck ends what takeCheck began.
func dropCheck(ctx context.Context, db bun.IDB, server, name, holder string) error {
	_, err := db.NewRaw(`DELETE FROM oscar_checks WHERE server = ? AND name = ? AND holder = ?`, server, name, holder).Exec(ctx)
	return database.Fault(err, nil, nil)
}
