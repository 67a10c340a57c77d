package sourceip_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"postern/server/dispatch"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func TestAddressesComeAndGo(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	equal(t, "none at first", h.call(anna, "listips"), `[]`)
	for _, ip := range []string{"192.168.0.20", "192.168.0.20", "::ffff:192.168.0.20", "198.51.100.*", "2001:db8::/40", "192.0.2.1-192.0.2.3"} {
		equal(t, "addip "+ip, h.call(anna, "addip", "ip", ip), fmt.Sprintf(`[{"status":1,"ip":%q,"error":null}]`, ip))
	}
	equal(t, "each once, in order", h.call(anna, "listips", "account", "ANNA"),
		`[{"ip":"192.0.2.1"},{"ip":"192.0.2.2/31"},{"ip":"192.168.0.20"},{"ip":"198.51.100.0/24"},{"ip":"2001:db8::/40"}]`)
	equal(t, "by the main domain, as a sample has it", h.call(anna, "listips", "account", "anna.example"), h.call(anna, "listips"))
	for _, ip := range []string{"::ffff:192.168.0.20", "192.0.2.1 - 192.0.2.3", "198.51.100.77/24", "2001:DB8:0:0::/40"} {
		equal(t, "delip "+ip, h.call(anna, "delip", "ip", ip), fmt.Sprintf(`[{"status":1,"ip":%q,"error":null}]`, ip))
	}
	equal(t, "none at last", h.call(anna, "listips"), `[]`)
}

func TestAddressThatIsNotTakenIsToldInItsRow(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	for ip, why := range map[string]string{
		"192.0.2.300": "use an IPv4 or IPv6 address", "0.0.0.0/0": "the largest is a /8", "::/1": "a /16 of IPv6",
		"<b>": "use an IPv4", "::ffff:0.0.0.0/96": "the largest",
	} {
		got := h.call(anna, "addip", "ip", ip)
		if !strings.HasPrefix(got, `[{"status":0,`) || !strings.Contains(got, why) {
			t.Errorf("addip %s: %s", ip, got)
		}
	}
	equal(t, "nothing was listed", h.call(anna, "listips"), `[]`)
	h.call(anna, "addip", "ip", "192.0.2.0/24")
	equal(t, "one that is not listed", h.call(anna, "delip", "ip", "198.51.100.7"),
		`[{"status":0,"ip":"198.51.100.7","error":"198.51.100.7 is not on the list."}]`)
	equal(t, "a part of one that is", h.call(anna, "delip", "ip", "192.0.2.7"),
		`[{"status":0,"ip":"192.0.2.7","error":"192.0.2.7 is not on the list by itself: it is part of 192.0.2.0/24, which is."}]`)
	h.refused(anna, fault.Invalid, api2("addip"))
	h.refused(anna, fault.Invalid, api2("addip"), "ip", strings.Repeat("1", 1000))
	h.refused(anna, fault.Invalid, api2("addip"), "ip", "192.0.2.7\n192.0.2.8")
}

func TestListHoldsTwoHundredNetworksAndNoMore(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	h.Exec(`INSERT INTO verified_addresses (login_id, network, created_at)
		SELECT (SELECT id FROM logins WHERE name = 'anna'), ('198.51.100.' || n)::cidr, now() FROM generate_series(1, 199) n`)
	if got := h.call(anna, "addip", "ip", "192.0.2.1-192.0.2.2"); !strings.Contains(got, "201 networks on the list, and 200 is the most") {
		t.Errorf("two more: %s", got)
	}
	if got := h.call(anna, "addip", "ip", "192.0.2.2-192.0.2.3"); !strings.Contains(got, `"status":1`) { // one network
		t.Errorf("one more: %s", got)
	}
	if got := h.call(anna, "addip", "ip", "192.0.2.2/31"); !strings.Contains(got, `"status":1`) {
		t.Errorf("one that is listed: %s", got)
	}
	if got := h.call(anna, "addip", "ip", "192.0.2.9"); !strings.Contains(got, `"status":0`) {
		t.Errorf("one too many: %s", got)
	}
	if got := h.call(h.as("carl"), "addip", "ip", "192.0.2.9"); !strings.Contains(got, `"status":1`) {
		t.Errorf("another user's list: %s", got)
	}
}

func TestAddressesHaveNotes(t *testing.T) {
	h := newHouse(t)
	list, note := function.UAPI("Postern", "list_verified_addresses"), function.UAPI("Postern", "set_verified_address_note")
	bob := h.as("bob@anna.example")
	h.call(bob, "addip", "ip", "192.0.2.*")
	if _, err := h.Call(bob, note, "ip", "192.0.2.0/24", "note", "Das Büro"); err != nil {
		t.Fatal(err)
	}
	out, err := h.Call(bob, list)
	equal(t, "with its note", fmt.Sprint(text(t, out), err), `[{"ip":"192.0.2.0/24","note":"Das Büro","created":1772625600,"last_used":null}]<nil>`)
	h.refused(bob, fault.Unknown, note, "ip", "192.0.2.7", "note", "x")
	h.refused(bob, fault.Invalid, note, "ip", "192.0.2.*", "note", strings.Repeat("ü", 101))
	h.refused(h.as("anna"), fault.Unknown, note, "ip", "192.0.2.*", "note", "x")
	if out, err = h.Call(h.as("anna"), list, "account", "bob@anna.example"); err != nil || !strings.Contains(text(t, out), "Büro") {
		t.Errorf("the account’s view of its mailbox: %v, %v", out, err)
	}
}

// Root has no account, so no cPanel API 2: WHM has names for the same.
func TestRootHasAListOfItsOwn(t *testing.T) {
	h := newHouse(t)
	for _, step := range []struct {
		name, want string
		args       []string
	}{
		{"postern_add_verified_address", `[{"status":1,"ip":"192.0.2.50","error":null}]`, []string{"ip", "192.0.2.50"}},
		{"postern_set_verified_address_note", `{}`, []string{"ip", "192.0.2.50", "note", "desk"}},
		{"postern_list_verified_addresses", `[{"ip":"192.0.2.50","note":"desk","created":1772625600,"last_used":null}]`, nil},
		{"postern_remove_verified_address", `[{"status":1,"ip":"192.0.2.50","error":null}]`, []string{"ip", "192.0.2.50"}},
		{"postern_list_verified_addresses", `[]`, nil},
	} {
		out, err := h.Call(h.as("root"), function.WHM(step.name), step.args...)
		if err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		equal(t, step.name, text(t, out), step.want)
	}
	h.refused(h.as("root"), fault.Unknown, function.WHM("postern_list_verified_addresses"), "account", "anna")
	h.refused(h.as("anna"), fault.Forbidden, function.WHM("postern_list_verified_addresses"))
}

func TestWhoMayListAndReset(t *testing.T) {
	h := newHouse(t)
	for _, user := range []string{"anna", "bob@anna.example", "carl", "bob@carl.example", "rita"} {
		h.call(h.as(user), "addip", "ip", "203.0.113.5")
	}
	token := h.as("anna")
	token.Via, token.Session = dispatch.ByToken, ""
	const one, done = `[{"ip":"203.0.113.5"}]`, `[{"status":""}]`
	for _, may := range []struct {
		who     dispatch.Caller
		account string
	}{
		{h.as("anna"), ""}, {h.as("anna"), "anna"}, {h.as("anna"), "Bob@Anna.Example"}, {token, "bob@anna.example"},
		{h.as("bob@anna.example"), ""}, {h.as("bob@anna.example"), "bob@anna.example"},
		{h.bridged("root", "anna"), ""}, {h.bridged("root", "anna"), "anna"}, {h.bridged("root", "carl"), "bob@carl.example"},
		{h.bridged("rita", "carl"), "carl"}, {h.bridged("rita", "carl"), "bob@carl.example"}, {h.bridged("rita", "rita"), ""},
	} {
		what := fmt.Sprintf("%s as %s of %q", may.who.Actor(), may.who.Name, may.account)
		equal(t, what, h.call(may.who, "listips", "account", may.account), one)
		equal(t, what, h.call(may.who, "resetsecquestions", "account", may.account), done)
	}
	for _, not := range []struct {
		who     dispatch.Caller
		account string
	}{
		{h.as("anna"), "carl"}, {h.as("anna"), "bob@carl.example"}, {h.as("anna"), "root"}, {h.as("anna"), "carl.example"}, {h.as("anna"), "nobody"},
		{h.as("bob@anna.example"), "anna"}, {h.as("bob@anna.example"), "bob@carl.example"}, {h.as("bob@anna.example"), "anna.example"},
		{h.as("rita"), "carl"}, // at cPanel she is an account like others
		{h.bridged("rita", "carl"), "anna"}, {h.bridged("rita", "carl"), "rita"}, {h.bridged("root", "anna"), "root"},
	} {
		// A stranger's account is answered like one that does not exist.
		want := fmt.Sprintf("You have no user named “%s”.", not.account)
		equal(t, "listips", h.refused(not.who, fault.Unknown, api2("listips"), "account", not.account), want)
		equal(t, "reset", h.call(not.who, "resetsecquestions", "account", not.account), fmt.Sprintf(`[{"status":%q,"reason":%q}]`, want, want))
	}
	if got := h.call(h.as("anna"), "listips"); got != one {
		t.Errorf("reset took addresses: %s", got)
	}
}

// A WHM token that was given less than its owner has leaves its owner's guards alone.
func TestSmallTokensChangeNoGuards(t *testing.T) {
	h := newHouse(t)
	whm := func(f string) function.Name { return function.WHM("postern_" + f) }
	for _, name := range []string{"root", "rita"} {
		token := h.as(name)
		token.Via, token.Session, token.Service = dispatch.ByToken, "", scalar.WHM
		small := token
		small.Privileges = []string{"create-user-session"}
		h.refused(small, fault.Forbidden, whm("add_verified_address"), "ip", "203.0.113.5")
		h.refused(small, fault.Forbidden, whm("remove_verified_address"), "ip", "203.0.113.5")
		h.refused(small, fault.Forbidden, whm("reset_security_questions"))
		if _, err := h.Mux.Call(t.Context(), token, whm("add_verified_address"), url.Values{"ip": {"203.0.113.5"}}, function.Shape{}); err != nil {
			t.Errorf("%s’s whole token: %v", name, err)
		}
	}
}

// Nobody but the user puts an address on the list: it would let them in with the
// password alone.
func TestOnlyTheUserChangesAddresses(t *testing.T) {
	h := newHouse(t)
	possessed := h.as("bob@anna.example")
	possessed.Possessor = "anna"
	for _, who := range []dispatch.Caller{h.bridged("root", "anna"), h.bridged("rita", "carl"), possessed} {
		for _, f := range []string{"addip", "delip"} {
			if said := h.refused(who, fault.Forbidden, api2(f), "ip", "192.0.2.66"); !strings.Contains(said, "sign in as that user") {
				t.Errorf("%s says %q", f, said)
			}
		}
		h.refused(who, fault.Forbidden, function.UAPI("Postern", "set_verified_address_note"), "ip", "192.0.2.66", "note", "x")
	}
	token, command := h.as("anna"), h.as("anna")
	token.Via, command.Via, command.Service = dispatch.ByToken, dispatch.ByCommand, scalar.Command
	for _, who := range []dispatch.Caller{token, command, h.bridged("rita", "rita")} {
		if got := h.call(who, "addip", "ip", "192.0.2.66"); !strings.Contains(got, `"status":1`) {
			t.Errorf("the user by %s: %s", who.Via, got)
		}
	}
}
