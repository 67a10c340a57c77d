// Command benchapp measures how long the browser app takes to be of use, beside a
// yardstick: the same two pages made with react-admin (web/yardstick).
//
// It starts a real bin/postern on a database of its own with ten thousand
// accounts, builds the yardstick from npm and serves it over the same kind of
// listener, and visits both by turns with Chromium: each visit with an empty
// profile (cold), and once more with the browser started anew on that profile
// (warm); as the machine is, and on a slow line and processor. It prints a table
// and a verdict, and writes every figure as JSON. Only "make bench-app" runs it;
// nothing of Postern imports it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	var s settings
	flag.StringVar(&s.program, "postern", "bin/postern", "the program to measure")
	flag.StringVar(&s.source, "yardstick", "web/yardstick", "the yardstick's source")
	flag.StringVar(&s.work, "work", "web/build", "where the yardstick is built, and bench-app.json written")
	flag.IntVar(&s.rounds, "rounds", 5, "how often each visit is made")
	flag.StringVar(&s.only, "only", "", "plain or slow: only on this profile")
	again := flag.Bool("markdown", false, "measure nothing: write the README's table from the last figures")
	flag.Parse()
	if *again {
		if err := markdown(os.Stdout, s.work+figuresFile); err != nil {
			fmt.Fprintln(os.Stderr, "benchapp: "+err.Error())
			os.Exit(1)
		}
		return
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	kept, err := run(ctx, s)
	if err != nil {
		fmt.Fprintln(os.Stderr, "benchapp: "+err.Error())
		os.Exit(1)
	}
	if !kept {
		os.Exit(1)
	}
}

// figuresFile is where in the work folder every figure is kept.
const figuresFile = "/bench-app.json"

// The contenders' names.
const oursName, theirsName = "Postern", "react-admin"

// settings are the command line's.
type settings struct {
	program, source, work, only string
	rounds                      int
}

// profiles are the conditions under which is measured.
var profiles = []profile{
	{name: "plain"},
	{name: "slow", latency: 40, bits: 10_000_000, slowdown: 4},
}

// profile is a line and a processor; zero is as the machine is.
type profile struct {
	name     string
	latency  float64 // ms from a request to its reply
	bits     float64 // a second, each way
	slowdown float64 // of the page's main thread
}

// run measures and reports; kept tells whether the promises are kept.
func run(ctx context.Context, s settings) (kept bool, err error) {
	identity, err := newIdentity()
	if err != nil {
		return false, err
	}
	defer identity.remove()
	postern, stopPostern, err := startPostern(ctx, s.program, identity)
	if err != nil {
		return false, err
	}
	defer stopPostern()
	yardstick, stopYardstick, err := startYardstick(ctx, s.source, s.work, identity)
	if err != nil {
		return false, err
	}
	defer stopYardstick()

	var r report
	for round := range s.rounds {
		for _, p := range profiles {
			if s.only != "" && s.only != p.name {
				continue
			}
			for _, c := range []*contender{postern, yardstick} {
				fmt.Fprintf(os.Stderr, "round %d of %d, %s, %s\n", round+1, s.rounds, p.name, c.name)
				if err := r.measure(ctx, c, p, identity.pin); err != nil {
					return false, fmt.Errorf("%s, %s: %w", c.name, p.name, err)
				}
			}
		}
	}
	if err := r.write(s.work + figuresFile); err != nil {
		return false, err
	}
	return r.print(os.Stdout, oursName, theirsName), nil
}
