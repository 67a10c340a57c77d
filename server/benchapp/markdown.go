package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
)

// markdown writes the README's table from the figures of the last run.
func markdown(w io.Writer, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var r report
	if err := json.Unmarshal(text, &r); err != nil {
		return err
	}
	fmt.Fprintf(w, "| until it is of use, ms (median) | %s | %s | times |\n|---|---|---|---|\n", oursName, theirsName)
	for _, p := range profiles {
		for _, page := range []string{"login", "list"} {
			for _, warm := range []bool{false, true} {
				a, b := r.figures(oursName, p.name, page, warm, ready), r.figures(theirsName, p.name, page, warm, ready)
				if len(a) > 0 && len(b) > 0 {
					fmt.Fprintf(w, "| %s, %s, %s | %.0f | %.0f | %.2f |\n", page, visitName(warm), p.name, median(a), median(b), median(a)/median(b))
				}
			}
		}
	}
	return nil
}
