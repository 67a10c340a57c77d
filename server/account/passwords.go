package account

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/form"
	"postern/shared/function"
	"postern/shared/scalar"
)

// defaultMinimum is how strong passwords must be until an administrator says otherwise.
const defaultMinimum = 65

// Guessable is what somebody who guesses a password knows of its owner: a password
// made of it is weak. The account is a mailbox's; any of them may be empty.
func Guessable(name, domain, account string) []string {
	local, at, _ := strings.Cut(strings.ToLower(name), "@")
	return []string{local, at, name, domain, account}
}

// CheckPassword refuses a new password that is too long or, by the minimum of the
// service (createacct, passwd, virtual …), too weak; known is what Guessable gives of
// its owner. The fault names the parameter and states the rating, and the minimum.
func CheckPassword(ctx context.Context, db bun.IDB, service, parameter, text string, known []string) error {
	if text == "" {
		return fault.Missing(parameter)
	}
	if len(text) > password.MaxLength {
		return form.TooLong(parameter, password.MaxLength)
	}
	least, err := minimum(ctx, db, service)
	if err != nil {
		return err
	}
	if rating := password.Strength(text, known...); rating < least {
		return catalog.PasswordTooWeak.Fault("rating", strconv.Itoa(rating), "least", strconv.Itoa(least))
	}
	return nil
}

// own is the service of the password that a login signs in with, and what is
// known of its owner.
func own(l Login) (service string, known []string) {
	service = "passwd"
	if l.Kind == dispatch.Mailbox {
		service = "virtual"
	}
	return service, Guessable(l.Name, l.Domain, l.Account)
}

func (r *Room) strength(ctx context.Context, c dispatch.Call, in catalog.GetPasswordStrengthRequest) (out catalog.PasswordStrength, err error) {
	out.Strength, err = r.tryOut(ctx, c, in.Password, nil)
	return out, err
}

func (r *Room) rate(ctx context.Context, c dispatch.Call, in catalog.RatePasswordRequest) (out catalog.PasswordRating, err error) {
	service, known := in.App, Guessable(in.User, in.Domain, c.Account)
	if service == "" {
		l, err := Find(ctx, c.DB, c.Name)
		if err != nil {
			return out, err
		}
		service, known = own(l)
	}
	if out.Minimum, err = minimum(ctx, c.DB, service); err != nil {
		return out, err
	}
	out.Strength, err = r.tryOut(ctx, c, in.Password, known)
	out.Enough = scalar.Bit(out.Strength >= out.Minimum)
	return out, err
}

// tryOut rates a password that nobody has yet, when the caller's turn comes: no
// caller keeps others from it, and all together they keep one core at work.
func (r *Room) tryOut(ctx context.Context, c dispatch.Call, text string, known []string) (int, error) {
	if err := r.raters.Enter(ctx, c.Name); err != nil {
		return 0, err
	}
	defer r.raters.Leave(c.Name)
	return password.Strength(text, known...), nil
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

// minimum is how strong a service's passwords must be.
func minimum(ctx context.Context, db bun.IDB, service string) (int, error) {
	minima, err := readMinima(ctx, db)
	if err != nil {
		return 0, err
	}
	for _, s := range minima.Services() {
		if s.Name == service {
			return **s.Value, nil
		}
	}
	return defaultMinimum, nil
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
