package main

import (
	"context"
	"errors"
	"time"
)

// starts is how often the servers are started, at least.
const starts = 7

// startUp measures from the start of the process to the first 200, on a database
// that is there, and what is resident a second later, beside a limit that is
// started in turns.
func (b *bench) startUp(ctx context.Context) ([]Row, error) {
	h, err := b.house(ctx, small)
	if err != nil {
		return nil, err
	}
	var took, memory, limitTook, limitMemory []float64
	for range max(starts, b.rounds) {
		p, err := b.serve(ctx, h.name)
		if err != nil {
			return nil, err
		}
		took = append(took, time.Since(p.started).Seconds())
		if memory, err = rest(ctx, p, memory); err != nil {
			return nil, err
		}
		if p, err = b.startLimit("stored", h.name); err != nil {
			return nil, err
		}
		if err := p.await(ctx, p.addresses["limit"]+"/event"); err != nil {
			return nil, errors.Join(err, p.stop())
		}
		limitTook = append(limitTook, time.Since(p.started).Seconds())
		if limitMemory, err = rest(ctx, p, limitMemory); err != nil {
			return nil, err
		}
	}
	beside := func(mine, limits []float64) []Beside {
		return []Beside{{What: "net/http and a pool of connections", Value: middle(limits), Ratio: middle(mine) / middle(limits), Of: "value"}}
	}
	start, resident := middle(took), middle(memory)
	return []Row{
		{Group: "start", What: "from start to ready, database there", Value: start * 1000, Unit: "ms", Beside: inMilliseconds(beside(took, limitTook)),
			Target: "< 300 ms", Verdict: verdict(start < 0.3)},
		{Group: "memory", What: "at rest", Value: resident, Unit: "MB", Beside: beside(memory, limitMemory), Target: "< 40 MB", Verdict: verdict(resident < 40)},
	}, nil
}

func inMilliseconds(b []Beside) []Beside {
	for i := range b {
		b[i].Value *= 1000
	}
	return b
}

// rest lets a server rest a moment, adds what is resident to a list, and stops it.
func rest(ctx context.Context, p *process, list []float64) ([]float64, error) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Second):
	}
	megabytes, err := memoryOf(p.cmd.Process.Pid, "VmRSS")
	return append(list, megabytes), errors.Join(err, p.stop(), ctx.Err())
}
