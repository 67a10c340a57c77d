package main

import (
	"context"

	"postern/shared/scalar"
)

// audit measures a call that writes, and so adds to the audit trail in the same
// transaction, beside a request that adds one row like the trail's, committed.
// create_user_session was chosen because no two calls want the same row.
func (b *bench) audit(ctx context.Context, connections int) ([]Row, error) {
	h, _, kept, err := b.beside(ctx, small)
	if err != nil {
		return nil, err
	}
	c := call{scalar.WHM, "create_user_session", "/json-api/create_user_session?api.version=1&service=cpaneld&user=" + account}
	samples, err := b.alternate(ctx, b.byToken(h, c, connections), b.limitCall(kept, "/event", "", connections))
	if err != nil {
		return nil, err
	}
	return []Row{{Group: "audit", What: "create_user_session: a session and an audit event", Connections: connections, Figures: figures(samples[0]),
		Beside: []Beside{besideRate("one row written", samples[0], samples[1])}}}, nil
}
