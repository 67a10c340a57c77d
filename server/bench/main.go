// Command bench measures what Postern does in a second, and puts each figure
// beside its limit, measured in the same run on the same machine.
//
// It brings a throwaway PostgreSQL server, whose settings are those of the
// embedded one, and its own postern serve processes on free ports of the
// loopback. What is compared takes turns, round after round, and each figure is
// the median of its rounds; ratios are taken within a round. A single refused
// or failed reply takes all figures of its comparison out of the table, and the
// exit status is 1: nothing is counted that was not answered well. It prints a table and writes bench.json; -markdown prints the tables of
// README.md from that file.
//
// It owns the loads, the limits and the table. It knows nothing of the rooms
// but their tables' columns, for filling them by the million; people call it
// through make bench. It reads Linux's /proc.
//
// The program calls itself for what must be a process of its own: bench keep
// holds the database server, bench limit is a server as fast as can be, bench
// hash computes password hashes and does nothing else.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"
	"time"
)

// options are what the command line says.
type options struct {
	time     time.Duration
	rounds   int
	rows     *regexp.Regexp
	big      bool
	postern  string // the program
	dir      string // where the database is made
	file     string // bench.json
	markdown bool
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	var err error
	switch word(1) {
	case "keep":
		err = keep(word(2))
	case "limit":
		err = limit(ctx, os.Args[2:])
	case "hash":
		err = hashAlone(ctx, word(2), word(3))
	default:
		err = run(ctx)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func word(n int) string {
	if n < len(os.Args) {
		return os.Args[n]
	}
	return ""
}

func run(ctx context.Context) error {
	o, err := read(os.Args[1:])
	if errors.Is(err, flag.ErrHelp) {
		return nil // it was printed
	}
	if err != nil {
		return err
	}
	if o.markdown {
		text, err := os.ReadFile(o.file)
		if err != nil {
			return fmt.Errorf("there is no earlier run to print: %w", err)
		}
		var r report
		if err := json.Unmarshal(text, &r); err != nil {
			return fmt.Errorf("%s: %w", o.file, err)
		}
		fmt.Print(r.markdown())
		return nil
	}
	r, err := measure(ctx, o)
	if r == nil {
		return err
	}
	fmt.Print(r.text())
	text, failed := json.MarshalIndent(r, "", "  ")
	if failed == nil {
		failed = os.WriteFile(o.file, append(text, '\n'), 0o644)
	}
	if len(r.Failed) > 0 {
		err = errors.Join(err, fmt.Errorf("not measured, for replies were refused or failed:\n%s", strings.Join(r.Failed, "\n")))
	}
	return errors.Join(err, failed)
}

func read(args []string) (o options, err error) {
	f := flag.NewFlagSet("bench", flag.ContinueOnError)
	f.DurationVar(&o.time, "time", 2*time.Second, "how long each round lasts, in whole seconds")
	f.IntVar(&o.rounds, "rounds", 3, "how many rounds each figure is the median of")
	rows := f.String("rows", "", "measure only what matches this pattern: "+names)
	f.BoolVar(&o.big, "big", true, "also with a million accounts and sessions")
	f.StringVar(&o.postern, "postern", "bin/postern", "the program to measure")
	f.StringVar(&o.dir, "dir", os.TempDir(), "a folder for the database, on the kind of disk that matters")
	f.StringVar(&o.file, "json", "bench.json", "the file for the figures")
	f.BoolVar(&o.markdown, "markdown", false, "measure nothing: print the tables of README.md from the file")
	if err := f.Parse(args); err != nil {
		return o, err
	}
	if o.time < time.Second || o.time%time.Second != 0 || o.rounds < 1 || f.NArg() > 0 {
		return o, errors.New("use whole seconds for -time, at least one round, and no words")
	}
	o.rows, err = regexp.Compile(*rows)
	return o, err
}

// measure makes the servers, runs what was asked for, and clears up.
func measure(ctx context.Context, o options) (r *report, err error) {
	b := &bench{options: o}
	defer func() { err = errors.Join(err, b.close()) }()
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	r = &report{Machine: b.machine, Seconds: int(o.time / time.Second), Rounds: o.rounds, At: time.Now().UTC().Truncate(time.Second)}
	fmt.Println(r.heading())
	for _, c := range cells(b) {
		if !o.rows.MatchString(c.name) {
			continue
		}
		began := time.Now()
		rows, err := c.measure(ctx)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err != nil { // nothing of it counts; the rest is measured all the same
			r.Failed = append(r.Failed, fmt.Sprintf("%s: %v", c.name, err))
			b.forgive()
		}
		r.Rows = append(r.Rows, rows...)
		fmt.Fprintf(os.Stderr, "%-18s %v\n", c.name, time.Since(began).Round(time.Second))
	}
	if len(r.Rows)+len(r.Failed) == 0 {
		return nil, fmt.Errorf("nothing matches -rows: use %s", names)
	}
	return r, nil
}

// names are the cells that -rows chooses from.
const names = "start, api/{version,user}/{1,16,64}, api/users/{16,64}, sessions, list/{contains,some,one,state,owner,far}, signin, webmail/{1,16}, audit/{1,16}"

// cell is a number of rows that are measured together, in turns.
type cell struct {
	name    string
	measure func(context.Context) ([]Row, error)
}

func cells(b *bench) (all []cell) {
	all = append(all, cell{"start", b.startUp})
	for _, call := range []string{"version", "user"} {
		for _, connections := range []int{1, 16, 64} {
			all = append(all, cell{fmt.Sprintf("api/%s/%d", call, connections), func(ctx context.Context) ([]Row, error) {
				return b.api(ctx, call, connections)
			}})
		}
	}
	for _, connections := range []int{16, 64} {
		all = append(all, cell{fmt.Sprintf("api/users/%d", connections), func(ctx context.Context) ([]Row, error) {
			return b.apiOfMany(ctx, "user", connections)
		}})
	}
	all = append(all, cell{"sessions", b.sessions}, cell{"list/contains", b.listContains}, cell{"list/some", b.listSome}, cell{"list/one", b.listOne},
		cell{"list/state", b.listState}, cell{"list/owner", b.listByOwner}, cell{"list/far", b.listFar}, cell{"signin", b.signIn})
	for _, connections := range []int{1, 16} {
		all = append(all,
			cell{fmt.Sprintf("webmail/%d", connections), func(ctx context.Context) ([]Row, error) { return b.webmail(ctx, connections) }})
	}
	for _, connections := range []int{1, 16} {
		all = append(all,
			cell{fmt.Sprintf("audit/%d", connections), func(ctx context.Context) ([]Row, error) { return b.audit(ctx, connections) }})
	}
	return all
}
