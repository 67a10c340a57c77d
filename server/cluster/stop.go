package cluster

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"time"
)

// leaving is how long connections that the caller has just closed may take to go.
const leaving = 2 * time.Second

// Stop gives up this process's share. The server is shut down (fast: what is
// open is rolled back) if nobody else holds a share and no client is connected
// any more; otherwise it goes on for them. Close your own pools first.
func (c *Cluster) Stop(ctx context.Context) error {
	gate, err := c.gate(ctx)
	if err != nil {
		return err
	}
	defer gate.Close()
	c.presence.Close()
	if held(filepath.Join(c.dir, "nodes.lock")) {
		c.log.Debug("the database goes on: another node uses it") // every command line beside a server ends so
		return nil
	}
	for end := time.Now().Add(leaving); !c.throwaway && c.clients() > 0; {
		if time.Now().After(end) || pause(ctx, step) != nil {
			c.log.Info("the database goes on: clients are connected", "clients", c.clients())
			return nil
		}
	}
	return c.shutdown(ctx)
}

// shutdown ends the server and waits until it has.
func (c *Cluster) shutdown(ctx context.Context) error {
	p, found := c.readPidFile()
	if !found || !c.running(p) {
		return nil
	}
	if err := syscall.Kill(p.pid, syscall.SIGINT); err != nil && err != syscall.ESRCH {
		return failed("The database server cannot be stopped: %w", err)
	}
	for c.running(p) {
		if err := pause(ctx, step); err != nil {
			return failed("The database server is still writing its last checkpoint: %w", err)
		}
	}
	if c.socket != filepath.Join(c.dir, "run") {
		_ = os.Remove(c.socket) // the short one in /tmp; empty by now
	}
	return nil
}

// clients counts the server processes that serve a connection. The system's
// process table tells, without a connection of our own; where there is none
// (Linux has it) the count is 0.
func (c *Cluster) clients() (n int) {
	for _, pid := range c.processes() {
		// "postgres: postern: postern postern [local] idle"
		title, _ := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cmdline")
		if bytes.HasPrefix(title, []byte("postgres: ")) && bytes.Contains(title, []byte(" [local] ")) {
			n++
		}
	}
	return n
}

// processes lists the processes that work in the data directory.
func (c *Cluster) processes() (pids []int) {
	links, _ := filepath.Glob("/proc/[0-9]*/cwd")
	for _, link := range links {
		if cwd, err := os.Readlink(link); err == nil && cwd == c.pgdata() {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(link)))
			pids = append(pids, pid)
		}
	}
	return pids
}
