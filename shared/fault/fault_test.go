package fault

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestNew(t *testing.T) {
	for _, c := range []struct {
		got           *Fault
		message, full string
	}{
		{New(Invalid, "Plain."), "Plain.", "Plain."},
		{New(Invalid, "It is %d%%: %w", 5, io.EOF), "It is 5%", "It is 5%: EOF"},
		{New(Invalid, "The body is bad. %w", io.EOF), "The body is bad.", "The body is bad.: EOF"},
		{New(Invalid, "%w", io.EOF), "", ": EOF"},
		{New(Invalid, "“%s” and “%s”", "a", "b"), "“a” and “b”", "“a” and “b”"},
		{New(Invalid, "%s", "100% %w"), "100% %w", "100% %w"},
	} {
		if c.got.Message != c.message || c.got.Error() != c.full {
			t.Errorf("%q, %q", c.got.Message, c.got.Error())
		}
	}
}

func TestOf(t *testing.T) {
	secret := errors.New("password hunter2 in a query")
	if f := Of(secret); f.Kind != Internal || strings.Contains(f.Message, "hunter2") || !errors.Is(f, secret) {
		t.Errorf("%+v", f)
	}
	inner := NoPrivilege("x").Because(secret)
	if f := Of(fmt.Errorf("while doing: %w", inner)); f != inner {
		t.Errorf("%+v", f)
	}
	// The fault nearest to the caller speaks.
	if f := Of(New(Unavailable, "Down: %w", inner)); f.Kind != Unavailable || f.Message != "Down" || !errors.Is(f, secret) {
		t.Errorf("%+v", f)
	}
	if !Is(inner, Forbidden) || Is(inner, Internal) || Is(nil, Internal) || !Is(context.Canceled, Internal) {
		t.Error("Is")
	}
}

func TestBecauseLeavesTheFirstAlone(t *testing.T) {
	first := Denied()
	if second := first.Because(io.EOF); errors.Is(first, io.EOF) || !errors.Is(second, io.EOF) || second.Kind != Stranger || second.Message != first.Message {
		t.Error("Because")
	}
}

// TestSentences: what stands in one place is said in one way.
func TestSentences(t *testing.T) {
	for _, c := range []struct {
		f       *Fault
		kind    Kind
		message string
	}{
		{Missing("user"), Invalid, "The parameter “user” is required."},
		{Bad("user", "use letters"), Invalid, "The parameter “user” is not valid: use letters."},
		{Bad("user", "use letters."), Invalid, "The parameter “user” is not valid: use letters."},
		{Bad("100%", "use %s"), Invalid, "The parameter “100%” is not valid: use %s."},
		{NoPrivilege("list-accts"), Forbidden, "You do not have the privilege “list-accts”."},
		{NoFeature("webmail"), Forbidden, "The feature “webmail” is not enabled for this account."},
		{NotHere("f", "by a mailbox"), Forbidden, "The function “f” cannot be called by a mailbox."},
		{NoSuchFunction("f"), Unknown, "There is no function “f”."},
		{Denied(), Stranger, "Access denied"},
		{BadToken(), Stranger, "Invalid security token"},
		{Busy(), Unavailable, "The server is busy. Try again in a few seconds."},
	} {
		if c.f.Kind != c.kind || c.f.Message != c.message {
			t.Errorf("%s %q, want %s %q", c.f.Kind, c.f.Message, c.kind, c.message)
		}
	}
}
