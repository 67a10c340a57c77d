package httpd

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"postern/server/account"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
	"postern/shared/wire"
)

// API answers the API calls of all three services: UAPI under /execute, WHM
// API 1 and 0 under /json-api and /xml-api, and the bridge from there to cPanel
// API 2 and UAPI. The paths come without their /cpsess prefix, see WithToken.
type API struct {
	Service scalar.Service // the door
	Mux     *dispatch.Mux
	// Caller says who asks, or why they are not let in: its fault decides the body.
	Caller func(*http.Request) (dispatch.Caller, error)
	Log    *slog.Logger
}

// call is one API call on its way.
type call struct {
	route    wire.Route
	module   string // of /execute
	function string
	who      dispatch.Caller
	args     url.Values
}

// routeOf is the route of a path that isAPI.
func routeOf(path string) wire.Route {
	c, _ := readPath(path)
	return c.route
}

// readPath takes a path apart: /execute/Module/function, /json-api/function,
// /xml-api/function. A slash at the end is as good as none.
func readPath(path string) (c call, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	switch c.route = wire.Route(parts[0]); {
	case c.route == wire.Execute && len(parts) == 3:
		c.module, c.function = parts[1], parts[2]
	case (c.route == wire.JSONAPI || c.route == wire.XMLAPI) && len(parts) == 2:
		c.function = parts[1]
	case c.route == wire.Execute && len(parts) == 2:
		c.module = parts[1]
	case c.route == wire.Execute, c.route == wire.JSONAPI, c.route == wire.XMLAPI:
	default:
		return c, false
	}
	return c, true
}

// declared is the declaration of a function that is called by its own name; nil: there is none.
func (c *call) declared() *function.Function {
	if c.route == wire.Execute {
		return function.Find(function.UAPI(c.module, c.function))
	}
	return function.Find(function.WHM(c.function))
}

// ServeHTTP answers one call.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, ok := readPath(r.URL.Path)
	if !ok {
		http.NotFound(w, r)
		return
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "Use GET or POST.", http.StatusMethodNotAllowed)
		return
	}
	begun := time.Now()
	response := a.answer(w, r, &c)
	writeResponse(w, response)
	a.log(r.Context(), c, response, time.Since(begun))
}

func (a *API) answer(w http.ResponseWriter, r *http.Request, c *call) wire.Response {
	if f := c.declared(); f != nil && f.ReadsAccount {
		r = r.WithContext(account.WithDetails(r.Context()))
	}
	// The body first, then who it is from: a client can take half a minute to send one,
	// and what ended meanwhile must not have a call made in its name.
	var wrong, err error
	c.args, wrong = Arguments(w, r)
	if c.who, err = a.Caller(r); err != nil {
		return wire.Denied(c.route, database.Fault(err, nil, nil))
	}
	if err = wrong; err != nil {
		response := a.refuse(c, err)
		if fault.Of(err).Code == tooLarge {
			response.Status = http.StatusRequestEntityTooLarge
		}
		return response
	}
	switch {
	case c.route == wire.Execute && a.Service == scalar.WHM,
		c.route != wire.Execute && a.Service != scalar.WHM && c.function != bridge:
		return a.refuse(c, fault.New(fault.Forbidden, wire.WrongDoor))
	case c.route == wire.Execute:
		return a.uapi(r.Context(), c)
	case c.function == bridge:
		return a.bridge(r.Context(), c)
	}
	return a.whm(r.Context(), c)
}

// bridge is the function that calls functions of other dialects.
const bridge = "cpanel"

// uapi answers /execute.
func (a *API) uapi(ctx context.Context, c *call) wire.Response {
	name := function.UAPI(c.module, c.function)
	shape, err := wire.ReadShape(name, c.args)
	var reply function.Reply
	if err == nil {
		reply, err = a.Mux.Call(ctx, c.who, name, c.args, shape)
	}
	return wire.UAPI(c.module, c.function, reply, err).Encode(wire.JSON)
}

// whm answers WHM API 1, and WHM API 0 to a call that does not ask for 1.
func (a *API) whm(ctx context.Context, c *call) wire.Response {
	name, version1 := function.WHM(c.function), isVersion1(c.args)
	shape, err := wire.ReadShape(name, c.args)
	var reply function.Reply
	if err == nil {
		reply, err = a.Mux.Call(ctx, c.who, name, c.args, shape)
	}
	return c.whmEnvelope(version1, reply, err).Encode(c.route.Format())
}

func (c *call) whmEnvelope(version1 bool, reply function.Reply, err error) wire.Envelope {
	if version1 {
		return wire.WHM(c.function, reply, err)
	}
	var old function.Old
	if f := function.Find(function.WHM(c.function)); f != nil {
		old = f.Old
	}
	return wire.WHM0(c.function, old, reply, err)
}

// isVersion1 reads api.version. Absent and 0 are WHM API 0, everything else is
// answered as 1, the newest there is.
func isVersion1(args url.Values) bool {
	v := args.Get("api.version")
	return v != "" && v != "0"
}

// bridge answers json-api/cpanel and xml-api/cpanel: on WHM as the function of
// that name, on the other services as the caller.
func (a *API) bridge(ctx context.Context, c *call) wire.Response {
	if a.Service != scalar.WHM {
		b, err := wire.ReadBridge(c.args)
		if err != nil {
			return b.Envelope(function.Reply{}, err).Encode(c.route.Format())
		}
		return a.Mux.Bridge(ctx, c.who, b).Encode(c.route.Format())
	}
	reply, err := a.Mux.Call(ctx, c.who, function.WHM(bridge), c.args, function.Shape{})
	if envelope, is := reply.Out.(wire.Envelope); err == nil && is {
		return envelope.Encode(c.route.Format())
	}
	b, _ := wire.ReadBridge(c.args) // what it names is in the answer; the fault is known
	return b.Envelope(reply, err).Encode(c.route.Format())
}

// refuse answers a call that did not get to its function, in the dialect that
// its path and query ask for.
func (a *API) refuse(c *call, err error) wire.Response {
	switch {
	case c.route == wire.Execute:
		return wire.UAPI(c.module, c.function, function.Reply{}, err).Encode(wire.JSON)
	case c.function == bridge:
		b, _ := wire.ReadBridge(c.args)
		return b.Envelope(function.Reply{}, err).Encode(c.route.Format())
	}
	return c.whmEnvelope(isVersion1(c.args), function.Reply{}, err).Encode(c.route.Format())
}

// writeResponse sends an envelope.
func writeResponse(w http.ResponseWriter, r wire.Response) {
	h := w.Header()
	// As Set does, without a list of its own for each.
	texts := [...]string{r.Type, strconv.Itoa(len(r.Body)), "no-store"}
	h["Content-Type"], h["Content-Length"], h["Cache-Control"] = texts[0:1:1], texts[1:2:2], texts[2:3:3]
	if r.Kind != "" {
		h.Set(wire.KindHeader, string(r.Kind))
	}
	w.WriteHeader(r.Status)
	_, _ = w.Write(r.Body) // a caller who has gone needs no answer
}

// log writes one line for each call. It never holds an argument: they may be secrets.
func (a *API) log(ctx context.Context, c call, r wire.Response, took time.Duration) {
	name := c.function
	if c.module != "" {
		name = c.module + "::" + c.function
	}
	level, attrs := slog.LevelInfo, []slog.Attr{
		slog.String("request", RequestID(ctx)), slog.String("service", string(a.Service)), slog.String("route", string(c.route)),
		slog.String("caller", c.who.Name), slog.String("actor", c.who.Actor()), slog.String("function", name),
		slog.String("kind", string(r.Kind)), slog.Int("status", r.Status), slog.Duration("took", took),
	}
	if r.Kind == fault.Internal || r.Kind == fault.Unavailable {
		if level = slog.LevelError; ctx.Err() != nil {
			level = slog.LevelWarn // who asked has left, and what was under way broke off
		}
		attrs = append(attrs, slog.Any("error", r.Err))
	}
	// As LogAttrs does, but without asking where in the program this is, for no log shows it.
	if h := a.Log.Handler(); h.Enabled(ctx, level) {
		line := slog.NewRecord(time.Now(), level, "call", 0)
		line.AddAttrs(attrs...)
		_ = h.Handle(ctx, line) // there is nowhere to say that the log is broken
	}
}
