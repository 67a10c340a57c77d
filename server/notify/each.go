package notify

import (
	"context"
	"strconv"
	"strings"
	"time"

	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/function"
)

// each tests all contacts of a service one after the other within one deadline:
// each may take its share of what is left. What fails is a warning, and the
// failure of the call when nothing gets through. test names what it tested.
func (r *Room) each(ctx context.Context, c dispatch.Call, f *function.Function, service, title string, notes *function.Notes,
	test func(ctx context.Context, s settings, secret string, there time.Duration) (string, error),
) error {
	kept, err := r.contacts(ctx, c.DB, service)
	if err != nil {
		return err
	}
	if len(kept) == 0 {
		return fault.New(fault.Unknown, "The contact settings have no %s: set one with postern_set_contact_settings.", title)
	}
	s, err := load(ctx, c.DB)
	if err != nil {
		return err
	}
	ctx, there, cancel := r.within(ctx)
	defer cancel()
	outside, done := context.WithTimeout(ctx, there)
	defer done()
	end, _ := outside.Deadline()
	var last error
	for i, one := range kept {
		share := max(time.Until(end)/time.Duration(len(kept)-i), time.Millisecond)
		what, err := test(outside, s, one.secret, share)
		if err != nil {
			notes.Warnings = append(notes.Warnings, what+": "+*sentence(err))
			last = err
		}
	}
	failures := len(notes.Warnings)
	var failed error
	if failures == len(kept) {
		failed = fault.New(fault.Of(last).Kind, "%s", strings.Join(notes.Warnings, " ")).Because(last)
	}
	return r.record(ctx, c, f, map[string]string{"tested": strconv.Itoa(len(kept)), "failed": strconv.Itoa(failures)}, failed)
}

// sentence is what people are told of an error; nil when there is none.
func sentence(err error) *string {
	if err == nil {
		return nil
	}
	text := fault.Of(err).Message
	return &text
}
