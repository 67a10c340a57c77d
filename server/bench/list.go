package main

import (
	"context"
	"fmt"

	"postern/shared/scalar"
)

// page asks for fifty accounts in some order, as the administrator's list does.
const page = "/json-api/listaccts?api.version=1&api.chunk.enable=1&api.chunk.size=50&api.chunk.start=1&api.sort.enable=1&api.sort.a.field=%s" +
	"&api.filter.enable=1&api.filter.a.field=%s&api.filter.a.type=%s&api.filter.a.arg0=%s"

// listContains searches names for two digits that about every eleventh has.
func (b *bench) listContains(ctx context.Context) ([]Row, error) {
	return b.list(ctx, call{scalar.WHM, "listaccts: 50 with 42 in the name, by domain", fmt.Sprintf(page, "domain", "user", "contains", "42")})
}

// listState asks for those who are not suspended: nearly all.
func (b *bench) listState(ctx context.Context) ([]Row, error) {
	return b.list(ctx, call{scalar.WHM, "listaccts: 50 not suspended, by name", fmt.Sprintf(page, "user", "suspended", "eq", "0")})
}

// list measures a page among more and more accounts. One connection asks: of
// many, each would wait for the others' pages. It is no work for wrk, which
// counts nothing of a page that takes longer than a round.
func (b *bench) list(ctx context.Context, c call) ([]Row, error) {
	var subjects []subject
	for _, size := range b.sizes() {
		h, err := b.house(ctx, size)
		if err != nil {
			return nil, err
		}
		if err := h.fifty(ctx, c); err != nil {
			return nil, err
		}
		subjects = append(subjects, subject{name: c.what + " of " + grouped(float64(size)), server: h.process, load: func(ctx context.Context) (load, error) {
			return closed(ctx, b.time, 1, func(ctx context.Context, _ int) error {
				return h.ask(ctx, c.service, c.path, nil, h.tokens[c.service.Title()])
			})
		}})
	}
	samples, err := b.alternate(ctx, subjects...)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i, size := range b.sizes() {
		r := Row{Group: "list", What: fmt.Sprintf("%s, of %s", c.what, grouped(float64(size))), Connections: 1, Figures: figures(samples[i])}
		if i > 0 {
			first := besideTime("the time of "+grouped(small), samples[i], samples[0])
			r.Beside = []Beside{first}
			r.Target, r.Verdict = "≤ 3× the time of "+grouped(small), verdict(first.Ratio <= 3)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// fifty makes sure that a whole page comes: a shorter one would be quicker.
func (h *house) fifty(ctx context.Context, c call) error {
	var answer struct {
		Data struct {
			Acct []struct{} `json:"acct"`
		} `json:"data"`
	}
	if err := h.ask(ctx, c.service, c.path, &answer, h.tokens[c.service.Title()]); err != nil {
		return err
	}
	if n := len(answer.Data.Acct); n != 50 {
		return fmt.Errorf("a page of %d accounts came, not of 50", n)
	}
	return nil
}
