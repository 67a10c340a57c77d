package main

import (
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// paper is what lines are written to.
type paper struct {
	strings.Builder
	writes int
	broken bool
}

func (p *paper) Write(text []byte) (int, error) {
	if p.writes++; p.broken {
		return 0, errors.New("no space left on device")
	}
	return p.Builder.Write(text)
}

// desk is a log whose lines are only what was said.
func desk() (*slog.Logger, *lines, *paper) {
	to := &paper{}
	kept := &lines{to: to}
	options := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey || a.Key == slog.LevelKey {
			return slog.Attr{}
		}
		return a
	}}
	return slog.New(prompt{slog.NewTextHandler(kept, options), kept}), kept, to
}

// TestLinesGoTogether, in their order, and none waits longer than a moment.
func TestLinesGoTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, kept, to := desk()
		for range 2 {
			log.Info("one")
			log.With("a", 1).Info("two")
			time.Sleep(logDelay / 2)
			kept.mu.Lock()
			if to.Len() != 0 {
				t.Errorf("written at once: %q", to)
			}
			kept.mu.Unlock()
			time.Sleep(logDelay)
			kept.mu.Lock()
			if to.String() != "msg=one\nmsg=two a=1\n" || to.writes != 1 {
				t.Errorf("%d writes: %q", to.writes, to)
			}
			*to = paper{}
			kept.mu.Unlock()
		}
	})
}

// TestTroubleIsWrittenAtOnce, with the lines before it.
func TestTroubleIsWrittenAtOnce(t *testing.T) {
	log, _, to := desk()
	log.Info("one")
	log.WithGroup("g").Warn("two", "a", 1)
	if to.String() != "msg=one\nmsg=two g.a=1\n" || to.writes != 1 {
		t.Errorf("%d writes: %q", to.writes, to)
	}
}

// TestLinesSurvive a place that is full for a while, and are given away at the end.
func TestLinesSurvive(t *testing.T) {
	log, kept, to := desk()
	to.broken = true
	log.Error("lost")
	to.broken = false
	log.Info("kept")
	kept.flush()
	if to.String() != "msg=kept\n" {
		t.Errorf("%q", to)
	}
	to.Reset()
	for range keptMost {
		log.Info("many")
	}
	kept.flush()
	if n := strings.Count(to.String(), "msg=many\n"); n != keptMost || to.Len() != n*len("msg=many\n") {
		t.Errorf("%d lines of %d", n, keptMost)
	}
}
