package main

import (
	"os"
	"regexp"
	"strconv"
	"testing"
)

// mapped is how much of files is resident, in kilobytes.
func mapped(t *testing.T) int {
	t.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	kilobytes, err := strconv.Atoi(string(regexp.MustCompile(`RssFile:\s+(\d+) kB`).FindSubmatch(status)[1]))
	if err != nil {
		t.Fatal(err)
	}
	return kilobytes
}

// TestTheProgramIsForgotten and goes on: what it needs is read again.
func TestTheProgramIsForgotten(t *testing.T) {
	before := mapped(t)
	if err := forgetProgram(); err != nil {
		t.Fatal(err)
	}
	if after := mapped(t); after > before*3/4 {
		t.Errorf("%d kB of files were resident, and %d kB are", before, after)
	}
}
