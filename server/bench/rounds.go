package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// subject is one of those that take turns: a server, and the load on it.
type subject struct {
	name   string
	server *process // whose processor time and allocations are counted; nil: the load counts by itself
	load   func(context.Context) (load, error)
	warm   func(context.Context) error // before the first round, such as to fill a pool of connections; may be nil
	peak   bool                        // memory is watched too
	// unlogged: what is asked for is no API call; the load itself looks at each reply.
	unlogged bool
}

// sample is what one round of a subject gave. All but rate and times are for
// each request.
type sample struct {
	rate        float64
	p50, p99    float64 // milliseconds
	cpu         float64 // of the server, microseconds
	databaseCPU float64 // of PostgreSQL, microseconds
	allocations float64
	queries     float64
	peak        float64 // megabytes
}

// alternate lets the subjects take turns, every other round in the opposite
// order, so that what else happens on the machine strikes all of them.
func (b *bench) alternate(ctx context.Context, subjects ...subject) ([][]sample, error) {
	samples := make([][]sample, len(subjects))
	for _, s := range subjects {
		if s.warm == nil {
			continue
		}
		if err := s.warm(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	for round := range b.rounds {
		for i := range subjects {
			if round%2 == 1 {
				i = len(subjects) - 1 - i
			}
			s, err := b.once(ctx, subjects[i])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", subjects[i].name, err)
			}
			samples[i] = append(samples[i], s)
		}
	}
	return samples, nil
}

// once is one round of one subject.
func (b *bench) once(ctx context.Context, s subject) (out sample, err error) {
	if s.server == nil {
		l, err := s.load(ctx)
		out = timed(l)
		out.cpu = float64(l.cpu.Microseconds()) / float64(max(l.requests, 1))
		return out, err
	}
	if s.peak {
		if err := resetPeak(s.server.cmd.Process.Pid); err != nil {
			return out, err
		}
	}
	var used counters
	if err := b.begin(ctx, s.server, &used); err != nil {
		return out, err
	}
	l, err := s.load(ctx)
	if err != nil {
		return out, err
	}
	if err := b.finish(ctx, s.server, &used); err != nil {
		return out, err
	}
	if s.peak {
		if out.peak, err = memoryOf(s.server.cmd.Process.Pid, "VmHWM"); err != nil {
			return out, err
		}
	}
	peak, n := out.peak, float64(l.requests+l.unfinished)
	out = timed(l)
	out.peak = peak
	out.cpu = float64(used.cpu.Microseconds()) / n
	out.databaseCPU = float64(used.databaseCPU.Microseconds()) / n
	out.allocations = used.mallocs / n
	out.queries = float64(used.queries) / n
	s.server.left += l.unfinished
	if s.unlogged {
		_, err = s.server.calls()
		return out, err
	}
	return out, s.server.answered(l)
}

func timed(l load) sample {
	return sample{rate: float64(l.requests) / max(l.seconds, 1e-9), p50: milliseconds(l.p50), p99: milliseconds(l.p99)}
}

func milliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// counters are what a round used up.
type counters struct {
	cpu, databaseCPU time.Duration
	mallocs          float64
	queries          int64
}

// begin takes the counters' first readings away: the slow ones first, so that
// they are not measured themselves.
func (b *bench) begin(ctx context.Context, p *process, c *counters) error {
	first, err := p.mallocs()
	if err != nil {
		return err
	}
	second, err := p.mallocs()
	if err != nil {
		return err
	}
	c.mallocs -= second + (second - first) // the next reading allocates as much as this one
	queries, err := b.queries(ctx, p)
	c.queries -= queries
	return errors.Join(err, b.processors(p, c, -1))
}

// finish adds their last readings.
func (b *bench) finish(ctx context.Context, p *process, c *counters) error {
	if err := b.processors(p, c, 1); err != nil {
		return err
	}
	queries, err := b.queries(ctx, p)
	if err != nil {
		return err
	}
	c.queries += queries
	mallocs, err := p.mallocs()
	c.mallocs += mallocs
	return err
}

func (b *bench) processors(p *process, c *counters, sign time.Duration) error {
	cpu, err := cpuOf(p.cmd.Process.Pid)
	if err != nil {
		return err
	}
	database, err := cpuOfFamily(b.postmaster)
	c.cpu, c.databaseCPU = c.cpu+sign*cpu, c.databaseCPU+sign*database
	return err
}

// median of the rounds; of an even number the mean of the middle two.
func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	return middle(values)
}

func middle(values []float64) float64 {
	slices.Sort(values)
	n := len(values)
	if n == 0 {
		return 0
	}
	return (values[(n-1)/2] + values[n/2]) / 2
}

// ratio is the median of what each round of one is to the same round of another.
func ratio(one, other []sample, of func(sample) float64) float64 {
	values := make([]float64, min(len(one), len(other)))
	for i := range values {
		values[i] = of(one[i]) / of(other[i])
	}
	return middle(values)
}

func rate(s sample) float64 { return s.rate }
func p50(s sample) float64  { return s.p50 }
