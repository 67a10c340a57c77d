package twofactor_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"postern/server/twofactor"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// TestGuessesFromEverywhereAreLimited: whoever has the password and an address for
// each guess gets thirty looks an hour, on two nodes, all at once; the right code is
// no better than the others then. A recovery code opens, as it always does.
func TestGuessesFromEverywhereAreLimited(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	secret := h.enrol(anna)
	recovery := must[catalog.RecoveryCodes](h)(h.Call(anna, function.UAPI("Postern", "generate_recovery_codes")))
	wrong := "000000"
	for _, step := range []int{-1, 0, 1} {
		if h.code(secret, step) == wrong {
			wrong = "999999"
		}
	}
	other := *h.room
	nodes := []*twofactor.Room{h.room, &other}
	rush := func(n int) (kinds map[fault.Kind]int) {
		kinds = map[fault.Kind]int{}
		var mu sync.Mutex
		var all sync.WaitGroup
		for i := range n {
			all.Go(func() {
				err := nodes[i%2].Check(context.Background(), h.DB.Write, anna.ID, wrong, h.Clock.Now())
				mu.Lock()
				defer mu.Unlock()
				kinds[fault.Of(err).Kind]++
			})
		}
		all.Wait()
		return kinds
	}
	check := func(code string) error { return h.room.Check(t.Context(), h.DB.Write, anna.ID, code, h.Clock.Now()) }
	// Who mistypes now and then is never kept out.
	for range 3 {
		rush(20)
		h.Clock.Advance(90 * time.Second)
		if err := check(h.code(secret, 0)); err != nil {
			t.Fatalf("behind twenty mistakes: %v", err)
		}
	}
	if kinds := rush(100); kinds[fault.Stranger] != 30 || kinds[fault.Locked] != 70 {
		t.Errorf("of a hundred: %v", kinds)
	}
	h.Clock.Advance(59 * time.Minute)
	if err := check(h.code(secret, 0)); !fault.Is(err, fault.Locked) {
		t.Errorf("the right code behind the limit: %v", err)
	}
	if err := check(recovery.Codes[0]); err != nil {
		t.Errorf("a recovery code: %v", err)
	}
	if err := check(recovery.Codes[0]); !fault.Is(err, fault.Locked) {
		t.Errorf("once more: %v", err)
	}
	h.Clock.Advance(time.Minute)
	if err := check(h.code(secret, 0)); err != nil {
		t.Errorf("after the hour: %v", err)
	}
}
