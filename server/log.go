package main

import (
	"context"
	"io"
	"log/slog"
	"os"
	"sync"
	"time"

	"postern/server/config"
)

// A line for each call is a write for each call. So lines are kept for a moment
// and written together; one that tells of trouble is written at once, with all
// before it. Whoever ends the process calls flush first. What a process that is
// killed has not written is a tenth of a second of lines that nothing was wrong in.
const logDelay = 100 * time.Millisecond

const keptMost = 32 << 10 // bytes

// lines keeps what is written to it for a moment.
type lines struct {
	mu    sync.Mutex
	to    io.Writer
	kept  []byte
	timer *time.Timer // runs while something is kept
}

// Write takes a line.
func (l *lines) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kept = append(l.kept, line...)
	switch {
	case len(l.kept) > keptMost:
		l.write()
	case l.timer == nil:
		l.timer = time.AfterFunc(logDelay, l.flush)
	case len(l.kept) == len(line): // the first one
		l.timer.Reset(logDelay)
	}
	return len(line), nil
}

// flush writes what is kept.
func (l *lines) flush() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.write()
}

// write writes what is kept. What cannot be written is lost, for there is nobody to
// tell; the next lines are tried again.
func (l *lines) write() {
	if len(l.kept) > 0 {
		_, _ = l.to.Write(l.kept)
		l.kept = l.kept[:0]
	}
}

// prompt is a handler whose warnings and errors are written at once.
type prompt struct {
	slog.Handler
	lines *lines
}

// Handle writes one line.
func (p prompt) Handle(ctx context.Context, r slog.Record) error {
	err := p.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		p.lines.flush()
	}
	return err
}

// WithAttrs keeps the promptness.
func (p prompt) WithAttrs(attrs []slog.Attr) slog.Handler {
	return prompt{p.Handler.WithAttrs(attrs), p.lines}
}

// WithGroup keeps the promptness.
func (p prompt) WithGroup(name string) slog.Handler {
	return prompt{p.Handler.WithGroup(name), p.lines}
}

// logger is the log as the operator wants it, and what keeps its lines.
func logger(c config.Config) (*slog.Logger, *lines) {
	var level slog.Level
	_ = level.UnmarshalText([]byte(c.LogLevel)) // one of the choices
	options, kept := &slog.HandlerOptions{Level: level}, &lines{to: os.Stderr}
	if c.Log == "json" {
		return slog.New(prompt{slog.NewJSONHandler(kept, options), kept}), kept
	}
	return slog.New(prompt{slog.NewTextHandler(kept, options), kept}), kept
}
