package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// What every node of the house is given.
const (
	rootPassword = "Gate-keeper-of-the-faults-9"
	sealKey      = "cG9zdGVybi1mYXVsdHMtYS1rZXktZm9yLXRlc3RzLTE="
)

// house is one database server, a proxy before it, and two nodes that reach it
// through the proxy. It is built when the first fault asks for it.
type house struct {
	dir     string
	program string
	verbose bool
	ledger  *ledger
	token   string // root's API token

	db    *postgres
	proxy *proxy
	a, b  *node
	all   []*node     // every node that was ever made
	dbs   []*postgres // every server that was ever made
	idle  *idleness   // the fault that is tried beside others
}

// tell prints a step.
func (h *house) tell(format string, args ...any) {
	if h.verbose {
		fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05.000 ")+format+"\n", args...)
	}
}

// close ends everything.
func (h *house) close() {
	for _, n := range h.all {
		n.kill()
	}
	for _, p := range h.dbs {
		if p.postmaster() != 0 {
			_ = p.kill() // whoever guards this process looks once more
		}
	}
}

// open starts what does not run yet: the server, the proxy and both nodes.
func (h *house) open(ctx context.Context) error {
	if h.db == nil {
		h.db = h.postgres(filepath.Join(h.dir, "postgresql"), nil)
	}
	if h.db.running == nil {
		if err := h.db.start(ctx); err != nil {
			return err
		}
	}
	if h.proxy == nil {
		var err error
		if h.proxy, err = newProxy(h.db.socket()); err != nil {
			return err
		}
		if h.a, err = h.node("a", h.proxy.url("postern")); err != nil {
			return err
		}
		if h.b, err = h.node("b", h.proxy.url("postern")); err != nil {
			return err
		}
	}
	h.proxy.set(passing)
	for _, n := range []*node{h.a, h.b} {
		if !n.running() {
			if err := n.start(ctx); err != nil {
				return err
			}
		}
	}
	if h.token == "" {
		var err error
		h.token, err = rootToken(ctx, h.a)
		return err
	}
	return nil
}

// postgres is a server of the house.
func (h *house) postgres(dir string, settings map[string]string) *postgres {
	p := &postgres{dir: dir, settings: map[string]string{"shared_buffers": "32MB"}}
	for name, value := range settings {
		p.settings[name] = value
	}
	h.dbs = append(h.dbs, p)
	return p
}

// node is a node of the house.
func (h *house) node(name, database string, env ...string) (*node, error) {
	n, err := newNode(name, h.program, h.dir, database, env...)
	if err == nil {
		h.all = append(h.all, n)
	}
	return n, err
}
