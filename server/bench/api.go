package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"postern/shared/scalar"
)

// call is an API call that is measured.
type call struct {
	service scalar.Service
	what    string
	path    string
}

var apiCalls = map[string]call{
	"version": {scalar.WHM, "version", "/json-api/version?api.version=1"},
	"user":    {scalar.CPanel, "Variables::get_user_information", "/execute/Variables/get_user_information"},
}

// capture keeps what the calls answer, for the limits to send.
func (b *bench) capture(ctx context.Context, h *house) error {
	for name, c := range apiCalls {
		var body []byte
		if err := h.ask(ctx, c.service, c.path, &body, h.tokens[c.service.Title()]); err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(b.keeper.dir, name+".json"), body, 0o600); err != nil {
			return err
		}
	}
	return nil
}

// api measures a call by token and by session, beside the two limits.
func (b *bench) api(ctx context.Context, name string, connections int) ([]Row, error) {
	h, bare, kept, err := b.beside(ctx, small)
	if err != nil {
		return nil, err
	}
	c := apiCalls[name]
	watched := func(s subject) subject { s.peak = connections == 64; return s }
	samples, err := b.alternate(ctx,
		b.limitCall(kept, "/stored/"+name, h.tokens[c.service.Title()], connections),
		b.limitCall(bare, "/bare/"+name, h.tokens[c.service.Title()], connections),
		watched(b.byToken(h, c, connections)), watched(b.bySession(h, c, connections)))
	if err != nil {
		return nil, err
	}
	var rows []Row
	for i, how := range []string{"by token", "by session"} {
		mine := samples[2+i]
		r := Row{Group: "api", What: c.what + ", " + how, Connections: connections, Figures: figures(mine),
			Beside: []Beside{besideRate(oneRead, mine, samples[0]), besideRate(bareHandler, mine, samples[1])}}
		r.Target, r.Verdict = judgeCall(connections, r.Beside[0].Ratio, r.Queries)
		rows = append(rows, r)
	}
	if connections == 64 {
		peak := max(median(samples[2], peakOf), median(samples[3], peakOf))
		rows = append(rows, Row{Group: "memory", What: c.what + " on 64 connections: the most that was resident", Value: peak, Unit: "MB"})
	}
	return rows, nil
}

// What the limits are called in the table.
const (
	oneRead     = "one read by key"
	bareHandler = "bare handler"
)

// judgeCall holds a call to its targets: as fast as the one read by key once
// there are connections enough for look-ups to be joined, or four fifths of it at
// the very least; and no more than two queries.
func judgeCall(connections int, ratio, queries float64) (target, verdict string) {
	target, verdict = "≥ 1.0 of one read, ≤ 2 queries", met
	if connections == 1 {
		target, ratio = "≤ 2 queries", 1
	}
	switch {
	case queries > 2.05: // housekeeping asks too, now and then
		return target, fmt.Sprintf("%s: %.1f queries", missed, queries)
	case ratio < 0.8:
		verdict = missed
	case ratio < 1:
		verdict = missed + ", above 0.8"
	}
	return target, verdict
}

func peakOf(s sample) float64 { return s.peak }

func (b *bench) limitCall(p *process, path, header string, connections int) subject {
	return subject{name: p.name + path, server: p, warm: warm(connections, p.addresses["limit"]+path, header), load: func(ctx context.Context) (load, error) {
		return wrk(ctx, b.time, connections, p.addresses["limit"]+path, header)
	}}
}

func (b *bench) byToken(h *house, c call, connections int) subject {
	return b.hammer(h, c, "by token", "", h.tokens[c.service.Title()], connections)
}

func (b *bench) bySession(h *house, c call, connections int) subject {
	return b.hammer(h, c, "by session", h.prefixes[c.service.Title()], h.cookies[c.service.Title()], connections)
}

// hammer makes a call over and over. One more, made before, looks at the whole answer.
func (b *bench) hammer(h *house, c call, how, prefix, header string, connections int) subject {
	address := h.addresses[c.service.Title()] + prefix + c.path
	return subject{name: c.what + " " + how, server: h.process, warm: warm(connections, address, header), load: func(ctx context.Context) (load, error) {
		if err := h.ask(ctx, c.service, prefix+c.path, nil, header); err != nil {
			return load{}, err
		}
		return wrk(ctx, b.time, connections, address, header)
	}}
}

// warm asks for a moment, on as many connections.
func warm(connections int, address, header string) func(context.Context) error {
	return func(ctx context.Context) error {
		_, err := closed(ctx, 300*time.Millisecond, connections, func(ctx context.Context, _ int) error {
			reply, body, err := send(ctx, client, http.MethodGet, address, nil, header)
			if err == nil && reply.StatusCode != http.StatusOK {
				err = fmt.Errorf("%s: %s", reply.Status, body)
			}
			return err
		})
		return err
	}
}
