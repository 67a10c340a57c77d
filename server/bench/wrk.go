package main

import (
	"context"
	"fmt"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// load is what a client saw in one round.
type load struct {
	requests   int
	unfinished int // were under way when the time was over: the server worked on them, and nobody counts them
	seconds    float64
	p50, p99   time.Duration
	cpu        time.Duration // of all, where the load is a program of its own that asks no server
}

// wrk asks for one address over and over, on that many connections that stay
// open, until the time is over. headers are whole lines.
func wrk(ctx context.Context, d time.Duration, connections int, address string, headers ...string) (load, error) {
	var options []string
	for _, h := range headers {
		if h != "" {
			options = append(options, "-H", h)
		}
	}
	return wrkWith(ctx, d, connections, address, options)
}

// wrkWith is wrk with further options, and words for its script.
func wrkWith(ctx context.Context, d time.Duration, connections int, address string, options []string, words ...string) (load, error) {
	args := append([]string{"--latency", "-t", strconv.Itoa(min(connections, 2)), "-c", strconv.Itoa(connections),
		"-d", fmt.Sprintf("%ds", d/time.Second), "--timeout", "10s"}, options...)
	args = append(args, address)
	if len(words) > 0 {
		args = append(append(args, "--"), words...)
	}
	out, err := exec.CommandContext(ctx, "wrk", args...).CombinedOutput()
	if err != nil {
		return load{}, fmt.Errorf("wrk: %w: %s", err, strings.TrimSpace(string(out)))
	}
	l, err := parseWrk(string(out))
	l.unfinished = connections // each always has one request under way
	return l, err
}

var (
	wrkTotal    = regexp.MustCompile(`(?m)^\s*(\d+) requests in ([0-9.]+)(us|ms|s|m|h),`)
	wrkLatency  = regexp.MustCompile(`(?m)^\s*(50|99)%\s+([0-9.]+)(us|ms|s|m|h)\s*$`)
	wrkComplain = regexp.MustCompile(`(?m)^\s*(Non-2xx or 3xx responses:.*|Socket errors:.*)$`)
)

// parseWrk reads what wrk printed. Any reply that was not good, and any error of
// a connection, is an error: a refusal is quick, and must not count as speed.
func parseWrk(out string) (l load, err error) {
	if bad := wrkComplain.FindString(out); bad != "" {
		return l, fmt.Errorf("wrk: %s", strings.TrimSpace(bad))
	}
	total := wrkTotal.FindStringSubmatch(out)
	if total == nil {
		return l, fmt.Errorf("wrk printed no total: %q", out)
	}
	l.requests, _ = strconv.Atoi(total[1])
	took, err := wrkTime(total[2], total[3])
	if err != nil {
		return l, err
	}
	l.seconds = took.Seconds()
	for _, m := range wrkLatency.FindAllStringSubmatch(out, -1) {
		d, err := wrkTime(m[2], m[3])
		if err != nil {
			return l, err
		}
		if m[1] == "50" {
			l.p50 = d
		} else {
			l.p99 = d
		}
	}
	if l.requests == 0 || l.seconds <= 0 || l.p50 <= 0 || l.p99 <= 0 {
		return l, fmt.Errorf("wrk had no replies, or no latencies: %q", out)
	}
	return l, nil
}

// wrkTime reads a time as wrk writes it. Its units are Go's.
func wrkTime(number, unit string) (time.Duration, error) {
	return time.ParseDuration(number + unit)
}
