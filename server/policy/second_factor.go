package policy

import (
	"context"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/scalar"
)

// TwoFactor tells whether second factors are asked for: SecurityPolicy::TwoFactorAuth.
func TwoFactor(ctx context.Context, db bun.IDB) (bool, error) {
	p, err := Load(ctx, db)
	return bool(p.TwoFactorAuth), err
}

// SetTwoFactor changes that, in db's transaction.
func SetTwoFactor(ctx context.Context, db bun.IDB, enabled bool, now time.Time) error {
	_, err := change(ctx, db, now, func(p *Policy) error {
		p.TwoFactorAuth = scalar.Bit(enabled)
		return nil
	})
	return err
}
