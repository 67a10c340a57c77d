package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// twoNodes kills one of two nodes under load. The other goes on without a pause;
// what was made on one works on the other, and ends on both.
func twoNodes(ctx context.Context, h *house, v *verdict) error {
	v.did = "one of two nodes was killed under load; sessions of each used, ended and raced on both"
	if err := h.open(ctx); err != nil {
		return err
	}
	if err := across(ctx, h, v); err != nil {
		return err
	}
	before := h.ledger.count()
	on, off := h.begin(ctx, h.b), h.begin(ctx, h.a)
	err := h.settle(ctx, before)
	if err == nil {
		h.a.kill()
		off.stop()
		began, written := time.Now(), h.ledger.count()
		time.Sleep(2 * time.Second)
		rate := float64(h.ledger.count()-written) / time.Since(began).Seconds()
		v.note("%.0f writes a second on the other meanwhile", rate)
		if rate < 1 {
			v.breaks("the other node did not go on")
		}
		if err = h.a.start(ctx); err == nil {
			v.back, err = h.service(ctx, []*node{h.a, h.b})
		}
	}
	on.end()
	off.end()
	v.acknowledged += h.ledger.count() - before
	if err != nil {
		return err
	}
	if n := len(on.callers.failures); n > 0 {
		v.breaks("the node that lived failed %d calls", n)
	}
	on.judge(v)
	return h.compare(ctx, v, h.a, h.b)
}

// across makes on one node and uses on the other, and races both.
func across(ctx context.Context, h *house, v *verdict) error {
	c := newCallers()
	name := fmt.Sprintf("pair%d", loads.Add(1))
	form := url.Values{"username": {name}, "domain": {name + ".example"}, "password": {"Nine-" + name + "-towers-stand"}}
	if a := c.call(ctx, h.a, ask{service: whm, path: "/json-api/createacct?api.version=1", form: form, auth: h.token}); a.outcome() != done {
		return fmt.Errorf("no account: %s %v", a.body, a.err)
	}
	nodes := []*node{h.a, h.b}
	for i := range 20 {
		once, err := makeOnce(ctx, c, nodes[i%2], h.token, name, cpanel, "cpaneld")
		if err != nil {
			return err
		}
		h.ledger.note(func() { h.ledger.oneTimes = append(h.ledger.oneTimes, once) })
		if i%2 == 0 {
			race(ctx, c, once, nodes, 4) // eight posts at once
			if once.good != 1 {
				v.breaks("of eight posts of a one-time session to two nodes %d were good", once.good)
			}
			continue
		}
		cookie, o := c.post(ctx, nodes[i/2%2], once)
		if o != done {
			return fmt.Errorf("a one-time session of one node is refused on the other")
		}
		s := &session{owner: name, cookie: cookie, prefix: once.prefix, life: ended}
		h.ledger.note(func() { h.ledger.sessions = append(h.ledger.sessions, s) })
		use := ask{service: cpanel, path: s.prefix + "/execute/Variables/get_user_information", cookie: cookie}
		for _, n := range nodes {
			if c.call(ctx, n, use).outcome() != done {
				v.breaks("a session does not work on node %s", n.name)
			}
		}
		if a := c.call(ctx, nodes[i/2%2], ask{service: cpanel, path: s.prefix + "/logout/", cookie: cookie}); a.status != http.StatusFound {
			v.breaks("a session is not ended: %d", a.status)
		}
		for _, n := range nodes {
			if c.call(ctx, n, use).outcome() != refused {
				v.breaks("a session that ended on one node works on node %s", n.name)
			}
		}
	}
	return nil
}

// makeOnce makes a one-time session of a user, as root.
func makeOnce(ctx context.Context, c *callers, n *node, token, user, service, named string) (*oneTime, error) {
	a := c.call(ctx, n, ask{service: whm, path: "/json-api/create_user_session?api.version=1", auth: token, form: url.Values{"user": {user}, "service": {named}}})
	if a.outcome() != done {
		return nil, fmt.Errorf("no session was made: %s %v", a.body, a.err)
	}
	var made struct {
		Session string
		Token   string `json:"cp_security_token"`
	}
	a.data(&made)
	return &oneTime{service: service, text: made.Session, prefix: made.Token}, nil
}
