package mailbox

import (
	"context"
	"fmt"
	"strings"

	"postern/shared/fault"
)

// The most that a hash from outside may cost at each sign in: four times what
// Postern's own do. Whoever could ask for more could keep the server busy by
// signing in.
const (
	mostMemory = 65536 // KiB
	mostPasses = 4
	mostLanes  = 4
)

// checkHash refuses what is no argon2id hash in PHC format, or costs too much.
func (r *Room) checkHash(ctx context.Context, hash string) error {
	bad := fault.Bad("password_hash", fmt.Sprintf(
		"use an argon2id hash in PHC format, $argon2id$v=19$m=…,t=…,p=…$salt$key, with m up to %d, t up to %d and p up to %d",
		mostMemory, mostPasses, mostLanes))
	var memory, passes, lanes int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return bad
	}
	n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes)
	if n != 3 || err != nil || parts[3] != fmt.Sprintf("m=%d,t=%d,p=%d", memory, passes, lanes) ||
		memory < 8*lanes || memory > mostMemory || passes < 1 || passes > mostPasses || lanes < 1 || lanes > mostLanes {
		return bad
	}
	// To read it all, the one who will have to read it at sign in tries.
	if _, _, err := r.Hasher.Verify(ctx, hash, "x"); fault.Is(err, fault.Unavailable) {
		return err
	} else if err != nil {
		return bad.Because(err)
	}
	return nil
}
