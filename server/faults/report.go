package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// verdict is what came of one fault.
type verdict struct {
	name         string
	did          string // what was broken and how
	acknowledged int    // writes of the load that were acknowledged
	lost         int    // of all acknowledged until now: those not found afterwards
	doubles      int    // one-time sessions that were good twice
	back         time.Duration
	notes        []string // figures
	broken       []string // promises that did not hold
	notRun       string   // why the fault could not be tried here
	took         time.Duration
}

// breaks adds a promise that did not hold.
func (v *verdict) breaks(format string, args ...any) {
	v.broken = append(v.broken, fmt.Sprintf(format, args...))
}

// notes adds a figure.
func (v *verdict) note(format string, args ...any) {
	v.notes = append(v.notes, fmt.Sprintf(format, args...))
}

// fault is one thing that is broken, on a house of processes.
type fault struct {
	name string
	try  func(context.Context, *house, *verdict) error
}

// faults in the order in which they are tried.
var faults = []fault{
	{"ledger-spoilt", ledgerSpoilt},
	{"node-killed", nodeKilled},
	{"postgres-killed", postgresKilled},
	{"postgres-restarted", postgresRestarted},
	{"network-cut", networkCut},
	{"network-silent", networkSilent},
	{"postgres-frozen", postgresFrozen},
	{"two-nodes", twoNodes},
	{"disk-full", diskFull},
	{"clock-moved", clockMoved},
	{"certificate-swapped", certificateSwapped},
	{"slow-clients", slowClients},
	{"malformed", malformed}, // after all others: what it says may well be a setting
	{"idle-connections", idleConnections},
}

// limit bounds one fault, most all of them. A quiet machine needs six minutes.
const (
	limit = 3 * time.Minute
	most  = 20 * time.Minute
)

// try runs the faults that were asked for, all when none was.
func try(ctx context.Context, h *house, asked []string) (verdicts []*verdict) {
	for _, name := range asked {
		if !slices.ContainsFunc(faults, func(f fault) bool { return f.name == name }) {
			return []*verdict{{name: name, broken: []string{"there is no fault of that name"}}}
		}
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	for _, f := range faults {
		if len(asked) > 0 && !slices.Contains(asked, f.name) || ctx.Err() != nil {
			continue
		}
		v := &verdict{name: f.name}
		began := time.Now()
		bounded, cancel := context.WithTimeout(ctx, limit)
		if err := f.try(bounded, h, v); err != nil {
			v.breaks("%v", err)
		}
		cancel()
		v.took = time.Since(began)
		v.print()
		verdicts = append(verdicts, v)
	}
	if ctx.Err() != nil {
		verdicts = append(verdicts, &verdict{name: "all", broken: []string{"it was stopped before its end"}})
	}
	return verdicts
}

func (v *verdict) word() string {
	switch {
	case len(v.broken) > 0:
		return "BROKEN"
	case v.notRun != "":
		return "not run"
	}
	return "holds"
}

func (v *verdict) print() {
	fmt.Printf("%-19s  %s\n", v.name, v.did)
	line := []string{}
	if v.acknowledged > 0 {
		line = append(line, fmt.Sprintf("acknowledged %d, lost %d, double uses %d", v.acknowledged, v.lost, v.doubles))
	}
	if v.back > 0 {
		line = append(line, fmt.Sprintf("back after %.1f s", v.back.Seconds()))
	}
	line = append(line, v.notes...)
	if v.notRun != "" {
		line = append(line, v.notRun)
	}
	fmt.Printf("%-19s  %s → %s (%.0f s)\n", "", strings.Join(line, "; "), v.word(), v.took.Seconds())
	for i, b := range v.broken {
		if i == 12 {
			fmt.Printf("%-19s  ! and %d more\n", "", len(v.broken)-i)
			break
		}
		fmt.Printf("%-19s  ! %s\n", "", b)
	}
}

// report sums up and is the exit status.
func report(verdicts []*verdict, strict bool) int {
	count := map[string]int{}
	acknowledged, lost, doubles := 0, 0, 0
	var took time.Duration
	for _, v := range verdicts {
		count[v.word()]++
		acknowledged += v.acknowledged
		lost += v.lost
		doubles += v.doubles
		took += v.took
	}
	fmt.Printf("\n%d faults: %d hold, %d broken, %d not run; %d writes acknowledged, %d lost, %d double uses; %.0f s\n",
		len(verdicts), count["holds"], count["BROKEN"], count["not run"], acknowledged, lost, doubles, took.Seconds())
	if count["BROKEN"] > 0 || strict && count["not run"] > 0 || len(verdicts) == 0 {
		return 1
	}
	return 0
}
