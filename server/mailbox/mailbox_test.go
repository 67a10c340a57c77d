package mailbox_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"postern/server/account"
	"postern/server/bruteforce"
	"postern/server/dispatch"
	"postern/server/mailbox"
	"postern/server/password"
	"postern/server/session"
	"postern/server/testkit/roomtest"
	"postern/shared/fault"
	"postern/shared/function"
)

const strong = roomtest.Strong

// house is the room over a database of its own, with two accounts.
type house struct {
	*roomtest.House
	hasher     *password.Hasher
	root       dispatch.Caller
	alice, bob dispatch.Caller
}

func open(t *testing.T, words ...string) *house {
	t.Helper()
	h := &house{House: roomtest.New(t), hasher: roomtest.Hasher(t)}
	nodes, turn := [2]bruteforce.Room{}, atomic.Int64{}
	(&mailbox.Room{
		Hasher: h.hasher, EndSessions: session.EndAll,
		Guard: func(ctx context.Context, c dispatch.Call, name string, look func(context.Context) (bool, error)) (bool, error) {
			a := bruteforce.Attempt{Name: name, Address: c.Address, Step: "function"}
			return nodes[turn.Add(1)%2].Look(ctx, h.DB.Write, a, c.Now, look)
		},
	}).Register(h.Mux)
	h.Open(&account.Room{Hasher: h.hasher, Random: rand.Reader, EndSessions: session.EndAll})
	h.root = h.caller("root")
	for _, name := range []string{"alice", "bob"} {
		h.whm("createacct", append(words, "username="+name, "domain="+name+".example", "password="+strong)...)
	}
	h.alice, h.bob = h.caller("alice"), h.caller("bob")
	return h
}

func (h *house) caller(name string) dispatch.Caller {
	h.Helper()
	c := h.Caller(name)
	c.Address = netip.MustParseAddr("198.51.100.7")
	return c
}

func (h *house) whm(f string, words ...string) {
	h.Helper()
	if _, err := h.Reply(h.root, function.WHM(f), roomtest.Words(words...)); err != nil {
		h.Fatalf("%s: %v", f, err)
	}
}

// call calls a function of the module Email; its answer is given as JSON.
func (h *house) call(who dispatch.Caller, f string, words ...string) (string, error) {
	reply, err := h.Reply(who, function.UAPI("Email", f), roomtest.Words(words...))
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(reply.Out)
	return string(text), err
}

func (h *house) done(who dispatch.Caller, f string, words ...string) string {
	h.Helper()
	text, err := h.call(who, f, words...)
	if err != nil {
		h.Fatalf("%s %v: %v", f, words, err)
	}
	return text
}

func (h *house) refused(kind fault.Kind, text string, who dispatch.Caller, f string, words ...string) {
	h.Helper()
	out, err := h.call(who, f, words...)
	h.Refused(err, kind, text, f, words, out)
}

func TestAdd(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, c := range []struct {
		words string
		login string
	}{
		{"email=info", `"info+alice.example"`},
		{"email=Sales&domain=ALICE.example", `"sales+alice.example"`},
		{"email=a.b-c_d@alice.example&quota=unlimited", `"a.b-c_d+alice.example"`},
		{"email=o'brien&send_welcome_email=1&skip_update_db=1", `"o'brien+alice.example"`},
	} {
		if strings.Contains(c.words, "unlimited") {
			h.whm("modifyacct", "user=alice", "MAX_EMAILACCT_QUOTA=0")
		}
		if got := h.done(h.alice, "add_pop", append(strings.Split(c.words, "&"), "password="+strong)...); strings.ReplaceAll(got, `\u0027`, "'") != c.login {
			t.Errorf("%s gives %s, want %s", c.words, got, c.login)
		}
	}
	if n := h.Count("mailboxes WHERE quota_mb = 1024"); n != 2 { // what the account allows, where nothing is said
		t.Errorf("%d mailboxes have 1024 MB", n)
	}
	l := h.caller("INFO@alice.example")
	if l.Kind != dispatch.Mailbox || l.AccountID != h.alice.ID || l.Account != "alice" || l.Privileges != nil {
		t.Errorf("caller %+v", l)
	}
}

func TestAddFaults(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.done(h.alice, "add_pop", "email=info", "password="+strong)
	pass := "password=" + strong
	h.refused(fault.Exists, "exists already", h.alice, "add_pop", "email=INFO@alice.example", pass)
	h.refused(fault.Invalid, "“email” is required", h.alice, "add_pop", pass)
	h.refused(fault.Invalid, "“password” is required", h.alice, "add_pop", "email=x")
	h.refused(fault.Invalid, "not both", h.alice, "add_pop", "email=x", pass, "password_hash=$argon2id$x")
	h.refused(fault.Invalid, "at least 65", h.alice, "add_pop", "email=x", "password=luggage")
	h.refused(fault.Invalid, "“cpanel”", h.alice, "add_pop", "email=cPanel", pass)
	h.refused(fault.Invalid, "at most 1024 megabytes", h.alice, "add_pop", "email=x", pass, "quota=2000")
	h.refused(fault.Invalid, "at most 1024 megabytes", h.alice, "add_pop", "email=x", pass, "quota=0")
	h.refused(fault.Invalid, "quota", h.alice, "add_pop", "email=x", pass, "quota=-5")
	h.refused(fault.Forbidden, "“bob.example” does not belong", h.alice, "add_pop", "email=x@bob.example", pass)
	h.refused(fault.Forbidden, "“nosuch.example” does not belong", h.alice, "add_pop", "email=x", "domain=nosuch.example", pass)
	h.refused(fault.Invalid, "domain", h.alice, "add_pop", "email=x@alice.example", "domain=bob.example", pass)
	for _, bad := range []string{
		"a b", "a..b", ".a", "a.", "a@b", "@", "a/../b", "%u", "a\"b", "a,b", "a;b", "ä", strings.Repeat("a", 65), "a\nb", "<a>", "a\\b",
	} {
		h.refused(fault.Invalid, "", h.alice, "add_pop", "email="+bad+"@alice.example", pass)
	}
	// Texts that SQL would notice are names like any other, or refused: none does anything else.
	h.done(h.alice, "add_pop", "email=x'--@alice.example", pass)
	h.refused(fault.Invalid, "", h.alice, "add_pop", "email=x'); DROP TABLE logins; --", pass)
	if n := h.Count("mailboxes"); n != 2 {
		t.Errorf("%d mailboxes", n)
	}
	h.whm("modifyacct", "user=alice", "MAXPOP=2")
	h.refused(fault.Forbidden, "as many mailboxes as it may have: 2", h.alice, "add_pop", "email=y", pass)
}

func TestAddWithHash(t *testing.T) {
	t.Parallel()
	h := open(t)
	hash, err := h.hasher.Hash(t.Context(), "secret of elsewhere")
	if err != nil {
		t.Fatal(err)
	}
	h.done(h.alice, "add_pop", "email=moved", "password_hash="+hash)
	if got := h.done(h.alice, "verify_password", "email=moved@alice.example", "password=secret of elsewhere"); got != "1" {
		t.Errorf("verify_password gives %s", got)
	}
	tail := "$c2FsdHNhbHRzYWx0$MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE"
	for _, bad := range []string{
		"$6$salt$MDEyMzQ1Njc4OTAx", "x", "$argon2id$v=19$m=19456,t=2,p=1", "$argon2id$v=16$m=19456,t=2,p=1" + tail,
		"$argon2id$v=19$m=262144,t=16,p=1" + tail, "$argon2id$v=19$m=19456,t=200,p=1" + tail, "$argon2id$v=19$m=19456,t=0,p=1" + tail,
		"$argon2id$v=19$m=19456,t=2,p=1 x" + tail, "$argon2id$v=19$m=-1,t=2,p=1" + tail, "$argon2id$v=19$m=19456,t=2,p=1$$", "$argon2i$v=19$m=19456,t=2,p=1" + tail,
	} {
		h.refused(fault.Invalid, "argon2id", h.alice, "add_pop", "email=x", "password_hash="+bad)
	}
}

// Many at once never pass the limit, whatever room there is.
func TestAddRace(t *testing.T) {
	t.Parallel()
	h := open(t, "maxpop=3")
	errs := make([]error, 10)
	var wait sync.WaitGroup
	for i := range errs {
		wait.Go(func() {
			_, errs[i] = h.call(h.alice, "add_pop", "email=m"+string(rune('a'+i)), "password="+strong)
		})
	}
	wait.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else if !fault.Is(err, fault.Forbidden) {
			t.Error(err)
		}
	}
	if n := h.Count("mailboxes"); made != 3 || n != 3 {
		t.Errorf("%d were made, %d are there", made, n)
	}
}

// An account that is removed or renamed while mailboxes are made for it ends in
// one piece: nothing is left behind, nothing has the old domain, nobody deadlocks.
func TestAddWhileTheAccountChanges(t *testing.T) {
	t.Parallel()
	for _, change := range [][]string{{"removeacct", "user=alice"}, {"modifyacct", "user=alice", "domain=new.example"}} {
		h := open(t)
		errs := make([]error, 8)
		var wait sync.WaitGroup
		for i := range errs {
			wait.Go(func() {
				if i == 4 {
					_, errs[i] = h.Reply(h.root, function.WHM(change[0]), roomtest.Words(change[1:]...))
					return
				}
				_, errs[i] = h.call(h.alice, "add_pop", "email=m"+string(rune('a'+i)), "password="+strong)
			})
		}
		wait.Wait()
		for i, err := range errs {
			if err != nil && (i == 4 || !fault.Is(err, fault.Unknown)) {
				t.Errorf("%s: %v", change[0], err)
			}
		}
		if n := h.Count("logins WHERE name LIKE '%@alice.example'"); n != 0 {
			t.Errorf("%s leaves %d mailboxes of the old domain", change[0], n)
		}
		if orphans := h.Count("mailboxes m LEFT JOIN logins l ON l.id = m.login_id WHERE l.id IS NULL"); orphans != 0 {
			t.Errorf("%s leaves %d orphans", change[0], orphans)
		}
	}
}

func TestListAndSuspend(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, name := range []string{"zoe", "amy"} {
		h.done(h.alice, "add_pop", "email="+name, "password="+strong)
	}
	h.done(h.bob, "add_pop", "email=carl", "password="+strong)
	h.Session("amy@alice.example", "")
	h.Session("zoe@alice.example", "")
	h.done(h.alice, "suspend_login", "email=amy@alice.example")
	h.done(h.alice, "suspend_login", "email=amy@alice.example")
	if n := h.Count("sessions"); n != 1 {
		t.Errorf("%d sessions", n)
	}
	want := `[{"email":"alice","login":"Main Account","suspended_incoming":0,"suspended_login":0},` +
		`{"email":"amy@alice.example","login":"amy@alice.example","suspended_incoming":0,"suspended_login":1},` +
		`{"email":"zoe@alice.example","login":"zoe@alice.example","suspended_incoming":0,"suspended_login":0}]`
	if got := h.done(h.alice, "list_pops"); got != want {
		t.Errorf("list %s", got)
	}
	if got := h.done(h.alice, "list_pops", "skip_main=1", "regex=^z"); strings.Count(got, "email\":") != 1 || !strings.Contains(got, "zoe") {
		t.Errorf("list %s", got)
	}
	h.refused(fault.Invalid, "RE2", h.alice, "list_pops", "regex=(")
	own := dispatch.Call{Caller: h.alice}
	_, err := account.OwnMailbox(t.Context(), h.DB.Write, own, "amy", "alice.example")
	if !fault.Is(err, fault.Forbidden) {
		t.Errorf("a suspended mailbox: %v", err)
	}
	h.done(h.alice, "unsuspend_login", "email=amy@alice.example")
	l, err := account.OwnMailbox(t.Context(), h.DB.Write, own, "AMY", "Alice.Example")
	if err != nil || l.Name != "amy@alice.example" {
		t.Errorf("%v, %v", l, err)
	}
	for _, bad := range [][2]string{{"carl", "bob.example"}, {"carl", "alice.example"}, {"", "alice.example"}, {"alice", ""}, {"x@alice.example", "alice.example"}} {
		if _, err := account.OwnMailbox(t.Context(), h.DB.Write, own, bad[0], bad[1]); err == nil {
			t.Errorf("%v is a mailbox of alice’s", bad)
		}
	}
}

// Whatever is another account's is out of reach by any function.
func TestStrangersMailboxes(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.done(h.bob, "add_pop", "email=carl", "password="+strong)
	for _, f := range []string{"delete_pop", "passwd_pop", "verify_password", "suspend_login", "unsuspend_login"} {
		h.refused(fault.Forbidden, "does not belong", h.alice, f, "email=carl@bob.example", "password="+strong)
		h.refused(fault.Unknown, "no mailbox", h.alice, f, "email=carl", "password="+strong)
		h.refused(fault.Unknown, "no mailbox", h.alice, f, "email=bob", "password="+strong) // an account is no mailbox
	}
}

func TestPasswordAndRemoval(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, name := range []string{"info", "sales"} {
		h.done(h.alice, "add_pop", "email="+name, "password="+strong)
		h.Session(name+"@alice.example", "")
	}
	h.refused(fault.Invalid, "at least 65", h.alice, "passwd_pop", "email=info", "password=infoinfo")
	h.done(h.alice, "passwd_pop", "email=info", "domain=alice.example", "password=another "+strong)
	if n := h.Count("sessions"); n != 1 {
		t.Errorf("%d sessions", n)
	}
	if got := h.done(h.alice, "verify_password", "email=info@alice.example", "password=another "+strong); got != "1" {
		t.Errorf("the new password: %s", got)
	}
	// A mailbox's owner: their own password and nothing else.
	info := h.caller("info@alice.example")
	h.done(info, "passwd_pop", "email=info@alice.example", "password=a third "+strong)
	h.refused(fault.Unknown, "no mailbox", info, "passwd_pop", "email=sales@alice.example", "password="+strong)
	for _, f := range []string{"add_pop", "delete_pop", "list_pops", "verify_password", "suspend_login", "unsuspend_login"} {
		h.refused(fault.Forbidden, "mailbox", info, f, "email=sales", "password="+strong)
	}
	h.done(h.alice, "delete_pop", "email=sales", "flags=passwd", "skip_quota=1")
	if s, l := h.Count("sessions"), h.Count("logins WHERE name LIKE 'sales%'"); s != 0 || l != 0 {
		t.Errorf("%d sessions, %d logins left", s, l)
	}
	h.refused(fault.Unknown, "no mailbox", h.alice, "delete_pop", "email=sales")
}

// Guessing by verify_password runs into the same lock as guessing at the door,
// and behind the lock even the right password is not confirmed.
func TestVerifyPasswordLocks(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.done(h.alice, "add_pop", "email=info", "password="+strong)
	locked := false
	for range 60 {
		got, err := h.call(h.alice, "verify_password", "email=info@alice.example", "password=guess")
		if err != nil {
			locked = fault.Is(err, fault.Locked)
			break
		}
		if got != "0" {
			t.Fatalf("a guess gives %s", got)
		}
	}
	if !locked {
		t.Fatal("guessing was never locked")
	}
	h.refused(fault.Locked, "", h.alice, "verify_password", "email=info@alice.example", "password="+strong)
}

// Of guesses made at once on two nodes exactly as many are looked at as one by one.
func TestVerifyPasswordLocksThoseAtOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.done(h.alice, "add_pop", "email=info", "password="+strong)
	const guesses = 60
	var answered atomic.Int32
	before := h.hasher.Computed()
	var all sync.WaitGroup
	for range guesses {
		all.Go(func() {
			if _, err := h.call(h.alice, "verify_password", "email=info@alice.example", "password=guess"); err == nil {
				answered.Add(1)
			} else if !fault.Is(err, fault.Locked) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n, looked := answered.Load(), h.hasher.Computed()-before; n != 5 || looked != 5 {
		t.Errorf("of %d guesses at once %d were looked at and %d answered", guesses, looked, n)
	}
}

func TestFeatureOff(t *testing.T) {
	t.Parallel()
	h := open(t)
	if _, err := h.DB.Write.ExecContext(t.Context(), `INSERT INTO feature_lists VALUES ('plain', '{popaccts}', now())`); err != nil {
		t.Fatal(err)
	}
	h.whm("createacct", "username=carol", "featurelist=plain", "password="+strong)
	h.refused(fault.Forbidden, "“popaccts” is not enabled", h.caller("carol"), "add_pop", "email=x", "password="+strong)
	h.done(h.alice, "list_pops")
}
