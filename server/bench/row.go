package main

import "time"

// report is a run, as bench.json keeps it.
type report struct {
	At      time.Time `json:"at"`
	Machine machine   `json:"machine"`
	Seconds int       `json:"seconds_a_round"`
	Rounds  int       `json:"rounds"`
	Rows    []Row     `json:"rows"`
	Failed  []string  `json:"failed,omitempty"` // what could not be measured, and why
}

// Row is one line of the table. Of what is no request only the value is there.
type Row struct {
	Group       string `json:"group"`
	What        string `json:"what"`
	Connections int    `json:"connections,omitempty"`
	Figures
	Value   float64  `json:"value,omitempty"`
	Unit    string   `json:"unit,omitempty"`
	Beside  []Beside `json:"beside,omitempty"`
	Target  string   `json:"target,omitempty"`
	Verdict string   `json:"verdict,omitempty"`
}

// Figures are medians of the rounds. What it took is for each request.
type Figures struct {
	Rate        float64 `json:"requests_a_second,omitempty"`
	P50         float64 `json:"p50_ms,omitempty"`
	P99         float64 `json:"p99_ms,omitempty"`
	CPU         float64 `json:"server_cpu_us,omitempty"`
	DatabaseCPU float64 `json:"postgresql_cpu_us,omitempty"`
	Allocations float64 `json:"allocations,omitempty"`
	Queries     float64 `json:"queries,omitempty"`
}

// Beside is what a row is held against, measured in turns with it.
type Beside struct {
	What string `json:"what"`
	Figures
	Value float64 `json:"value,omitempty"` // in the row's unit
	Ratio float64 `json:"ratio"`           // the row's to this one's: of rates, or where Of says so of times
	Of    string  `json:"ratio_of"`        // rate, time, value
}

func figures(samples []sample) Figures {
	return Figures{
		Rate: median(samples, rate), P50: median(samples, p50), P99: median(samples, func(s sample) float64 { return s.p99 }),
		CPU:         median(samples, func(s sample) float64 { return s.cpu }),
		DatabaseCPU: median(samples, func(s sample) float64 { return s.databaseCPU }),
		Allocations: median(samples, func(s sample) float64 { return s.allocations }),
		Queries:     median(samples, func(s sample) float64 { return s.queries }),
	}
}

// besideRate holds the rates of one against another's: 1 is as fast.
func besideRate(what string, one, other []sample) Beside {
	return Beside{What: what, Figures: figures(other), Ratio: ratio(one, other, rate), Of: "rate"}
}

// besideTime holds the median times of one against another's: 1 is as fast, 2 takes twice as long.
func besideTime(what string, one, other []sample) Beside {
	return Beside{What: what, Figures: figures(other), Ratio: ratio(one, other, p50), Of: "time"}
}

const met, missed = "met", "missed"

func verdict(ok bool) string {
	if ok {
		return met
	}
	return missed
}
