package main

import (
	"context"
	"fmt"
	"net/url"

	"postern/shared/scalar"
)

// page asks for the first fifty accounts in some order that pass a filter, as the
// administrator's list does.
const page = "/json-api/listaccts?api.version=1&api.chunk.enable=1&api.chunk.size=50&api.chunk.start=1&api.sort.enable=1&api.sort.a.field=%s" +
	"&api.filter.enable=1&api.filter.a.field=%s&api.filter.a.type=%s&api.filter.a.arg0=%s"

// sortedPage asks for fifty accounts from one on, in an order, without a filter.
const sortedPage = "/json-api/listaccts?api.version=1&api.chunk.enable=1&api.chunk.size=50&api.chunk.start=%d&api.sort.enable=1&api.sort.a.field=%s"

// search is a filtered page that is asked for.
type search struct{ what, path string }

func contains(digits string) search {
	return search{"listaccts: 50 by domain with " + digits + " in the name", fmt.Sprintf(page, "domain", "user", "contains", digits)}
}

// listContains searches names for two digits that about every ninth has: very many
// are counted, and the page is full soon.
func (b *bench) listContains(ctx context.Context) ([]Row, error) {
	return b.list(ctx, func(*house) search { return contains("42") })
}

// listSome searches names for four digits, which one in a thousand has: all that
// pass are found and sorted, and are more where there are more accounts. Among a
// thousand they would be no page: there the page is that of two digits.
func (b *bench) listSome(ctx context.Context) ([]Row, error) {
	return b.list(ctx, func(h *house) search {
		if h.size == small {
			return contains("42")
		}
		return contains("4242")
	})
}

// listOne looks for one account, as people do who know a part of its name.
func (b *bench) listOne(ctx context.Context) ([]Row, error) {
	return b.list(ctx, func(h *house) search {
		return search{"listaccts: who has the eight digits of one account’s name", fmt.Sprintf(page, "user", "user", "contains", url.QueryEscape(h.users[len(h.users)/2][1:9]))}
	})
}

// listState asks for those who are not suspended: nearly all.
func (b *bench) listState(ctx context.Context) ([]Row, error) {
	return b.list(ctx, func(*house) search {
		return search{"listaccts: 50 by name, not suspended", fmt.Sprintf(page, "user", "suspended", "eq", "0")}
	})
}

// listByOwner asks for the page in the middle of the list by owner.
func (b *bench) listByOwner(ctx context.Context) ([]Row, error) {
	return b.list(ctx, func(h *house) search {
		return search{"listaccts: 50 in the middle, by owner", fmt.Sprintf(sortedPage, h.size/2, "owner")}
	})
}

// listFar asks for the page in the middle of the list by name.
func (b *bench) listFar(ctx context.Context) ([]Row, error) {
	return b.list(ctx, func(h *house) search {
		return search{"listaccts: 50 in the middle, by name", fmt.Sprintf(sortedPage, h.size/2, "user")}
	})
}

// list measures a page among more and more accounts. One connection asks: of
// many, each would wait for the others' pages. It is no work for wrk, which
// counts nothing of a page that takes longer than a round.
func (b *bench) list(ctx context.Context, of func(*house) search) ([]Row, error) {
	var subjects []subject
	var found []int
	var what []string
	for _, size := range b.sizes() {
		h, err := b.house(ctx, size)
		if err != nil {
			return nil, err
		}
		one := of(h)
		c := call{scalar.WHM, one.what, one.path}
		n, err := h.found(ctx, c)
		if err != nil {
			return nil, err
		}
		found, what = append(found, n), append(what, one.what)
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
		r := Row{Group: "list", What: fmt.Sprintf("%s: %s of %s", what[i], grouped(float64(found[i])), grouped(float64(size))), Connections: 1, Figures: figures(samples[i])}
		if i > 0 {
			first := besideTime("the time of "+grouped(small), samples[i], samples[0])
			r.Beside = []Beside{first}
			r.Target, r.Verdict = "≤ 3× the time of "+grouped(small), verdict(first.Ratio <= 3)
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// found is how many pass the call's filter. It makes sure that its page has them,
// or fifty of them: a shorter one would be quicker.
func (h *house) found(ctx context.Context, c call) (int, error) {
	var answer struct {
		Data struct {
			Acct []struct{} `json:"acct"`
		} `json:"data"`
		Metadata struct {
			Chunk struct {
				Records int `json:"records"`
			} `json:"chunk"`
		} `json:"metadata"`
	}
	if err := h.ask(ctx, c.service, c.path, &answer, h.tokens[c.service.Title()]); err != nil {
		return 0, err
	}
	n, all := len(answer.Data.Acct), answer.Metadata.Chunk.Records
	if n == 0 || n != min(50, all) {
		return 0, fmt.Errorf("a page of %d accounts came of the %d that pass", n, all)
	}
	return all, nil
}
