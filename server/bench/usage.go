package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc: Linux gives programs 100 a second.
const tick = 10 * time.Millisecond

// stat is a line of /proc/PID/stat, from the process's state on, which comes
// after a name that may hold anything.
func stat(pid int) ([]string, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return nil, err
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 15 {
		return nil, fmt.Errorf("/proc/%d/stat has only %d fields", pid, len(fields))
	}
	return fields, nil
}

// The places of what is read, see proc_pid_stat(5): there the state is field 3.
const (
	parent       = 4 - 3
	userTime     = 14 - 3
	systemTime   = 15 - 3
	childrenUser = 16 - 3
	childrenSys  = 17 - 3
)

func ticks(fields []string, places ...int) (sum time.Duration) {
	for _, p := range places {
		n, _ := strconv.ParseInt(fields[p], 10, 64)
		sum += time.Duration(n) * tick
	}
	return sum
}

// cpuOf is the processor time that a process has used.
func cpuOf(pid int) (time.Duration, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	return ticks(fields, userTime, systemTime), nil
}

// cpuOfFamily is the processor time of a process and all its children, those
// that have ended too.
func cpuOfFamily(pid int) (time.Duration, error) {
	fields, err := stat(pid)
	if err != nil {
		return 0, err
	}
	sum := ticks(fields, userTime, systemTime, childrenUser, childrenSys)
	all, _ := filepath.Glob("/proc/[0-9]*")
	for _, dir := range all {
		child, _ := strconv.Atoi(filepath.Base(dir))
		if fields, err := stat(child); err == nil && fields[parent] == strconv.Itoa(pid) {
			sum += ticks(fields, userTime, systemTime)
		}
	}
	return sum, nil
}

// memoryOf is a line of /proc/PID/status in megabytes of 10⁶ bytes: VmRSS is what
// is resident now, VmHWM the most that was since resetPeak.
func memoryOf(pid int, line string) (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, err
	}
	_, rest, found := strings.Cut(string(text), line+":")
	fields := strings.Fields(rest)
	if !found || len(fields) == 0 {
		return 0, fmt.Errorf("/proc/%d/status has no %s", pid, line)
	}
	kib, err := strconv.ParseFloat(fields[0], 64)
	return kib * 1024 / 1e6, err
}

func resetPeak(pid int) error {
	return os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}
