package login

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/server/database"
	"postern/server/sourceip"
	"postern/shared/fault"
)

// signIn is a sign in that stands at a step after the password.
type signIn struct {
	bun.BaseModel `bun:"table:sign_ins,alias:si"`

	Name       string              `bun:"name,pk"`
	SecretHash []byte              `bun:"secret_hash"`
	LoginID    *int64              `bun:"login_id"` // nil: no answer is right
	LinkID     *int64              `bun:"link_id"`  // nil: a password began it
	TypedName  string              `bun:"typed_name"`
	Service    string              `bun:"service"`
	Step       string              `bun:"step"`
	Questions  []sourceip.Question `bun:"questions,type:jsonb"`
	Verified   bool                `bun:"verified"`
	Failures   int                 `bun:"failures"`
	Address    string              `bun:"address"`
	UserAgent  string              `bun:"user_agent"`
	Locale     string              `bun:"locale"`
	GotoURI    string              `bun:"goto_uri"`
	CreatedAt  time.Time           `bun:"created_at"`
	ExpiresAt  time.Time           `bun:"expires_at"`
}

// maxOpen is how many sign ins one address may have open; the oldest gives way,
// so that a flood keeps nobody out and fills no table.
const maxOpen = 20

func insertSignIn(ctx context.Context, db bun.IDB, s *signIn) error {
	if _, err := db.NewInsert().Model(s).Exec(ctx); err != nil {
		return err
	}
	_, err := db.NewRaw(`DELETE FROM sign_ins WHERE name IN (
		SELECT name FROM sign_ins WHERE address = ? ORDER BY created_at DESC, name OFFSET ?)`, s.Address, maxOpen).Exec(ctx)
	return err
}

func findSignIn(ctx context.Context, db bun.IDB, name string, now time.Time) (*signIn, error) {
	s := new(signIn)
	err := db.NewSelect().Model(s).Where("si.name = ? AND si.expires_at > ?", name, now).Scan(ctx)
	if database.Gone(err) {
		return nil, fault.Denied()
	}
	return s, err
}

// consume takes a sign in away, so that of many answers given at once one is looked at.
func consume(ctx context.Context, db bun.IDB, name string) error {
	result, err := db.NewDelete().Model((*signIn)(nil)).Where("si.name = ?", name).Exec(ctx)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return fault.Denied().Because(err)
	}
	return nil
}

// countTry counts a try at a step that allows a few, and refuses one too many.
func countTry(ctx context.Context, db bun.IDB, name string, limit int) error {
	var tries int
	err := db.NewRaw(`UPDATE sign_ins SET failures = failures + 1 WHERE name = ? AND failures < ? RETURNING failures`, name, limit).Scan(ctx, &tries)
	if database.Gone(err) {
		return fault.Denied()
	}
	return err
}

// Sweep deletes sign ins that nobody finished.
func Sweep(ctx context.Context, db bun.IDB, now time.Time) error {
	_, err := db.NewDelete().Model((*signIn)(nil)).Where("si.expires_at <= ?", now).Exec(ctx)
	return err
}

// still holds a login as it was when its password was checked until the
// transaction ends. A password that was changed meanwhile, or a suspension, has
// ended the login's sessions: one that came after them must not stay.
func still(ctx context.Context, db bun.IDB, id int64, hash string) error {
	var there int64
	err := database.Prepared(db, `SELECT id FROM logins WHERE id = $1 AND password_hash = $2 AND suspended_at IS NULL FOR SHARE`, id, hash).Scan(ctx, &there)
	if database.Gone(err) {
		return fault.Denied()
	}
	return err
}

// EndAll ends what the logins have begun and not finished, in the caller's
// transaction. What came by a link that is gone has ended: it stays where it is, to
// tell why.
func EndAll(ctx context.Context, db bun.IDB, logins ...int64) error {
	if len(logins) == 0 {
		return nil
	}
	_, err := db.NewDelete().Model((*signIn)(nil)).Where("si.login_id IN (?)", bun.List(logins)).
		Where("(si.link_id IS NULL OR EXISTS (SELECT FROM identity_links AS k WHERE k.id = si.link_id))").Exec(ctx)
	return err
}
