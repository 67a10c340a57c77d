package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"time"
)

// How many slow clients there are. Those who read nothing cost the machine's kernel
// megabytes each, and are fewer.
const (
	slowSenders = 200 // of headers, and as many of bodies
	slowReaders = 40
)

// slowClients has people who send a byte now and then, and such as do not read
// their replies, hold on to connections while others are served.
func slowClients(ctx context.Context, h *house, v *verdict) error {
	v.did = fmt.Sprintf("%d slow clients: headers and bodies by the byte, replies that nobody reads", 2*slowSenders+slowReaders)
	if err := h.open(ctx); err != nil {
		return err
	}
	s := &slow{verdict: v, h: h, n: h.a, cut: map[string]int{}, last: map[string]time.Duration{}}
	if err := h.beginIdle(ctx); err != nil { // which is mostly waiting, on the other node
		return err
	}
	began := h.a.memory()
	before := h.ledger.count()
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	for range slowSenders {
		s.all.Go(func() { s.client(ctx, "headers", s.headers) })
		s.all.Go(func() { s.client(ctx, "bodies", s.bodies) })
	}
	for range slowReaders {
		s.all.Go(func() { s.client(ctx, "readers", s.readers) })
	}
	time.Sleep(2 * time.Second)
	l := h.begin(ctx, h.a)
	most := 0
	for range 16 { // others are served meanwhile
		time.Sleep(500 * time.Millisecond)
		most = max(most, h.a.memory())
	}
	l.end()
	v.acknowledged = h.ledger.count() - before
	l.judge(v)
	if v.acknowledged < 20 {
		v.breaks("others got only %d writes done meanwhile", v.acknowledged)
	}
	v.note("memory %d → %d MiB", began, most)
	if most > began+200 {
		v.breaks("the slow clients cost %d MiB", most-began)
	}
	s.all.Wait()
	for kind, within := range map[string]time.Duration{"headers": 12 * time.Second, "bodies": 33 * time.Second, "readers": 75 * time.Second} {
		of := slowSenders
		if kind == "readers" {
			of = slowReaders
		}
		v.note("slow %s cut off after %.0f s", kind, s.last[kind].Seconds())
		if s.cut[kind] != of || s.last[kind] > within {
			v.breaks("of %d with slow %s %d were cut off, the last after %s; %s is the most", of, kind, s.cut[kind], s.last[kind].Round(time.Second), within)
		}
	}
	return h.compare(ctx, v, h.a)
}

type slow struct {
	*verdict
	h   *house
	n   *node
	all sync.WaitGroup

	mu   sync.Mutex
	cut  map[string]int           // how many the server has got rid of
	last map[string]time.Duration // when the last was
}

// client is one slow client, until the server cuts it off.
func (s *slow) client(ctx context.Context, kind string, do func(context.Context, net.Conn) bool) {
	dialer := &tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}
	conn, err := dialer.DialContext(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", s.n.ports[whm]))
	if err != nil {
		return
	}
	defer conn.Close()
	began := time.Now()
	_ = conn.SetDeadline(began.Add(90 * time.Second))
	if !do(ctx, conn) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cut[kind]++
	s.last[kind] = max(s.last[kind], time.Since(began))
}

// trickle writes a byte a second until the server has closed the connection.
func trickle(ctx context.Context, conn net.Conn) bool {
	closed := make(chan bool, 1)
	go func() {
		_, err := io.Copy(io.Discard, conn) // an error reply may come first
		late := net.Error(nil)
		closed <- !errors.As(err, &late) || !late.Timeout()
	}()
	for tick := time.NewTicker(time.Second); ; {
		select {
		case was := <-closed:
			tick.Stop()
			return was
		case <-ctx.Done():
			tick.Stop()
			return false
		case <-tick.C:
			_, _ = conn.Write([]byte("a")) // the reader hears of the end
		}
	}
}

func (s *slow) headers(ctx context.Context, conn net.Conn) bool {
	_, _ = io.WriteString(conn, "GET /login HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
	return trickle(ctx, conn)
}

func (s *slow) bodies(ctx context.Context, conn net.Conn) bool {
	_, _ = fmt.Fprintf(conn, "POST /json-api/version?api.version=1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: %s\r\nContent-Length: 100000\r\n\r\na=", s.h.token)
	return trickle(ctx, conn)
}

// readers ask for the largest reply that there is, many times, and read none of it.
func (s *slow) readers(ctx context.Context, conn net.Conn) bool {
	if tcp, is := conn.(*tls.Conn).NetConn().(*net.TCPConn); is {
		_ = tcp.SetReadBuffer(64 << 10)
	}
	ask := "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n"
	_, _ = io.WriteString(conn, strings.Repeat(ask, 60))
	select {
	case <-ctx.Done():
		return false
	case <-time.After(63 * time.Second): // what a reply may take to be written, and a little more
	}
	// What waits in the buffers is read; then the connection must be at its end.
	_ = conn.SetDeadline(time.Now().Add(15 * time.Second))
	_, err := io.Copy(io.Discard, conn)
	late := net.Error(nil)
	return !errors.As(err, &late) || !late.Timeout()
}
