package account_test

import (
	"fmt"
	"testing"

	"postern/server/account"
	"postern/shared/fault"
)

// Removing an account leaves no row of its own in any table that knows logins,
// and none of anybody else's is missing.
func TestRemoveLeavesNothing(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "create-acct", "kill-acct")
	alice := h.make(owner, "alice")
	h.make(owner, "bob")
	for _, who := range []string{"alice", "bob"} {
		_, err := h.uapi(h.Caller(who), "Email::add_pop", "email=info", "password="+strong)
		h.Must(err)
		h.Session(who, "")
		h.Session("info@"+who+".example", "")
		_, err = h.DB.Write.ExecContext(t.Context(), `INSERT INTO tokens (login_id, scheme, name, secret_hash, created_at)
			SELECT id, 'cpanel', 'x', sha256(name::bytea), now() FROM logins WHERE name = ?`, who)
		h.Must(err)
	}
	_, notes, err := h.whm(owner, "removeacct", "username=alice")
	h.Must(err)
	if notes.Raw == "" {
		t.Error("there is no raw log")
	}
	if _, err := account.Find(t.Context(), h.DB.Write, "alice"); !fault.Is(err, fault.Unknown) {
		t.Errorf("alice is there: %v", err)
	}
	var tables []string
	h.Must(h.DB.Write.NewRaw(`SELECT table_name FROM information_schema.columns
		WHERE table_schema = 'public' AND column_name = 'login_id'`).Scan(t.Context(), &tables))
	if len(tables) < 5 {
		t.Fatalf("tables with login_id: %v", tables)
	}
	for _, table := range tables {
		if n := h.Count(fmt.Sprintf("%s WHERE login_id = ? OR login_id NOT IN (SELECT id FROM logins)", table), alice.ID); n != 0 {
			t.Errorf("%d rows left in %s", n, table)
		}
	}
	if n := h.Count("logins WHERE name LIKE '%alice%'"); n != 0 {
		t.Errorf("%d logins left", n)
	}
	if s, k, m := h.Count("sessions"), h.Count("tokens"), h.Count("mailboxes"); s != 2 || k != 1 || m != 1 {
		t.Errorf("bob has %d sessions, %d tokens, %d mailboxes", s, k, m)
	}
	h.make(owner, "alice") // the name is free again
}

// What a removed reseller owned becomes root's; its own sessions as others end.
func TestRemoveReseller(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "create-acct")
	h.make(owner, "child")
	h.Session("child", "owner")
	h.Session("child", "")
	_, _, err := h.whm(h.root, "setupreseller", "user=owner", "makeowner=1")
	h.Must(err)
	_, _, err = h.whm(h.root, "removeacct", "user=owner")
	h.Must(err)
	data, _, err := h.whm(h.root, "accountsummary", "user=child")
	h.Must(err)
	if got := data["acct"].([]any)[0].(map[string]any)["owner"]; got != "root" {
		t.Errorf("child is owned by %v", got)
	}
	if n := h.Count("sessions"); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

func TestPasswdEndsSessions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "alice")
	h.Session("alice", "")
	before, _ := account.Find(t.Context(), h.DB.Write, "alice")
	for _, bad := range []string{"", "luggage", "alice1", "a\nb" + strong, "a\x00b" + strong} {
		_, _, err := h.whm(h.root, "passwd", "user=alice", "password="+bad)
		h.Refused(err, fault.Invalid, "assword")
	}
	if h.Count("sessions") != 1 {
		t.Error("a refused change ended sessions")
	}
	data, _, err := h.whm(h.root, "passwd", "user=alice", "password=another "+strong, "db_pass_update=1")
	h.Must(err)
	after, _ := account.Find(t.Context(), h.DB.Write, "alice")
	if len(data["app"].([]any)) == 0 || h.Count("sessions") != 0 || after.PasswordHash == before.PasswordHash {
		t.Errorf("answer %v, %d sessions", data, h.Count("sessions"))
	}
	if right, _, _ := h.room.Hasher.Verify(t.Context(), after.PasswordHash, "another "+strong); !right {
		t.Error("the new password is not right")
	}
}

func TestSuspension(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "create-acct", "suspend-acct")
	alice := h.make(owner, "alice")
	_, err := h.uapi(alice, "Email::add_pop", "email=info", "password="+strong)
	h.Must(err)
	h.Session("alice", "")
	h.Session("info@alice.example", "")
	_, notes, err := h.whm(owner, "suspendacct", "user=alice", "reason=Nonpayment\nof March")
	h.Must(err)
	if notes.Raw == "" || h.Count("sessions") != 0 {
		t.Errorf("raw %q, %d sessions", notes.Raw, h.Count("sessions"))
	}
	for _, name := range []string{"alice", "info@alice.example"} {
		if l, err := account.Find(t.Context(), h.DB.Write, name); err != nil || !l.Suspended() {
			t.Errorf("%s is not suspended (%v)", name, err)
		}
	}
	_, _, err = h.whm(owner, "suspendacct", "user=alice")
	h.Refused(err, fault.Exists, "suspended already")
	data, _, err := h.whm(owner, "listsuspended")
	h.Must(err)
	row := data["account"].([]any)[0].(map[string]any)
	if row["user"] != "alice" || row["owner"] != "owner" || row["reason"] != "Nonpayment\nof March" ||
		row["time"] != "Wed Mar  4 12:00:00 2026" || row["unixtime"] != float64(h.Clock.Now().Unix()) || row["is_locked"] != 0.0 {
		t.Errorf("row %v", row)
	}
	_, _, err = h.whm(owner, "unsuspendacct", "user=alice")
	h.Must(err)
	if l, _ := account.Find(t.Context(), h.DB.Write, "info@alice.example"); l.Suspended() {
		t.Error("it is still suspended")
	}
	_, _, err = h.whm(h.root, "suspendacct", "user=alice", "disallowun=1")
	h.Must(err)
	_, _, err = h.whm(owner, "unsuspendacct", "user=alice")
	h.Refused(err, fault.Forbidden, "only root may lift it")
	_, _, err = h.whm(h.root, "unsuspendacct", "user=alice")
	h.Must(err)
}

func TestModify(t *testing.T) {
	t.Parallel()
	h := open(t)
	alice := h.make(h.root, "alice")
	h.make(h.root, "bob")
	_, err := h.uapi(alice, "Email::add_pop", "email=info", "password="+strong, "quota=700")
	h.Must(err)
	h.Session("alice", "")
	h.Session("info@alice.example", "")
	h.Session("bob", "")
	data, notes, err := h.whm(h.root, "modifyacct", "user=alice", "newuser=carol", "domain=carol.example", "MAXFTP=10", "MAXPOP=unlimited",
		"QUOTA=0", "LOCALE=fr", "contactemail=a@b.example,c@d.example", "notify_disk_limit=1", "MXCHECK-carol.example=remote",
		"STARTDATE=1549471343", "shell=/bin/zsh", "MAX_EMAILACCT_QUOTA=500", "update_existing_email_account_quotas=1")
	h.Must(err)
	cpuser := data["cpuser"].(map[string]any)
	if notes.Reason != "Account Modified" || data["user"] != "carol" || data["domain"] != "carol.example" || data["setshell"] != "/bin/zsh" ||
		cpuser["MAXFTP"] != 10.0 || cpuser["QUOTA"] != "unlimited" || cpuser["STARTDATE"] != 1549471343.0 || cpuser["MXCHECK-carol.example"] != "remote" {
		t.Errorf("answer %v", data)
	}
	if h.Count("sessions") != 1 {
		t.Error("sessions of who was renamed are alive, or bob’s are not")
	}
	if h.Count("logins l JOIN mailboxes m ON m.login_id = l.id WHERE l.name = 'info@carol.example' AND m.quota_mb = 500") != 1 {
		t.Error("the mailbox did not move along, or is larger than allowed")
	}
	carol := h.Caller("carol")
	info, err := h.uapi(carol, "Variables::get_user_information")
	h.Must(err)
	for name, want := range map[string]any{
		"user": "carol", "contact_email_2": "c@d.example", "maximum_ftp_accounts": 10.0, "notify_disk_limit": 1.0, "lang": "french", "locale": "fr",
		"notify_contact_address_change": 1.0, "created_in_version": "1.2.3", "owner": "root", "home": "/home/carol",
	} {
		if got := info.(map[string]any)[name]; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	_, _, err = h.whm(h.root, "modifyacct", "user=carol", "HASCGI=0")
	h.Must(err)
	info, _ = h.uapi(carol, "Variables::get_user_information", "name=cgi_enabled", "name-1=maximum_ftp_accounts", "name-2=nosuch")
	if m := info.(map[string]any); len(m) != 2 || m["cgi_enabled"] != 0.0 || m["maximum_ftp_accounts"] != 10.0 {
		t.Errorf("information %v", m)
	}
}

func TestModifyFaults(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "carol")
	h.make(h.root, "bob")
	for _, c := range []struct {
		word string
		kind fault.Kind
		text string
	}{
		{"newuser=bob", fault.Exists, "taken"}, {"newuser=root", fault.Invalid, "reserved"}, {"newuser=a b", fault.Invalid, "newuser"},
		{"domain=bob.example", fault.Exists, "belongs"}, {"domain=host.example.net", fault.Invalid, "host name"},
		{"LOCALE=xx", fault.Invalid, "LOCALE"}, {"MXCHECK-bob.example=local", fault.Invalid, "domain of the account"},
		{"MAXPOP=many", fault.Invalid, "MAXPOP"}, {"owner=bob", fault.Invalid, "reseller"}, {"PUSHBULLET_ACCESS_TOKEN=x", fault.Invalid, "PUSHBULLET"},
		{"DBOWNER=x'; --", fault.Invalid, "DBOWNER"}, {"shell=../../x", fault.Invalid, "shell"},
	} {
		_, _, err := h.whm(h.root, "modifyacct", "user=carol", c.word)
		h.Refused(err, c.kind, c.text)
	}
}
