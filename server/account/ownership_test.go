package account_test

import (
	"testing"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/shared/fault"
)

// Every function that names an account says the same of a stranger's account as
// of one that does not exist.
func TestStrangersAccountsDoNotExist(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.make(h.root, "victim")
	thief := h.reseller("thief", "acct-summary", "list-accts", "passwd", "edit-account", "kill-acct", "suspend-acct", "create-acct")
	for _, f := range [][]string{
		{"passwd", "user", "password=" + strong},
		{"modifyacct", "user", "newuser=mine"},
		{"removeacct", "username"},
		{"removeacct", "user"},
		{"suspendacct", "user"},
		{"unsuspendacct", "user"},
		{"accountsummary", "user"},
	} {
		var said []string
		for _, name := range []string{"victim", "VICTIM", "nosuch", "root"} {
			_, _, err := h.whm(thief, f[0], append(f[2:], f[1]+"="+name)...)
			h.Refused(err, fault.Unknown, "You have no ")
			said = append(said, string(fault.Of(err).Kind))
		}
		t.Log(f[0], said)
	}
	_, _, err := h.whm(thief, "domainuserdata", "domain=victim.example")
	h.Refused(err, fault.Unknown, "You have no account with the domain “victim.example”")
	_, _, err = h.whm(thief, "accountsummary", "domain=victim.example")
	h.Refused(err, fault.Unknown, "You have no such account.")
	for _, name := range []string{"victim", "nosuch", "root", "Thief", "", "victim' OR '1'='1"} {
		_, err := account.As(t.Context(), h.DB.Write, thief, name)
		h.Refused(err, fault.Invalid, "User parameter is invalid or was not supplied")
	}
	data, _, err := h.whm(thief, "listaccts")
	h.Must(err)
	if rows := data["acct"].([]any); len(rows) != 1 { // itself
		t.Errorf("it sees %d accounts", len(rows))
	}
	data, _, err = h.whm(thief, "list_users")
	h.Must(err)
	if users := data["users"].([]any); len(users) != 1 || users[0] != "thief" {
		t.Errorf("it sees %v", users)
	}
	if h.Caller("victim").Name != "victim" {
		t.Error("the victim was changed")
	}
}

func TestOwnersReachTheirOwn(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "create-acct", "passwd", "acct-summary", "edit-account", "kill-acct", "suspend-acct")
	child := h.make(owner, "child")
	data, _, err := h.whm(owner, "accountsummary", "user=child")
	h.Must(err)
	if got := data["acct"].([]any)[0].(map[string]any)["owner"]; got != "owner" {
		t.Errorf("owner is %v", got)
	}
	_, notes, err := h.whm(owner, "passwd", "user=child", "password=another "+strong)
	h.Must(err)
	if notes.Reason != "Password changed for user “child”." {
		t.Errorf("reason %q", notes.Reason)
	}
	as, err := account.As(t.Context(), h.DB.Write, owner, "child")
	h.Must(err)
	if as.ID != child.ID || as.AccountID != child.ID || as.Possessor != "owner" || as.Kind != dispatch.Account || as.Privileges != nil {
		t.Errorf("as %+v", as)
	}
	// What only root-level callers may ask for.
	for _, words := range [][]string{
		{"createacct", "username=other", "owner=root"},
		{"createacct", "username=other", "reseller=1"},
		{"createacct", "username=other", "ownerself=1"},
		{"createacct", "username=other", "reseller_without_domain=1"},
		{"createacct", "username=other", "uid=1000"},
		{"createacct", "username=other", "homedir=/root"},
		{"modifyacct", "user=child", "owner=root"},
		{"modifyacct", "user=child", "reseller=1"},
		{"modifyacct", "user=owner", "reseller=0"},
		{"modifyacct", "user=child", "BACKUP=1"},
		{"suspendacct", "user=child", "disallowun=1"},
		{"setupreseller", "user=child"},
		{"setacls", "reseller=owner", "acl-all=1"},
		{"saveacllist", "acllist=x", "acl-all=1"},
		{"setminimumpasswordstrengths", "default=0"},
		{"listresellers"}, {"listacls"},
	} {
		_, _, err := h.whm(owner, words[0], words[1:]...)
		h.Refused(err, fault.Forbidden, "privilege “all”")
	}
	_, _, err = h.whm(owner, "createacct", "username=other", "owner=owner")
	h.Must(err)
	for _, f := range []string{"removeacct", "suspendacct"} {
		_, _, err = h.whm(owner, f, "user=owner")
		h.Refused(err, fault.Forbidden, "your own account")
	}
}

// An owner must not rise through an account that root has raised, by any way
// that leads into it.
func TestOwnersDoNotRiseThroughTheirAccounts(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "create-acct", "passwd", "acct-summary", "edit-account", "kill-acct", "suspend-acct")
	h.make(owner, "child")
	_, _, err := h.whm(h.root, "setupreseller", "user=child")
	h.Must(err)
	_, _, err = h.whm(h.root, "setacls", "reseller=child", "acl-all=1")
	h.Must(err)
	for _, words := range [][]string{
		{"passwd", "user=child", "password=" + strong},
		{"modifyacct", "user=child", "newuser=other"},
		{"suspendacct", "user=child"},
		{"removeacct", "user=child"},
	} {
		_, _, err := h.whm(owner, words[0], words[1:]...)
		h.Refused(err, fault.Forbidden, "holds the privilege “all”")
	}
	_, err = account.As(t.Context(), h.DB.Write, owner, "child")
	h.Refused(err, fault.Forbidden, "holds the privilege “all”")
	// It is still its owner's to see, and the raised one has all power but root's place.
	_, _, err = h.whm(owner, "accountsummary", "user=child")
	h.Must(err)
	child := h.Caller("child")
	_, _, err = h.whm(child, "passwd", "user=root", "password="+strong)
	h.Refused(err, fault.Unknown, "root")
	_, _, err = h.whm(child, "passwd", "user=owner", "password="+strong)
	h.Must(err)
	_, _, err = h.whm(h.root, "passwd", "user=root", "password="+strong)
	h.Must(err)
}

// A token may have fewer privileges than its owner; they bound what it can do to
// its owner's own account.
func TestTokensDoNotRiseThroughTheirOwner(t *testing.T) {
	t.Parallel()
	h := open(t)
	owner := h.reseller("owner", "passwd", "edit-account", "create-acct")
	token := owner
	token.Via, token.Privileges = dispatch.ByToken, []string{"passwd"}
	_, _, err := h.whm(token, "passwd", "user=owner", "password="+strong)
	h.Refused(err, fault.Forbidden, "which you do not")
	root := h.root
	root.Via, root.Privileges = dispatch.ByToken, []string{"passwd"}
	_, _, err = h.whm(root, "passwd", "user=root", "password="+strong)
	h.Refused(err, fault.Unknown, "root")
	_, _, err = h.whm(root, "passwd", "user=owner", "password="+strong)
	h.Refused(err, fault.Forbidden, "which you do not")
	h.make(owner, "child")
	_, _, err = h.whm(root, "passwd", "user=child", "password="+strong)
	h.Must(err) // what it may do, root’s token may do to every account
	call := func(who dispatch.Caller) dispatch.Call { return dispatch.Call{Caller: who, DB: h.DB.Write} }
	_, err = account.Subject(t.Context(), call(root), "root") // what makes sessions for others asks this
	h.Refused(err, fault.Forbidden, "You do not have the privilege “all”")
	for _, privileges := range [][]string{nil, {dispatch.Everything}} {
		root.Privileges = privileges
		_, err = account.Subject(t.Context(), call(root), "ROOT")
		h.Must(err)
	}
}

// Who loses an account, or privileges, loses the sessions in which they act for it.
func TestWhoLosesPowerLosesSessions(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.reseller("owner", "create-acct", "list-accts")
	for _, c := range []struct {
		words []string
		left  int
	}{
		{[]string{"modifyacct", "user=child", "owner=owner"}, 2}, // as it is already
		{[]string{"modifyacct", "user=child", "owner=root"}, 1},
		{[]string{"setupreseller", "user=child", "makeowner=1"}, 1},
		{[]string{"setacls", "reseller=owner", "acl-create-acct=1", "acl-list-accts=1", "acl-passwd=1"}, 2}, // more than before
		{[]string{"setacls", "reseller=owner", "acl-all=1"}, 2},
		{[]string{"setacls", "reseller=owner", "acl-create-acct=1", "acl-list-accts=1"}, 0},
		{[]string{"setacls", "reseller=owner", "acl-list-accts=1"}, 0},
	} {
		h.make(h.Caller("owner"), "child")
		h.Session("child", "owner")
		h.Session("owner", "")
		_, _, err := h.whm(h.root, c.words[0], c.words[1:]...)
		h.Must(err)
		if n := h.Count("sessions"); n != c.left {
			t.Errorf("%v: %d sessions are left", c.words, n)
		}
		_, _, err = h.whm(h.root, "removeacct", "username=child")
		h.Must(err)
		_, err = h.DB.Write.NewRaw("DELETE FROM sessions").Exec(t.Context())
		h.Must(err)
	}
}

// WHM is closed to accounts and mailboxes, whatever they ask for.
func TestAccountsDoNotCallWHM(t *testing.T) {
	t.Parallel()
	h := open(t)
	alice := h.make(h.root, "alice")
	for _, f := range []string{"version", "listaccts", "createacct", "myprivs", "setacls", "passwd"} {
		_, _, err := h.whm(alice, f, "user=alice", "username=x", "password="+strong, "reseller=alice")
		h.Refused(err, fault.Forbidden, "by this user")
	}
}
