package main

import (
	"os"
	"regexp"
	"strconv"
	"syscall"
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

// TestWhatIsNotTheFilesIsKept though nobody may write it now: so are the addresses in
// a program that was built to lie anywhere, which would not go on without them.
func TestWhatIsNotTheFilesIsKept(t *testing.T) {
	program, err := os.Open("/proc/self/exe")
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	part, err := syscall.Mmap(int(program.Fd()), 0, os.Getpagesize(), syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = syscall.Munmap(part) }()
	copy(part, "mine")
	if err := syscall.Mprotect(part, syscall.PROT_READ); err != nil {
		t.Fatal(err)
	}
	if err := forgetProgram(); err != nil {
		t.Fatal(err)
	}
	if string(part[:4]) != "mine" {
		t.Errorf("what was written became %q", part[:4])
	}
}
