package notify

import (
	"context"

	"github.com/uptrace/bun"

	"postern/server/egress"
)

// Gate is the way out of the machine as the settings have it now, for other rooms
// that reach out too.
func Gate(ctx context.Context, db bun.IDB) (*egress.Gate, error) {
	s, err := load(ctx, db)
	if err != nil {
		return nil, err
	}
	return s.gate()
}
