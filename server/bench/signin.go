package main

import (
	"context"
	"net"
	"net/http"
	"time"
)

// crowded is how many sign in at once.
const crowded = 64

// signIn measures sign ins with a password, each worker another user from an
// address of its own, beside the hashes that they cannot do without.
func (b *bench) signIn(ctx context.Context) ([]Row, error) {
	h, err := b.house(ctx, small)
	if err != nil {
		return nil, err
	}
	clients := make([]*http.Client, crowded)
	for i := range clients {
		t := transport()
		t.DialContext = (&net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i+1))}}).DialContext
		clients[i] = &http.Client{Transport: t, Timeout: time.Minute}
		defer t.CloseIdleConnections()
	}
	signing := subject{name: "sign in", server: h.process, peak: true, unlogged: true, load: func(ctx context.Context) (load, error) {
		return closed(ctx, b.time, crowded, func(ctx context.Context, worker int) error {
			_, _, err := signIn(ctx, clients[worker], h.addresses["cPanel"], h.users[worker])
			return err
		})
	}}
	samples, err := b.alternate(ctx, signing, subject{name: "hash alone", load: func(ctx context.Context) (load, error) { return b.hashes(ctx, h.hash) }})
	if err != nil {
		return nil, err
	}
	hash := besideRate("the hash alone", samples[0], samples[1])
	peak := median(samples[0], peakOf)
	return []Row{
		{Group: "signin", What: "sign in, 64 at once", Connections: crowded, Figures: figures(samples[0]), Beside: []Beside{hash},
			Target: "≥ 0.9 of the hash alone", Verdict: verdict(hash.Ratio >= 0.9)},
		{Group: "memory", What: "64 sign ins at once: the most that was resident", Value: peak, Unit: "MB", Target: "< 200 MB", Verdict: verdict(peak < 200)},
	}, nil
}
