package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// How many people use Postern while it is broken.
const (
	writers = 8
	readers = 6
)

// load is people who read and write, on one node or several.
type load struct {
	h       *house
	nodes   []*node
	callers *callers
	stop    context.CancelFunc
	all     sync.WaitGroup
	reads   atomic.Int64

	mu  sync.Mutex
	odd []string // refusals of calls that should have been let in
}

// loads numbers the loads of a run, so that no name comes twice.
var loads atomic.Int64

// begin starts the load. It goes on until end, or the context's.
func (h *house) begin(ctx context.Context, nodes ...*node) *load {
	ctx, stop := context.WithCancel(ctx)
	l := &load{h: h, nodes: nodes, callers: newCallers(), stop: stop}
	number := loads.Add(1)
	for i := range writers {
		w := &writer{load: l, number: i, home: fmt.Sprintf("w%dx%d", number, i), random: rand.New(rand.NewPCG(uint64(number), uint64(i)))}
		l.all.Go(func() { w.work(ctx) })
	}
	for i := range readers {
		l.all.Go(func() { l.read(ctx, i) })
	}
	return l
}

// end stops the load; calls that are on their way are waited for.
func (l *load) end() {
	l.stop()
	l.all.Wait()
}

// refuse notes a refusal that should not have been.
func (l *load) refuse(what string, a answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.odd = append(l.odd, fmt.Sprintf("%s was refused: %d %s %.200s", what, a.status, a.header.Get("Postern-Fault"), a.body))
}

// read asks what people ask most.
func (l *load) read(ctx context.Context, number int) {
	questions := []ask{
		{service: whm, path: "/json-api/version?api.version=1", auth: l.h.token},
		{service: whm, path: "/json-api/listaccts?api.version=1&api.chunk.enable=1&api.chunk.size=20", auth: l.h.token},
		{service: whm, path: "/json-api/postern_list_audit_events?api.version=1", auth: l.h.token},
		{service: cpanel, path: "/login/session"},
		{service: webmail, path: "/"},
	}
	for i := number; ctx.Err() == nil; i++ {
		q := questions[i%len(questions)]
		// Calls are not cut short when the load ends: what they hear counts.
		a := l.callers.call(context.WithoutCancel(ctx), l.nodes[(i+number)%len(l.nodes)], q)
		switch {
		case a.err != nil:
			time.Sleep(20 * time.Millisecond)
		case strings.HasPrefix(q.path, "/json-api") && a.outcome() == refused, a.status >= 400 && a.status < 500:
			l.refuse(q.path, a)
		default:
			l.reads.Add(1)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// judge holds a load to its promises, once it has ended.
func (l *load) judge(v *verdict) {
	for _, o := range l.odd {
		v.breaks("%s", o)
	}
	l.callers.judge(v)
	v.note("%d reads", l.reads.Load())
}
