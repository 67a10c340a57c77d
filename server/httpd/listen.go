package httpd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"postern/server/config"
	"postern/shared/scalar"
)

// Door is a listener and what answers on it.
type Door struct {
	Service scalar.Service
	TLS     bool
	Port    config.Port
	Handler http.Handler
}

// Listeners are doors that are open.
type Listeners struct {
	servers []*http.Server
	opened  []opened
}

type opened struct {
	net.Listener
	Door
}

// Open binds every door, all or none; Serve then answers.
func Open(bind netip.Addr, certificate *Certificate, doors []Door, log *slog.Logger) (*Listeners, error) {
	l := &Listeners{}
	for _, d := range doors {
		if d.Port == config.Off {
			continue
		}
		address := netip.AddrPortFrom(bind, uint16(d.Port)).String()
		listener, err := net.Listen("tcp", address)
		if err != nil {
			l.Close()
			return nil, fmt.Errorf("%s cannot listen on %s: %w", d.Service.Title(), address, err)
		}
		if d.TLS {
			listener = tls.NewListener(listener, &tls.Config{
				GetCertificate: certificate.Get, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"},
			})
		}
		l.opened = append(l.opened, opened{listener, d})
		l.servers = append(l.servers, server(d.Handler, log))
	}
	return l, nil
}

// Inside opens an address that is not for people, such as the operator's own for
// monitoring. variable is where it was set, for the error.
func (l *Listeners) Inside(variable, address string, h http.Handler, log *slog.Logger) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fmt.Errorf("%s: cannot listen on %s: %w", variable, address, err)
	}
	l.opened = append(l.opened, opened{listener, Door{}})
	l.servers = append(l.servers, server(h, log))
	return nil
}

// server has a limit on everything that a slow or greedy client can stretch.
func server(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		HTTP2:             &http.HTTP2Config{MaxConcurrentStreams: 100},
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelDebug), // handshakes that strangers break off
	}
}

// Serve answers until Shutdown.
func (l *Listeners) Serve() error {
	failed := make(chan error, len(l.servers))
	for i, s := range l.servers {
		go func() { failed <- s.Serve(l.opened[i]) }()
	}
	for range l.servers {
		if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
			l.Close()
			return err
		}
	}
	return nil
}

// Shutdown lets what runs finish until the context ends, then cuts it off.
func (l *Listeners) Shutdown(ctx context.Context) {
	done := make(chan struct{})
	for _, s := range l.servers {
		go func() {
			_ = s.Shutdown(ctx) // the deadline is followed by Close
			done <- struct{}{}
		}()
	}
	for range l.servers {
		<-done
	}
	l.Close()
}

// Close frees the ports at once.
func (l *Listeners) Close() {
	for _, s := range l.servers {
		_ = s.Close()
	}
	for _, o := range l.opened {
		_ = o.Close()
	}
}

// Port is the port that a service got; 0 if it has no such door.
func (l *Listeners) Port(service scalar.Service, overTLS bool) int {
	for _, o := range l.opened {
		if o.Service == service && o.TLS == overTLS {
			return o.Addr().(*net.TCPAddr).Port
		}
	}
	return 0
}
