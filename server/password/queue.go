package password

import (
	"context"
	"slices"
	"sync"

	"postern/shared/fault"
)

// Queue shares workers among strangers. Whoever came seldom of late goes first,
// and who came first among equals; when too many wait, those who crowd the queue
// give way. So a flood from many addresses makes the addresses wait that it comes
// from, and hardly anybody else. Hashes have one; package login has another for
// whole sign ins, so that the database is not flooded either.
type Queue struct {
	mu      sync.Mutex
	idle    int       // workers without work
	places  int       // how many may wait
	share   int       // how many of one key may work or wait
	most    int       // how many of one key may work
	waiting []*ticket // in the order of their coming
	holds   map[string]int
	works   map[string]int
	came    [2]map[string]int // how often a key came: of late, and before
	number  int               // of those who came of late
	done    uint64
}

// ticket is somebody who waits.
type ticket struct {
	key  string // on whose behalf; empty: of somebody who has signed in
	call chan bool
}

// generation is how many come before what is remembered of them is half
// forgotten. It also bounds what is remembered: two keys for each.
const generation = 4096

// NewQueue makes a queue for that many workers in which up to waiting more wait.
func NewQueue(workers, waiting int) *Queue {
	return &Queue{
		idle: workers, places: waiting, share: max(2, (workers+waiting)/8), most: workers,
		holds: map[string]int{}, works: map[string]int{}, came: [2]map[string]int{{}, {}},
	}
}

// Sparing keeps so many workers from being taken by one key alone: where the work
// itself may wait for something, others still come by.
func (q *Queue) Sparing(n int) *Queue {
	q.most = max(1, q.most-n)
	return q
}

// Enter waits for a worker on behalf of a key, such as an address; the empty one
// is of somebody who has signed in, and goes first. The caller must Leave when it
// is done. A fault.Unavailable says that too many wait.
func (q *Queue) Enter(ctx context.Context, key string) error {
	t, err := q.join(key)
	if err != nil || t == nil {
		return err
	}
	select {
	case mine := <-t.call:
		if !mine {
			return fault.Busy()
		}
		return nil
	case <-ctx.Done():
		return q.giveUp(t, ctx.Err())
	}
}

// join takes a worker, nil, or a place among those who wait.
func (q *Queue) join(key string) (*ticket, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.remember(key)
	if key != "" && q.holds[key] >= q.share {
		return nil, fault.Busy()
	}
	if q.idle > 0 && q.mayWork(key) {
		q.idle--
		q.hold(key)
		q.work(key)
		return nil, nil
	}
	if len(q.waiting) >= q.places && !q.makeRoom(key) {
		return nil, fault.Busy()
	}
	q.hold(key)
	t := &ticket{key, make(chan bool, 1)}
	q.waiting = append(q.waiting, t)
	return t, nil
}

// makeRoom sends away the latest of those who came most often, if that is more often than the newcomer.
func (q *Queue) makeRoom(key string) bool {
	worst, most := -1, q.times(key)
	for i, t := range q.waiting {
		if l := q.times(t.key); l > most || worst >= 0 && l == most {
			worst, most = i, l
		}
	}
	if worst < 0 {
		return false
	}
	t := q.waiting[worst]
	q.waiting = slices.Delete(q.waiting, worst, worst+1)
	q.release(t.key)
	t.call <- false
	return true
}

// giveUp takes a ticket back whose owner waits no longer.
func (q *Queue) giveUp(t *ticket, why error) error {
	q.mu.Lock()
	if i := slices.Index(q.waiting, t); i >= 0 {
		q.waiting = slices.Delete(q.waiting, i, i+1)
		q.release(t.key)
		q.mu.Unlock()
		return fault.Busy().Because(why)
	}
	q.mu.Unlock()
	if <-t.call { // called at the same moment
		q.Leave(t.key)
	}
	return fault.Busy().Because(why)
}

// Leave gives the worker to whom it is due next.
func (q *Queue) Leave(key string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.done++
	q.release(key)
	if q.works[key]--; q.works[key] <= 0 {
		delete(q.works, key)
	}
	next, least := -1, 0
	for i, t := range q.waiting {
		if n := q.times(t.key); q.mayWork(t.key) && (next < 0 || n < least) {
			next, least = i, n
		}
	}
	if next < 0 {
		q.idle++
		return
	}
	t := q.waiting[next]
	q.waiting = slices.Delete(q.waiting, next, next+1)
	q.work(t.key)
	t.call <- true
}

// mayWork tells whether a key may take a worker more.
func (q *Queue) mayWork(key string) bool { return key == "" || q.works[key] < q.most }

func (q *Queue) work(key string) {
	if key != "" {
		q.works[key]++
	}
}

func (q *Queue) hold(key string) {
	if key != "" {
		q.holds[key]++
	}
}

func (q *Queue) release(key string) {
	if q.holds[key]--; q.holds[key] <= 0 {
		delete(q.holds, key)
	}
}

// remember counts that a key came.
func (q *Queue) remember(key string) {
	if q.number++; q.number > generation {
		q.came[0], q.came[1], q.number = map[string]int{}, q.came[0], 1
	}
	if key != "" {
		q.came[0][key]++
	}
}

// times is how often a key came of late; who has signed in counts as never.
func (q *Queue) times(key string) int { return q.came[0][key] + q.came[1][key] }
