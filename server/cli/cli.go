// Package cli is the three command lines whmapi1, uapi and cpapi2: they call the
// API functions on the machine itself, in the caller's own process.
//
// It reads words, files and standard input, and prints one envelope. It does not
// open the database or decide who may run it: main does, and whoever can read
// the server's configuration may act as any user. Options and words are those of
// cPanel's commands, so that scripts written for them work.
package cli

import (
	"context"
	"fmt"
	"io"
	"net/url"

	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// Names are the commands.
var Names = []string{"whmapi1", "uapi", "cpapi2"}

// command is what the three differ in.
type command struct {
	name     string
	dialect  function.Dialect
	words    int    // that come before the arguments: module and function, or function
	user     string // who acts when --user is left out; empty: it must be there
	envelope func(function.Name, function.Reply, error) wire.Envelope
}

var commands = map[string]command{
	"whmapi1": {"whmapi1", function.OnWHM, 1, "root", func(n function.Name, r function.Reply, err error) wire.Envelope {
		return wire.WHM(n.Function, r, err)
	}},
	"uapi": {"uapi", function.OnUAPI, 2, "", func(n function.Name, r function.Reply, err error) wire.Envelope {
		return wire.UAPINested(n.Module, n.Function, r, err)
	}},
	"cpapi2": {"cpapi2", function.OnAPI2, 2, "", func(n function.Name, r function.Reply, err error) wire.Envelope {
		return wire.API2(n.Module, n.Function, r, err)
	}},
}

// Run is one run of the command of that name, and its exit status: 0 whenever an
// envelope was printed, also one that tells of a failure; otherwise 1, with a
// sentence on stderr. find makes the caller of a user's name. For help, neither
// mux nor find is needed.
func Run(ctx context.Context, name string, args []string, stdin io.Reader, stdout, stderr io.Writer,
	mux *dispatch.Mux, find func(ctx context.Context, user string) (dispatch.Caller, error),
) int {
	cmd, known := commands[name]
	if !known {
		fmt.Fprintf(stderr, "There is no command “%s”.\n", name)
		return 1
	}
	o, err := parse(cmd, args)
	if err == nil && o.help {
		return written(fmt.Fprint(stdout, usage(cmd)))
	}
	if err != nil {
		fmt.Fprintf(stderr, "%s\n\n%s", err, usage(cmd))
		return 1
	}
	if mux == nil || find == nil {
		fmt.Fprint(stderr, usage(cmd)) // main opened no database, for it read a question for help
		return 1
	}
	values, err := o.arguments(stdin)
	if err != nil {
		fmt.Fprintln(stderr, fault.Of(err).Message)
		return 1
	}
	who, err := find(ctx, o.user)
	if err != nil {
		fmt.Fprintln(stderr, explain(err))
		return 1
	}
	who.Via, who.Service = dispatch.ByCommand, scalar.Command
	e := call(ctx, mux, cmd, who, o.function(cmd), values)
	if e.Kind == fault.Internal {
		fmt.Fprintln(stderr, e.Err) // the envelope says only that it happened; here its cause is for the operator
	}
	body := e.Encode(o.output).Body
	if len(body) > 0 && body[len(body)-1] != '\n' {
		body = append(body, '\n')
	}
	return written(stdout.Write(body))
}

// call makes the call and gives its envelope.
func call(ctx context.Context, mux *dispatch.Mux, cmd command, who dispatch.Caller, name function.Name, values url.Values) wire.Envelope {
	shape, err := wire.ReadShape(name, values)
	if err != nil {
		return cmd.envelope(name, function.Reply{}, err)
	}
	reply, err := mux.Call(ctx, who, name, values, shape)
	if bridged, is := reply.Out.(wire.Envelope); is && err == nil {
		return bridged // WHM's function cpanel answers in the dialect that it called
	}
	return cmd.envelope(name, reply, err)
}

// explain words a failure to find the user; the cause of an internal one goes with it.
func explain(err error) string {
	if f := fault.Of(err); f.Kind != fault.Internal {
		return f.Message
	}
	return err.Error()
}

// written is the exit status of what was printed last.
func written(_ int, err error) int {
	if err != nil {
		return 1
	}
	return 0
}
