package policy

import (
	"context"
	"fmt"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (r *Room) get(ctx context.Context, c dispatch.Call, _ function.Nothing) (catalog.LoginPolicy, error) {
	p, err := Load(ctx, c.DB)
	return p.LoginPolicy, err
}

func (r *Room) set(ctx context.Context, c dispatch.Call, in catalog.LoginPolicyChange) (catalog.LoginPolicy, error) {
	p, err := change(ctx, c.DB, c.Now, func(p *Policy) error { return p.lay(in) })
	return p.LoginPolicy, err
}

// lay puts what a change names over the policy.
func (p *Policy) lay(in catalog.LoginPolicyChange) error {
	for _, n := range []struct {
		name        string
		from        *int
		to          *int
		least, most int
	}{
		{"questions", in.Questions, &p.Questions, 1, catalog.QuestionSlots},
		{"session_unused", in.UnusedSeconds, &p.UnusedSeconds, 60, 24 * 60 * 60},
		{"session_absolute", in.AbsoluteSeconds, &p.AbsoluteSeconds, 5 * 60, 30 * 24 * 60 * 60},
		{"session_idle", in.IdleSeconds, &p.IdleSeconds, 60, 7 * 24 * 60 * 60},
	} {
		if n.from == nil {
			continue
		}
		if *n.from < n.least || *n.from > n.most {
			return fault.Bad(n.name, fmt.Sprintf("use a number from %d to %d", n.least, n.most))
		}
		*n.to = *n.from
	}
	for _, b := range []struct{ from, to *scalar.Bit }{
		{in.RememberByDefault, &p.RememberByDefault}, {in.CPanel, &p.CPanel}, {in.WHM, &p.WHM}, {in.Webmail, &p.Webmail},
	} {
		if b.from != nil {
			*b.to = *b.from
		}
	}
	if p.IdleSeconds > p.AbsoluteSeconds {
		return fault.Bad("session_idle", fmt.Sprintf("use at most the %d seconds of session_absolute", p.AbsoluteSeconds))
	}
	return nil
}
