package main

import (
	"context"
	"fmt"
	"time"
)

// mostBack bounds how long the service may be away once the database answers again.
const mostBack = 5 * time.Second

// during runs a load around a fault: some seconds before it, all through it, some
// after. breaking breaks and mends, and returns when what Postern stands on is
// there again; then the service must be back on its own, on every node.
func (h *house) during(ctx context.Context, v *verdict, nodes []*node, breaking func(context.Context) error) error {
	before := h.ledger.count()
	l := h.begin(ctx, nodes...)
	err := h.settle(ctx, before)
	if err == nil {
		h.tell("%s: breaking after %d writes", v.name, h.ledger.count()-before)
		err = breaking(ctx)
	}
	if err == nil {
		h.tell("%s: mended", v.name)
		v.back, err = h.service(ctx, nodes)
	}
	if err == nil {
		if v.back > mostBack {
			v.breaks("the service was back after %.1f s, %s is the most", v.back.Seconds(), mostBack)
		}
		time.Sleep(1500 * time.Millisecond)
	}
	l.end()
	v.acknowledged = h.ledger.count() - before
	if err != nil {
		return err
	}
	h.tell("%s: comparing", v.name)
	l.judge(v)
	return h.compare(ctx, v, nodes...)
}

// settle waits until the load has done a fair number of writes, of each kind some.
func (h *house) settle(ctx context.Context, before int) error {
	began := time.Now()
	for h.ledger.count()-before < 60 || time.Since(began) < 1500*time.Millisecond {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if time.Since(began) > 30*time.Second {
			return fmt.Errorf("the load did %d writes in 30 s", h.ledger.count()-before)
		}
		time.Sleep(20 * time.Millisecond)
	}
	return nil
}

// service waits until every node reads and writes, five times in a row, and is
// how long that took.
func (h *house) service(ctx context.Context, nodes []*node) (time.Duration, error) {
	began := time.Now()
	c := &callers{Client: newClient(2 * time.Second)}
	var first time.Duration
	for good := 0; good < 5*len(nodes); {
		n := nodes[good%len(nodes)]
		a := c.call(ctx, n, ask{service: whm, path: "/json-api/create_user_session?api.version=1&user=root&service=whostmgrd", auth: h.token})
		switch {
		case a.outcome() == done && good == 0:
			first = time.Since(began)
			good++
		case a.outcome() == done:
			good++
		default:
			good = 0
			time.Sleep(20 * time.Millisecond)
		}
		if time.Since(began) > 45*time.Second || ctx.Err() != nil {
			return 0, fmt.Errorf("node %s does not serve, %s after what it stands on was there again: %v %s", n.name, time.Since(began).Round(time.Second), a.err, a.body)
		}
	}
	return max(first, time.Millisecond), nil
}

func nodeKilled(ctx context.Context, h *house, v *verdict) error {
	v.did = "a node was killed (kill -9) in the middle of calls, and started again"
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.during(ctx, v, []*node{h.a}, func(ctx context.Context) error {
		h.a.kill()
		return h.a.start(ctx)
	})
}

func postgresKilled(ctx context.Context, h *house, v *verdict) error {
	v.did = "PostgreSQL and all its children were killed (kill -9), and started again after 2 s"
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.during(ctx, v, []*node{h.a, h.b}, func(ctx context.Context) error {
		if err := h.db.kill(); err != nil {
			return err
		}
		rest(ctx, 2*time.Second)
		return h.db.start(ctx)
	})
}

func postgresRestarted(ctx context.Context, h *house, v *verdict) error {
	v.did = "PostgreSQL was restarted (fast shutdown)"
	if err := h.open(ctx); err != nil {
		return err
	}
	return h.during(ctx, v, []*node{h.a, h.b}, func(ctx context.Context) error {
		if err := h.db.stop(); err != nil {
			return err
		}
		return h.db.start(ctx)
	})
}
