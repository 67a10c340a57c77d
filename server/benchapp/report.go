package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"
)

// report is every figure of a run.
type report struct {
	Measured time.Time `json:"measured"`
	Loads    []load    `json:"loads"`
}

// load is one page load.
type load struct {
	Contender string `json:"contender"`
	Profile   string `json:"profile"`
	Page      string `json:"page"` // login, list, or signed in: a login typed at once, until the list is there
	Warm      bool   `json:"warm"`
	seen
}

// measure makes each visit of a round once.
func (r *report) measure(ctx context.Context, c *contender, p profile, pin string) error {
	for _, one := range []struct{ page, address, ready, charge string }{{"login", c.login, loginReady, c.charge}, {"list", c.list, listReady, c.charge}} {
		err := onProfile(func(folder string) error {
			for _, warm := range []bool{false, true} {
				v, end, err := begin(ctx, folder, pin, p)
				if err != nil {
					return err
				}
				if one.page == "list" {
					err = v.sign(c.cookie)
				}
				var s seen
				if err == nil {
					s, err = v.load(one.address, one.ready, one.charge)
				}
				if err = errors.Join(err, end()); err != nil {
					return fmt.Errorf("%s: %w", one.page, err)
				}
				r.Loads = append(r.Loads, load{c.name, p.name, one.page, warm, s})
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return onProfile(func(folder string) error {
		v, end, err := begin(ctx, folder, pin, p)
		if err != nil {
			return err
		}
		took, err := v.enter(c)
		if err = errors.Join(err, end()); err != nil {
			return fmt.Errorf("signing in at once: %w", err)
		}
		r.Loads = append(r.Loads, load{c.name, p.name, "signed in", false, seen{Ready: took}})
		return nil
	})
}

// onProfile does something with an empty folder for a browser's profile.
func onProfile(do func(folder string) error) error {
	folder, err := os.MkdirTemp("", "postern-bench-profile-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	return do(folder)
}

func (r *report) write(file string) error {
	r.Measured = time.Now().UTC().Truncate(time.Second)
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return os.WriteFile(file, append(text, '\n'), 0o644)
}

// figures are the values of one kind of load, in order.
func (r *report) figures(contender, profile, page string, warm bool, of func(seen) float64) []float64 {
	var list []float64
	for _, l := range r.Loads {
		if l.Contender == contender && l.Profile == profile && l.Page == page && l.Warm == warm {
			list = append(list, of(l.seen))
		}
	}
	slices.Sort(list)
	return list
}

func ready(s seen) float64  { return s.Ready }
func paint(s seen) float64  { return s.Paint }
func charge(s seen) float64 { return s.Charge }
func moved(s seen) float64  { return s.KB }

func median(list []float64) float64 {
	if n := len(list); n%2 == 0 {
		return (list[n/2-1] + list[n/2]) / 2
	}
	return list[len(list)/2]
}

// spread is “fastest / median”.
func spread(list []float64) string {
	if len(list) == 0 || median(list) == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f / %.0f", list[0], median(list))
}

// The promises: a first visit takes at most this many times what the yardstick's
// takes, and a later one no longer than that.
const first, later = 1.25, 1.00

// print writes the table and the verdict; kept tells whether every promise is kept.
func (r *report) print(w io.Writer, ours, theirs string) (kept bool) {
	fmt.Fprintf(w, "\nMilliseconds from the start of the page load, fastest / median. READY: the field is in sight, free and\ntakes the focus; of a list, its first page of rows besides. Warm: the browser started anew, same profile.\n\n")
	row := "%-6s %-9s %-5s %-12s %15s %15s %15s %8s\n"
	fmt.Fprintf(w, row, "", "", "", "", "first paint", "READY", "app in charge", "KB")
	for _, p := range profiles {
		for _, page := range []string{"login", "list", "signed in"} {
			for _, warm := range []bool{false, true} {
				for _, c := range []string{ours, theirs} {
					list := r.figures(c, p.name, page, warm, ready)
					if len(list) == 0 {
						continue
					}
					kb := "–"
					if all := r.figures(c, p.name, page, warm, moved); page != "signed in" {
						kb = fmt.Sprintf("%.0f", median(all))
					}
					fmt.Fprintf(w, row, p.name, page, temperature(warm), c, spread(r.figures(c, p.name, page, warm, paint)),
						spread(list), spread(r.figures(c, p.name, page, warm, charge)), kb)
				}
			}
		}
	}
	fmt.Fprintf(w, "\n“signed in”: on a first visit, a login typed and sent as soon as the page was READY, until the list was READY.\n\n")
	kept = true
	for _, p := range profiles {
		for _, page := range []string{"login", "list"} {
			for _, warm := range []bool{false, true} {
				kept = r.judge(w, p.name, page, warm, ours, theirs) && kept
			}
		}
	}
	return kept
}

func temperature(warm bool) string {
	if warm {
		return "warm"
	}
	return "cold"
}

func visitName(warm bool) string {
	if warm {
		return "later visit"
	}
	return "first visit"
}

// judge holds one kind of load to its promise, by the medians.
func (r *report) judge(w io.Writer, profile, page string, warm bool, ours, theirs string) bool {
	a, b := r.figures(ours, profile, page, warm, ready), r.figures(theirs, profile, page, warm, ready)
	if len(a) == 0 || len(b) == 0 {
		return true
	}
	limit, visit := first, visitName(warm)
	if warm {
		limit = later
	}
	times := median(a) / median(b)
	verdict := "kept"
	if times > limit {
		verdict = "NOT KEPT"
	}
	fmt.Fprintf(w, "%-6s %-5s %s: %.2f times the yardstick by the medians (%.2f by the fastest), %.2f allowed: %s\n", profile, page, visit, times, a[0]/b[0], limit, verdict)
	return times <= limit
}
