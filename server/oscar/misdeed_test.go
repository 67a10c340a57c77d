package oscar_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/server/oscar"
	"postern/server/oscar/oscartest"
)

// counted counts what a client reads from all its connections.
type counted struct {
	net.Conn
	read *atomic.Int64
}

func (c counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.read.Add(int64(n))
	return n, err
}

// Whatever a host does at whatever step, a check fails, ends by its deadline,
// reads no more than its bounds, and leaves nothing running.
func TestMisdeeds(t *testing.T) {
	const deadline, late = 400 * time.Millisecond, 2 * time.Second // the machine may be busy
	before := runtime.NumGoroutine()
	var wg sync.WaitGroup
	slots := make(chan struct{}, 16)
	for _, step := range oscartest.Steps {
		for _, deed := range oscartest.Misdeeds {
			slots <- struct{}{}
			wg.Go(func() {
				defer func() { <-slots }()
				h, err := oscartest.Start(oscartest.Manners{Users: users, Wrong: map[oscartest.Step]oscartest.Misdeed{step: deed}})
				if err != nil {
					t.Error(err)
					return
				}
				defer h.Close()
				var read atomic.Int64
				c := clientOf(h)
				c.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
					conn, err := new(net.Dialer).DialContext(ctx, network, address)
					return counted{conn, &read}, err
				}
				begun := time.Now()
				err = echo(t, c, "123456", "s3cretpw", deadline)
				var f *oscar.Failure
				switch {
				case !errors.As(err, &f):
					t.Errorf("%s at %s: %v", deed, step, err)
				case time.Since(begun) > deadline+late:
					t.Errorf("%s at %s took %v", deed, step, time.Since(begun))
				case read.Load() > 2*(1<<20+1<<17):
					t.Errorf("%s at %s: %d bytes were read", deed, step, read.Load())
				case !fits(f.Class, deed, step):
					t.Errorf("%s at %s: %v", deed, step, err)
				}
			})
		}
	}
	wg.Wait()
	settle(t, before)
}

// fits tells whether a failure is told as what it was.
func fits(class oscar.Class, deed oscartest.Misdeed, step oscartest.Step) bool {
	sent := step == oscartest.Acking || step == oscartest.Delivery
	switch deed {
	case oscartest.Hang, oscartest.HalfHeader, oscartest.Oversized, oscartest.KeepAlives:
		return class == oscar.Timeout && !sent || class == oscar.NotReturned && sent || class == oscar.NotOSCAR && deed == oscartest.KeepAlives
	case oscartest.Close, oscartest.SignOff, oscartest.BareSignOff:
		return class == oscar.Outage || class == oscar.Network // a connection that is closed while the client writes is reset
	case oscartest.Reset:
		return class == oscar.Network || class == oscar.Outage
	case oscartest.HTTP, oscartest.BadMarker, oscartest.Junk, oscartest.Flood:
		return class == oscar.NotOSCAR || class == oscar.Timeout && deed == oscartest.Flood || class == oscar.NotReturned && sent && deed != oscartest.HTTP
	}
	return class != ""
}

// settle waits until what ran has ended.
func settle(t *testing.T, before int) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			var stacks bytes.Buffer
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks.String())
		}
	}
}

// A check that hangs costs one goroutine: the caller's own.
func TestOneGoroutine(t *testing.T) {
	h := start(t, oscartest.Manners{Wrong: map[oscartest.Step]oscartest.Misdeed{oscartest.Delivery: oscartest.Hang}})
	done := make(chan error)
	go func() { done <- echo(t, clientOf(h), "123456", "s3cretpw", 600*time.Millisecond) }()
	for h.Accepted() < 2 {
		time.Sleep(time.Millisecond)
	}
	time.Sleep(100 * time.Millisecond)
	var stacks bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
	count := 0
	for _, stack := range strings.Split(stacks.String(), "\n\n") {
		if strings.Contains(stack, "oscar.(*Client)") || strings.Contains(stack, "oscar.(*stream)") {
			count++
		}
	}
	if count != 1 {
		t.Errorf("%d goroutines\n%s", count, stacks.String())
	}
	if err := <-done; err == nil {
		t.Error("it did not fail")
	}
}

// A caller who goes away ends the check at once.
func TestCancelled(t *testing.T) {
	h := start(t, oscartest.Manners{Wrong: map[oscartest.Step]oscartest.Misdeed{oscartest.Rates: oscartest.Hang}})
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	begun := time.Now()
	if err := clientOf(h).Echo(ctx, "123456", "s3cretpw", mark, mark); err == nil || time.Since(begun) > 5*time.Second {
		t.Errorf("%v after %v", err, time.Since(begun))
	}
}
