package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const wrkGood = `Running 2s test @ https://127.0.0.1:40001/json-api/version?api.version=1
  2 threads and 16 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.52ms    1.11ms  19.40ms   88.50%
    Req/Sec     5.81k   402.11     6.60k    67.50%
  Latency Distribution
     50%  986.00us
     75%    1.84ms
     90%    2.70ms
     99%    1.25s 
  23164 requests in 2.01s, 10.01MB read
Requests/sec:  11524.37
Transfer/sec:      4.98MB
`

func TestParseWrk(t *testing.T) {
	l, err := parseWrk(wrkGood)
	if err != nil {
		t.Fatal(err)
	}
	want := load{requests: 23164, seconds: 2.01, p50: 986 * time.Microsecond, p99: 1250 * time.Millisecond}
	if l != want {
		t.Errorf("got %+v, want %+v", l, want)
	}
}

// What is not a good reply never counts: one refusal among many replies, a broken
// connection, a run without replies, a text that is none of wrk's.
func TestParseWrkRefuses(t *testing.T) {
	total := "  23164 requests in 2.01s, 10.01MB read\n"
	for name, out := range map[string]string{
		"a refusal":    strings.Replace(wrkGood, total, total+"  Non-2xx or 3xx responses: 1\n", 1),
		"a broken one": strings.Replace(wrkGood, total, total+"  Socket errors: connect 0, read 1, write 0, timeout 0\n", 1),
		"no replies":   strings.Replace(wrkGood, "23164 requests", "0 requests", 1),
		"no latencies": strings.ReplaceAll(wrkGood, "9%", "9"),
		"no total":     strings.Replace(wrkGood, "requests in", "", 1),
		"nothing":      "",
	} {
		if l, err := parseWrk(out); err == nil {
			t.Errorf("%s: taken for %+v", name, l)
		}
	}
}

const logGood = `time=2026-03-04T12:00:00.000Z level=INFO msg=call request=a service=whostmgrd route=json-api caller=root actor=root function=version kind="" status=200 took=120µs
time=2026-03-04T12:00:00.001Z level=INFO msg=other n=1
time=2026-03-04T12:00:00.002Z level=INFO msg=call request=b service=cpaneld route=execute caller=anna actor=anna function=Variables::get_user_information kind="" status=200 took=1ms
`

func TestReadLog(t *testing.T) {
	left := `time=2026-03-04T12:00:00.003Z level=ERROR msg=call request=c function=version kind=internal status=200 took=1ms error="context canceled"` + "\n"
	if n, err := readLog([]byte(logGood + left + logGood)); n.good != 4 || n.cut != 1 || n.first+"\n" != left || err != nil {
		t.Errorf("%+v, %v", n, err)
	}
	for name, line := range map[string]string{
		"a refusal that comes with 200": strings.Replace(logGood, `kind=""`, "kind=forbidden", 1),
		"a status that is no success":   strings.Replace(logGood, "status=200", "status=403", 1),
		"a warning":                     strings.Replace(logGood, "INFO msg=other", "WARN msg=other", 1),
	} {
		if n, err := readLog([]byte(line)); err == nil {
			t.Errorf("%s: taken for %+v", name, n)
		}
	}
}

// A call may fail inside only if its client had left; more of them, or fewer
// good ones than the client counted, end the run.
func TestAnswered(t *testing.T) {
	failed := `time=2026-03-04T12:00:00.003Z level=ERROR msg=call function=version kind=internal status=200 error="it broke"` + "\n"
	for _, c := range []struct {
		name string
		text string
		left int
		load load
		ok   bool
	}{
		{"all good", logGood, 0, load{requests: 2}, true},
		{"one left", logGood + failed, 1, load{requests: 2}, true},
		{"one failed", logGood + failed, 0, load{requests: 2}, false},
		{"counted, and not good", logGood + failed, 16, load{requests: 3}, false},
	} {
		p := &process{name: "postern", log: filepath.Join(t.TempDir(), "log"), left: c.left}
		if err := os.WriteFile(p.log, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := p.answered(c.load); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}
