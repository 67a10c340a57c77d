package twofactor

import (
	"context"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) policyStatus(ctx context.Context, c dispatch.Call, _ catalog.TFAPolicyRequest) (catalog.TFAPolicy, error) {
	enabled, err := r.Policy(ctx, c.DB)
	return catalog.TFAPolicy{Enabled: scalar.Bit(enabled)}, err
}

func (r *Room) enablePolicy(ctx context.Context, c dispatch.Call, _ catalog.TFAPolicyRequest) (function.Nothing, error) {
	return function.Nothing{}, r.SetPolicy(ctx, c.DB, true, c.Now)
}

func (r *Room) disablePolicy(ctx context.Context, c dispatch.Call, _ catalog.TFAPolicyRequest) (function.Nothing, error) {
	return function.Nothing{}, r.SetPolicy(ctx, c.DB, false, c.Now)
}

// issuer is the name under which a login's app shows its key: a reseller's own
// for itself and its accounts, else the server's.
func (r *Room) issuer(ctx context.Context, db bun.IDB, login int64) (string, error) {
	label, err := resellerIssuer(ctx, db, login)
	if err != nil || label != "" {
		return label, err
	}
	return r.systemIssuer(ctx, db)
}

func (r *Room) systemIssuer(ctx context.Context, db bun.IDB) (string, error) {
	label, err := serverIssuer(ctx, db)
	if label == "" {
		label = r.Hostname
	}
	return label, err
}

func (r *Room) getIssuer(ctx context.Context, c dispatch.Call, _ catalog.GetTFAIssuerRequest) (out catalog.TFAIssuer, err error) {
	if out.System, err = r.systemIssuer(ctx, c.DB); err != nil {
		return out, err
	}
	out.Issuer, err = r.issuer(ctx, c.DB, c.ID)
	return out, err
}

func (r *Room) setIssuer(ctx context.Context, c dispatch.Call, in catalog.SetTFAIssuerRequest) (out function.Nothing, err error) {
	switch {
	case c.Kind == dispatch.Root && c.Superuser():
		return out, saveServerIssuer(ctx, c.DB, in.Issuer, c.Now)
	case c.Kind == dispatch.Root:
		return out, fault.NoPrivilege(dispatch.Everything) // a token of root's with fewer privileges
	}
	return out, saveIssuer(ctx, c.DB, c.ID, in.Issuer)
}
