package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// script has wrk take its requests from a file, by turns: an address's path and a
// header, with a tab between them.
const script = `
local calls, turn = {}, 0
function init(args)
	for line in io.lines(args[1]) do
		local path, name, value = line:match("^(%S+)\t([^:]+): (.*)$")
		calls[#calls + 1] = wrk.format("GET", path, {[name] = value})
	end
end
function request()
	turn = turn % #calls + 1
	return calls[turn]
end
`

// callers is how many make the calls of a row of many callers: each of wrk's
// connections is another one's.
const callers = 64

// apiOfMany measures a call by the sessions of as many accounts, beside the same
// limit, which wrk asks in the same way.
func (b *bench) apiOfMany(ctx context.Context, name string, connections int) ([]Row, error) {
	h, _, kept, err := b.beside(ctx, small)
	if err != nil {
		return nil, err
	}
	c := apiCalls[name]
	var same, each []string
	for _, user := range h.users[:callers] {
		cookie, prefix, err := signIn(ctx, client, h.addresses[c.service.Title()], user)
		if err != nil {
			return nil, err
		}
		each = append(each, prefix+c.path+"\tCookie: "+cookie)
		same = append(same, "/stored/"+name+"\t"+h.tokens[c.service.Title()])
	}
	limit, err := b.byTurns(oneRead, kept, kept.addresses["limit"], same, connections)
	if err != nil {
		return nil, err
	}
	many, err := b.byTurns(c.what+" by many sessions", h.process, h.addresses[c.service.Title()], each, connections)
	if err != nil {
		return nil, err
	}
	samples, err := b.alternate(ctx, limit, many)
	if err != nil {
		return nil, err
	}
	r := Row{Group: "api", What: fmt.Sprintf("%s, by %d sessions", c.what, callers), Connections: connections, Figures: figures(samples[1]),
		Beside: []Beside{besideRate(oneRead, samples[1], samples[0])}}
	r.Target, r.Verdict = judgeCall(connections, r.Beside[0].Ratio, r.Queries)
	return []Row{r}, nil
}

// byTurns asks for the calls of a list over and over.
func (b *bench) byTurns(name string, p *process, address string, calls []string, connections int) (subject, error) {
	dir, err := os.MkdirTemp(b.keeper.dir, "calls-")
	if err != nil {
		return subject{}, err
	}
	program, list := filepath.Join(dir, "calls.lua"), filepath.Join(dir, "calls")
	if err := os.WriteFile(program, []byte(script), 0o600); err != nil {
		return subject{}, err
	}
	if err := os.WriteFile(list, []byte(strings.Join(calls, "\n")+"\n"), 0o600); err != nil {
		return subject{}, err
	}
	path, header, _ := strings.Cut(calls[0], "\t")
	return subject{name: name, server: p, warm: warm(connections, address+path, header), load: func(ctx context.Context) (load, error) {
		return wrkWith(ctx, b.time, connections, address, []string{"-s", program}, list)
	}}, nil
}
