package notify

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"postern/server/dispatch"
	"postern/server/egress"
	"postern/server/oscar"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

func (r *Room) verifyOSCAR(ctx context.Context, c dispatch.Call, in catalog.VerifyOSCARRequest) (catalog.MessageSent, error) {
	return r.echo(ctx, c, &catalog.VerifyOSCAR.Function, in.Username, in.Password)
}

func (r *Room) verifyICQ(ctx context.Context, c dispatch.Call, _ struct{}) (catalog.MessageSent, error) {
	return r.echoKept(ctx, c, &catalog.VerifyICQ.Function, icq, "ICQ")
}

func (r *Room) verifyAIM(ctx context.Context, c dispatch.Call, _ struct{}) (catalog.MessageSent, error) {
	return r.echoKept(ctx, c, &catalog.VerifyAIM.Function, aim, "AIM")
}

// echoKept tests the account that is kept.
func (r *Room) echoKept(ctx context.Context, c dispatch.Call, f *function.Function, service, title string) (out catalog.MessageSent, err error) {
	kept, err := r.contacts(ctx, c.DB, service)
	if err != nil {
		return out, err
	}
	if len(kept) == 0 {
		return out, fault.New(fault.Unknown, "The contact settings have no %s account: set one with postern_set_contact_settings.", title)
	}
	return r.echo(ctx, c, f, kept[0].name, kept[0].secret)
}

// echo lets an account send itself a message, and records it.
func (r *Room) echo(ctx context.Context, c dispatch.Call, f *function.Function, name, password string) (out catalog.MessageSent, err error) {
	s, err := load(ctx, c.DB)
	if err != nil {
		return out, err
	}
	if s.OSCARServer == "" {
		return out, fault.New(fault.Unknown, "There is no OSCAR server: set one with postern_set_notify_settings (oscar_server).")
	}
	if out.MessageID, err = r.messageID(c.Now); err != nil {
		return out, err
	}
	err = r.echoAt(ctx, c, s, name, password, out.MessageID)
	return out, r.record(ctx, c, f, map[string]string{"oscar_name": name, "server": s.OSCARServer, "message_id": out.MessageID}, err)
}

func (r *Room) echoAt(ctx context.Context, c dispatch.Call, s settings, name, password, id string) error {
	gate, err := s.gate()
	if err != nil {
		return err
	}
	ctx, there, cancel := r.within(ctx)
	defer cancel()
	// One at a time: servers answer sign-ons of one account at the same moment with resets.
	who := oscar.Normal(name)
	if err := takeCheck(ctx, c.DB, s.OSCARServer, who, id, there+2*tail); err != nil {
		return err
	}
	client := &oscar.Client{Dial: gate.DialContext, Server: s.OSCARServer, Messages: s.OSCARMessages, Random: r.Random}
	outside, done := context.WithTimeout(ctx, there)
	failed := client.Echo(outside, name, password, ascii(subject(id)+" "+r.body()), id)
	done()
	after, end := context.WithTimeout(context.WithoutCancel(ctx), tail) // a caller who went away leaves no row
	defer end()
	err = dropCheck(after, c.DB, s.OSCARServer, who, id)
	if failed != nil {
		return because(failed)
	}
	return err
}

// ascii is a text in the one character set that every client shows.
func ascii(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return '?'
		}
		return r
	}, s)
}

// because says in words why a check failed.
func because(err error) error {
	var f *oscar.Failure
	if !errors.As(err, &f) {
		return err
	}
	server := "The OSCAR server"
	if f.AtMessages {
		server = "The message server of the OSCAR server"
	}
	say := func(kind fault.Kind, format string, args ...any) error {
		return fault.New(kind, "%s", fmt.Sprintf(format, args...)).Because(err)
	}
	switch f.Class {
	case oscar.Credentials:
		return say(fault.Invalid, "The OSCAR server does not accept the user name and the password.")
	case oscar.Unusable:
		return say(fault.Invalid, "The OSCAR server says that the account is expired, suspended or restricted (code %#04x).", f.Code)
	case oscar.RateLimit:
		return say(fault.Unavailable, "%s limits how often one may connect and send. Try again in some minutes.", server)
	case oscar.Refused:
		return say(fault.Unavailable, "%s refused the test with the code %#04x.", server, f.Code)
	case oscar.Outage:
		return say(fault.Unavailable, "%s broke off the connection or is out of service. Try again later.", server)
	case oscar.NotOSCAR:
		return say(fault.Unavailable, "%s does not speak OSCAR, or sends what a test cannot need.", server)
	case oscar.NotReturned:
		if f.Acked {
			return say(fault.Unavailable, "The test message did not come back in time, although the server took it.")
		}
		return say(fault.Unavailable, "The test message did not come back in time.")
	case oscar.Elsewhere:
		return say(fault.Unavailable, "The account signed on somewhere else during the test. Try again.")
	case oscar.Redirect:
		return say(fault.Unavailable, "The OSCAR server points to a message server whose address makes no sense.")
	case oscar.Timeout:
		return say(fault.Unavailable, "%s did not answer in time.", server)
	}
	return egress.Fault(err, server)
}
