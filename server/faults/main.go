// Command faults breaks what Postern stands on while people use it, and then
// counts: nothing that was acknowledged may be lost, nothing be good twice.
//
//	faults -postern bin/postern            everything, a line per fault
//	faults -postern bin/postern -only disk one of them
//
// It owns a PostgreSQL server of its own, the postern processes on it, a mixed
// load with a ledger of what was acknowledged, and the faults. It changes nothing
// outside of a temporary folder and ends all that it started, whatever ends it.
// It knows no more of Postern than a client and a reader of its tables do; only
// the node with a clock of its own is built here, see moved.go.
//
// The exit status is 1 when something that was promised did not hold, and, with
// -strict, when a fault could not be tried on this machine.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// inside names the variable by which the process that does the work knows the
// folder that its guard made for it.
const inside = "FAULTS_INSIDE"

func main() {
	switch {
	case os.Getenv(movedClock) != "":
		os.Exit(runMoved())
	case os.Getenv(inside) != "":
		os.Exit(work(os.Getenv(inside)))
	}
	os.Exit(guard())
}

// guard runs the work in a process of its own and clears up when that has ended,
// however it did: servers that still run in the folder, what is mounted there,
// and the folder.
func guard() int {
	dir, err := os.MkdirTemp("", "postern-faults-")
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 1
	}
	if err := os.Chmod(dir, 0o711); err != nil { // PostgreSQL's user must pass
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 1
	}
	stopped := make(chan os.Signal, 4)
	signal.Notify(stopped, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 1
	}
	cmd := exec.Command(self, os.Args[1:]...)
	cmd.Env = append(os.Environ(), inside+"="+dir)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
	if err := cmd.Start(); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 1
	}
	go func() {
		for range stopped {
			_ = cmd.Process.Signal(syscall.SIGTERM) // it may have ended
		}
	}()
	err = cmd.Wait()
	clearUp(dir)
	if err != nil {
		return max(cmd.ProcessState.ExitCode(), 1)
	}
	return 0
}

// clearUp ends the processes that work in a folder and removes it.
func clearUp(dir string) {
	for range 50 {
		pids := workingIn(dir)
		for _, pid := range pids {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
		if len(pids) == 0 {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	mounts, _ := filepath.Glob(filepath.Join(dir, "mount-*"))
	for _, m := range mounts {
		_ = syscall.Unmount(m, syscall.MNT_DETACH) // it may not be mounted
	}
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, "faults: left behind:", err)
	}
}

// work tries the faults.
func work(dir string) int {
	program := flag.String("postern", "bin/postern", "the program to try")
	only := flag.String("only", "", "names of faults, separated by commas; empty: all")
	strict := flag.Bool("strict", false, "fail when a fault cannot be tried here")
	verbose := flag.Bool("v", false, "tell of every step")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	path, err := filepath.Abs(*program)
	if err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		return 1
	}
	guarded := os.Getppid()
	defer func() {
		if os.Getppid() != guarded { // the guard was killed: nobody else clears up
			clearUp(dir)
		}
	}()
	h := &house{dir: dir, program: path, verbose: *verbose, ledger: &ledger{}}
	defer h.close()
	var asked []string
	if *only != "" {
		asked = strings.Split(*only, ",")
	}
	return report(try(ctx, h, asked), *strict)
}
