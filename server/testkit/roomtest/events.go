package roomtest

import (
	"context"
	"slices"
	"sync"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
)

// Events keeps what a room has recorded, instead of the audit log's room.
type Events struct {
	mu  sync.Mutex
	all []dispatch.Event
}

// Record is what a room and the Mux are given to record with.
func (e *Events) Record(_ context.Context, _ bun.IDB, event dispatch.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.all = append(e.all, event)
	return nil
}

// All are the events so far.
func (e *Events) All() []dispatch.Event {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.all)
}
