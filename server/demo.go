package main

import (
	"context"
	"fmt"
	"io"
	"net/netip"

	"postern/server/demo"
	"postern/server/node"
	"postern/shared/fault"
)

// runDemo serves with people and history to look at. All the world knows their
// passwords, so it listens on loopback only.
func runDemo(ctx context.Context) error {
	return serveWith(ctx, func(p *process, n *node.Node) error {
		if bind, err := netip.ParseAddr(p.config.Bind); err != nil || !bind.IsLoopback() {
			return fault.New(fault.Invalid, "The demo’s passwords are known to everybody: set POSTERN_BIND to 127.0.0.1 or ::1.")
		}
		if err := demo.Fill(ctx, n, p.db.Write, now()); err != nil {
			return err
		}
		fmt.Println("The demo’s people, each with the password " + demo.Password + ":")
		for _, l := range demo.Logins {
			fmt.Printf("  %-8s %-20s %s\n", l.Service.Title(), l.Name, l.Note)
		}
		return nil
	})
}

func demoHelp(w io.Writer) {
	fmt.Fprintln(w, "postern demo: serve, on loopback, with people and a year of history to look at. Use a POSTERN_DATA of its own.")
}
