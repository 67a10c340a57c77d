package main

import (
	"fmt"
	"net"
	"sync"
)

// proxy stands between Postern and PostgreSQL and is the network that breaks.
type proxy struct {
	to       string // PostgreSQL's Unix socket
	listener net.Listener

	mu    sync.Mutex
	state network
	open  map[*wire]struct{}
}

// network is how the proxy treats packets.
type network int

const (
	passing    network = iota
	refusing           // every connection is reset, old ones and new
	swallowing         // nothing comes through; what is connected meanwhile never works again
)

// wire is one connection through the proxy.
type wire struct {
	client, server net.Conn
	dead           bool // a firewall forgot it: its packets go nowhere
}

func newProxy(socket string) (*proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	p := &proxy{to: socket, listener: l, open: map[*wire]struct{}{}}
	go p.accept()
	return p, nil
}

// url is a database behind the proxy.
func (p *proxy) url(database string) string {
	return fmt.Sprintf("postgres://postern@%s/%s?sslmode=disable", p.listener.Addr(), database)
}

// set changes the network, for connections that are open too.
func (p *proxy) set(to network) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.state = to
	for w := range p.open {
		switch to {
		case refusing:
			w.reset()
		case swallowing:
			w.dead = true
		}
	}
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return // closed
		}
		go p.serve(client)
	}
}

func (p *proxy) serve(client net.Conn) {
	w := &wire{client: client}
	p.mu.Lock()
	state := p.state
	w.dead = state == swallowing
	p.open[w] = struct{}{}
	p.mu.Unlock()
	defer func() {
		p.mu.Lock()
		delete(p.open, w)
		p.mu.Unlock()
		w.close()
	}()
	if state == refusing {
		w.reset()
		return
	}
	if !w.dead {
		server, err := net.Dial("unix", p.to)
		if err != nil { // no server: the machine refuses the connection
			w.reset()
			return
		}
		p.mu.Lock()
		w.server = server
		p.mu.Unlock()
		go func() {
			p.pump(w, server, client)
			if !p.isDead(w) {
				w.close()
			}
		}()
	}
	p.pump(w, client, w.server) // ends when the client has gone
}

// pump carries bytes until its source ends. Those of a dead wire go nowhere.
func (p *proxy) pump(w *wire, from, to net.Conn) {
	buffer := make([]byte, 32<<10)
	for {
		n, err := from.Read(buffer)
		if !p.isDead(w) && n > 0 {
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (p *proxy) isDead(w *wire) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return w.dead
}

// reset breaks the wire off at once, with RST where there is TCP.
func (w *wire) reset() {
	if tcp, is := w.client.(*net.TCPConn); is {
		_ = tcp.SetLinger(0)
	}
	w.close()
}

func (w *wire) close() {
	_ = w.client.Close()
	if w.server != nil {
		_ = w.server.Close()
	}
}
