package main

import (
	"context"
	"syscall"
	"time"
)

func networkCut(ctx context.Context, h *house, v *verdict) error {
	v.did = "the network between Postern and PostgreSQL was cut for 3 s: every connection reset"
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.during(ctx, v, []*node{h.a, h.b}, func(ctx context.Context) error {
		h.proxy.set(refusing)
		rest(ctx, 3*time.Second)
		h.proxy.set(passing)
		return nil
	})
}

func networkSilent(ctx context.Context, h *house, v *verdict) error {
	v.did = "the network to PostgreSQL swallowed every packet for 12 s, and forgot the connections of before"
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.during(ctx, v, []*node{h.a, h.b}, func(ctx context.Context) error {
		h.proxy.set(swallowing)
		rest(ctx, 12*time.Second)
		h.proxy.set(passing)
		return nil
	})
}

func postgresFrozen(ctx context.Context, h *house, v *verdict) error {
	v.did = "PostgreSQL stood still for 4 s (SIGSTOP) and went on"
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.during(ctx, v, []*node{h.a, h.b}, func(ctx context.Context) error {
		h.db.signal(syscall.SIGSTOP)
		rest(ctx, 4*time.Second)
		h.db.signal(syscall.SIGCONT)
		return nil
	})
}

// rest waits a while, or until everything is to stop.
func rest(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}
