package node

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"postern/server/account"
	"postern/server/audit"
	"postern/server/httpd"
	"postern/server/login"
	"postern/server/provider"
	"postern/server/session"
	"postern/server/sso"
	"postern/shared/scalar"
)

// Open binds all ports, and writes what programs beside Postern read.
func (n *Node) Open() error {
	c := n.options.Config
	if n.databases != nil {
		if err := n.databases.Install(); err != nil {
			return fmt.Errorf("POSTERN_DATABASE_APP_FASTCGI: %w", err)
		}
	}
	bind, err := netip.ParseAddr(c.Bind)
	if err != nil {
		return fmt.Errorf("POSTERN_BIND: %w", err)
	}
	certificate := &httpd.Certificate{CertFile: c.TLSCert, KeyFile: c.TLSKey}
	if c.TLSCert == "" {
		if certificate, err = httpd.SelfSigned(c.Data, c.Hostname, n.options.Now()); err != nil {
			return fmt.Errorf("the self-signed certificate: %w", err)
		}
	}
	certificate.Log = n.options.Log
	if _, err := certificate.Get(nil); err != nil {
		return err
	}
	var doors []httpd.Door
	for _, d := range []httpd.Door{
		{Service: scalar.CPanel, TLS: true, Port: c.CPanelPort}, {Service: scalar.WHM, TLS: true, Port: c.WHMPort}, {Service: scalar.Webmail, TLS: true, Port: c.WebmailPort},
		{Service: scalar.CPanel, Port: c.CPanelPlain}, {Service: scalar.WHM, Port: c.WHMPlain}, {Service: scalar.Webmail, Port: c.WebmailPlain},
	} {
		if d.Handler, err = n.Handler(d.Service, d.TLS); err != nil {
			return err
		}
		doors = append(doors, d)
	}
	if n.listeners, err = httpd.Open(bind, certificate, doors, n.options.Log); err != nil {
		return err
	}
	if c.Metrics != "off" {
		err = n.listeners.Inside("POSTERN_METRICS_ADDR", c.Metrics, n.metrics.Handler(n.options.DB.Pool.Ping), n.options.Log)
	}
	if err == nil && c.SSO != "off" {
		err = n.listeners.Inside("POSTERN_SSO_ADDR", c.SSO, n.sso.Loopback(), n.options.Log)
	}
	if err != nil {
		n.listeners.Close()
	}
	return err
}

// Address is where a service is open over TLS: for people on this machine alone
// where it listens on loopback, since the host's own name leads elsewhere then.
func (n *Node) Address(service scalar.Service) string {
	if bind, err := netip.ParseAddr(n.options.Config.Bind); err == nil && bind.IsLoopback() {
		return n.url(service, "localhost")
	}
	return n.url(service, "")
}

// Serve answers until the context ends, then finishes what runs within ten seconds.
func (n *Node) Serve(ctx context.Context) error {
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	if err := n.months(ctx); err != nil { // before the first event: one that finds no month's table stays without
		n.options.Log.Warn("the audit trail's months were not seen to; it is tried again", "error", err)
	}
	go n.tidy(work)
	go n.tokens.Run(work, n.options.DB)
	go n.tenants.Run(work)
	failed := make(chan error, 1)
	go func() { failed <- n.listeners.Serve() }()
	select {
	case err := <-failed:
		return err
	case <-ctx.Done():
	}
	deadline, cancel := context.WithTimeout(work, 10*time.Second)
	defer cancel()
	n.listeners.Shutdown(deadline)
	if err := n.sessions.Flush(deadline, n.options.Now()); err != nil {
		n.options.Log.Warn("sessions' last use not written", "error", err)
	}
	return <-failed
}

// tidy writes what is written in batches and sweeps what has ended.
func (n *Node) tidy(ctx context.Context) {
	flush, sweep := time.NewTicker(5*time.Second), time.NewTicker(time.Minute)
	defer flush.Stop()
	defer sweep.Stop()
	for {
		var err error
		select {
		case <-ctx.Done():
			return
		case <-flush.C:
			err = n.sessions.Flush(ctx, n.options.Now())
		case <-sweep.C:
			err = n.sweep(ctx)
		}
		if err != nil && ctx.Err() == nil {
			n.options.Log.Warn("housekeeping failed; it is tried again", "error", err)
		}
	}
}

// sweep deletes what has ended. It only tidies: what has ended is refused where
// it is looked up, swept or not.
func (n *Node) sweep(ctx context.Context) error {
	db, now := n.options.DB.Write, n.options.Now()
	_, err := n.brute.Sweep(ctx, db, now)
	return errors.Join(err, n.months(ctx), session.Sweep(ctx, db, now), login.Sweep(ctx, db, now), account.Sweep(ctx, db), provider.Sweep(ctx, db, now), sso.Sweep(ctx, db, now))
}

// months sees to the audit trail's tables.
func (n *Node) months(ctx context.Context) error {
	dropped, err := audit.Months(ctx, n.options.DB.Write, n.options.Config.AuditMonths, n.options.Now())
	if len(dropped) > 0 {
		n.options.Log.Warn("months of the audit trail were dropped, as POSTERN_AUDIT_MONTHS says", "tables", dropped)
	}
	return err
}
