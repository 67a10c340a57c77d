package main

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// crowd is connections to a node on which nothing is said any more.
type crowd struct {
	node *node

	mu          sync.Mutex
	open        int           // not closed by the server yet
	least, most time.Duration // how long the server left them idle
	why         error         // why one could not be opened
}

// dialFrom opens a connection to one of the services, from one of many addresses
// of the loopback.
func dialFrom(ctx context.Context, n *node, i int, shake bool) (net.Conn, error) {
	from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+i%200))}, Timeout: 30 * time.Second}
	address := fmt.Sprintf("127.0.0.1:%d", n.ports[[]string{cpanel, whm, webmail}[i%3]])
	if !shake {
		return from.DialContext(ctx, "tcp", address)
	}
	dialer := &tls.Dialer{NetDialer: from, Config: &tls.Config{InsecureSkipVerify: true}}
	return dialer.DialContext(ctx, "tcp", address)
}

// fill opens many, some at a time.
func (c *crowd) fill(ctx context.Context, count int, dial func(context.Context, *node, int) (io.ReadCloser, error)) {
	turn := make(chan struct{}, 64)
	var all sync.WaitGroup
	for i := range count {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			conn, err := dial(ctx, c.node, i)
			c.mu.Lock()
			defer c.mu.Unlock()
			if err != nil {
				c.why = err
				return
			}
			c.open++
			go c.watch(conn)
		})
	}
	all.Wait()
}

// watch notes when the server closes a connection.
func (c *crowd) watch(conn io.ReadCloser) {
	began := time.Now()
	_, _ = io.Copy(io.Discard, conn) // any end is an end
	conn.Close()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.open--
	took := time.Since(began)
	if c.least == 0 || took < c.least {
		c.least = took
	}
	c.most = max(c.most, took)
}

func (c *crowd) living() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.open
}

// await waits until the server has closed all, and is how many it has not.
func (c *crowd) await(until time.Time) int {
	for c.living() > 0 && time.Now().Before(until) {
		time.Sleep(100 * time.Millisecond)
	}
	return c.living()
}
