package account_test

import (
	"context"
	"testing"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// inSession is a caller in a session of their own.
func (h *house) inSession(name, session string) dispatch.Caller {
	c := h.Caller(name)
	c.Via, c.Service, c.Session = dispatch.BySession, scalar.CPanel, session
	return c
}

func (h *house) verifies(name, text string) bool {
	h.Helper()
	l, err := account.Find(h.Context(), h.DB.Write, name)
	h.Must(err)
	is, _, err := h.room.Hasher.Verify(h.Context(), l.PasswordHash, text)
	h.Must(err)
	return is
}

const stronger = "another Ferry of 17 lamps"

func TestChangePassword(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	h.Session("anna", "")
	var kept string
	h.Must(h.DB.Write.NewRaw("SELECT name FROM sessions").Scan(t.Context(), &kept))
	h.Session("anna", "")
	h.Session("anna", "root")
	anna := h.inSession("anna", kept)
	change := func(old, new string) error {
		_, err := h.uapi(anna, "Postern::change_password", "old_password="+old, "new_password="+new)
		return err
	}

	h.Refused(change(strong, strong), fault.Invalid, "“new_password”")
	h.Refused(change(strong, "anna anna"), fault.Invalid, "too weak")
	h.Refused(change(strong, ""), fault.Invalid, "“new_password”")
	h.Refused(change("", stronger), fault.Invalid, "“old_password”")
	if h.failures != 0 || h.Count("sessions") != 3 || !h.verifies("anna", strong) {
		t.Errorf("after what was no guess: %d failures, %d sessions", h.failures, h.Count("sessions"))
	}
	h.Must(change(strong, stronger))
	if !h.verifies("anna", stronger) || h.verifies("anna", strong) {
		t.Error("the password is not the new one")
	}
	if n := h.Count("sessions"); n != 1 || h.Count("sessions WHERE name = ?", kept) != 1 {
		t.Errorf("%d sessions go on", n)
	}
}

// TestChangePasswordIsNoOracle: who finds an open browser gets three tries, like at the door.
func TestChangePasswordIsNoOracle(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	anna := h.inSession("anna", "x")
	for range 3 {
		_, err := h.uapi(anna, "Postern::change_password", "old_password=guess", "new_password="+stronger)
		h.Refused(err, fault.Invalid, "not your present password")
	}
	_, err := h.uapi(anna, "Postern::change_password", "old_password="+strong, "new_password="+stronger)
	h.Refused(err, fault.Locked, "")
	if !h.verifies("anna", strong) {
		t.Error("it was changed behind the lock")
	}
}

// TestChangePasswordGuessedAtOnce: who was let in before the lock, with many guesses
// at the same moment, hears behind it of a right one no more than of a wrong one.
func TestChangePasswordGuessedAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	anna := h.inSession("anna", "x")
	for _, guess := range []string{"guess", strong} {
		asked := 0
		h.room.Locked = func(context.Context, dispatch.Call, string) error {
			if asked++; asked == 1 {
				return nil
			}
			return fault.New(fault.Locked, "Too many failures.") // another guess was the last one
		}
		_, err := h.uapi(anna, "Postern::change_password", "old_password="+guess, "new_password="+stronger)
		h.Refused(err, fault.Locked, "")
	}
	if h.failures != 0 || !h.verifies("anna", strong) {
		t.Errorf("%d failures counted, or the password changed, behind the lock", h.failures)
	}
}

// TestChangePasswordAtTheSameMoment: an administrator's new password, set while
// the old one was being looked at, is not undone by who knows the old one.
func TestChangePasswordAtTheSameMoment(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	anna := h.inSession("anna", "x")
	h.room.Locked = func(context.Context, dispatch.Call, string) error { // asked once the old hash was read
		_, _, err := h.whm(h.root, "passwd", "user=anna", "password=the administrator's own 55")
		return err
	}
	_, err := h.uapi(anna, "Postern::change_password", "old_password="+strong, "new_password="+stronger)
	h.Refused(err, fault.Exists, "by somebody else")
	if !h.verifies("anna", "the administrator's own 55") {
		t.Error("the administrator's password was undone")
	}
}

// TestChangePasswordNeedsASession: tokens and passwords over the API cannot.
func TestChangePasswordNeedsASession(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	for _, via := range []dispatch.Via{dispatch.ByToken, dispatch.ByPassword} {
		c := h.Caller("anna")
		c.Via = via
		_, err := h.uapi(c, "Postern::change_password", "old_password="+strong, "new_password="+stronger)
		h.Refused(err, fault.Forbidden, "outside a browser session")
	}
	root := h.root
	root.Via, root.Session = dispatch.BySession, "x"
	_, _, err := h.whm(root, "postern_change_password", "old_password="+strong, "new_password="+stronger)
	h.Must(err)
	if !h.verifies("root", stronger) {
		t.Error("root's password is not the new one")
	}
}
