package twofactor_test

import (
	"strings"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/session"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

// TestSetTakesOnlyAKeyOfOurs: a key that was never made here, or was made for
// another, or is too old, or was replaced, cannot be set.
func TestSetTakesOnlyAKeyOfOurs(t *testing.T) {
	h := newHouse(t)
	anna, carl := h.as("anna"), h.as("carl")
	generate, set := uapi("generate_user_configuration"), uapi("set_user_configuration")
	try := func(what, secret string) {
		t.Helper()
		_, err := h.Call(anna, set, "secret", secret, "tfa_token", h.code(secret, 0))
		h.Refused(err, fault.Invalid, "secret")
		if n := h.Count("second_factors"); n != 0 {
			t.Errorf("%s was set", what)
		}
	}
	try("a key of the caller’s own making", "JBSWY3DPEHPK3PXP")
	try("the stand-in for no key", "AAAAAAAAAAAAAAAA")
	theirs := must[catalog.TFAKey](h)(h.Call(carl, generate))
	try("another’s key", theirs.Secret)
	first := must[catalog.TFAKey](h)(h.Call(anna, generate))
	second := must[catalog.TFAKey](h)(h.Call(anna, generate))
	try("a key that was replaced", first.Secret)
	_, err := h.Call(anna, set, "secret", second.Secret, "tfa_token", h.code(second.Secret, 7))
	h.Refused(err, fault.Invalid, "tfa_token")
	h.Clock.Advance(time.Hour)
	try("a key of an hour ago", second.Secret)
	third := must[catalog.TFAKey](h)(h.Call(anna, generate))
	if _, err := h.Call(anna, set, "secret", strings.ToLower(third.Secret), "tfa_token", h.code(third.Secret, -1)); err != nil {
		t.Fatal(err)
	}
	h.Clock.Advance(time.Minute)
	_, err = h.Call(anna, set, "secret", third.Secret, "tfa_token", h.code(third.Secret, 0))
	h.Refused(err, fault.Invalid, "secret") // a key is set once
}

// TestOnlyOneselfChanges: not root in a session made for the account, not root
// over the bridge, not a token, not the command line; a password only at first.
func TestOnlyOneselfChanges(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	changes := []function.Name{uapi("generate_user_configuration"), uapi("remove_user_configuration"), function.UAPI("Postern", "generate_recovery_codes")}
	possessed, token, command, password := anna, anna, anna, anna
	possessed.Possessor, token.Via, command.Via, password.Via = "root", dispatch.ByToken, dispatch.ByCommand, dispatch.ByPassword
	command.Service = scalar.Command
	key := must[catalog.TFAKey](h)(h.Call(password, changes[0]))
	if _, err := h.Call(password, uapi("set_user_configuration"), "secret", key.Secret, "tfa_token", h.code(key.Secret, 0)); err != nil {
		t.Fatal(err)
	}
	// A password makes this session over the API, where no code is asked for.
	made := anna
	made.Session = h.sessionFrom(session.ForSelf, anna.ID, "")
	for _, who := range []dispatch.Caller{possessed, token, command, password, made} {
		for _, f := range changes {
			_, err := h.Call(who, f)
			h.Refused(err, fault.Forbidden, "")
		}
		_, err := h.Call(who, uapi("set_user_configuration"), "secret", key.Secret, "tfa_token", h.code(key.Secret, 1))
		h.Refused(err, fault.Forbidden, "")
	}
	if h.Count("second_factors") != 1 || h.Count("recovery_codes") != 0 {
		t.Error("something was changed")
	}
	root := h.as("root")
	root.Via = dispatch.ByToken
	out := must[catalog.RemovedTFAConfigs](h)(h.Call(root, whm("remove_user_config"), "user", "root"))
	if out.Failed["root"] == "" || len(out.Modified) != 0 {
		t.Errorf("a token of root’s on root’s own factor: %+v", out)
	}
}

// TestAChangeEndsOtherSessions: setting and removing end all but one's own, an
// administrator's removal ends them all, and what changes nothing ends nothing.
func TestAChangeEndsOtherSessions(t *testing.T) {
	h := newHouse(t)
	anna, root := h.as("anna"), h.as("root")
	sessions := func(want int) {
		t.Helper()
		if n := h.Count("sessions WHERE login_id = ?", anna.ID); n != want {
			t.Errorf("%d sessions, not %d", n, want)
		}
	}
	h.session(anna.ID, "")
	h.session(anna.ID, "root")
	sessions(3)
	if _, err := h.Call(anna, uapi("remove_user_configuration")); err != nil {
		t.Fatal(err)
	}
	sessions(3) // there was none to remove
	h.enrol(anna)
	sessions(1)
	if h.Count("sessions WHERE name = ?", anna.Session) != 1 {
		t.Error("the session of the change has ended")
	}
	h.session(anna.ID, "")
	must[catalog.RemovedTFAConfigs](h)(h.Call(root, whm("remove_user_config"), "user", "anna"))
	sessions(0)
	if h.Count("sessions WHERE login_id = ?", root.ID) != 1 {
		t.Error("root’s session has ended")
	}
}

// TestWhoRemoves: the owner of an account, its mailboxes included, and root; a
// stranger's account fails like one that does not exist.
func TestWhoRemoves(t *testing.T) {
	h := newHouse(t)
	root, rita := h.as("root"), h.as("rita")
	for _, name := range []string{"anna", "carl", "bob@carl.example", "rita"} {
		h.enrol(h.as(name))
	}
	out := must[catalog.RemovedTFAConfigs](h)(h.Call(rita, whm("remove_user_config"),
		"user", "anna", "user-1", "carl", "user-2", "nobody", "user-3", "root", "user-4", "bob@anna.example", "user-5", "bob@carl.example"))
	for _, name := range []string{"anna", "nobody", "root", "bob@anna.example"} {
		if out.Failed[name] != "You are not authorized to modify "+name {
			t.Errorf("%s: %q", name, out.Failed[name])
		}
	}
	if len(out.Failed) != 4 || strings.Join(out.Modified, " ") != "carl bob@carl.example" {
		t.Errorf("%+v", out)
	}
	if h.Count("second_factors f JOIN logins l ON l.id = f.login_id WHERE l.name IN ('anna', 'rita')") != 2 {
		t.Error("a stranger’s factor is gone")
	}
	h.enrol(h.as("carl"))
	weak := rita
	weak.Privileges, weak.Via = []string{"list-accts"}, dispatch.ByToken
	out = must[catalog.RemovedTFAConfigs](h)(h.Call(weak, whm("remove_user_config"), "user", "carl"))
	if out.Failed["carl"] != "You are not authorized to modify carl" {
		t.Errorf("a token without the privilege: %+v", out)
	}
	unverified := root
	unverified.Via, unverified.Unverified = dispatch.ByPassword, true
	out = must[catalog.RemovedTFAConfigs](h)(h.Call(unverified, whm("remove_user_config"), "user", "carl"))
	if !strings.Contains(out.Failed["carl"], "security policy") {
		t.Errorf("a password that would not let in alone: %+v", out)
	}
	out = must[catalog.RemovedTFAConfigs](h)(h.Call(root, whm("remove_user_config"), "user", "rita", "user", "carl", "user", "root"))
	if len(out.Failed) != 0 || len(out.Modified) != 3 {
		t.Errorf("%+v", out)
	}
	possessed := h.as("rita")
	h.enrol(possessed)
	possessed.Possessor = "root"
	out = must[catalog.RemovedTFAConfigs](h)(h.Call(possessed, whm("remove_user_config"), "user", "rita"))
	if out.Failed["rita"] == "" {
		t.Errorf("a possessed session on its own user: %+v", out)
	}
}

func TestStates(t *testing.T) {
	h := newHouse(t)
	h.enrol(h.as("carl"))
	h.enrol(h.as("bob@anna.example"))
	all := must[map[string]catalog.TFAState](h)(h.Call(h.as("root"), whm("get_user_configs")))
	if len(all) != 3 || all["carl"] != (catalog.TFAState{Enabled: true, Domain: "carl.example"}) || all["anna"].Enabled {
		t.Errorf("%+v", all)
	}
	all = must[map[string]catalog.TFAState](h)(h.Call(h.as("rita"), whm("get_user_configs")))
	if len(all) != 2 || !all["carl"].Enabled || all["rita"].Enabled {
		t.Errorf("%+v", all)
	}
	_, err := h.Call(h.as("rita"), whm("get_user_configs"), "user", "anna")
	h.Refused(err, fault.Unknown, "anna")
	all = must[map[string]catalog.TFAState](h)(h.Call(h.as("root"), whm("get_user_configs"), "user", "root"))
	if all["root"].Domain != "host.example.com" {
		t.Errorf("%+v", all)
	}
	anna := h.as("anna")
	if s := must[catalog.UserTFA](h)(h.Call(anna, uapi("get_team_user_configuration"), "team_user", "bob@anna.example")); !s.Enabled {
		t.Errorf("%+v", s)
	}
	for _, other := range []string{"bob@carl.example", "carl", "root", "nobody@anna.example"} {
		_, err := h.Call(anna, uapi("get_team_user_configuration"), "team_user", other)
		h.Refused(err, fault.Unknown, other)
	}
}

func TestIssuers(t *testing.T) {
	h := newHouse(t)
	root, rita := h.as("root"), h.as("rita")
	issuer := func(who dispatch.Caller, want string) {
		t.Helper()
		if s := must[catalog.UserTFA](h)(h.Call(who, uapi("get_user_configuration"))); s.Issuer != want {
			t.Errorf("%s sees %q", who.Name, s.Issuer)
		}
	}
	carl, bob := h.as("carl"), h.as("bob@carl.example")
	issuer(carl, "host.example.com")
	for who, name := range map[string]string{"root": "Example Inc.", "rita": "Rita’s & Co"} {
		if _, err := h.Call(h.as(who), whm("set_issuer"), "issuer", name); err != nil {
			t.Fatal(err)
		}
	}
	issuer(h.as("anna"), "Example Inc.")
	issuer(carl, "Rita’s & Co")
	issuer(bob, "Rita’s & Co")
	for who, want := range map[*dispatch.Caller]catalog.TFAIssuer{
		&root: {Issuer: "Example Inc.", System: "Example Inc."}, &rita: {Issuer: "Rita’s & Co", System: "Example Inc."},
	} {
		if got := must[catalog.TFAIssuer](h)(h.Call(*who, whm("get_issuer"))); got != want {
			t.Errorf("%+v", got)
		}
	}
	weak := root
	weak.Privileges = []string{"list-accts"}
	_, err := h.Call(weak, whm("set_issuer"), "issuer", "Evil")
	h.Refused(err, fault.Forbidden, "all")
	for _, bad := range []string{"a:b", "  ", strings.Repeat("a", 101)} {
		_, err = h.Call(root, whm("set_issuer"), "issuer", bad)
		h.Refused(err, fault.Invalid, "issuer")
	}
	key := must[catalog.TFAKey](h)(h.Call(bob, uapi("generate_user_configuration")))
	if want := "otpauth://totp/Rita%E2%80%99s%20%26%20Co:bob%40carl.example?secret=" + key.Secret + "&issuer=Rita%E2%80%99s%20%26%20Co"; key.URL != want {
		t.Error(key.URL)
	}
}

// TestTransfer: what is exported can be imported, by root alone, and works.
func TestTransfer(t *testing.T) {
	h := newHouse(t)
	root, carl, bob := h.as("root"), h.as("carl"), h.as("bob@carl.example")
	secret := h.enrol(carl)
	got := must[map[string]catalog.TFASecrets](h)(h.Call(root, whm("get_tfa_config_for_user"), "user", "carl"))["carl"]
	if got.Primary.Secret != secret || len(got.Email) != 0 || got.Team == nil {
		t.Fatalf("%+v", got)
	}
	if _, err := h.Call(root, whm("set_tfa_config_for_user"), "carl.email.bob@carl.example.secret", secret, "carl.primary_account.secret", secret, "api.version", "1"); err != nil {
		t.Fatal(err)
	}
	for _, who := range []dispatch.Caller{carl, bob} {
		if err := h.check(who.ID, h.code(secret, 0)); err != nil {
			t.Errorf("%s: %v", who.Name, err)
		}
		if h.Count("sessions WHERE login_id = ?", who.ID) != 0 {
			t.Errorf("%s is still signed in", who.Name)
		}
	}
	_, err := h.Call(root, whm("set_tfa_config_for_user"), "anna.primary_account.secret", secret, "anna.email.bob@carl.example.secret", secret)
	h.Refused(err, fault.Unknown, "bob@carl.example")
	if h.Count("second_factors") != 2 {
		t.Error("half an import stayed")
	}
	for _, f := range []function.Name{whm("get_tfa_config_for_user"), whm("set_tfa_config_for_user")} {
		_, err = h.Call(h.as("rita"), f, "user", "carl", "carl.primary_account.secret", secret)
		h.Refused(err, fault.Forbidden, "all")
	}
	_, err = h.Call(root, whm("get_tfa_config_for_user"), "user", "root")
	h.Refused(err, fault.Unknown, "root")
}

// TestRecoveryCodes: they need a factor, replace each other, end with it, and
// are kept as hashes alone.
func TestRecoveryCodes(t *testing.T) {
	h := newHouse(t)
	anna, codes := h.as("anna"), function.UAPI("Postern", "generate_recovery_codes")
	_, err := h.Call(anna, codes)
	h.Refused(err, fault.Unknown, "second factor")
	h.enrol(anna)
	old := must[catalog.RecoveryCodes](h)(h.Call(anna, codes))
	fresh := must[catalog.RecoveryCodes](h)(h.Call(anna, codes))
	if h.check(anna.ID, old.Codes[0]) == nil {
		t.Error("a replaced code passed")
	}
	if h.Count("recovery_codes WHERE position(?::bytea in hash) > 0", []byte(fresh.Codes[0])) != 0 || h.Count("recovery_codes") != 10 {
		t.Error("codes are not kept as hashes")
	}
	if _, err := h.Call(anna, uapi("remove_user_configuration")); err != nil {
		t.Fatal(err)
	}
	h.enrol(anna)
	if h.check(anna.ID, fresh.Codes[0]) == nil || h.Count("recovery_codes") != 0 {
		t.Error("a code outlived its factor")
	}
}
