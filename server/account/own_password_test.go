package account_test

import (
	"context"
	"fmt"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"postern/server/account"
	"postern/server/bruteforce"
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

// TestChangePasswordGuessedAtOnce: of forty guesses that two nodes are asked at the
// same moment, the present password among the late ones, exactly as many are looked
// at as lock, and the others hear of the lock, right or wrong.
func TestChangePasswordGuessedAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	anna := h.inSession("anna", "x")
	anna.Address = netip.MustParseAddr("198.51.100.7")
	var node atomic.Int64
	nodes := [2]bruteforce.Room{}
	h.room.Guard = func(ctx context.Context, c dispatch.Call, name string, look func(context.Context) (bool, error)) (bool, error) {
		a := bruteforce.Attempt{Name: name, Address: c.Address, Step: "function"}
		return nodes[node.Add(1)%2].Look(ctx, h.DB.Write, a, c.Now, look)
	}
	before := h.room.Hasher.Computed()
	kinds := make(chan fault.Kind, 40)
	for i := range 40 {
		go func() {
			guess := fmt.Sprint("guess ", i)
			if i >= 30 {
				guess = strong
				time.Sleep(500 * time.Millisecond)
			}
			_, err := h.uapi(anna, "Postern::change_password", "old_password="+guess, "new_password="+stronger)
			kinds <- fault.Of(err).Kind
		}()
	}
	count := map[fault.Kind]int{}
	for range 40 {
		count[<-kinds]++
	}
	if looked := h.room.Hasher.Computed() - before; looked != 5 || count[fault.Invalid] != 5 || count[fault.Locked] != 35 {
		t.Errorf("%d passwords looked at; answers %v", looked, count)
	}
	if !h.verifies("anna", strong) {
		t.Error("the password changed behind the lock")
	}
}

// TestChangePasswordAtTheSameMoment: an administrator's new password, set while
// the old one was being looked at, is not undone by who knows the old one.
func TestChangePasswordAtTheSameMoment(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "anna")
	anna := h.inSession("anna", "x")
	h.room.Guard = func(ctx context.Context, _ dispatch.Call, _ string, look func(context.Context) (bool, error)) (bool, error) { // asked once the old hash was read
		if _, _, err := h.whm(h.root, "passwd", "user=anna", "password=the administrator's own 55"); err != nil {
			return false, err
		}
		return look(ctx)
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
