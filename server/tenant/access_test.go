package tenant_test

import (
	"context"
	"encoding/json"
	"net"
	"strings"
	"testing"

	"postern/server/dispatch"
	"postern/server/tenant"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func (h *house) access(who dispatch.Caller) *tenant.Access {
	h.Helper()
	a, err := h.room.Access(context.Background(), who.Session)
	h.Must(err)
	return a
}

// TestAccessOfALiveSession: a program of Postern's signs in as the session's user,
// whose password is kept nowhere, until the session ends.
func TestAccessOfALiveSession(t *testing.T) {
	h := open(t)
	shop := h.anna + "_shop"
	h.pg(h.anna, "create_database", "name="+shop)
	who := h.signIn(h.anna, scalar.CPanel)
	if a := h.access(who); a != nil {
		t.Errorf("without a user: %+v", a)
	}
	u := h.temp(who)
	a := h.access(who)
	if a == nil || a.User != u.User || a.Password != u.Password || a.Owner != h.anna || len(a.Databases) != 1 || a.Databases[0] != shop || a.Host != u.Host || a.Port != u.Port {
		t.Fatalf("%+v", a)
	}
	h.enter(a.User, a.Password, shop)
	out, err := h.call(who, renewTemp)
	h.Must(err)
	if again := h.access(who); again.Password != out.(catalog.TempUser).Password || again.Password == u.Password {
		t.Error("a new password is not the application's too")
	}
	// One that an earlier version drew and told is not known: it is changed.
	_, err = h.DB.Write.NewRaw("UPDATE tenant_users SET password_number = 0").Exec(t.Context())
	h.Must(err)
	a = h.access(who)
	h.enter(a.User, a.Password, shop)
	var kept string
	h.Must(h.DB.Write.NewRaw("SELECT string_agg(u::text, ' ') FROM tenant_users u").Scan(t.Context(), &kept))
	if strings.Contains(kept, a.Password) {
		t.Error("the password is in the database")
	}
	h.room.Key = []byte(strings.Repeat("k", 32)) // whoever has the database and not the key
	h.shut("password authentication failed", a.User, h.access(who).Password, shop)
	h.room.Key = make([]byte, 32)

	other := h.signIn(h.carl, scalar.CPanel)
	h.temp(other)
	if theirs := h.access(other); theirs.Password == a.Password || len(theirs.Databases) != 0 {
		t.Errorf("%+v", theirs)
	}
	h.signOut(who)
	if a := h.access(who); a != nil {
		t.Errorf("after the end: %+v", a)
	}
}

// TestRenewalThatIsCutShort: whether the server was told of the new password or not,
// the application comes in afterwards, and no password that was given out comes back.
func TestRenewalThatIsCutShort(t *testing.T) {
	h := open(t)
	shop := h.anna + "_shop"
	h.pg(h.anna, "create_database", "name="+shop)
	who := h.signIn(h.anna, scalar.CPanel)
	u := h.temp(who)
	good := h.room.Random
	h.room.Random = strings.NewReader("") // the password's salt is drawn from it
	if _, err := h.call(who, renewTemp); err == nil {
		t.Fatal("it was not cut short")
	}
	h.room.Random = good
	a := h.access(who)
	h.enter(a.User, a.Password, shop)
	if a.Password == u.Password {
		t.Error("the password is the one from before")
	}
	if again := h.access(who); again.Password != a.Password {
		t.Error("the password changes each time")
	}
}

// TestDatabaseAccessOfMailboxes: theirs is the account's to give and to take.
func TestDatabaseAccessOfMailboxes(t *testing.T) {
	h := open(t)
	h.room.Application = tenant.Application{Title: "Adminer", Path: "/3rdparty/adminer/"}
	bob := "bob@" + h.anna + ".example"
	_, err := h.call(h.caller(h.anna), function.UAPI("Email", "add_pop"), "email="+bob, "password="+strong)
	h.Must(err)
	told := func() catalog.DatabaseAccess {
		out, err := h.call(h.signIn(bob, scalar.Webmail), function.UAPI("Postern", "get_database_access"))
		h.Must(err)
		return out.(catalog.DatabaseAccess)
	}
	if got := told(); got != (catalog.DatabaseAccess{}) {
		t.Errorf("at first %+v", got)
	}
	_, err = h.call(h.caller(h.anna), function.UAPI("Postern", "set_mailbox_database_access"), "allowed=1")
	h.Must(err)
	if got := told(); got != (catalog.DatabaseAccess{Allowed: true, Application: "Adminer", Path: "/3rdparty/adminer/"}) {
		t.Errorf("allowed %+v", got)
	}
	who := h.signIn(bob, scalar.Webmail)
	h.temp(who)
	_, err = h.call(h.caller(h.anna), function.UAPI("Postern", "set_mailbox_database_access"), "allowed=0")
	h.Must(err)
	if a := h.access(who); a != nil {
		t.Errorf("taken back, and yet %+v", a)
	}
	c := h.caller(h.anna)
	c.Disabled = []string{"postgres"}
	if is, err := h.room.Allowed(t.Context(), c); is || err != nil {
		t.Errorf("without the feature: %v, %v", is, err)
	}
}

// TestTenantServerIsDown: each function says so, and that it is for a moment; none
// hangs, or tells where the server is.
func TestTenantServerIsDown(t *testing.T) {
	h := open(t)
	h.pg(h.anna, "create_database", "name="+h.anna+"_shop")
	h.pg(h.anna, "create_user", "name="+h.anna+"_web", "password="+strong)
	who := h.signIn(h.anna, scalar.CPanel)
	h.temp(who)
	good := h.room.Server
	defer func() { h.room.Server = good }()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	h.Must(err)
	h.Must(l.Close()) // nobody listens there now
	h.room.Server = tenant.NewServer("postgres://nobody:secret-of-mine@" + l.Addr().String() + "/x")
	shop, user := h.anna+"_shop", h.anna+"_web"
	for _, call := range [][]string{
		{"Postgresql", "list_databases"}, {"Postgresql", "list_users"}, {"Postgresql", "create_database", "name=" + h.anna + "_new"}, {"Postgresql", "delete_database", "name=" + shop},
		{"Postgresql", "create_user", "name=" + h.anna + "_new", "password=" + strong}, {"Postgresql", "delete_user", "name=" + user},
		{"Postgresql", "set_password", "user=" + user, "password=" + strong}, {"Postgresql", "grant_all_privileges", "user=" + user, "database=" + shop},
		{"Postgresql", "revoke_all_privileges", "user=" + user, "database=" + shop}, {"Session", "create_temp_user"}, {"Postern", "renew_temp_user_password"},
	} {
		h.refused(fault.Unavailable, "The server of the accounts’ databases does not answer. Try again in a few seconds", who, function.UAPI(call[0], call[1]), call[2:]...)
	}
	for _, call := range [][]string{{"list_databases"}, {"list_database_users"}, {"set_postgresql_password", "user=" + user, "password=" + strong},
		{"rename_postgresql_database", "oldname=" + shop, "newname=" + h.anna + "_b"}, {"rename_postgresql_user", "oldname=" + user, "newname=" + h.anna + "_b", "password=" + strong}} {
		h.refused(fault.Unavailable, "The server of the accounts’ databases does not answer", h.root, function.WHM(call[0]), call[1:]...)
	}
	if _, err := h.room.Access(t.Context(), who.Session); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the application is told %v", err)
	}
	h.pg(h.anna, "get_restrictions") // what needs no server is answered
	for _, words := range [][]string{{"Postern", "get_database_access"}, {"Postern", "get_mailbox_database_access"}} {
		_, err := h.call(who, function.UAPI(words[0], words[1]))
		h.Must(err)
	}
	// What ends meanwhile is tried again, and the reason that is shown names no secret.
	h.signOut(who)
	if err := h.room.Drain(t.Context()); err == nil {
		t.Error("the drain succeeded")
	}
	text, err := json.Marshal(h.whm("postern_list_temp_users"))
	h.Must(err)
	if !strings.Contains(string(text), `"attempts":1`) || !strings.Contains(string(text), "does not answer") || strings.Contains(string(text), "secret-of-mine") {
		t.Errorf("%s", text)
	}
}
