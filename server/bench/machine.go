package main

import (
	"bufio"
	"os"
	"runtime"
	"strings"
)

// machine is where a run took place.
type machine struct {
	Cores      int    `json:"cores"`
	Processor  string `json:"processor"`
	Go         string `json:"go"`
	PostgreSQL string `json:"postgresql"`
	Queries    string `json:"queries_from"` // who counted the queries
	Load       string `json:"load_before"`  // what else ran: the average of processes in the last minute
}

func machineHere(postgresql string, statements bool) machine {
	version, _, _ := strings.Cut(postgresql, " ") // what follows is the distribution's
	m := machine{Cores: runtime.NumCPU(), Processor: processor(), Go: runtime.Version(), PostgreSQL: version, Queries: "pg_stat_statements"}
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		m.Load, _, _ = strings.Cut(string(text), " ")
	}
	if !statements {
		m.Queries = "pg_stat_database (transactions)"
	}
	return m
}

// processor is the name of the first one, where the system tells.
func processor() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return runtime.GOARCH
	}
	defer file.Close()
	for s := bufio.NewScanner(file); s.Scan(); {
		if name, value, _ := strings.Cut(s.Text(), ":"); strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return runtime.GOARCH
}
