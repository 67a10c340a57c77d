package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// closed has that many workers do something over and over until the time is
// over, at least once: each begins anew when it is done. An error of any of them is the round's.
// What is under way at the end is finished and counts, as does its time.
func closed(ctx context.Context, d time.Duration, workers int, do func(ctx context.Context, worker int) error) (load, error) {
	took := make([][]time.Duration, workers)
	failed := make([]error, workers)
	began := time.Now()
	var all sync.WaitGroup
	for w := range workers {
		all.Go(func() {
			for once := true; once || time.Since(began) < d; once = false {
				start := time.Now()
				if failed[w] = do(ctx, w); failed[w] != nil {
					return
				}
				took[w] = append(took[w], time.Since(start))
			}
		})
	}
	all.Wait()
	seconds := time.Since(began).Seconds()
	if err := errors.Join(failed...); err != nil {
		return load{}, fmt.Errorf("of %d workers: %w", workers, err)
	}
	sorted := slices.Concat(took...)
	slices.Sort(sorted)
	return load{requests: len(sorted), seconds: seconds, p50: percentile(sorted, 50), p99: percentile(sorted, 99)}, nil
}

// percentile of sorted times: the least that so many percent do not exceed.
func percentile(sorted []time.Duration, percent int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	at := (len(sorted)*percent + 99) / 100
	return sorted[max(at, 1)-1]
}
