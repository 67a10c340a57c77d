package account_test

import (
	"strings"
	"sync"
	"testing"

	"postern/server/account"
	"postern/shared/fault"
)

func TestCreateAnswersAsDocumented(t *testing.T) {
	t.Parallel()
	h := open(t)
	data, notes, err := h.whm(h.root, "createacct", "username=Alice", "domain=Bücher.example", "password="+strong,
		"plan=gold", "maxpop=3", "maxftp=unlimited", "quota=500", "contactemail=a@b.example", "language=german", "hasshell=0", "cgi=1",
		"frontpage=0", "maxsql=7", "maxlst=null", "maxsub=2", "maxpark=0", "maxaddon=0", "bwlimit=0", "cpmod=jupiter", "ip=n", "savepkg=0", "useregns=0")
	h.Must(err)
	if notes.Reason != "Account Creation Ok" || data["package"] != "gold" || data["ip"] != "192.0.2.10" || strings.Contains(notes.Raw, strong) {
		t.Errorf("answer %v, notes %+v", data, notes)
	}
	if v, has := data["nameservera4"]; !has || v != nil || data["nameserver"] != "" {
		t.Errorf("name servers in %v", data)
	}
	data, _, err = h.whm(h.root, "accountsummary", "user=alice")
	h.Must(err)
	a := data["acct"].([]any)[0].(map[string]any)
	for name, want := range map[string]any{
		"user": "alice", "domain": "xn--bcher-kva.example", "owner": "root", "plan": "gold", "maxpop": 3.0, "maxftp": "unlimited",
		"disklimit": 500.0, "maxsql": 7.0, "maxlst": "unlimited", "maxsub": 2.0, "maxparked": 0.0, "maxaddons": 0.0,
		"max_emailacct_quota": 1024.0, "email": "a@b.example", "diskused": "0M", "suspended": 0.0, "suspendtime": nil,
		"startdate": "26 Mar 04 12:00", "shell": "/sbin/nologin",
	} {
		if a[name] != want {
			t.Errorf("%s is %v, want %v", name, a[name], want)
		}
	}
	if l := h.Caller("ALICE"); l.Locale != "de" || l.Kind != "account" || l.AccountID != l.ID {
		t.Errorf("caller %+v", l)
	}
}

// badAccounts each spoil one parameter of a good call.
var badAccounts = []struct {
	change, value string
	kind          fault.Kind
	text          string
}{
	{"username", "", fault.Invalid, "“username” is required"},
	{"username", "1bob", fault.Invalid, "letter"},
	{"username", "bob-x", fault.Invalid, "letter"},
	{"username", "abcdefghijklmnopq", fault.Invalid, "15"},
	{"username", "testbob", fault.Invalid, "test"},
	{"username", "root", fault.Invalid, "reserved"},
	{"username", "Postgres", fault.Invalid, "reserved"},
	{"username", "a';DROP TABLE x", fault.Invalid, "letter"},
	{"username", "alice", fault.Exists, "“alice” is taken"},
	{"username", "bob\nx", fault.Invalid, "control"},
	{"domain", "alice.example", fault.Exists, "belongs to an account already"},
	{"domain", "ALICE.EXAMPLE", fault.Exists, "belongs to an account already"},
	{"domain", "localhost", fault.Invalid, "domain name"},
	{"domain", "192.0.2.1", fault.Invalid, "domain name"},
	{"domain", "a_b.example", fault.Invalid, "domain name"},
	{"domain", "-a.example", fault.Invalid, "domain name"},
	{"domain", "a..example", fault.Invalid, "domain name"},
	{"domain", "a.example/../x", fault.Invalid, "domain name"},
	{"domain", "a'b.example", fault.Invalid, "domain name"},
	{"domain", strings.Repeat("a23456789.", 25) + "example", fault.Invalid, ""},
	{"domain", "HOST.example.net", fault.Invalid, "own host name"},
	{"password", "luggage", fault.Invalid, "and at least 65 is required"},
	{"password", "bob.example", fault.Invalid, "too weak"},
	{"password", strings.Repeat("a1B!", 200), fault.Invalid, "512"},
	{"pass", "another one", fault.Invalid, "not both"},
	{"featurelist", "nosuch", fault.Invalid, "feature list"},
	{"owner", "alice", fault.Invalid, "reseller"},
	{"owner", "nobody1", fault.Invalid, "reseller"},
	{"customip", "example", fault.Invalid, "IP address"},
	{"ip", "y", fault.Invalid, "customip"},
	{"savepkg", "1", fault.Invalid, "packages"},
	{"language", "tlh", fault.Invalid, "locale"},
	{"contactemail", "not an address", fault.Invalid, "address"},
	{"contactemail", "a@b.example\r\nBcc: x@y.example", fault.Invalid, "control"},
	{"maxpop", "-1", fault.Invalid, "maxpop"},
	{"uid", "0", fault.Invalid, "uid"},
	{"homedir", "/home/../etc", fault.Invalid, "absolute path"},
	{"enabledigest", "1", fault.Invalid, "digest"},
	{"reseller", "yes", fault.Invalid, "1 for yes"},
}

func TestCreateFaults(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "alice")
	good := map[string]string{"username": "bob", "domain": "bob.example", "password": strong}
	for _, c := range badAccounts {
		var words []string
		for name, value := range good {
			if name != c.change {
				words = append(words, name+"="+value)
			}
		}
		before := h.Count("logins")
		_, _, err := h.whm(h.root, "createacct", append(words, c.change+"="+c.value)...)
		h.Refused(err, c.kind, c.text)
		if h.Count("logins") != before || h.Count("accounts") != 1 {
			t.Errorf("%s=%q left rows behind", c.change, c.value)
		}
	}
}

func TestCreateWithLittle(t *testing.T) {
	t.Parallel()
	h := open(t)
	_, notes, err := h.whm(h.root, "createacct", "username=alice")
	h.Must(err)
	_, secret, has := strings.Cut(strings.TrimSpace(notes.Raw), "password is ")
	if !has || len(secret) != 20 {
		t.Fatalf("raw text %q", notes.Raw)
	}
	l, err := account.Find(t.Context(), h.DB.Write, "alice")
	h.Must(err)
	if right, _, err := h.room.Hasher.Verify(t.Context(), l.PasswordHash, secret); !right || err != nil {
		t.Errorf("the generated password is not the account’s (%v)", err)
	}
	if l.Domain != "alice.invalid" {
		t.Errorf("domain %s", l.Domain)
	}
	if _, notes, err = h.whm(h.root, "createacct", "username=bob", "showpass=n"); err != nil || strings.Contains(notes.Raw, "password") {
		t.Errorf("raw text %q, %v", notes.Raw, err)
	}
	_, _, err = h.whm(h.root, "createacct", "username=carol", "pass="+strong, "password="+strong)
	h.Must(err) // the same twice is one
}

// Of many at once for one name, one is made, whole, and the others hear why not.
func TestCreateRace(t *testing.T) {
	t.Parallel()
	h := open(t)
	var wait sync.WaitGroup
	errs := make([]error, 8)
	for i := range errs {
		wait.Go(func() {
			_, _, errs[i] = h.whm(h.root, "createacct", "username=alice", "domain=alice.example", "password="+strong)
		})
	}
	wait.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
		} else {
			h.Refused(err, fault.Exists, "")
		}
	}
	if made != 1 || h.Count("accounts") != 1 || h.Count("logins WHERE kind = 'account'") != 1 {
		t.Errorf("%d were made", made)
	}
}

func TestEnsureRootOnce(t *testing.T) {
	t.Parallel()
	h := open(t)
	before, err := account.Find(t.Context(), h.DB.Write, "root")
	h.Must(err)
	made, err := h.room.EnsureRoot(t.Context(), h.DB.Write, "another password", h.Clock.Now())
	after, _ := account.Find(t.Context(), h.DB.Write, "root")
	if made || err != nil || after.PasswordHash != before.PasswordHash {
		t.Errorf("made again: %v, %v", made, err)
	}
	h.Must(account.SetPasswordHash(t.Context(), h.DB.Write, before.ID, "not it", "new"))
	if after, _ = account.Find(t.Context(), h.DB.Write, "root"); after.PasswordHash == "new" {
		t.Error("a rehash overwrote a password that was changed meanwhile")
	}
}
