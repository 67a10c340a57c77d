package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"
)

// clockMoved moves the clocks of two nodes, on a database of their own: forward
// and back while they run, and apart from each other. A session may end early by a
// clock that is ahead; by one that is behind nothing that was used or ended, or
// taken away, may be good again.
func clockMoved(ctx context.Context, h *house, v *verdict) error {
	v.did = "the clocks of two nodes were moved while they ran: days forward, days back, and apart"
	if err := h.open(ctx); err != nil {
		return err
	}
	if err := h.db.administer(ctx, "CREATE DATABASE faults_clock OWNER postern"); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	k := &clockwork{verdict: v, callers: newCallers()}
	for _, name := range []string{"right", "moved"} {
		n, err := h.node(name, h.proxy.url("faults_clock"), movedClock+"=0s")
		if err != nil {
			return err
		}
		n.program = self
		if err := n.start(ctx); err != nil {
			return err
		}
		defer n.kill()
		k.nodes = append(k.nodes, n)
	}
	if k.token, err = rootToken(ctx, k.nodes[0]); err != nil {
		return err
	}
	form := url.Values{"username": {"clock"}, "domain": {"clock.example"}, "password": {"Nine-clocks-tell-the-hour"}}
	if a := k.call(ctx, k.nodes[0], ask{service: whm, path: "/json-api/createacct?api.version=1", form: form, auth: k.token}); a.outcome() != done {
		return fmt.Errorf("no account: %s %v", a.body, a.err)
	}
	for _, do := range []func(context.Context) error{k.forward, k.behind, k.ahead, k.sweeping} {
		if err := do(ctx); err != nil {
			return err
		}
	}
	k.judge(v)
	v.note("%d things asked of the clocks", k.asked)
	return nil
}

type clockwork struct {
	*verdict
	*callers
	nodes []*node // one with the right clock, one that is moved
	token string
	asked int
}

// move sets how far the second node's clock is off.
func (k *clockwork) move(by time.Duration) error {
	n := k.nodes[1]
	if _, err := fmt.Fprintln(n.stdin, by); err != nil {
		return err
	}
	for range 200 {
		if said := n.said("clock moved by"); len(said) > 0 && strings.HasSuffix(said[len(said)-1], " "+by.String()) {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("the clock was not moved")
}

// expect asks for a session's user at both nodes: whether it lives at each.
func (k *clockwork) expect(ctx context.Context, what string, s *session, right, moved bool) {
	for i, want := range []bool{right, moved} {
		k.asked++
		a := k.call(ctx, k.nodes[i], ask{service: cpanel, path: s.prefix + "/execute/Variables/get_user_information", cookie: s.cookie})
		if is := a.outcome() == done; is != want || a.err != nil {
			k.breaks("%s: lives on node %s: %v, wanted %v (%d %v)", what, k.nodes[i].name, is, want, a.status, a.err)
		}
	}
}

// expectPost posts a one-time session at a node.
func (k *clockwork) expectPost(ctx context.Context, what string, once *oneTime, at int, want bool) *session {
	k.asked++
	cookie, o := k.post(ctx, k.nodes[at], once)
	if (o == done) != want || o == unknown {
		k.breaks("%s: posted to node %s it was good: %v, wanted %v", what, k.nodes[at].name, o == done, want)
	}
	return &session{owner: "clock", cookie: cookie, prefix: once.prefix}
}

func (k *clockwork) once(ctx context.Context, at int) (*oneTime, error) {
	return makeOnce(ctx, k.callers, k.nodes[at], k.token, "clock", cpanel, "cpaneld")
}

// opened is a session that is in use, made by a node.
func (k *clockwork) opened(ctx context.Context, at int) (*session, error) {
	once, err := k.once(ctx, at)
	if err != nil {
		return nil, err
	}
	return k.expectPost(ctx, "a new session", once, at, true), nil
}

// forward: sessions end by the clock, unused ones after 15 minutes, others after
// an hour without use; and moved back they are what they were.
func (k *clockwork) forward(ctx context.Context) error {
	unused, err := k.once(ctx, 0)
	if err != nil {
		return err
	}
	s, err := k.opened(ctx, 0)
	if err != nil {
		return err
	}
	if err := k.move(14 * time.Minute); err != nil {
		return err
	}
	k.expect(ctx, "14 minutes ahead", s, true, true)
	if err := k.move(16 * time.Minute); err != nil {
		return err
	}
	k.expectPost(ctx, "16 minutes ahead, an unused one-time session", unused, 1, false)
	k.expect(ctx, "16 minutes ahead", s, true, true)
	if err := k.move(3 * 24 * time.Hour); err != nil {
		return err
	}
	k.expect(ctx, "three days ahead", s, true, false)
	if err := k.move(0); err != nil {
		return err
	}
	k.expect(ctx, "set right again", s, true, true)
	return nil
}

// behind: two days back, nothing that was used, ended or revoked is good again.
func (k *clockwork) behind(ctx context.Context) error {
	used, err := k.once(ctx, 0)
	if err != nil {
		return err
	}
	s := k.expectPost(ctx, "a new session", used, 0, true)
	out, err := k.opened(ctx, 0)
	if err != nil {
		return err
	}
	if a := k.call(ctx, k.nodes[0], ask{service: cpanel, path: out.prefix + "/logout/", cookie: out.cookie}); a.status != http.StatusFound {
		return fmt.Errorf("no session ended: %d %v", a.status, a.err)
	}
	a := k.call(ctx, k.nodes[0], ask{service: whm, path: "/json-api/api_token_create?api.version=1&token_name=gone", auth: k.token})
	var made struct{ Token string }
	a.data(&made)
	if a := k.call(ctx, k.nodes[0], ask{service: whm, path: "/json-api/api_token_revoke?api.version=1&token_name=gone", auth: k.token}); a.outcome() != done {
		return fmt.Errorf("no token revoked: %s", a.body)
	}
	if err := k.move(-2 * 24 * time.Hour); err != nil {
		return err
	}
	k.expectPost(ctx, "two days behind, a used one-time session", used, 1, false)
	k.expect(ctx, "two days behind, an ended session", out, false, false)
	k.expect(ctx, "two days behind, a living session", s, true, true)
	k.asked++
	if a := k.call(ctx, k.nodes[1], ask{service: whm, path: "/json-api/version?api.version=1", auth: "whm root:" + made.Token}); a.outcome() != refused {
		k.breaks("two days behind, a revoked token: %d %s %v", a.status, a.body, a.err)
	}
	// What the late node makes has ended by everybody else's clock, and is used by none twice.
	late, err := k.once(ctx, 1)
	if err != nil {
		return err
	}
	k.expectPost(ctx, "made two days ago, by a clock that is behind", late, 0, false)
	k.expectPost(ctx, "the same where it was made", late, 1, true)
	k.expectPost(ctx, "the same again", late, 1, false)
	return k.move(0)
}

// ahead: what a clock that is ahead made is used once, by both.
func (k *clockwork) ahead(ctx context.Context) error {
	if err := k.move(2 * 24 * time.Hour); err != nil {
		return err
	}
	early, err := k.once(ctx, 1)
	if err != nil {
		return err
	}
	s := k.expectPost(ctx, "made by a clock that is two days ahead", early, 0, true)
	k.expectPost(ctx, "the same where it was made", early, 1, false)
	k.expect(ctx, "used at the right time, by a clock that is two days ahead", s, true, false)
	raced, err := k.once(ctx, 0)
	if err != nil {
		return err
	}
	if err := k.move(10 * time.Minute); err != nil {
		return err
	}
	race(ctx, k.callers, raced, k.nodes, 4)
	k.asked += 8
	if raced.good != 1 {
		k.doubles++
		k.breaks("of eight posts to nodes ten minutes apart %d were good", raced.good)
	}
	return k.move(0)
}

// sweeping: a node that is days behind, and one that is days ahead, tidy up; no
// living session is swept away by the one, none that ended brought back by the other.
func (k *clockwork) sweeping(ctx context.Context) error {
	s, err := k.opened(ctx, 0)
	if err != nil {
		return err
	}
	if err := k.move(-24 * time.Hour); err != nil {
		return err
	}
	k.expect(ctx, "a day behind", s, true, true) // notes a use there, a day ago
	time.Sleep(6 * time.Second)                  // until such are written
	k.expect(ctx, "after a use was noted by a clock that is behind", s, true, true)
	return k.move(0)
}
