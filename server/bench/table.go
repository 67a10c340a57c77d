package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// heading says where and how a run was made.
func (r *report) heading() string {
	m := r.Machine
	return fmt.Sprintf("%d cores (%s), %s, PostgreSQL %s; medians of %d rounds of %d s, in turns; queries as %s counts them; load before %s",
		m.Cores, m.Processor, m.Go, m.PostgreSQL, r.Rounds, r.Seconds, m.Queries, m.Load)
}

var columns = []string{"", "conns", "a second", "p50 ms", "p99 ms", "CPU µs", "PG CPU µs", "allocs", "queries", "ratio", "target", "verdict"}

// text is the table for a terminal: each row, and indented under it what it is
// held against.
func (r *report) text() string {
	lines := [][]string{columns}
	for _, row := range r.Rows {
		line := append([]string{row.What, count(row.Connections)}, row.cells()...)
		if row.Unit != "" {
			line = append([]string{row.What, "", in(row.Value, row.Unit)}, make([]string, 6)...)
		}
		lines = append(lines, append(line, "", row.Target, row.Verdict))
		for _, b := range row.Beside {
			line := append([]string{"  " + b.What, count(row.Connections)}, b.cells()...)
			if row.Unit != "" {
				line = append([]string{"  " + b.What, "", in(b.Value, row.Unit)}, make([]string, 6)...)
			}
			lines = append(lines, append(line, b.said(), "", ""))
		}
	}
	return aligned(lines)
}

// cells are the figures of a row, from the rate on.
func (f Figures) cells() []string {
	return []string{short(f.Rate), short(f.P50), short(f.P99), short(f.CPU), short(f.DatabaseCPU), short(f.Allocations), short(f.Queries)}
}

// said is the ratio, with what it is of where that is not the rate.
func (b Beside) said() string {
	if b.Of == "rate" {
		return short(b.Ratio)
	}
	return short(b.Ratio) + "×"
}

// markdown is what stands in README.md: one table of requests, one of the rest.
func (r *report) markdown() string {
	out := new(strings.Builder)
	fmt.Fprintf(out, "Measured on %s: %s.\n\n", r.At.Format("2 January 2006"), r.heading())
	out.WriteString("| what | connections | a second | p50 ms | p99 ms | CPU µs, server + PostgreSQL | allocations | queries | beside its limit | target | |\n")
	out.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---|---|---|\n")
	for _, row := range r.Rows {
		if row.Unit != "" {
			continue
		}
		c := row.cells()
		c[3] += " + " + c[4]
		line := append([]string{row.What, count(row.Connections)}, append(c[:4:4], c[5:]...)...)
		pipes(out, append(line, row.limits(), row.Target, row.Verdict))
	}
	out.WriteString("\n| what | | beside its limit | target | |\n|---|---:|---|---|---|\n")
	for _, row := range r.Rows {
		if row.Unit != "" {
			pipes(out, []string{row.What, in(row.Value, row.Unit), row.limits(), row.Target, row.Verdict})
		}
	}
	for _, f := range r.Failed {
		name, _, _ := strings.Cut(f, ":")
		fmt.Fprintf(out, "\nNot measured, for replies were refused or failed: `%s`.\n", name)
	}
	return out.String()
}

// limits words what a row is held against.
func (r Row) limits() string {
	var all []string
	for _, b := range r.Beside {
		switch {
		case r.Unit != "":
			all = append(all, fmt.Sprintf("%s: %s", b.What, in(b.Value, r.Unit)))
		case b.Of == "rate":
			all = append(all, fmt.Sprintf("%s of %s", b.said(), b.What))
		default:
			all = append(all, fmt.Sprintf("%s %s", b.said(), b.What))
		}
	}
	return strings.Join(all, ", ")
}

func pipes(out *strings.Builder, cells []string) {
	fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
}

// aligned sets the first column left, numbers right, and words left.
func aligned(lines [][]string) string {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	out := new(strings.Builder)
	for _, line := range lines {
		text := ""
		for i, cell := range line {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if i > 0 && i < 10 { // numbers
				text += "  " + pad + cell
			} else {
				text += "  " + cell + pad
			}
		}
		out.WriteString(strings.TrimRight(text[2:], " ") + "\n")
	}
	return out.String()
}

func count(connections int) string {
	if connections == 0 {
		return ""
	}
	return fmt.Sprint(connections)
}

func in(value float64, unit string) string { return short(value) + " " + unit }

// short writes a number with three digits that matter; nothing for zero.
func short(f float64) string {
	switch {
	case f == 0:
		return ""
	case f < 10:
		return fmt.Sprintf("%.2f", f)
	case f < 100:
		return fmt.Sprintf("%.1f", f)
	}
	return grouped(f)
}

// grouped writes a whole number with a comma between thousands.
func grouped(f float64) string {
	digits := fmt.Sprintf("%.0f", f)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}
