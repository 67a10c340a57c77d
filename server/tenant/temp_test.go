package tenant_test

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func TestTempUserMakesWhatTheAccountOwns(t *testing.T) {
	h := open(t)
	shop := h.anna + "_shop"
	h.pg(h.anna, "create_database", "name="+shop)
	anna := h.signIn(h.anna, scalar.CPanel)
	u := h.temp(anna)
	if !regexp.MustCompile(`\Acpses_[a-z0-9]{10}\z`).MatchString(u.User) || !bool(u.Created) || len(u.Password) < 20 || u.Owner != h.anna ||
		len(u.Databases) != 1 || u.Databases[0] != shop || u.Host == "" || u.Port == 0 {
		t.Errorf("made %+v", u)
	}
	again := h.temp(anna)
	if again.User != u.User || bool(again.Created) || again.Password != "" {
		t.Errorf("the second call gives %+v", again)
	}
	conn := h.enter(u.User, u.Password, shop)
	h.exec(conn, "CREATE TABLE goods (n int); INSERT INTO goods VALUES (7)")
	h.exec(conn, "CREATE SCHEMA more; CREATE TABLE more.goods (n int)")
	// Whoever gives the account's role up still makes nothing that outlives them as theirs.
	h.exec(conn, "SET ROLE NONE; CREATE TABLE sly (n int); GRANT SELECT ON sly TO "+u.User+"; SELECT lo_create(0)")
	h.exec(conn, "ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO "+h.anna+"; RESET ROLE")
	h.exec(conn, "GRANT SELECT ON goods TO "+u.User)
	if got := h.value(conn, "SELECT current_user::text"); got != h.anna {
		t.Errorf("works as %s", got)
	}
	late := h.anna + "_late" // a database that is made later is the session's too
	h.pg(h.anna, "create_database", "name="+late)
	h.enter(u.User, u.Password, late)

	h.signOut(anna)
	h.drain()
	h.execFails(conn, "", "SELECT 1") // thrown out
	h.shut("authentication failed", u.User, u.Password, shop)
	next := h.temp(h.signIn(h.anna, scalar.CPanel))
	conn = h.enter(next.User, next.Password, shop)
	for _, table := range []string{"goods", "sly", "more.goods"} {
		if got := h.value(conn, "SELECT relowner::regrole::text FROM pg_class WHERE oid = $1::text::regclass", table); got != h.anna {
			t.Errorf("%s belongs to %s", table, got)
		}
	}
	if got := h.value(conn, "SELECT lomowner::regrole::text FROM pg_largeobject_metadata"); got != h.anna {
		t.Errorf("the large object belongs to %s", got)
	}
	if got := h.value(conn, "SELECT n::text FROM goods"); got != "7" {
		t.Errorf("goods hold %s", got)
	}
}

// Every way in which a session ends takes its user along.
func TestTempUserEndsWithTheSession(t *testing.T) {
	h := open(t)
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	ctx := context.Background()
	for name, end := range map[string]func(dispatch.Caller){
		"sign out": h.signOut,
		"expiry": func(c dispatch.Caller) {
			_, err := h.DB.Write.NewRaw("UPDATE sessions SET expires_at = least(?::timestamptz, now()) WHERE name = ?", h.Clock.Now(), c.Session).Exec(ctx)
			h.Must(err)
			h.Must(session.Sweep(ctx, h.DB.Write, h.Clock.Now()))
		},
		"revocation": func(c dispatch.Caller) { h.whmAs(h.caller(h.anna), "revoke_session", "name="+c.Session) },
		"suspension": func(dispatch.Caller) {
			h.whm("suspendacct", "user="+h.anna)
			h.whm("unsuspendacct", "user="+h.anna)
		},
		"password change": func(c dispatch.Caller) { h.Must(session.EndAll(ctx, h.DB.Write, c.ID)) },
	} {
		who := h.signIn(h.anna, scalar.CPanel)
		u := h.temp(who)
		conn := h.enter(u.User, u.Password, h.anna+"_shop")
		end(who)
		h.drain()
		h.execFails(conn, "", "SELECT 1")
		h.shut("authentication failed", u.User, u.Password, h.anna+"_shop")
		if left := h.users(); len(left) > 0 {
			t.Errorf("%s leaves %v", name, left)
		}
		h.refused(fault.Forbidden, "The session has ended", who, createTemp)
	}
}

func (h *house) whmAs(who dispatch.Caller, f string, words ...string) {
	h.Helper()
	_, err := h.call(who, function.UAPI("Postern", f), words...)
	h.Must(err)
}

// PostgreSQL itself keeps a user out after its session's end, whatever becomes of Postern.
func TestTempUserExpires(t *testing.T) {
	h := open(t)
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	who := h.signIn(h.anna, scalar.CPanel)
	u := h.temp(who)
	until := func() time.Time {
		text := h.column("SELECT to_char(rolvaliduntil AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS') FROM pg_roles WHERE rolname = $1", u.User)[0]
		at, err := time.Parse("2006-01-02 15:04:05", text)
		h.Must(err)
		return at
	}
	if left := until().Sub(h.Clock.Now()); left < time.Hour || left > time.Hour+5*time.Minute {
		t.Errorf("valid for %v", left)
	}
	h.Clock.Advance(30 * time.Minute)
	h.Must(h.sessionSeen(who))
	h.Must(h.room.Sweep(context.Background()))
	if left := until().Sub(h.Clock.Now()); left < time.Hour || left > time.Hour+5*time.Minute {
		t.Errorf("after use valid for %v", left)
	}
	h.Clock.Set(time.Now().Add(-3 * time.Hour))
	old := h.temp(h.signIn(h.anna, scalar.CPanel))
	h.shut("password authentication failed", old.User, old.Password, h.anna+"_shop")
}

func (h *house) sessionSeen(c dispatch.Caller) error {
	_, err := h.DB.Write.NewRaw("UPDATE sessions SET last_seen_at = ? WHERE name = ?", h.Clock.Now(), c.Session).Exec(context.Background())
	return err
}

func TestTempUserOnlyFromASession(t *testing.T) {
	h := open(t)
	who := h.signIn(h.anna, scalar.CPanel)
	for name, change := range map[string]func(*dispatch.Caller){
		"outside a browser session":                  func(c *dispatch.Caller) { c.Via = dispatch.ByToken },
		"outside a browser session ":                 func(c *dispatch.Caller) { c.Via = dispatch.ByPassword },
		"outside a browser session  ":                func(c *dispatch.Caller) { c.Via, c.Service = dispatch.ByCommand, scalar.Command },
		"under the URL of a live":                    func(c *dispatch.Caller) { c.Service = scalar.WHM },
		"under the URL of a live cPanel or Webmail ": func(c *dispatch.Caller) { c.Session = "" },
		"The session has ended":                      func(c *dispatch.Caller) { c.Session = "NoSuchSession123" },
	} {
		c := who
		change(&c)
		h.refused(fault.Forbidden, strings.TrimSpace(name), c, createTemp)
		h.refused(fault.Forbidden, strings.TrimSpace(name), c, renewTemp)
	}
	h.temp(who)
	if all := h.users(); len(all) != 1 {
		t.Errorf("refusals made users: %v", all)
	}
}

func TestMailboxesNeedTheAccountsLeave(t *testing.T) {
	h := open(t)
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	_, err := h.call(h.caller(h.anna), function.UAPI("Email", "add_pop"), "email=bob", "password="+strong)
	h.Must(err)
	bob := h.signIn("bob@"+h.anna+".example", scalar.Webmail)
	allow := func(bit string) {
		t.Helper()
		h.whmAs(h.caller(h.anna), "set_mailbox_database_access", "allowed="+bit)
	}
	h.refused(fault.Forbidden, "does not let its mailboxes", bob, createTemp)
	allow("1")
	u := h.temp(bob)
	conn := h.enter(u.User, u.Password, h.anna+"_shop")
	h.exec(conn, "CREATE TABLE by_bob (n int)")
	if got := h.value(conn, "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'by_bob'"); got != h.anna {
		t.Errorf("belongs to %s", got)
	}
	h.refused(fault.Forbidden, "mailbox’s owner", bob, function.UAPI("Postern", "set_mailbox_database_access"), "allowed=1")
	allow("0")
	h.drain()
	h.execFails(conn, "", "SELECT 1")
	h.refused(fault.Forbidden, "does not let its mailboxes", bob, createTemp)
}

func TestRenewedPassword(t *testing.T) {
	h := open(t)
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	who := h.signIn(h.anna, scalar.CPanel)
	first := h.temp(who)
	out, err := h.call(who, renewTemp)
	h.Must(err)
	second := out.(catalog.TempUser)
	if second.User != first.User || second.Password == first.Password || second.Password == "" {
		t.Errorf("renewed %+v", second)
	}
	h.shut("password authentication failed", first.User, first.Password, h.anna+"_shop")
	h.enter(second.User, second.Password, h.anna+"_shop")
}

// Of many calls of one session at once, one makes the user; all name the same.
func TestTempUserOnceASession(t *testing.T) {
	h := open(t)
	who := h.signIn(h.anna, scalar.CPanel)
	var mu sync.Mutex
	names, secrets := map[string]int{}, 0
	var all sync.WaitGroup
	for range 12 {
		all.Go(func() {
			out, err := h.call(who, createTemp)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
				return
			}
			u := out.(catalog.TempUser)
			names[u.User]++
			if u.Password != "" {
				secrets++
			}
		})
	}
	all.Wait()
	if len(names) != 1 || secrets != 1 || len(h.users()) != 1 {
		t.Errorf("%v, %d passwords, %v on the server", names, secrets, h.users())
	}
}

// A thousand sessions leave nothing behind, though every tenth is ended while its user is made.
func TestThousandSessions(t *testing.T) {
	h := open(t)
	began := time.Now()
	h.temp(h.signIn(h.anna, scalar.CPanel))
	work := make(chan int)
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for i := range work {
				who := h.signIn(h.anna, scalar.CPanel)
				if i%10 == 0 {
					go func() { _ = h.sessions.End(context.Background(), who.Session) }()
				}
				if _, err := h.call(who, createTemp); err != nil && i%10 != 0 {
					t.Error(err)
				}
				_ = h.sessions.End(context.Background(), who.Session)
				if i%50 == 0 {
					h.drain()
				}
			}
		})
	}
	for i := range sessions {
		work <- i
	}
	close(work)
	all.Wait()
	h.Must(session.EndAll(context.Background(), h.DB.Write, h.caller(h.anna).ID))
	h.Must(h.room.Sweep(context.Background()))
	if left := h.users(); len(left) > 0 {
		t.Errorf("%d users are left: %v", len(left), left)
	}
	if rows := fmt.Sprint(h.whm("postern_list_temp_users").(catalog.TempUsers).Users); rows != "[]" {
		t.Errorf("rows are left: %s", rows)
	}
	t.Logf("%d sessions in %v", sessions, time.Since(began))
}
