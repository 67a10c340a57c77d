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
// written is forgotten: it is the file's own content, whenever it is read.
func forgetProgram() error {
	program, err := os.Readlink("/proc/self/exe")
	if err != nil {
		return err
	}
	maps, err := os.Open("/proc/self/maps")
	if err != nil {
		return err
	}
	defer maps.Close()
	lines := bufio.NewScanner(maps)
	for lines.Scan() {
		// “00400000-010a7000 r-xp 00000000 fe:00 1234 /usr/bin/postern”, see proc(5)
		f := strings.Fields(lines.Text())
		if len(f) < 6 || f[5] != program || !strings.HasPrefix(f[1], "r-") {
			continue
		}
		first, last, _ := strings.Cut(f[0], "-")
		from, err1 := strconv.ParseUint(first, 16, 64)
		to, err2 := strconv.ParseUint(last, 16, 64)
		if err1 != nil || err2 != nil {
			continue
		}
		if _, _, failed := syscall.Syscall(syscall.SYS_MADVISE, uintptr(from), uintptr(to-from), syscall.MADV_DONTNEED); failed != 0 {
			return failed
		}
	}
	return lines.Err()
}
