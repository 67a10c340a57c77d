// Package notify tests the ways in which the server can reach its
// administrators: ICQ and AIM accounts, Pushbullet, URLs that take a form.
//
// It owns the settings of these services, the networks that Postern may connect
// to besides the public internet, and the tables contact_secrets and
// oscar_checks. What it keeps of the services is sealed and never told again.
// Everything that leaves the machine goes through package egress, within one
// deadline and with no transaction held. It sends no notifications by itself.
package notify

import (
	"context"
	"crypto/x509"
	"encoding/binary"
	"fmt"
	"io"
	"time"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/egress"
	"postern/server/seal"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// Room answers the functions about notifications.
type Room struct {
	Key      *seal.Key
	Random   io.Reader
	Hostname string
	// Record adds to the audit trail what was sent and to whom: dispatch records
	// only calls that write.
	Record   func(ctx context.Context, db bun.IDB, e dispatch.Event) error
	Deadline time.Duration  // of a call, whatever others do; 0: 20 s
	Roots    *x509.CertPool // whose certificates are trusted; nil: the system's
}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.VerifyOSCAR, r.verifyOSCAR)
	dispatch.Handle(m, catalog.VerifyICQ, r.verifyICQ)
	dispatch.Handle(m, catalog.VerifyAIM, r.verifyAIM)
	dispatch.Handle(m, catalog.SendTestPushbullet, r.sendPushbullet)
	dispatch.Handle(m, catalog.VerifyPushbullet, r.verifyPushbullet)
	dispatch.Handle(m, catalog.SendTestPostURL, r.sendPostURL)
	dispatch.Handle(m, catalog.VerifyPostURL, r.verifyPostURL)
	dispatch.Handle(m, catalog.GetNotifySettings, r.getSettings)
	dispatch.Handle(m, catalog.SetNotifySettings, r.setSettings)
	dispatch.Handle(m, catalog.GetContactSettings, r.getContacts)
	dispatch.Handle(m, catalog.SetContactSettings, r.setContacts)
}

const (
	deadline = 20 * time.Second
	// tail is what is kept of the deadline for what comes after the other end.
	tail = time.Second
	// recording is how long the audit trail may take when the caller has gone.
	recording = 5 * time.Second
)

// within bounds a call: the context, and how long the other ends may take.
func (r *Room) within(ctx context.Context) (context.Context, time.Duration, context.CancelFunc) {
	whole := r.Deadline
	if whole == 0 {
		whole = deadline
	}
	ctx, cancel := context.WithTimeout(ctx, whole)
	return ctx, whole - min(tail, whole/10), cancel
}

// messageID makes a unique string: the time and a random number of 50 bits, as
// the documented samples are made.
func (r *Room) messageID(now time.Time) (string, error) {
	var b [8]byte
	if _, err := io.ReadFull(r.Random, b[:]); err != nil {
		return "", fmt.Errorf("randomness: %w", err)
	}
	return fmt.Sprintf("%x-%x", now.Unix(), binary.BigEndian.Uint64(b[:])>>14), nil
}

// subject is the title of a test message, and body what stands in it.
func subject(id string) string { return "Test message (ID: " + id + ")" }

func (r *Room) body() string {
	return "This message tests whether notifications from " + r.Hostname + " arrive. There is nothing to do."
}

// record tells the audit trail that a test was made and how it ended. Details
// hold no secret. A refusal of kind Forbidden is recorded by dispatch.
func (r *Room) record(ctx context.Context, c dispatch.Call, f *function.Function, details map[string]string, failed error) error {
	if r.Record == nil || fault.Is(failed, fault.Forbidden) {
		return failed
	}
	e := dispatch.EventOf(c.Caller, c.Now)
	e.Function, e.Details, e.AccountID, e.Account = f.Names[0], details, 0, ""
	if failed != nil {
		e.Refused = fault.Of(failed).Kind
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recording)
	defer cancel()
	if err := r.Record(ctx, c.DB, e); err != nil && failed == nil {
		return fmt.Errorf("the audit trail: %w", err)
	}
	return failed
}

// Gate is the way out that the settings leave open, for other rooms too.
func Gate(ctx context.Context, db bun.IDB) (*egress.Gate, error) {
	s, err := load(ctx, db)
	if err != nil {
		return nil, err
	}
	return s.gate()
}
