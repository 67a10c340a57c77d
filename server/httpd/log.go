package httpd

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"

	"postern/shared/fault"
	"postern/shared/wire"
)

// Log is a log whose lines name the request in whose course they are written,
// whoever writes them: the id that its reply carries in Postern-Request.
func Log(to *slog.Logger) *slog.Logger { return slog.New(requestLog{to.Handler()}) }

type requestLog struct{ slog.Handler }

// Handle adds the request's id, unless the line has it.
func (h requestLog) Handle(ctx context.Context, line slog.Record) error {
	id := RequestID(ctx)
	line.Attrs(func(a slog.Attr) bool {
		if a.Key == "request" {
			id = ""
		}
		return id != ""
	})
	if id != "" {
		line = line.Clone()
		line.AddAttrs(slog.String("request", id))
	}
	return h.Handler.Handle(ctx, line)
}

func (h requestLog) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestLog{h.Handler.WithAttrs(attrs)}
}

func (h requestLog) WithGroup(name string) slog.Handler { return requestLog{h.Handler.WithGroup(name)} }

// recovered answers a request whose handler panicked, and says so in the log. It
// is to be deferred. net/http would break the connection off, and tell the log
// that is for what strangers do.
func recovered(w http.ResponseWriter, r *http.Request, log *slog.Logger) {
	cause := recover()
	if cause == nil {
		return
	}
	if cause == http.ErrAbortHandler { // on purpose
		panic(cause)
	}
	log.ErrorContext(r.Context(), "a request broke", "error", fmt.Sprint(cause), "stack", string(debug.Stack()))
	w.Header().Del("Content-Length")
	w.Header().Set(wire.KindHeader, string(fault.Internal))
	http.Error(w, "An internal error occurred.", http.StatusInternalServerError)
}
