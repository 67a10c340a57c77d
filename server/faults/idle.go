package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"syscall"
	"time"
)

// How many connections lie idle at once. Those that had a reply may stay for two
// minutes, the others for ten seconds.
const (
	replied = 9000
	shaken  = 500 // after a handshake
	mute    = 500 // without a word
)

// What Postern gives an idle connection, and how much later it may be closed.
const (
	idleFor = 2 * time.Minute
	late    = 8 * time.Second
)

// idleConnections is ten thousand connections with which nothing is done. It may
// have been begun while other things were tried: it is mostly waiting.
func idleConnections(ctx context.Context, h *house, v *verdict) error {
	if err := h.beginIdle(ctx); err != nil {
		return err
	}
	select {
	case <-h.idle.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	*v = h.idle.verdict
	return nil
}

// idleness is that fault on its way.
type idleness struct {
	verdict
	done chan struct{}
}

// beginIdle begins it, once in a run, on the second node.
func (h *house) beginIdle(ctx context.Context) error {
	if h.idle != nil {
		return nil
	}
	if err := h.open(ctx); err != nil {
		return err
	}
	h.idle = &idleness{verdict: verdict{name: "idle-connections"}, done: make(chan struct{})}
	go func() {
		defer close(h.idle.done)
		h.idle.try(context.WithoutCancel(ctx), h.b, h.token)
	}()
	return nil
}

func (v *idleness) try(ctx context.Context, n *node, token string) {
	v.did = fmt.Sprintf("%d idle connections at once: %d after a reply, %d after a handshake, %d mute", replied+shaken+mute, replied, shaken, mute)
	if most := files(); most < replied+shaken+mute+1000 {
		v.notRun = fmt.Sprintf("a process may have %d files open here: raise the limit (ulimit -Hn)", most)
		return
	}
	empty := n.memory()
	began := time.Now()
	stay, leave := &crowd{node: n}, &crowd{node: n}
	stay.fill(ctx, replied, afterReply)
	leave.fill(ctx, shaken, afterHandshake)
	leave.fill(ctx, mute, atOnce)
	filled := time.Now()
	v.note("all open after %.0f s", filled.Sub(began).Seconds())
	if most := stay.living() + leave.living(); most < replied+shaken+mute {
		v.breaks("only %d were open at once: %v", most, stay.why)
	}
	full := n.memory()
	longest := time.Duration(0)
	c := newCallers()
	for range 30 {
		began := time.Now()
		c.CloseIdleConnections() // each comes anew
		if a := c.call(ctx, n, ask{service: whm, path: "/json-api/version?api.version=1", auth: token}); a.outcome() != done {
			v.breaks("a new caller among them was not served: %d %v", a.status, a.err)
		}
		longest = max(longest, time.Since(began))
	}
	v.note("memory %d → %d MiB, %d KiB each", empty, full, (full-empty)<<10/(replied+shaken+mute))
	v.note("a new caller waited %.0f ms at most", float64(longest.Microseconds())/1000)
	if full > empty+800 {
		v.breaks("they cost %d MiB", full-empty)
	}
	if longest > 2*time.Second {
		v.breaks("a new caller waited %s", longest)
	}
	if left := leave.await(filled.Add(10*time.Second + late)); left > 0 {
		v.breaks("%d without a request are open still, %.0f s after the last was opened", left, time.Since(filled).Seconds())
	}
	if left := stay.await(filled.Add(idleFor + late)); left > 0 {
		v.breaks("%d that had a reply are open still, %.0f s later", left, time.Since(filled).Seconds())
	}
	v.note("closed by the server after %.0f to %.0f s of idleness", stay.least.Seconds(), stay.most.Seconds())
	if stay.least < idleFor-late {
		v.breaks("one that had a reply was closed after %s", stay.least)
	}
}

// files is how many files a process may have open, after asking for more.
func files() int {
	var l syscall.Rlimit
	if syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l) != nil {
		return 0
	}
	l.Cur = l.Max
	_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &l) // what came of it is read next
	_ = syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l)
	return int(min(l.Cur, 1<<30))
}

// afterReply has a connection lie idle that has had a reply.
func afterReply(ctx context.Context, n *node, i int) (io.ReadCloser, error) {
	conn, err := dialFrom(ctx, n, i, true)
	if err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(conn, "GET /login/session HTTP/1.1\r\nHost: localhost\r\n\r\n"); err != nil {
		return nil, err
	}
	reply, err := http.ReadResponse(bufio.NewReaderSize(conn, 4096), nil)
	if err != nil {
		return nil, err
	}
	defer reply.Body.Close()
	if _, err := io.Copy(io.Discard, reply.Body); err != nil || reply.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d, %w", reply.StatusCode, err)
	}
	return conn, nil
}

func afterHandshake(ctx context.Context, n *node, i int) (io.ReadCloser, error) {
	return dialFrom(ctx, n, i, true)
}

func atOnce(ctx context.Context, n *node, i int) (io.ReadCloser, error) {
	return dialFrom(ctx, n, i, false)
}
