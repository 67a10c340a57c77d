package policy_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/server/policy"
	"postern/server/testkit/roomtest"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

type house struct{ *roomtest.House }

func newHouse(t *testing.T) *house {
	t.Parallel()
	h := &house{roomtest.New(t)}
	new(policy.Room).Register(h.Mux)
	return h
}

var root = dispatch.Caller{ID: 1, Name: "root", Kind: dispatch.Root, Via: dispatch.BySession, Service: scalar.WHM}

func (h *house) try(who dispatch.Caller, f string, pairs ...string) (any, error) {
	h.Helper()
	return h.Call(who, function.WHM(f), pairs...)
}

func (h *house) call(f string, pairs ...string) any {
	h.Helper()
	out, err := h.try(root, f, pairs...)
	if err != nil {
		h.Fatalf("%s %v: %v", f, pairs, err)
	}
	return out
}

func (h *house) refused(why, f string, pairs ...string) {
	h.Helper()
	out, err := h.try(root, f, pairs...)
	h.Refused(err, fault.Invalid, why, f, pairs, out)
}

func (h *house) load() policy.Policy {
	h.Helper()
	p, err := policy.Load(h.Context(), h.DB.Read)
	if err != nil {
		h.Fatal(err)
	}
	return p
}

var keys = []string{
	"SecurityPolicy::SourceIPCheck", "SecurityPolicy::TwoFactorAuth", "SecurityPolicy::PasswordStrength",
	"SecurityPolicy::PasswordAge", "SecurityPolicy::PasswordAge::maxage", "SecurityPolicy::xml-api",
}

func TestEachKeyHasADefaultAndIsKeptByItself(t *testing.T) {
	h := newHouse(t)
	if h.load() != policy.Defaults() {
		t.Errorf("a new database: %+v", h.load())
	}
	for i, key := range keys {
		old, value := "0", "1"
		switch {
		case strings.HasSuffix(key, "::maxage"):
			old, value = "90", "30"
		case strings.HasSuffix(key, "::TwoFactorAuth"): // the one that is on from the start
			old, value = "1", "0"
		}
		for _, want := range []string{old, value} {
			if got := h.call("get_tweaksetting", "key", key); got != (catalog.TweakSettingAnswer{TweakSetting: catalog.TweakSetting{Key: key, Value: want}}) {
				t.Errorf("%s: %+v, want %s", key, got, want)
			}
			h.call("set_tweaksetting", "key", key, "value", value, "module", "Main")
		}
		p := h.load()
		changed := []bool{bool(p.SourceIPCheck), !bool(p.TwoFactorAuth), bool(p.PasswordStrength), bool(p.PasswordAge), p.MaxAge == 30, bool(p.APIRequests)}
		for j, is := range changed {
			if is != (j <= i) {
				t.Errorf("after %s, that %s was changed is %v", key, keys[j], is)
			}
		}
	}
	h.call("set_tweaksetting", "key", keys[0], "value", "0")
	if p := h.load(); bool(p.SourceIPCheck || p.TwoFactorAuth || !p.PasswordAge) {
		t.Errorf("turned off again: %+v", p)
	}
}

func TestWhatIsNoSettingIsRefusedWithThoseThatAre(t *testing.T) {
	h := newHouse(t)
	for _, key := range append(keys, "defaultmailaction") {
		if key == "defaultmailaction" {
			h.refused(strings.Join(keys, ", "), "get_tweaksetting", "key", key)
			h.refused(strings.Join(keys, ", "), "set_tweaksetting", "key", key, "value", "1")
			continue
		}
		h.refused("in the module Main", "get_tweaksetting", "key", key, "module", "Mail")
		h.refused("“module”", "set_tweaksetting", "key", key, "module", "Other", "value", "1")
		for _, value := range []string{"", "yes", "true", "-1", "3651", "1 ", "1\n"} {
			h.refused("“value”", "set_tweaksetting", "key", key, "value", value)
		}
	}
	h.refused("“key”", "get_tweaksetting")
	if h.load() != policy.Defaults() {
		t.Errorf("a refused change left something: %+v", h.load())
	}
}

func TestLoginPolicy(t *testing.T) {
	h := newHouse(t)
	d := policy.Defaults().LoginPolicy
	if got := h.call("postern_get_login_policy"); got != d {
		t.Errorf("the defaults: %+v", got)
	}
	want := d
	want.Questions, want.WHM, want.RememberByDefault = 4, false, false
	if got := h.call("postern_set_login_policy", "questions", "4", "whostmgrd", "0", "remember_by_default", "0"); got != want {
		t.Errorf("changed: %+v", got)
	}
	h.call("set_tweaksetting", "key", keys[0], "value", "1")
	want.IdleSeconds, want.UnusedSeconds, want.AbsoluteSeconds = 120, 60, 300
	if got := h.call("postern_set_login_policy", "session_idle", "120", "session_unused", "60", "session_absolute", "300"); got != want {
		t.Errorf("changed once more: %+v", got)
	}
	p := h.load()
	if p.Idle() != 2*time.Minute || p.Unused() != time.Minute || p.Absolute() != 5*time.Minute || p.LoginPolicy != want || !p.SourceIPCheck {
		t.Errorf("loaded: %+v", p)
	}
	for name, values := range map[string][]string{
		"questions": {"0", "5", "-1", "two"}, "session_idle": {"59", "604801", "301"}, "session_unused": {"59", "86401"},
		"session_absolute": {"299", "2592001", "99999999999999999999"}, "cpaneld": {"2", "on"}, "webmaild": {"true"}, "remember_by_default": {"-1"},
	} {
		for _, v := range values {
			h.refused("“"+name+"”", "postern_set_login_policy", name, v)
		}
	}
	if h.load() != p {
		t.Errorf("a refused change left something: %+v", h.load())
	}
}

func TestPolicyHoldsAtTheServicesInScope(t *testing.T) {
	p := policy.Defaults()
	for _, s := range []scalar.Service{scalar.CPanel, scalar.WHM, scalar.Webmail, scalar.Command} {
		if p.Verifies(s) {
			t.Errorf("%s, while the policy is off", s)
		}
	}
	p.SourceIPCheck, p.WHM = true, false
	if !p.Verifies(scalar.CPanel) || p.Verifies(scalar.WHM) || !p.Verifies(scalar.Webmail) || p.Verifies(scalar.Command) || p.Verifies("") {
		t.Error("the scopes do not decide")
	}
}

// Changes at the same moment do not undo one another.
func TestChangesAtOnceAllStay(t *testing.T) {
	h := newHouse(t)
	var wg sync.WaitGroup
	errs := make(chan error, 12)
	for i, key := range append(keys[:4:4], keys[5]) {
		wg.Go(func() {
			_, err := h.try(root, "set_tweaksetting", "key", key, "value", "1")
			errs <- err
		})
		if i < 4 {
			wg.Go(func() {
				name := []string{"questions", "session_idle", "session_unused", "session_absolute"}[i]
				_, err := h.try(root, "postern_set_login_policy", name, []string{"3", "7200", "600", "36000"}[i])
				errs <- err
			})
		}
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			t.Error(err)
		}
	}
	p := h.load()
	if !(p.SourceIPCheck && p.TwoFactorAuth && p.PasswordStrength && p.PasswordAge && p.APIRequests) ||
		fmt.Sprint(p.Questions, p.IdleSeconds, p.UnusedSeconds, p.AbsoluteSeconds) != "3 7200 600 36000" {
		t.Errorf("left of all changes: %+v", p)
	}
}

func TestOnlyRootMay(t *testing.T) {
	h := newHouse(t)
	rita := dispatch.Caller{ID: 2, Name: "rita", Kind: dispatch.Reseller, Privileges: []string{"basic-whm-functions", "list-accts"}, Service: scalar.WHM}
	anna := dispatch.Caller{ID: 3, Name: "anna", Kind: dispatch.Account, AccountID: 3, Service: scalar.CPanel}
	for _, who := range []dispatch.Caller{rita, anna} {
		for _, f := range []string{"get_tweaksetting", "set_tweaksetting", "postern_get_login_policy", "postern_set_login_policy"} {
			if _, err := h.try(who, f, "key", keys[0], "value", "0", "questions", "1"); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s as %s: %v", f, who.Name, err)
			}
		}
	}
}

// A policy that cannot be read keeps everybody out, rather than everybody in.
func TestUnreadablePolicyIsAnError(t *testing.T) {
	h := newHouse(t)
	if _, err := h.DB.Write.NewRaw(`INSERT INTO settings (name, value, changed_at) VALUES ('login_policy', '{"source_ip_check": [1]}', now())`).Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p, err := policy.Load(t.Context(), h.DB.Read); err == nil {
		t.Errorf("loaded %+v", p)
	}
}
