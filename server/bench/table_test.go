package main

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

func rates(values ...float64) (all []sample) {
	for _, v := range values {
		all = append(all, sample{rate: v, p50: 1000 / v, p99: 2000 / v, cpu: 80, databaseCPU: 40, allocations: 123, queries: 1})
	}
	return all
}

// The ratio is that of rounds, not of medians: here the machine was slow in one.
func TestMediansAndRatios(t *testing.T) {
	mine, limits := rates(100, 50, 120), rates(200, 100, 480)
	if got := median(mine, rate); got != 100 {
		t.Errorf("median %v", got)
	}
	if got := ratio(mine, limits, rate); got != 0.5 {
		t.Errorf("ratio %v", got)
	}
	if got := middle([]float64{4, 1, 3, 2}); got != 2.5 {
		t.Errorf("of an even number %v", got)
	}
}

func TestJudgeCall(t *testing.T) {
	for _, c := range []struct {
		connections    int
		ratio, queries float64
		want           string
	}{
		{16, 1.02, 1, "met"}, {64, 0.99, 1, "missed, above 0.8"}, {16, 0.79, 1, "missed"},
		{1, 0.5, 2, "met"}, {1, 0.5, 3, "missed: 3.0 queries"}, {64, 1.5, 2.4, "missed: 2.4 queries"},
	} {
		if _, got := judgeCall(c.connections, c.ratio, c.queries); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func example() *report {
	mine, limits := rates(9870), rates(12345)
	return &report{
		At: time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC), Seconds: 2, Rounds: 3,
		Machine: machine{Cores: 2, Processor: "Example", Go: "go1.26.8", PostgreSQL: "15.14", Queries: "pg_stat_statements", Load: "0.10"},
		Rows: []Row{
			{Group: "api", What: "version, by token", Connections: 16, Figures: figures(mine), Beside: []Beside{besideRate(oneRead, mine, limits)}, Target: "≥ 1.0", Verdict: missed},
			{Group: "list", What: "a page of 100,000", Connections: 1, Figures: figures(rates(5)), Beside: []Beside{besideTime("the time of 1,000", rates(5), rates(100))}},
			{Group: "memory", What: "at rest", Value: 34.5, Unit: "MB", Beside: []Beside{{What: "net/http", Value: 14.2, Ratio: 2.4, Of: "value"}}, Target: "< 40 MB", Verdict: met},
		},
		Failed: []string{"list/state: 503: the database does not answer"},
	}
}

func TestText(t *testing.T) {
	want := `
                     conns  a second  p50 ms  p99 ms  CPU µs  PG CPU µs  allocs  queries  ratio  target   verdict
version, by token       16     9,870    0.10    0.20    80.0       40.0     123     1.00         ≥ 1.0    missed
  one read by key       16    12,345    0.08    0.16    80.0       40.0     123     1.00   0.80
a page of 100,000        1      5.00     200     400    80.0       40.0     123     1.00
  the time of 1,000      1       100    10.0    20.0    80.0       40.0     123     1.00  20.0×
at rest                      34.5 MB                                                             < 40 MB  met
  net/http                   14.2 MB                                                      2.40×
`
	if got := "\n" + example().text(); got != want {
		t.Errorf("got%s", got)
	}
}

func TestMarkdown(t *testing.T) {
	want := `Measured on 4 March 2026: 2 cores (Example), go1.26.8, PostgreSQL 15.14; medians of 3 rounds of 2 s, in turns; queries as pg_stat_statements counts them; load before 0.10.

| what | connections | a second | p50 ms | p99 ms | CPU µs, server + PostgreSQL | allocations | queries | beside its limit | target | |
|---|---:|---:|---:|---:|---:|---:|---:|---|---|---|
| version, by token | 16 | 9,870 | 0.10 | 0.20 | 80.0 + 40.0 | 123 | 1.00 | 0.80 of one read by key | ≥ 1.0 | missed |
| a page of 100,000 | 1 | 5.00 | 200 | 400 | 80.0 + 40.0 | 123 | 1.00 | 20.0× the time of 1,000 |  |  |

| what | | beside its limit | target | |
|---|---:|---|---|---|
| at rest | 34.5 MB | net/http: 14.2 MB | < 40 MB | met |

Not measured, for replies were refused or failed: ` + "`list/state`.\n"
	if got := example().markdown(); got != want {
		t.Errorf("got\n%s", got)
	}
}

// README.md has a place for the tables, and what stands there was printed by
// this program as it is now: its heads are.
func TestREADMEHasTheTables(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "<!-- bench -markdown -->\n")
	block, _, closed := strings.Cut(rest, "<!-- end of bench -markdown -->\n")
	if !found || !closed {
		t.Fatal("README.md has not both marks")
	}
	for line := range strings.Lines(example().markdown()) {
		if (strings.HasPrefix(line, "| what") || strings.HasPrefix(line, "|---")) && !strings.Contains(block, line) {
			t.Errorf("the block lacks the line %s", line)
		}
	}
}

func TestClosed(t *testing.T) {
	l, err := closed(t.Context(), 50*time.Millisecond, 4, func(context.Context, int) error {
		time.Sleep(5 * time.Millisecond)
		return nil
	})
	if err != nil || l.requests < 4 || l.requests > 44 || l.p50 < 5*time.Millisecond || l.p99 < l.p50 || l.seconds < 0.05 {
		t.Errorf("%+v, %v", l, err)
	}
	refused := errors.New("refused")
	_, err = closed(t.Context(), 20*time.Millisecond, 4, func(_ context.Context, worker int) error {
		if worker == 2 {
			return refused
		}
		return nil
	})
	if !errors.Is(err, refused) {
		t.Errorf("one of many was refused: %v", err)
	}
}

func TestPercentile(t *testing.T) {
	hundred := make([]time.Duration, 100)
	for i := range hundred {
		hundred[i] = time.Duration(i + 1)
	}
	if a, b := percentile(hundred, 50), percentile(hundred, 99); a != 50 || b != 99 {
		t.Errorf("%d, %d", a, b)
	}
	if got := percentile(hundred[:1], 99); got != 1 {
		t.Errorf("of one: %d", got)
	}
}
