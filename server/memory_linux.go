package main

import (
	"bufio"
	"os"
	"strconv"
	"strings"
	"syscall"
)

// forgetProgram gives back the pages of the program itself that are in memory: the
// greater part was read once, to start. What serving needs of them comes back from
// the system's cache of files, a few at a time. Only what can be read and not be
// written is forgotten, and has no page of its own: then it is the file's content
// whenever it is read. A program that may lie anywhere (-buildmode=pie) has some that
// are not, for its addresses were written into them before it began.
func forgetProgram() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	maps, err := os.Open("/proc/self/smaps")
	if err != nil {
		return err
	}
	defer maps.Close()
	var from, to uint64 // the part that is being told of; empty: none that counts
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		f := strings.Fields(lines.Text())
		switch {
		case len(f) > 4 && strings.Contains(f[0], "-"):
			// “00400000-010a7000 r-xp 00000000 fe:00 1234 /usr/bin/postern”, see proc(5)
			from, to = 0, 0
			if len(f) == 6 && f[5] == program && strings.HasPrefix(f[1], "r-") {
				from, to = span(f[0])
			}
		case len(f) == 3 && f[0] == "Anonymous:" && f[1] == "0" && to > from:
			if _, _, failed := syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(to-from), syscall.MADV_DONTNEED); failed != 0 {
				return failed
			}
		}
	}
	return lines.Err()
}

// span reads two addresses; none where they are not addresses.
func span(text string) (from, to uint64) {
	first, last, _ := strings.Cut(text, "-")
	from, err1 := strconv.ParseUint(first, 16, 64)
	to, err2 := strconv.ParseUint(last, 16, 64)
	if err1 != nil || err2 != nil {
		return 0, 0
	}
	return from, to
}
