package account

import (
	"context"
	"encoding/json"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// defaultMinimum is how strong passwords must be until an administrator says otherwise.
const defaultMinimum = 65

// CheckPassword refuses a new password that is too long or, by the minimum of the
// service (createacct, passwd, virtual …), too weak. What is known of its owner
// makes a password made of it weak. The fault names the parameter and states the
// rating, and the minimum.
func CheckPassword(ctx context.Context, db bun.IDB, service, parameter, text string, known ...string) error {
	if text == "" {
		return fault.Missing(parameter)
	}
	if len(text) > password.MaxLength {
		return fault.New(fault.Invalid, "The parameter “%s” is not valid: use at most %d bytes.", parameter, password.MaxLength)
	}
	minima, err := readMinima(ctx, db)
	if err != nil {
		return err
	}
	least := defaultMinimum
	for _, s := range minima.Services() {
		if s.Name == service {
			least = **s.Value
		}
	}
	if rating := password.Strength(text, known...); rating < least {
		return fault.New(fault.Invalid,
			"The password is too weak: it has a strength rating of %d, and at least %d is required. Use a longer one.", rating, least)
	}
	return nil
}

func (r *Room) strength(_ context.Context, _ dispatch.Call, in catalog.GetPasswordStrengthRequest) (catalog.PasswordStrength, error) {
	return catalog.PasswordStrength{Strength: password.Strength(in.Password)}, nil
}

func (r *Room) minima(ctx context.Context, c dispatch.Call, in catalog.GetMinimumPasswordStrengthsRequest) (out catalog.MinimumStrengths, err error) {
	all, err := readMinima(ctx, c.DB)
	if err != nil || in.Name == "all" {
		return all, err
	}
	to := out.Services()
	for i, s := range all.Services() {
		if s.Name == in.Name {
			*to[i].Value = *s.Value
		}
	}
	return out, nil
}

func (r *Room) setMinima(ctx context.Context, c dispatch.Call, in catalog.MinimumStrengths) (out function.Nothing, err error) {
	return out, writeMinima(ctx, c.DB, in, c.Now)
}

// minimaSetting names the row of settings.
const minimaSetting = "password_strengths"

// readMinima gives every service its minimum: its own, or the default's.
func readMinima(ctx context.Context, db bun.IDB) (m catalog.MinimumStrengths, err error) {
	var kept string
	err = db.NewRaw(`SELECT value FROM settings WHERE name = ?`, minimaSetting).Scan(ctx, &kept)
	switch {
	case err == nil:
		err = json.Unmarshal([]byte(kept), &m)
	case database.Gone(err):
		err = nil
	}
	if err != nil {
		return m, database.Fault(err, nil, nil)
	}
	least := defaultMinimum
	if m.Default != nil {
		least = *m.Default
	}
	for _, s := range m.Services() {
		if *s.Value == nil {
			*s.Value = new(least)
		}
	}
	return m, nil
}

// writeMinima lays the given minima over those that are kept.
func writeMinima(ctx context.Context, db bun.IDB, m catalog.MinimumStrengths, now time.Time) error {
	text, err := json.Marshal(m)
	if err != nil {
		return err
	}
	_, err = db.NewRaw(`
		INSERT INTO settings (name, value, changed_at) VALUES (?, ?::jsonb, ?)
		ON CONFLICT (name) DO UPDATE SET value = settings.value || EXCLUDED.value, changed_at = EXCLUDED.changed_at`,
		minimaSetting, string(text), now).Exec(ctx)
	return err
}
