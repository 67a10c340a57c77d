package password

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"postern/shared/fault"
)

// line queues for a queue whose only worker is busy, and tells who was served in which order.
type line struct {
	*testing.T
	queue *Queue
	mu    sync.Mutex
	order []string
	busy  map[string]int
	wait  sync.WaitGroup
}

func newLine(t *testing.T, places int) *line {
	l := &line{T: t, queue: NewQueue(1, places), busy: map[string]int{}}
	if err := l.queue.Enter(t.Context(), "first"); err != nil {
		t.Fatal(err)
	}
	return l
}

// come joins the queue, and returns once it stands there or is sent away.
func (l *line) come(key string) {
	l.Helper()
	ticket, err := l.queue.join(key)
	if err != nil {
		if !fault.Is(err, fault.Unavailable) {
			l.Fatal(err)
		}
		l.mu.Lock()
		l.busy[key]++
		l.mu.Unlock()
		return
	}
	l.wait.Go(func() {
		mine := <-ticket.call
		l.mu.Lock()
		defer l.mu.Unlock()
		if !mine {
			l.busy[key]++
			return
		}
		l.order = append(l.order, key)
		l.queue.Leave(key)
	})
}

func (l *line) run() string {
	l.queue.Leave("first")
	l.wait.Wait()
	if l.queue.idle != 1 || len(l.queue.waiting) != 0 || len(l.queue.holds) != 0 || len(l.queue.works) != 0 {
		l.Errorf("left behind: %+v", l.queue)
	}
	return fmt.Sprint(l.order)
}

// Whoever came less often goes before those who came earlier.
func TestTheModestComeFirst(t *testing.T) {
	l := newLine(t, 30)
	for range 3 {
		l.come("flood")
	}
	l.come("good")
	l.come("")
	if got := l.run(); got != "[ good flood flood flood]" {
		t.Errorf("served %s", got)
	}
}

// One key gets its share of the places, and not the whole queue.
func TestOneKeyHasAShare(t *testing.T) {
	l := newLine(t, 31) // a share is 4
	for range 20 {
		l.come("flood")
	}
	l.come("good")
	if l.run(); l.busy["flood"] != 16 || l.busy["good"] != 0 {
		t.Errorf("sent away: %v", l.busy)
	}
}

// When the queue is full, those who fill it give way to a newcomer.
func TestTheGreedyGiveWay(t *testing.T) {
	l := newLine(t, 16) // a share is 2
	for i := range 8 {
		l.come(fmt.Sprint("flood ", i))
		l.come(fmt.Sprint("flood ", i))
	}
	if len(l.queue.waiting) != 16 {
		t.Fatalf("%d wait", len(l.queue.waiting))
	}
	l.come("good")
	l.come("") // somebody who has signed in
	l.come("flood 0")
	l.run()
	if l.busy["good"] != 0 || l.busy[""] != 0 || len(l.order) != 16 {
		t.Errorf("%d served, sent away: %v", len(l.order), l.busy)
	}
}

// However many of one key come, some workers are left for others; and the key gets
// all it may have, one after the other.
func TestOneKeyLeavesWorkersIdle(t *testing.T) {
	q := NewQueue(4, 40).Sparing(1)
	var waiting []*ticket
	for i := range 5 {
		ticket, err := q.join("flood")
		if err != nil || (ticket == nil) != (i < 3) {
			t.Fatalf("the flood’s %d. is served: %v, %v", i+1, ticket == nil, err)
		}
		if ticket != nil {
			waiting = append(waiting, ticket)
		}
	}
	for _, key := range []string{"good", ""} {
		if ticket, err := q.join(key); err != nil || ticket != nil {
			t.Fatalf("%q waits behind the flood (%v)", key, err)
		}
		q.Leave(key)
	}
	if len(waiting[0].call) != 0 {
		t.Error("the flood took a worker that another gave back")
	}
	for _, ticket := range waiting {
		q.Leave("flood")
		if !<-ticket.call {
			t.Error("sent away")
		}
	}
	for range 3 {
		q.Leave("flood")
	}
	if q.idle != 4 || len(q.waiting) != 0 || len(q.holds) != 0 || len(q.works) != 0 {
		t.Errorf("left behind: %+v", q)
	}
}

// Who hangs up leaves nothing behind, at whatever moment.
func TestWhoHangsUpGivesThePlaceBack(t *testing.T) {
	p := NewQueue(1, 4)
	var wait sync.WaitGroup
	for i := range 200 {
		wait.Go(func() {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%7)*100*time.Microsecond)
			defer cancel()
			key := fmt.Sprint(i % 5)
			if p.Enter(ctx, key) == nil {
				time.Sleep(50 * time.Microsecond)
				p.Leave(key)
			}
		})
	}
	wait.Wait()
	if p.idle != 1 || len(p.waiting) != 0 || len(p.holds) != 0 || len(p.works) != 0 {
		t.Errorf("left behind: %+v", p)
	}
}

// What is remembered of who was served stays small.
func TestMemoryIsBounded(t *testing.T) {
	p := NewQueue(1, 4)
	for i := range 10 * generation {
		key := fmt.Sprint(i)
		if err := p.Enter(t.Context(), key); err != nil {
			t.Fatal(err)
		}
		p.Leave(key)
	}
	if n := len(p.came[0]) + len(p.came[1]); n > 2*generation {
		t.Errorf("%d keys remembered", n)
	}
}
