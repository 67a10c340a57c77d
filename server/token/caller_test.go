package token_test

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

var noShape function.Shape

// create makes a WHM token and gives its value.
func (h *house) create(who dispatch.Caller, pairs ...string) string {
	h.Helper()
	out, err := h.Call(who, whm("api_token_create"), pairs...)
	return must[catalog.CreatedToken](h, out, err).Token
}

func TestCaller(t *testing.T) {
	h := newHouse(t, random)
	value := h.create(h.as("rita"), "token_name", "a", "acl", "list-accts", "expires_at", epoch(time.Hour), "whitelist_ip", "192.0.2.8/29", "whitelist_ip", "2001:db8::/64")
	c, err := h.caller("whm", "RITA", value, home)
	if err != nil || c.Name != "rita" || c.Kind != dispatch.Reseller || c.Via != dispatch.ByToken || c.Service != scalar.WHM ||
		c.Address != home || fmt.Sprint(c.Privileges) != "[list-accts]" {
		t.Fatalf("caller %+v, %v", c, err)
	}
	for _, from := range []string{"::ffff:192.0.2.10", "2001:db8::7"} {
		if _, err := h.caller("whm", "rita", value, netip.MustParseAddr(from)); err != nil {
			t.Errorf("from %s: %v", from, err)
		}
	}
}

// Whatever is wrong, the answer is one and the same; caller asserts that.
func TestCallerRefuses(t *testing.T) {
	h := newHouse(t, random)
	value := h.create(h.as("rita"), "token_name", "a", "expires_at", epoch(time.Hour), "whitelist_ip", "192.0.2.8/29")
	account := must[catalog.CreatedAccountToken](h, func() any {
		out, err := h.Call(h.as("rita"), tokens("create_full_access"), "name", "a")
		if err != nil {
			t.Fatal(err)
		}
		return out
	}(), nil).Token
	for what, try := range map[string]struct {
		scheme, user, value string
		from                netip.Addr
	}{
		"another user":            {"whm", "rob", value, home},
		"root":                    {"whm", "root", value, home},
		"nobody":                  {"whm", "nobody", value, home},
		"no user":                 {"whm", "", value, home},
		"another scheme":          {"cpanel", "rita", value, home},
		"an account’s token":      {"whm", "rita", account, home},
		"no scheme":               {"", "rita", value, home},
		"another address":         {"whm", "rita", value, netip.MustParseAddr("192.0.2.16")},
		"another family":          {"whm", "rita", value, netip.MustParseAddr("2001:db8::1")},
		"no address":              {"whm", "rita", value, netip.Addr{}},
		"lower case":              {"whm", "rita", strings.ToLower(value), home},
		"one letter less":         {"whm", "rita", value[1:], home},
		"another letter":          {"whm", "rita", value[:31] + string('A'+(value[31]-'A'+1)%26), home},
		"empty":                   {"whm", "rita", "", home},
		"a quote":                 {"whm", "rita", "' OR '1'='1", home},
		"a line break":            {"whm", "rita", value + "\n", home},
		"NUL in the name":         {"whm", "rita\x00", value, home},
		"a name without end":      {"whm", strings.Repeat("r", 1<<20), value, home},
		"the hash for the value":  {"whm", "rita", fmt.Sprintf("%x", value), home},
		"a user with a wild card": {"whm", "rit%", value, home},
	} {
		if c, err := h.caller(try.scheme, try.user, try.value, try.from); err == nil {
			t.Errorf("%s: let in as %+v", what, c)
		}
	}
	if _, err := h.caller("whm", "rita", value, home); err != nil {
		t.Fatalf("the right one: %v", err)
	}
	h.Clock.Advance(time.Hour)
	if _, err := h.caller("whm", "rita", value, home); err == nil {
		t.Error("let in at the moment of its end")
	}
}

// What happens to the owner holds for the token from the next request on.
func TestOwnerDecides(t *testing.T) {
	h := newHouse(t, random)
	rita := h.as("rita")
	whole := h.create(rita, "token_name", "whole")
	part := h.create(rita, "token_name", "part", "acl", "list-accts", "acl", "create-acct")
	privileges := func(value string) string {
		c, err := h.caller("whm", "rita", value, home)
		if err != nil {
			return "refused"
		}
		slices.Sort(c.Privileges)
		return strings.Join(c.Privileges, " ")
	}
	expect := func(what, ofWhole, ofPart string) {
		t.Helper()
		if w, p := privileges(whole), privileges(part); w != ofWhole || p != ofPart {
			t.Errorf("%s: whole %q, part %q", what, w, p)
		}
	}
	expect("at first", "create-acct list-accts manage-api-tokens", "create-acct list-accts")
	h.Exec("UPDATE resellers SET privileges = ARRAY['list-accts', 'kill-acct', 'disallow-shell']")
	expect("other privileges", "disallow-shell kill-acct list-accts", "disallow-shell list-accts")
	h.Exec("UPDATE resellers SET privileges = '{}'")
	expect("no privilege", "", "")
	h.Exec("UPDATE logins SET suspended_at = now() WHERE name = 'rita'")
	expect("suspended", "refused", "refused")
	h.Exec("UPDATE logins SET suspended_at = NULL WHERE name = 'rita'")
	expect("no longer suspended", "", "")
	h.Exec("UPDATE logins SET name = 'rita2' WHERE name = 'rita'")
	if _, err := h.caller("whm", "rita2", part, home); err != nil {
		t.Errorf("renaming the account lost its tokens: %v", err)
	}
	h.Exec("UPDATE logins SET name = 'rita' WHERE name = 'rita2'")
	h.Exec("DELETE FROM resellers WHERE login_id = ?", rita.ID)
	expect("no reseller any more", "refused", "refused")
}

func TestRootsToken(t *testing.T) {
	h := newHouse(t, random)
	root := h.as("root")
	whole, part := h.create(root, "token_name", "whole"), h.create(root, "token_name", "part", "acl", "list-accts", "acl", "manage-api-tokens")
	if c, err := h.caller("whm", "root", whole, home); err != nil || !c.Superuser() {
		t.Errorf("root’s whole token: %+v, %v", c, err)
	}
	c, err := h.caller("whm", "root", part, home)
	if err != nil || c.Superuser() || !c.May("list-accts") || c.May("kill-acct") {
		t.Errorf("root’s token for one thing: %+v, %v", c, err)
	}
	if _, err := h.caller("cpanel", "root", part, home); err == nil {
		t.Error("root is let in to cPanel")
	}
	// The attack: a token makes one that can do more.
	c.TLS = true
	_, err = h.Call(c, whm("api_token_create"), "token_name", "more", "acl", "all")
	h.Refused(err, fault.Forbidden, "", "everything")
	_, err = h.Call(c, whm("api_token_create"), "token_name", "more", "acl", "kill-acct")
	h.Refused(err, fault.Forbidden, "", "another privilege")
	_, err = h.Call(c, whm("api_token_update"), "token_name", "part", "acl", "all")
	h.Refused(err, fault.Forbidden, "", "everything by update")
	child := h.create(c, "token_name", "child") // without acl: what the token has, not what root has
	if c, err := h.caller("whm", "root", child, home); err != nil || c.Superuser() || c.May("kill-acct") || !c.May("list-accts") {
		t.Errorf("a token’s child: %+v, %v", c, err)
	}
	if _, err := h.Call(c, whm("api_token_update"), "token_name", "part"); err != nil {
		t.Fatal(err)
	}
	if c, err := h.caller("whm", "root", part, home); err != nil || c.Superuser() {
		t.Errorf("a token that updated itself: %+v, %v", c, err)
	}
	out, err := h.Call(c, whm("api_token_get_details"), "token", whole)
	if got := must[catalog.FoundToken](h, out, err); fmt.Sprint(got.ACLs) != "[all]" {
		t.Errorf("details %+v", got)
	}
}

func TestLastUse(t *testing.T) {
	h := newHouse(t, random)
	value := h.create(h.as("rita"), "token_name", "a")
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { defer close(done); h.room.Run(ctx, h.DB) }()
	defer func() { stop(); <-done }()
	noted := func(want time.Time) {
		t.Helper()
		var at time.Time
		for range 200 {
			if err := h.DB.Write.NewRaw("SELECT coalesce(last_used_at, 'epoch') FROM tokens").Scan(t.Context(), &at); err != nil {
				t.Fatal(err)
			}
			if at.Equal(want) {
				return
			}
			time.Sleep(10 * time.Millisecond)
		}
		t.Errorf("last use %v, want %v", at, want)
	}
	h.caller("whm", "rita", value, home)
	first := h.Clock.Now()
	noted(first)
	h.Clock.Advance(59 * time.Second)
	h.caller("whm", "rita", value, home)
	time.Sleep(50 * time.Millisecond)
	noted(first)
	noted(func() time.Time {
		now := h.Clock.Advance(time.Second)
		h.caller("whm", "rita", value, home)
		return now
	}())
}

// With nobody writing uses down, calls go on.
func TestUsesNeverBlock(t *testing.T) {
	h := newHouse(t, random)
	value := h.create(h.as("rita"), "token_name", "a")
	for range 400 {
		if _, err := h.caller("whm", "rita", value, home); err != nil {
			t.Fatal(err)
		}
	}
}
