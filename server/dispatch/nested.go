package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/wire"
)

// What one request may make of calls within calls. All that it asks for in this
// way counts together, however it is nested.
const (
	maxDepth    = 3     // calls within calls
	maxCommands = 1000  // inner calls
	maxInner    = 10000 // arguments of all inner calls
)

// nest counts what one request has used of these limits.
type nest struct{ commands, args int }

// Nested registers the functions that call others: WHM's batch, uapi_cpanel and
// cpanel, and UAPI's Batch::strict. Every inner call goes through Call, with the
// privileges that it needs and a transaction of its own.
func (m *Mux) Nested() {
	Handle(m, catalog.Batch, m.batch)
	Handle(m, catalog.BatchStrict, m.strict)
	// These two pass on arguments that their declaration does not name.
	m.add(&catalog.UAPICPanel.Function, func(ctx context.Context, m *Mux, c Call, args url.Values) (any, error) {
		return m.uapiCPanel(ctx, c, args)
	})
	m.add(&catalog.CPanel.Function, func(ctx context.Context, m *Mux, c Call, args url.Values) (any, error) {
		b, err := wire.ReadBridge(args)
		if err != nil {
			return b.Envelope(function.Reply{}, err), nil
		}
		return m.bridgeAs(ctx, c.counted(), b), nil
	})
}

// within makes the caller of a call inside another, and counts the call.
func (c Caller) within(args url.Values) (Caller, error) {
	if c.nest == nil {
		c.nest = &nest{}
	}
	c.depth++
	c.nest.commands++
	for _, values := range args {
		c.nest.args += len(values)
	}
	switch {
	case c.depth > maxDepth:
		return c, fault.New(fault.Invalid, "Calls within calls may be %d deep.", maxDepth)
	case c.nest.commands > maxCommands:
		return c, fault.New(fault.Invalid, "One request may make %d calls.", maxCommands)
	case c.nest.args > maxInner:
		return c, fault.New(fault.Invalid, "The calls of one request may have %d arguments together.", maxInner)
	}
	return c, nil
}

// inner makes one call inside another.
func (m *Mux) inner(ctx context.Context, who Caller, name function.Name, args url.Values) (function.Reply, error) {
	who, err := who.within(args)
	if err != nil {
		return function.Reply{}, err
	}
	if err := ctx.Err(); err != nil {
		return function.Reply{}, err
	}
	shape, err := wire.ReadShape(name, args)
	if err != nil {
		return function.Reply{}, err
	}
	return m.Call(ctx, who, name, args, shape)
}

// counted gives all inner calls of one request the same counter.
func (c Caller) counted() Caller {
	if c.nest == nil {
		c.nest = &nest{}
	}
	return c
}

func (m *Mux) batch(ctx context.Context, c Call, in catalog.BatchRequest) (catalog.BatchResponse, error) {
	if len(in.Commands) > maxCommands {
		return catalog.BatchResponse{}, fault.Bad("command", fmt.Sprintf("use at most %d", maxCommands))
	}
	who := c.counted()
	out := catalog.BatchResponse{Result: []catalog.BatchOutcome{}}
	for _, command := range in.Commands {
		name, query, _ := strings.Cut(command, "?")
		args, err := url.ParseQuery(query)
		if err != nil {
			err = fault.Bad("command", "write the arguments of “"+name+"” URI-encoded, as in a query").Because(err)
		}
		var reply function.Reply
		if err == nil {
			reply, err = m.inner(ctx, who, function.WHM(name), args)
		}
		var one catalog.BatchOutcome
		if err := json.Unmarshal(wire.WHM(name, reply, err).JSON(), &one); err != nil {
			return out, fmt.Errorf("the envelope of %s: %w", name, err)
		}
		if out.Result = append(out.Result, one); err != nil && bool(in.Abort) {
			break
		}
	}
	return out, nil
}

func (m *Mux) strict(ctx context.Context, c Call, in catalog.BatchStrictRequest) ([]catalog.UAPIResult, error) {
	if len(in.Commands) > maxCommands {
		return nil, fault.Bad("command", fmt.Sprintf("use at most %d", maxCommands))
	}
	who := c.counted()
	out := []catalog.UAPIResult{}
	for i, command := range in.Commands {
		name, args, err := readStrict(command)
		if err != nil {
			return nil, err
		}
		reply, err := m.inner(ctx, who, name, args)
		one, broken := uapiResult(name, reply, err)
		if broken != nil {
			return nil, broken
		}
		if err != nil {
			f := fault.Of(err)
			return nil, fault.New(f.Kind, "Command %d (%s) failed: %s", i+1, name, strings.Join(one.Errors, " ")).Because(err)
		}
		out = append(out, one)
	}
	return out, nil
}

// readStrict reads ["Module","function",{"argument":"value"}].
func readStrict(command string) (name function.Name, args url.Values, err error) {
	bad := fault.Bad("command", `use a JSON array: ["Module","function",{"argument":"value"}]`)
	var parts []json.RawMessage
	var module, f string
	named := map[string]any{}
	d := json.NewDecoder(strings.NewReader(command))
	if d.Decode(&parts) != nil || d.More() || len(parts) < 2 || len(parts) > 3 ||
		json.Unmarshal(parts[0], &module) != nil || json.Unmarshal(parts[1], &f) != nil {
		return name, nil, bad
	}
	args = url.Values{}
	if len(parts) == 3 {
		n := json.NewDecoder(strings.NewReader(string(parts[2])))
		n.UseNumber()
		if n.Decode(&named) != nil {
			return name, nil, bad
		}
	}
	for key, value := range named {
		values, is := value.([]any)
		if !is {
			values = []any{value}
		}
		for _, v := range values {
			if v != nil {
				args.Add(key, textOf(v))
			}
		}
	}
	return function.UAPI(module, f), args, nil
}

func uapiResult(name function.Name, reply function.Reply, err error) (one catalog.UAPIResult, broken error) {
	if broken := json.Unmarshal(wire.UAPI(name.Module, name.Function, reply, err).JSON(), &one); broken != nil {
		return one, fmt.Errorf("the envelope of %s: %w", name, broken)
	}
	return one, nil
}

func (m *Mux) uapiCPanel(ctx context.Context, c Call, args url.Values) (any, error) {
	in, err := catalog.UAPICPanel.Read(args)
	if err != nil {
		return nil, err
	}
	for _, f := range catalog.UAPICPanel.Fields {
		delete(args, f.Name)
	}
	who, err := m.actAs(ctx, c.counted(), in.User)
	if err != nil {
		return nil, err
	}
	name := function.UAPI(in.Module, in.Function)
	reply, err := m.inner(ctx, who, name, args)
	one, broken := uapiResult(name, reply, err)
	if broken != nil {
		return nil, broken
	}
	return catalog.UAPICPanelResponse{UAPI: one}, nil
}

// bridgeAs makes a call that came over WHM's bridge as the account that it
// names, and answers in the called dialect.
func (m *Mux) bridgeAs(ctx context.Context, who Caller, b wire.Bridged) wire.Envelope {
	as, err := m.actAs(ctx, who, b.User)
	switch {
	case err == nil:
		return m.Bridge(ctx, as, b)
	case fault.Is(err, fault.Internal) || fault.Is(err, fault.Unavailable):
		return b.Envelope(function.Reply{}, err)
	}
	return wire.NoUser(err)
}

// Bridge makes a call that came over the bridge of cPanel or Webmail: always as
// the caller, whatever user is named.
func (m *Mux) Bridge(ctx context.Context, who Caller, b wire.Bridged) wire.Envelope {
	name, spoken := b.Name()
	if !spoken {
		return wire.API1(b.Module, b.Function)
	}
	reply, err := m.inner(ctx, who.counted(), name, b.Args)
	return b.Envelope(reply, err)
}

// actAs makes the caller of a call that one user makes as another. Whatever is
// wrong with the account, the refusal says the same: it must not tell which accounts there are.
func (m *Mux) actAs(ctx context.Context, who Caller, user string) (Caller, error) {
	bad := fault.New(fault.Invalid, "%s.", wire.BadUser)
	if user == "" || user != strings.ToLower(user) || m.As == nil {
		return Caller{}, bad
	}
	as, err := m.As(ctx, m.DB, who, user)
	if err != nil {
		if fault.Is(err, fault.Internal) || fault.Is(err, fault.Unavailable) {
			return Caller{}, err
		}
		return Caller{}, bad.Because(err)
	}
	as.nest, as.depth = who.nest, who.depth
	return as, nil
}
