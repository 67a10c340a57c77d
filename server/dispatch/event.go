package dispatch

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/fault"
	"postern/shared/form"
	"postern/shared/function"
	"postern/shared/scalar"
)

// Event is something that happened, or was refused, for the audit trail.
type Event struct {
	At        time.Time
	Actor     string // who really acted
	Login     string // as whom: a name that was tried, where nobody proved to be it
	LoginID   int64  // 0: nobody's
	AccountID int64  // the account that it was about, when that is the login's own or its mailbox's owner
	Account   string // its name
	// Named are the users that a WHM call named. Who looks them up must ask
	// whether the caller had power over them: LoginID and Superuser say whose.
	Named     []string
	Superuser bool

	Service scalar.Service
	Via     Via
	Address netip.Addr
	Session string // the session's public name
	Request string // the request's id in the log; the hook fills it in

	Function function.Name // what was called; zero for a step of a sign in
	Action   string        // the step of a sign in, when no function was called
	Refused  fault.Kind    // empty: it was done
	Details  map[string]string
}

// EventOf is what a caller did.
func EventOf(who Caller, at time.Time) Event {
	return Event{
		At: at, Actor: who.Actor(), Login: who.Name, LoginID: who.ID, AccountID: who.AccountID, Account: who.Account,
		Superuser: who.Superuser(), Service: who.Service, Via: who.Via, Address: who.Address, Session: who.Session,
	}
}

// eventOf is a call that succeeded, or one that was refused.
func eventOf(f *function.Function, name function.Name, c Call, args url.Values, refused fault.Kind) Event {
	e := EventOf(c.Caller, c.Now)
	e.Function, e.Refused = name, refused
	if refused != "" {
		// Anybody can have a call refused, with whatever in its arguments: only names of users are kept.
		e.Details = details(f.Fields, args, func(field form.Field) bool { return slices.Contains(userFields, field.Name) })
		return e
	}
	e.Details = Details(f.Fields, args)
	if name.Dialect == function.OnWHM {
		e.AccountID, e.Account = 0, ""
		e.Named = named(f.Fields, args)
	}
	return e
}

// userFields are the parameters by which functions name a user.
var userFields = []string{"user", "username", "reseller"}

const maxNamed = 100

func named(fields []form.Field, args url.Values) (users []string) {
	for _, field := range fields {
		if !slices.Contains(userFields, field.Name) {
			continue
		}
		for _, name := range valuesOf(field, args) {
			if name = strings.ToLower(name); name != "" && !slices.Contains(users, name) && len(users) < maxNamed {
				users = append(users, name)
			}
		}
	}
	return users
}

// Details are a call's arguments as the audit trail keeps them: those that the
// function declares, without secrets, cut to a length.
func Details(fields []form.Field, args url.Values) map[string]string {
	return details(fields, args, func(form.Field) bool { return true })
}

const (
	maxDetail  = 200 // bytes of a value
	maxDetails = 30  // values
)

func details(fields []form.Field, args url.Values, wanted func(form.Field) bool) map[string]string {
	kept := map[string]string{}
	for _, field := range fields {
		if field.Secret || telling(field.Name) || !wanted(field) {
			continue
		}
		if field.Kind == form.Map {
			keepMap(kept, field, args)
			continue
		}
		if values := valuesOf(field, args); len(values) > 0 && len(kept) < maxDetails {
			kept[field.Name] = cut(strings.Join(values, ", "))
		}
	}
	return kept
}

func keepMap(kept map[string]string, field form.Field, args url.Values) {
	prefix := strings.TrimSuffix(field.Name, "*")
	for name, values := range args {
		if strings.HasPrefix(name, prefix) && name != prefix && !telling(name) && len(values) > 0 && len(kept) < maxDetails {
			kept[cut(name)] = cut(values[0])
		}
	}
}

// telling tells that a parameter of this name may hold a secret, declared as
// one or not. The name of a token is none.
func telling(name string) bool {
	name = strings.ToLower(name)
	if strings.HasSuffix(name, "_name") {
		return false
	}
	return slices.ContainsFunc([]string{"pass", "pwd", "token", "secret", "answer", "ques", "otp", "cookie", "credential", "private", "command"},
		func(word string) bool { return strings.Contains(name, word) })
}

// valuesOf are the values of a parameter under all its names, numbered ones too.
func valuesOf(field form.Field, args url.Values) (values []string) {
	for _, name := range append([]string{field.Name}, field.Aliases...) {
		for given, texts := range args {
			if given == name || field.Kind == form.List && numberedOf(given, name) {
				for _, text := range texts {
					if text != "" {
						values = append(values, text)
					}
				}
			}
		}
	}
	slices.Sort(values) // a map gave them in no order
	return values
}

func numberedOf(given, name string) bool {
	tail, is := strings.CutPrefix(given, name+"-")
	return is && tail != "" && strings.Trim(tail, "0123456789") == ""
}

func cut(text string) string {
	text = strings.ToValidUTF8(strings.ReplaceAll(text, "\x00", ""), "\uFFFD")
	if len(text) > maxDetail {
		text = strings.ToValidUTF8(text[:maxDetail], "") + "…"
	}
	return text
}

// recordDone writes a call that succeeded into its own transaction: a change that
// cannot be recorded is not made.
func (m *Mux) recordDone(f *function.Function, name function.Name, args url.Values) func(context.Context, Call) error {
	if m.Record == nil || f.Effect != function.Writes {
		return nil
	}
	return func(ctx context.Context, c Call) error {
		if err := m.Record(ctx, c.DB, eventOf(f, name, c, args, "")); err != nil {
			return fmt.Errorf("the audit trail: %w", err)
		}
		return nil
	}
}

// recordRefused writes that a call was refused for who makes it, outside the
// transaction that the refusal rolled back, and gives the refusal back.
func (m *Mux) recordRefused(ctx context.Context, db bun.IDB, f *function.Function, name function.Name, c Call, args url.Values, refusal error) error {
	kind := fault.Of(refusal).Kind
	if m.Record == nil || f == nil || kind != fault.Forbidden && kind != fault.Stranger {
		return refusal
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordTimeout) // who hangs up is recorded all the same
	defer cancel()
	if err := m.Record(ctx, db, eventOf(f, name, c, args, kind)); err != nil {
		return fault.Of(refusal).Because(errors.Join(refusal, fmt.Errorf("the audit trail: %w", err)))
	}
	return refusal
}

const recordTimeout = 5 * time.Second
