package main

import (
	"context"
	"fmt"
)

// grown is how many connections ask in what is measured at several sizes.
const grown = 16

// sessions measures the look at a session among more and more of them, each time
// beside one read by key among as many keys.
func (b *bench) sessions(ctx context.Context) ([]Row, error) {
	var subjects []subject
	for _, size := range b.sizes() {
		h, _, kept, err := b.beside(ctx, size)
		if err != nil {
			return nil, err
		}
		c := apiCalls["user"]
		subjects = append(subjects, b.bySession(h, c, grown), b.limitCall(kept, "/stored/user", h.tokens[c.service.Title()], grown))
	}
	samples, err := b.alternate(ctx, subjects...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i, size := range b.sizes() {
		mine := samples[2*i]
		r := Row{Group: "sessions", What: fmt.Sprintf("a session among %s", grouped(float64(size))), Connections: grown, Figures: figures(mine),
			Beside: []Beside{besideRate(oneRead+" among as many", mine, samples[2*i+1])}}
		if i > 0 {
			first := besideTime("the time among "+grouped(small), mine, samples[0])
			r.Beside = append(r.Beside, first)
			r.Target, r.Verdict = "≤ 1.2× the time among "+grouped(small), verdict(first.Ratio <= 1.2)
		}
		rows = append(rows, r)
	}
	return rows, nil
}
