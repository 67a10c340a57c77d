package lookup

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// double is an Ask that takes a while.
func double(_ context.Context, keys []int, tell func(int, int)) error {
	time.Sleep(time.Millisecond)
	for i, k := range keys {
		tell(i, 2*k)
	}
	return nil
}

func TestAloneStartsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j Joined[int, int]
		begun := time.Now()
		row, err := j.Get(t.Context(), 21, double)
		if row != 42 || err != nil || time.Since(begun) != time.Millisecond {
			t.Errorf("%d %v after %v", row, err, time.Since(begun))
		}
	})
}

// TestJoins: what waits at the same moment is one statement, and each gets its own answer.
func TestJoins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j Joined[int, int]
		var statements, widest atomic.Int32
		ask := func(ctx context.Context, keys []int, tell func(int, int)) error {
			statements.Add(1)
			widest.Store(max(widest.Load(), int32(len(keys))))
			return double(ctx, keys, tell)
		}
		var all sync.WaitGroup
		for i := range 2*most + 1 {
			all.Go(func() {
				if row, err := j.Get(t.Context(), i, ask); row != 2*i || err != nil {
					t.Errorf("%d: %d %v", i, row, err)
				}
			})
			if i == 0 {
				synctest.Wait()
			}
		}
		all.Wait()
		if n := statements.Load(); n != 3 || widest.Load() != most {
			t.Errorf("%d statements, the widest of %d keys", n, widest.Load())
		}
		if j.running != 0 || j.waiting != nil {
			t.Errorf("%d still run, %d wait", j.running, len(j.waiting))
		}
	})
}

// TestOneKeyIsAskedForOnce: of those who wait for few keys each key is in the statement
// once, and each gets its own answer, or, of a key without one, none.
func TestOneKeyIsAskedForOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j Joined[int, int]
		var all sync.WaitGroup
		held := make(chan struct{})
		all.Go(func() {
			_, _ = j.Get(t.Context(), 0, func(context.Context, []int, func(int, int)) error { <-held; return nil })
		})
		synctest.Wait()
		var asked [][]int
		ask := func(_ context.Context, keys []int, tell func(int, int)) error {
			asked = append(asked, keys)
			for i := len(keys) - 1; i >= 0; i-- {
				if keys[i] != 2 {
					tell(i, keys[i]+10)
					tell(i, 0) // a second row is not heard of
				}
			}
			return nil
		}
		got := [7]int{}
		for i, key := range [...]int{1, 2, 1, 3, 2, 1, 3} {
			all.Go(func() {
				var err error
				if got[i], err = j.Get(t.Context(), key, ask); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		close(held)
		all.Wait()
		if fmt.Sprint(asked) != "[[1 2 3]]" || got != [7]int{11, 0, 11, 13, 0, 11, 13} {
			t.Errorf("asked for %v, got %v", asked, got)
		}
	})
}

// TestNeverFromAnEarlierStatement is the promise that makes revocation exact: what
// changed before a key was asked for is in its answer, however busy it is.
func TestNeverFromAnEarlierStatement(t *testing.T) {
	var j Joined[int, int64]
	var clock atomic.Int64
	ask := func(_ context.Context, keys []int, tell func(int, int64)) error {
		at := clock.Load() // the statement's snapshot
		time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
		for i := range keys {
			tell(i, at)
		}
		return nil
	}
	var all sync.WaitGroup
	for range 32 {
		all.Go(func() {
			for range 200 {
				before := clock.Add(1)
				if at, err := j.Get(t.Context(), 0, ask); err != nil || at < before {
					t.Errorf("asked at %d, answered from %d (%v)", before, at, err)
					return
				}
			}
		})
	}
	all.Wait()
}

// hold fills every lane with a look-up that runs until the channel closes.
func hold(t *testing.T, j *Joined[int, int], all *sync.WaitGroup) chan struct{} {
	t.Helper()
	held := make(chan struct{})
	for range lanes {
		all.Go(func() {
			_, _ = j.Get(t.Context(), 0, func(ctx context.Context, keys []int, tell func(int, int)) error {
				<-held
				return double(ctx, keys, tell)
			})
		})
		synctest.Wait()
		time.Sleep(2 * slow) // so that the next one does not wait for it
	}
	return held
}

// TestSlowStatementsAreNotWaitedFor: one that is stuck holds up those in it alone.
func TestSlowStatementsAreNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j Joined[int, int]
		var all sync.WaitGroup
		stuck := make(chan struct{})
		all.Go(func() {
			_, _ = j.Get(t.Context(), 0, func(ctx context.Context, keys []int, tell func(int, int)) error {
				<-stuck
				return double(ctx, keys, tell)
			})
		})
		synctest.Wait()
		for i := range 3 { // these wait for it
			all.Go(func() {
				if row, err := j.Get(t.Context(), i, double); row != 2*i || err != nil {
					t.Errorf("%d: %d %v", i, row, err)
				}
			})
		}
		synctest.Wait()
		if time.Sleep(2 * slow); len(j.waiting) != 3 {
			t.Errorf("%d wait", len(j.waiting))
		}
		if row, err := j.Get(t.Context(), 4, double); row != 8 || err != nil { // and this one takes them along
			t.Errorf("%d %v", row, err)
		}
		synctest.Wait()
		if j.running != 1 || len(j.waiting) != 0 {
			t.Errorf("%d run, %d wait", j.running, len(j.waiting))
		}
		close(stuck)
		all.Wait()
	})
}

// TestWhoLeavesDisturbsNobody: callers go away before their statement begins, the
// first of those who wait, one in the middle, and the one who leads while it runs.
func TestWhoLeavesDisturbsNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j Joined[int, int]
		var all sync.WaitGroup
		held := hold(t, &j, &all)
		ctxs, cancels := [6]context.Context{}, [6]context.CancelFunc{}
		for i := range ctxs {
			ctxs[i], cancels[i] = context.WithCancel(t.Context())
			all.Go(func() {
				row, err := j.Get(ctxs[i], i, func(ctx context.Context, keys []int, tell func(int, int)) error {
					cancels[1]() // who leads goes away meanwhile
					if ctx.Err() != nil {
						t.Error("the statement ended with one of its callers")
					}
					return double(ctx, keys, tell)
				})
				switch left := i == 0 || i == 3; {
				case left && !errors.Is(err, context.Canceled):
					t.Errorf("%d has left and got %d %v", i, row, err)
				case !left && (err != nil || row != 2*i):
					t.Errorf("%d got %d %v", i, row, err)
				}
			})
			synctest.Wait()
		}
		cancels[0]()
		cancels[3]()
		synctest.Wait()
		close(held)
		all.Wait()
		for _, cancel := range cancels {
			cancel()
		}
		if j.running != 0 {
			t.Errorf("%d lanes are lost", j.running)
		}
	})
}

// TestLanesSurvive: whoever leaves whenever, no lane is lost and nobody hangs.
func TestLanesSurvive(t *testing.T) {
	var j Joined[int, int]
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			for range 60 {
				ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rand.IntN(3000))*time.Microsecond)
				if row, err := j.Get(ctx, i, double); err == nil && row != 2*i {
					t.Errorf("%d got %d", i, row)
				}
				cancel()
			}
		})
	}
	all.Wait()
	if row, err := j.Get(t.Context(), 4, double); row != 8 || err != nil || j.running != 0 {
		t.Errorf("afterwards %d %v, %d lanes are lost", row, err, j.running)
	}
}

// TestFailures: all in a statement that fails get its error, a statement that
// panics is one, and the next ones are answered.
func TestFailures(t *testing.T) {
	broken := errors.New("broken")
	for what, ask := range map[string]Ask[int, int]{
		"an error": func(context.Context, []int, func(int, int)) error { return broken },
		"a panic":  func(context.Context, []int, func(int, int)) error { panic("broken") },
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var j Joined[int, int]
				var all sync.WaitGroup
				var failed, panicked atomic.Int32
				held := hold(t, &j, &all)
				for i := range 10 {
					all.Go(func() {
						defer func() {
							if recover() != nil {
								panicked.Add(1)
							}
						}()
						if _, err := j.Get(t.Context(), i, ask); err != nil {
							failed.Add(1)
						}
					})
				}
				synctest.Wait()
				close(held)
				all.Wait()
				if failed.Load()+panicked.Load() != 10 || panicked.Load() > lanes {
					t.Errorf("%d failed, %d panicked", failed.Load(), panicked.Load())
				}
				if row, err := j.Get(t.Context(), 4, double); row != 8 || err != nil || j.running != 0 {
					t.Errorf("afterwards %d %v, %d lanes are lost", row, err, j.running)
				}
			})
		})
	}
}

// TestToldAtOnce: who has a row goes on while the statement still runs, also when it
// fails later; who has none gets its error, or, of one that ends well, nothing.
func TestToldAtOnce(t *testing.T) {
	broken := errors.New("broken")
	for _, end := range []error{nil, broken} {
		synctest.Test(t, func(t *testing.T) {
			var j Joined[int, int]
			var all sync.WaitGroup
			held, running := make(chan struct{}), make(chan struct{})
			all.Go(func() {
				_, _ = j.Get(t.Context(), 0, func(context.Context, []int, func(int, int)) error { <-held; return nil })
			})
			synctest.Wait()
			rows, errs, done := [4]int{}, [4]error{}, [4]bool{}
			for i := range rows {
				all.Go(func() {
					rows[i], errs[i] = j.Get(t.Context(), i, func(_ context.Context, keys []int, tell func(int, int)) error {
						for n, k := range keys {
							if k%2 == 0 {
								tell(n, k+10)
								tell(n, 0) // a second row is not heard of
							}
						}
						<-running
						return end
					})
					done[i] = true
				})
				synctest.Wait()
			}
			close(held)
			synctest.Wait()
			if done != [4]bool{false, false, true, false} { // the first leads
				t.Errorf("while it ran %v had gone on", done)
			}
			close(running)
			all.Wait()
			if rows != [4]int{10, 0, 12, 0} || errs != [4]error{nil, end, nil, end} {
				t.Errorf("%v %v", rows, errs)
			}
		})
	}
}

// TestPatience: a statement that hangs ends, and with it the wait of all in it.
func TestPatience(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var j Joined[int, int]
		begun := time.Now()
		_, err := j.Get(t.Context(), 1, func(ctx context.Context, _ []int, _ func(int, int)) error {
			<-ctx.Done()
			return ctx.Err()
		})
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) != patience {
			t.Errorf("%v after %v", err, time.Since(begun))
		}
	})
}

func BenchmarkGet(b *testing.B) {
	for _, callers := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(callers), func(b *testing.B) {
			var j Joined[int, int]
			b.SetParallelism(callers)
			b.ReportAllocs()
			b.RunParallel(func(p *testing.PB) {
				for p.Next() {
					_, _ = j.Get(b.Context(), 1, func(_ context.Context, keys []int, tell func(int, int)) error {
						for i, k := range keys {
							tell(i, k)
						}
						return nil
					})
				}
			})
		})
	}
}
