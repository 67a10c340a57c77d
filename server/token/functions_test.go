package token_test

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"postern/server/dispatch"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

func TestCreate(t *testing.T) {
	h := newHouse(t, random)
	out, err := h.Call(h.as("rita"), whm("api_token_create"), "token_name", "one", "expires_at", epoch(time.Hour),
		"acl-0", "list-accts", "acl-1", "create-acct", "acl-1", "create-acct",
		"whitelist_ip-0", "192.0.2.9/29", "whitelist_ip-1", "2001:0db8:0000::1", "whitelist_ip", "::ffff:198.51.100.7")
	got := must[catalog.CreatedToken](h, out, err)
	if !regexp.MustCompile(`\A[A-Z0-9]{32}\z`).MatchString(got.Token) {
		t.Errorf("token %q", got.Token)
	}
	if fmt.Sprint(got.ACLs) != "[create-acct list-accts]" || got.Name != "one" ||
		fmt.Sprint(got.WhitelistIPs) != "[198.51.100.7 192.0.2.8/29 2001:db8::1]" ||
		got.CreateTime != scalar.At(h.Clock.Now()) || got.ExpiresAt != scalar.At(h.Clock.Now().Add(time.Hour)) {
		t.Errorf("created %+v", got)
	}
	var kept string
	if err := h.DB.Write.NewRaw("SELECT t::text FROM tokens t").Scan(t.Context(), &kept); err != nil || strings.Contains(kept, got.Token) {
		t.Errorf("the row holds the value (%v)", err)
	}
	if c, err := h.caller("whm", "rita", got.Token, netip.MustParseAddr("192.0.2.7")); err == nil {
		t.Errorf("let in from an address that is not listed: %+v", c)
	}
	out, err = h.Call(h.as("rita"), whm("api_token_create"), "token_name", "two")
	if got := must[catalog.CreatedToken](h, out, err); fmt.Sprint(got.ACLs) != "[create-acct list-accts manage-api-tokens]" ||
		got.WhitelistIPs != nil || got.ExpiresAt != 0 {
		t.Errorf("created with defaults %+v", got)
	}
	out, err = h.Call(h.as("root"), whm("api_token_create"), "token_name", "three", "acl", "all")
	if got := must[catalog.CreatedToken](h, out, err); fmt.Sprint(got.ACLs) != "[all]" {
		t.Errorf("root’s %+v", got)
	}
}

func TestCreateRefuses(t *testing.T) {
	h := newHouse(t, random)
	rita := h.as("rita")
	if _, err := h.Call(rita, whm("api_token_create"), "token_name", "taken"); err != nil {
		t.Fatal(err)
	}
	for _, one := range []struct {
		kind fault.Kind
		args []string
	}{
		{fault.Exists, []string{"token_name", "taken"}},
		{fault.Invalid, nil},
		{fault.Invalid, []string{"token_name", "a b"}},
		{fault.Invalid, []string{"token_name", "a\n"}},
		{fault.Invalid, []string{"token_name", strings.Repeat("a", 51)}},
		{fault.Invalid, []string{"token_name", "a", "acl", "no-such-privilege"}},
		{fault.Forbidden, []string{"token_name", "a", "acl", "all"}},
		{fault.Forbidden, []string{"token_name", "a", "acl-0", "list-accts", "acl-1", "kill-acct"}},
		{fault.Invalid, []string{"token_name", "a", "expires_at", epoch(0)}},
		{fault.Invalid, []string{"token_name", "a", "expires_at", epoch(-time.Hour)}},
		{fault.Invalid, []string{"token_name", "a", "expires_at", "tomorrow"}},
		{fault.Invalid, []string{"token_name", "a", "whitelist_ip", "example.com"}},
		{fault.Invalid, []string{"token_name", "a", "whitelist_ip", "192.0.2.0/33"}},
		{fault.Invalid, []string{"token_name", "a", "whitelist_ip", "fe80::1%eth0"}},
		{fault.Invalid, []string{"token_name", "a", "whitelist_ip", "any"}},
	} {
		_, err := h.Call(rita, whm("api_token_create"), one.args...)
		h.Refused(err, one.kind, "", fmt.Sprint(one.args))
	}
	plain := rita
	plain.TLS = false
	_, err := h.Call(plain, whm("api_token_create"), "token_name", "a")
	h.Refused(err, fault.Forbidden, "", "over plain HTTP")
	plain.Service = scalar.Command
	if _, err := h.Call(plain, whm("api_token_create"), "token_name", "a"); err != nil {
		t.Errorf("from the command line: %v", err)
	}
	_, err = h.Call(h.as("anna"), whm("api_token_create"), "token_name", "a")
	h.Refused(err, fault.Forbidden, "", "an account on WHM")
	h.Exec("UPDATE logins SET suspended_at = now() WHERE name IN ('anna', 'rita')")
	_, err = h.Call(rita, whm("api_token_create"), "token_name", "b")
	h.Refused(err, fault.Forbidden, "", "a suspended reseller")
	_, err = h.Call(h.as("anna"), tokens("create_full_access"), "name", "b")
	h.Refused(err, fault.Forbidden, "", "a suspended account")
	h.Exec("DELETE FROM resellers")
	h.Exec("DELETE FROM accounts; DELETE FROM logins WHERE name = 'rob'")
	ghost := rita
	ghost.ID = 1 << 40
	_, err = h.Call(ghost, whm("api_token_create"), "token_name", "b")
	h.Refused(err, fault.Unknown, "", "a login that is gone")
}

// Bytes that would make a letter likelier are thrown away; without randomness there is no token.
func TestSecretIsUnbiased(t *testing.T) {
	h := newHouse(t, &scripted{bytes: append(bytes.Repeat([]byte{252, 253, 254, 255}, 20), 0, 35, 36, 251)})
	out, err := h.Call(h.as("root"), whm("api_token_create"), "token_name", "a")
	if got := must[catalog.CreatedToken](h, out, err); got.Token != strings.Repeat("A9A9", 8) {
		t.Errorf("token %q", got.Token)
	}
}

func TestNoRandomness(t *testing.T) {
	h := newHouse(t, broken{})
	_, err := h.Mux.Call(t.Context(), h.as("root"), whm("api_token_create"), map[string][]string{"token_name": {"a"}}, noShape)
	h.Refused(err, fault.Internal, "", "a token without randomness")
}

func TestUpdateReplaces(t *testing.T) {
	h := newHouse(t, random)
	rita := h.as("rita")
	out, err := h.Call(rita, whm("api_token_create"), "token_name", "a", "acl", "list-accts", "expires_at", epoch(time.Hour), "whitelist_ip", "192.0.2.1")
	value := must[catalog.CreatedToken](h, out, err).Token
	for _, one := range []struct {
		args []string
		want string
	}{
		{[]string{"token_name", "a", "new_name", "b", "acl-1", "create-acct", "whitelist_ip-1", "192.0.2.10"}, "{[create-acct] 1772625600 0 b [192.0.2.10]}"},
		{[]string{"token_name", "b", "expires_at", epoch(time.Minute)}, "{[create-acct list-accts manage-api-tokens] 1772625600 1772625660 b [192.0.2.10]}"},
		{[]string{"token_name", "b", "new_name", "b", "whitelist_ip", "any"}, "{[create-acct list-accts manage-api-tokens] 1772625600 0 b []}"},
	} {
		out, err := h.Call(rita, whm("api_token_update"), one.args...)
		if got := must[catalog.TokenDetails](h, out, err); fmt.Sprint(got) != one.want {
			t.Errorf("%v\n got %v\nwant %v", one.args, got, one.want)
		}
		if _, err := h.caller("whm", "rita", value, home); err != nil {
			t.Errorf("%v: the value changed: %v", one.args, err)
		}
	}
	if _, err := h.Call(rita, whm("api_token_create"), "token_name", "c"); err != nil {
		t.Fatal(err)
	}
	_, err = h.Call(rita, whm("api_token_update"), "token_name", "b", "new_name", "c")
	h.Refused(err, fault.Exists, "", "renaming to a taken name")
	_, err = h.Call(rita, whm("api_token_update"), "token_name", "a")
	h.Refused(err, fault.Unknown, "", "an unknown token")
	_, err = h.Call(h.as("rob"), whm("api_token_update"), "token_name", "b")
	h.Refused(err, fault.Unknown, "", "another reseller’s token")
	_, err = h.Call(rita, whm("api_token_update"), "token_name", "b", "acl", "kill-acct")
	h.Refused(err, fault.Forbidden, "", "more than the caller has")
	_, err = h.Call(rita, whm("api_token_update"), "token_name", "b", "expires_at", epoch(-1))
	h.Refused(err, fault.Invalid, "", "an end that has passed")
}

func TestListRevokeDetails(t *testing.T) {
	h := newHouse(t, random)
	rita := h.as("rita")
	values := map[string]string{}
	for _, name := range []string{"a", "b", "c"} {
		out, err := h.Call(rita, whm("api_token_create"), "token_name", name, "acl", "list-accts", "expires_at", epoch(time.Hour))
		values[name] = must[catalog.CreatedToken](h, out, err).Token
	}
	h.Clock.Advance(2 * time.Hour) // expired ones stay listed
	out, err := h.Call(rita, whm("api_token_list"))
	list := must[catalog.TokenList](h, out, err).Tokens
	if len(list) != 3 || !list["a"].ACLs["list-accts"] || list["a"].ACLs["kill-acct"] || len(list["a"].ACLs) != len(catalog.Privileges) {
		t.Errorf("list %v", list)
	}
	out, err = h.Call(rita, whm("api_token_get_details"), "token", values["a"])
	if got := must[catalog.FoundToken](h, out, err); got.Name != "a" || got.NoData {
		t.Errorf("details %+v", got)
	}
	out, err = h.Call(h.as("root"), whm("api_token_get_details"), "token", values["b"])
	if got := must[catalog.FoundToken](h, out, err); got.Name != "b" || fmt.Sprint(got.ACLs) != "[list-accts]" {
		t.Errorf("details for root %+v", got)
	}
	for who, value := range map[string]string{"rob": values["a"], "rita": strings.Repeat("A", 32)} {
		out, err = h.Call(h.as(who), whm("api_token_get_details"), "token", value)
		if got := must[catalog.FoundToken](h, out, err); !got.NoData || got.Name != "" {
			t.Errorf("details for %s: %+v", who, got)
		}
	}
	if _, err := h.Call(h.as("rob"), whm("api_token_revoke"), "token_name", "a"); err != nil {
		t.Errorf("a name that none of one’s tokens has: %v", err)
	}
	if _, err := h.Call(rita, whm("api_token_revoke"), "token_name-1", "a", "token_name-2", "b", "token_name-3", "zzz"); err != nil {
		t.Errorf("revoking: %v", err)
	}
	out, err = h.Call(rita, whm("api_token_list"))
	if list := must[catalog.TokenList](h, out, err).Tokens; len(list) != 1 || list["c"].Name != "c" {
		t.Errorf("left: %v", list)
	}
}

func TestAccountTokens(t *testing.T) {
	h := newHouse(t, random)
	anna, carl := h.as("anna"), h.as("carl")
	out, err := h.Call(anna, tokens("create_full_access"), "name", "phone", "expires_at", epoch(time.Hour))
	made := must[catalog.CreatedAccountToken](h, out, err)
	_, err = h.Call(anna, tokens("create_full_access"), "name", "phone")
	h.Refused(err, fault.Exists, "", "a taken name")
	if _, err := h.Call(carl, tokens("create_full_access"), "name", "phone"); err != nil {
		t.Errorf("the same name for another account: %v", err)
	}
	_, err = h.Call(carl, tokens("rename"), "name", "phone2", "new_name", "x")
	h.Refused(err, fault.Unknown, "", "renaming what is not there")
	if _, err := h.Call(anna, tokens("rename"), "name", "phone", "new_name", "old-phone"); err != nil {
		t.Error(err)
	}
	out, err = h.Call(anna, tokens("list"))
	if got := must[[]catalog.AccountToken](h, out, err); len(got) != 1 || got[0].Name != "old-phone" ||
		!got[0].HasFullAccess || got[0].Features == nil || got[0].ExpiresAt != scalar.At(h.Clock.Now().Add(time.Hour)) {
		t.Errorf("list %+v", got)
	}
	out, err = h.Call(carl, tokens("revoke"), "name", "old-phone") // another account's: says 1, does nothing
	if got := must[scalar.Bit](h, out, err); !got {
		t.Error("revoke of an unknown name does not answer 1")
	}
	c, err := h.caller("cpanel", "anna", made.Token, home)
	if err != nil || c.Kind != dispatch.Account || c.AccountID != anna.ID {
		t.Errorf("caller %+v, %v", c, err)
	}
	if _, err := h.Call(anna, tokens("revoke"), "name", "old-phone"); err != nil {
		t.Error(err)
	}
	if _, err := h.caller("cpanel", "anna", made.Token, home); err == nil {
		t.Error("a revoked token is let in")
	}
	h.Exec("UPDATE feature_lists SET disabled = ARRAY['apitokens']")
	_, err = h.Call(h.as("anna"), tokens("list"))
	h.Refused(err, fault.Forbidden, "", "without the feature")
}

// 64 callers want one name at the same moment: one has it.
func TestRaceForAName(t *testing.T) {
	h := newHouse(t, random)
	rita := h.as("rita")
	var wg sync.WaitGroup
	var mu sync.Mutex
	made := map[fault.Kind]int{}
	for range 64 {
		wg.Go(func() {
			_, err := h.Call(rita, whm("api_token_create"), "token_name", "one")
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				made[""]++
			} else {
				made[fault.Of(err).Kind]++
			}
		})
	}
	wg.Wait()
	if made[""] != 1 || made[fault.Exists] != 63 {
		t.Errorf("outcomes %v", made)
	}
}

// The most tokens is the most, also when the last ones are made at the same moment.
func TestLimit(t *testing.T) {
	h := newHouse(t, random)
	h.Exec(`INSERT INTO tokens (login_id, scheme, name, secret_hash, created_at)
		SELECT l.id, 'whm', 'n' || i, sha256(i::text::bytea), now() FROM logins l, generate_series(1, 95) i WHERE l.name = 'rita'`)
	rita := h.as("rita")
	var wg sync.WaitGroup
	errs := make([]error, 12)
	for i := range errs {
		wg.Go(func() { _, errs[i] = h.Call(rita, whm("api_token_create"), "token_name", fmt.Sprint("new", i)) })
	}
	wg.Wait()
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) != 7 {
		t.Errorf("%d of 12 refused, want 7", len(errs))
	}
	for _, err := range errs {
		if !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "100") {
			t.Errorf("refused with %v", err)
		}
	}
	if _, err := h.Call(rita, tokens("create_full_access"), "name", "mine"); err != nil {
		t.Errorf("the schemes are counted together: %v", err)
	}
}
