// Package lookup joins look-ups that wait at the same moment into one statement.
//
// It owns who waits for what and who asks for all of them. It holds no query and
// no connection, and it keeps no answer: each is given to those who waited for it
// and forgotten. The rooms whose rows every request needs (session, token,
// account) ask through it.
package lookup

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"time"
)

const (
	lanes = 4   // statements in flight, at most
	most  = 128 // keys in one statement

	// slow is when a statement takes longer than such ones do: another need not wait
	// for it. Until then there is one at a time, so that those that come meanwhile
	// are as many as can be in the next.
	slow = 5 * time.Millisecond

	// patience is how long one statement may take, the wait for a connection
	// included. It is nobody's own deadline: several wait for it.
	patience = 4 * time.Second
)

// Joined answers look-ups of one kind. While no statement is in flight a look-up
// starts at once and is alone in it; those that come meanwhile are asked for
// together by the next one. So an idle server waits for nothing, and under load
// the statements grow instead of their number.
//
// A key that several ask for is in the statement once, and they get the same row:
// nobody may change it. So a client that makes many calls at a time costs little more
// than one that makes one.
//
// A key is never in a statement that began before the key was asked for: what was
// ended or taken away before, is gone in the answer. The zero value is ready.
type Joined[K comparable, R any] struct {
	mu      sync.Mutex
	running int       // statements in flight
	begun   time.Time // when the youngest of them began
	waiting []*wait[K, R]
}

// Ask answers all keys by one statement: it tells the row of keys[i] as i, as soon
// as it has it, so that who waits for it need not wait for the others' rows too. A
// key of which it tells nothing has no row. It is the same for all look-ups of a
// Joined.
type Ask[K comparable, R any] func(ctx context.Context, keys []K, tell func(i int, row R)) error

// wait is one look-up, on the goroutine of who asks.
type wait[K comparable, R any] struct {
	key  K
	told chan turn[R] // holds one, so that telling never waits
	gone bool         // who asked has stopped waiting
}

// turn is what a waiting look-up is told: its answer, or to lead the next statement.
type turn[R any] struct {
	row  R
	err  error
	lead bool
}

// errBroken is told to those whose statement ended in a panic.
var errBroken = errors.New("the look-up that was made together with this one broke")

// Get is the row of a key, the zero value if it has none. Its error is ask's, which
// all in the same statement get who have no row yet, or ctx's: who stops waiting does
// not disturb the others.
func (j *Joined[K, R]) Get(ctx context.Context, key K, ask Ask[K, R]) (row R, err error) {
	if err := ctx.Err(); err != nil {
		return row, err
	}
	me := &wait[K, R]{key: key}
	j.mu.Lock()
	if j.running == 0 || j.running < lanes && time.Since(j.begun) > slow {
		j.running++
		j.begun = time.Now()
		j.mu.Unlock()
		return j.lead(me, ask)
	}
	me.told = make(chan turn[R], 1)
	j.waiting = append(j.waiting, me)
	j.mu.Unlock()
	select {
	case t := <-me.told:
		if t.lead {
			return j.lead(me, ask)
		}
		return t.row, t.err
	case <-ctx.Done():
		j.leave(me)
		return row, ctx.Err()
	}
}

// lead asks for me and for all who wait, tells them their answers and gives back
// mine. The lane goes on to those who came meanwhile, whatever happens.
func (j *Joined[K, R]) lead(me *wait[K, R], ask Ask[K, R]) (row R, err error) {
	// Whoever is about to ask and has only not had a processor yet comes along.
	runtime.Gosched()
	batch := j.board(me)
	told := make([]bool, len(batch))
	others := errBroken // what those hear who have no row
	defer func() {
		j.mu.Lock()
		j.appoint()
		j.mu.Unlock()
		for i, w := range batch {
			if i > 0 && !told[i] {
				w.told <- turn[R]{err: others}
			}
		}
	}()
	keys, first, next := distinct(batch)
	// The statement belongs to all in it, so it does not end with the one who leads.
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	others = ask(ctx, keys, func(key int, r R) {
		for i := first[key]; i >= 0 && !told[i]; i = next[i] { // a key has one row
			if i == 0 {
				row = r
			} else {
				batch[i].told <- turn[R]{row: r}
			}
			told[i] = true
		}
	})
	if told[0] {
		return row, nil
	}
	return row, others
}

// board takes those who wait along, as many as one statement holds.
func (j *Joined[K, R]) board(me *wait[K, R]) []*wait[K, R] {
	j.mu.Lock()
	defer j.mu.Unlock()
	batch := append(make([]*wait[K, R], 0, 1+min(len(j.waiting), most-1)), me)
	for len(batch) < most {
		w := j.first()
		if w == nil {
			break
		}
		batch = append(batch, w)
	}
	return batch
}

// distinct are the keys of a batch. first is which of the batch is the first to ask
// for each key, and next, for each of the batch, who asks for the same; -1: nobody.
func distinct[K comparable, R any](batch []*wait[K, R]) (keys []K, first, next []int) {
	keys, places := make([]K, 0, len(batch)), make([]int, 2*len(batch))
	first, next = places[:0:len(batch)], places[len(batch):]
	last := make(map[K]int, len(batch)) // who asked last for a key
	for i, w := range batch {
		next[i] = -1
		if before, again := last[w.key]; again {
			next[before] = i
		} else {
			keys, first = append(keys, w.key), append(first, i)
		}
		last[w.key] = i
	}
	return keys, first, next
}

// first takes the first of those who still wait; nil when nobody does.
func (j *Joined[K, R]) first() *wait[K, R] {
	for i, w := range j.waiting {
		if !w.gone {
			j.waiting = j.waiting[i+1:]
			return w
		}
	}
	j.waiting = nil
	return nil
}

// appoint gives a lane that has become free to the first of those who wait, or
// closes it.
func (j *Joined[K, R]) appoint() {
	if w := j.first(); w != nil {
		j.begun = time.Now()
		w.told <- turn[R]{lead: true}
		return
	}
	j.running--
}

// leave takes back a look-up whose caller has gone. If it was just told to lead,
// the next one does instead; if it is being asked for, nobody reads the answer.
func (j *Joined[K, R]) leave(me *wait[K, R]) {
	j.mu.Lock()
	defer j.mu.Unlock()
	me.gone = true
	select {
	case t := <-me.told:
		if t.lead {
			j.appoint()
		}
	default:
	}
}
