package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"time"
)

// logged is what a server's log says.
type logged struct {
	good  int    // calls that were answered well
	cut   int    // calls that failed inside, as they do whose client leaves before the answer
	first string // the first of those
}

// calls looks through what the process has logged since the last time. So a
// refusal that comes with the status 200, as the dialects have it, is found too,
// whatever client was used.
func (p *process) calls() (n logged, err error) {
	file, err := os.Open(p.log)
	if err != nil {
		return n, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.NewSectionReader(file, p.read, 1<<40))
	if err != nil {
		return n, err
	}
	whole := bytes.LastIndexByte(text, '\n') + 1 // the last line may be half written
	p.read += int64(whole)
	if n, err = readLog(text[:whole]); err == nil && n.cut > p.left {
		err = fmt.Errorf("the server failed: %s", n.first)
	}
	p.left -= n.cut
	return n, err
}

// answered holds the server's log against what the client counted: as many good
// calls at least, none refused, and no more that failed than wrk has left without
// waiting for them. The limits log nothing: they have no refusal.
func (p *process) answered(l load) error {
	if p.name != "postern" {
		return nil
	}
	good := 0
	for range 20 { // it may be written in batches
		n, err := p.calls()
		if err != nil {
			return err
		}
		if good += n.good; good >= l.requests {
			return nil
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the client counted %d replies, the server's log has %d good calls", l.requests, good)
}

// forgive passes over what the logs say of a comparison that has failed, so that
// the next one is judged by itself.
func (b *bench) forgive() {
	for _, h := range b.houses {
		_, _ = h.calls() // what they say has been said
		h.left = max(h.left, 0)
	}
}

// readLog reads lines of log/slog's text form. A call that was refused, a status
// that is no success, and any warning is an error.
func readLog(text []byte) (n logged, err error) {
	for line := range bytes.Lines(text) {
		kind, status, isCall := value(line, "kind"), value(line, "status"), value(line, "msg") == "call"
		quiet := value(line, "level") == "INFO" || value(line, "level") == "DEBUG"
		good := (kind == "" || kind == `""`) && (status == "" || status[0] == '2' || status[0] == '3')
		switch {
		case isCall && (kind == "internal" || kind == "unavailable"):
			if n.cut++; n.cut == 1 {
				n.first = string(bytes.TrimSpace(line))
			}
		case isCall && !good:
			return n, fmt.Errorf("a call was refused: %s", bytes.TrimSpace(line))
		case !quiet:
			return n, fmt.Errorf("the server complains: %s", bytes.TrimSpace(line))
		case isCall:
			n.good++
		}
	}
	return n, nil
}

// value is the text of an attribute, as far as the next space.
func value(line []byte, name string) string {
	_, rest, found := bytes.Cut(line, []byte(name+"="))
	if !found {
		return ""
	}
	if end := bytes.IndexAny(rest, " \n"); end >= 0 {
		rest = rest[:end]
	}
	return string(rest)
}
