package token_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"postern/shared/fault"
)

// TestRevokedAtOnce: while many tokens are looked up together all the time, one that
// was revoked, and one whose owner was suspended, is refused to whoever comes after.
func TestRevokedAtOnce(t *testing.T) {
	h := newHouse(t, random)
	ctx, stop := context.WithCancel(t.Context())
	var crowd sync.WaitGroup
	defer func() { stop(); crowd.Wait() }()
	for i := range 16 {
		value := h.create(h.as("rob"), "token_name", fmt.Sprintf("crowd%d", i))
		crowd.Go(func() {
			for ctx.Err() == nil {
				if c, err := h.room.Caller(ctx, "whm", "rob", value, home, h.Clock.Now()); ctx.Err() == nil && (err != nil || c.Name != "rob") {
					t.Errorf("in the crowd: %+v %v", c, err)
					return
				}
			}
		})
	}
	rita := h.as("rita")
	for i := range 60 {
		name := fmt.Sprintf("t%d", i)
		value := h.create(rita, "token_name", name)
		if c, err := h.caller("whm", "rita", value, home); err != nil || c.Name != "rita" {
			t.Errorf("%d: %+v %v", i, c, err)
		}
		if i%2 == 0 {
			if _, err := h.Call(rita, whm("api_token_revoke"), "token_name", name); err != nil {
				t.Fatal(err)
			}
		} else {
			h.Exec("UPDATE logins SET suspended_at = now() WHERE name = 'rita'")
		}
		if c, err := h.caller("whm", "rita", value, home); !fault.Is(err, fault.Stranger) {
			t.Errorf("%d: still let in: %+v %v", i, c, err)
		}
		h.Exec("UPDATE logins SET suspended_at = NULL WHERE name = 'rita'")
	}
}
