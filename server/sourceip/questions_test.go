package sourceip_test

import (
	"context"
	"strings"
	"testing"

	"github.com/uptrace/bun"

	"postern/server/dispatch"
	"postern/server/sourceip"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
	"postern/shared/scalar"
)

func TestQuestionsAreSavedAndLoadedByTheUser(t *testing.T) {
	h := newHouse(t)
	for _, user := range []string{"anna", "bob@anna.example"} {
		who := h.as(user)
		equal(t, "before", h.call(who, "getaccount"), `[{"account":"`+user+`","questions_set":0,"addresses":0}]`)
		equal(t, "save", h.call(who, "savesecquestions", standard(user)...), `[{"status":1}]`)
		equal(t, "after", h.call(who, "getaccount"), `[{"account":"`+user+`","questions_set":1,"addresses":1}]`)
		equal(t, "the saver's address is listed", h.call(who, "listips"), `[{"ip":"192.0.2.1"}]`)
		got := h.call(who, "loadsecquestions", "account", user, "q1", "", "q4", "Which?", "q4answer", "tried")
		if !strings.HasPrefix(got, `[{"questionnum":1,"question":"Question number 1?","answer":null,"options":[`) ||
			!strings.Contains(got, `{"questionnum":4,"question":"Question number 4?","answer":"tried","options":[`) ||
			strings.Contains(got, "Capital") || strings.Contains(got, "Pumas") || strings.Contains(got, "argon2") {
			t.Errorf("load: %s", got)
		}
	}
	again := four("anna", "one", "two", "three", "four")
	again[3] = catalog.SecurityQuestions[0][3]
	password := h.as("anna")
	password.Via = dispatch.ByPassword
	equal(t, "in place of those before", h.call(password, "savesecquestions", again...), `[{"status":1}]`)
	got := h.call(password, "loadsecquestions", "account", "anna.example", "q", "q1: anything")
	if strings.Count(got, `"selectedtxt":null`) != 6 || !strings.Contains(got, `{"questionnum":4,"question":"`+again[3]+`","selectedtxt":"selected"}`) {
		t.Errorf("the saved preset is selected: %s", got)
	}
	got = h.call(password, "loadsecquestions", "account", "anna", "q1", catalog.SecurityQuestions[0][6])
	if strings.Count(got, `"selected"`) != 1 || !strings.Contains(got, `{"questionnum":7,"question":"`+catalog.SecurityQuestions[0][6]+`","selectedtxt":"selected"}`) {
		t.Errorf("the named preset is selected: %s", got)
	}
	h.refused(password, fault.Invalid, api2("loadsecquestions"), "account", "anna")
	h.refused(password, fault.Invalid, api2("loadsecquestions"), "account", "anna", "q", "q5")
	h.refused(password, fault.Invalid, api2("loadsecquestions"), "q1", "1")
}

// Root, a reseller, the account behind a mailbox, a stolen token, a command line:
// none of them sees the questions or sets an answer that they know.
func TestNobodyElseSavesOrLoads(t *testing.T) {
	h := newHouse(t)
	via := func(name string, v dispatch.Via, service scalar.Service) dispatch.Caller {
		c := h.as(name)
		c.Via, c.Service, c.Session = v, service, ""
		return c
	}
	possessed := func(name, by string) dispatch.Caller {
		c := h.as(name)
		c.Possessor = by
		return c
	}
	viaBridge := h.bridged("root", "anna")
	viaBridge.Via = dispatch.ByPassword // root's password
	for _, who := range []dispatch.Caller{
		via("anna", dispatch.ByToken, scalar.CPanel), via("anna", dispatch.ByCommand, scalar.Command), via("anna", "", scalar.CPanel),
		possessed("anna", "root"), possessed("bob@anna.example", "anna"), possessed("carl", "rita"),
		h.bridged("root", "anna"), viaBridge, h.bridged("rita", "carl"), h.bridged("rita", "rita"),
	} {
		for _, f := range []string{"savesecquestions", "loadsecquestions"} {
			said := h.refused(who, fault.Forbidden, api2(f), append(standard(who.Name), "q1", "1")...)
			if !strings.Contains(said, "sign in as that user with their own password") {
				t.Errorf("%s says %q", f, said)
			}
		}
	}
	for _, other := range []string{"carl", "bob@anna.example", "nobody", "root"} { // not even an account its mailbox's
		h.refused(h.as("anna"), fault.Forbidden, api2("savesecquestions"), standard(other)...)
		h.refused(h.as("anna"), fault.Forbidden, api2("loadsecquestions"), "account", other, "q1", "1")
	}
	whm := function.WHM("postern_save_security_questions")
	h.refused(possessed("rita", "root"), fault.Forbidden, whm, standard("rita")...)
	h.refused(via("root", dispatch.ByToken, scalar.WHM), fault.Forbidden, whm, standard("root")...)
	h.refused(via("root", dispatch.ByCommand, scalar.Command), fault.Forbidden, whm, standard("root")...)
	h.refused(h.as("root"), fault.Forbidden, whm, standard("anna")...)
	if out, err := h.Call(h.as("root"), whm, standard("root")...); err != nil || text(t, out) != `[{"status":1}]` {
		t.Errorf("root’s own: %v, %v", out, err)
	}
	if n := h.Count("security_questions"); n != 4 {
		t.Errorf("%d questions, want root’s 4", n)
	}
	if out, err := h.Call(h.as("root"), function.WHM("postern_reset_security_questions")); err != nil || text(t, out) != `[{"status":""}]` {
		t.Errorf("root’s reset: %v, %v", out, err)
	}
}

func TestQuestionsAndAnswersHaveLimits(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	const nbsp, zero = "\u00a0", "\u200b"
	for _, bad := range []string{
		"19", " 19 ", "a" + nbsp + nbsp, strings.Repeat("a", 128), strings.Repeat("ü", 64), strings.Repeat("x", 1000), strings.Repeat(" ", 40),
		zero + zero + zero, "\u3000\u3000", "\u2003\u2003\u2003",
	} {
		for i, parameter := range []string{"q1ques", "q1answer", "q4answer"} {
			args := standard("anna")
			at := []int{3, 5, 17}[i]
			args[at] = bad
			got := h.call(anna, "savesecquestions", args...)
			if !strings.HasPrefix(got, `[{"status":0,"reason":"The parameter “`+parameter+`” is not valid: use `) {
				t.Errorf("%s of %d bytes: %s", parameter, len(bad), got)
			}
		}
	}
	for i := 2; i < 18; i += 2 { // all four are required
		args := standard("anna")
		h.refused(anna, fault.Invalid, api2("savesecquestions"), append(args[:i:i], args[i+2:]...)...)
	}
	args := standard("anna")
	args[3] = "with a\nline break"
	h.refused(anna, fault.Invalid, api2("savesecquestions"), args...)
	if h.Count("security_questions") != 0 || h.Count("verified_addresses") != 0 {
		t.Error("a refused call left something")
	}
	// U+FDFA is 3 bytes and 33 in its compatible form: a good answer, though the form is longer than a password may be.
	long := strings.Repeat("\ufdfa", 42)
	equal(t, "the longest", h.call(anna, "savesecquestions", four("anna", long, "abc", strings.Repeat("b", 127), " ccc ")...), `[{"status":1}]`)
	right, err := h.room.Answer(t.Context(), h.DB.Write, anna.ID, map[int]string{1: long, 2: "ABC", 3: strings.Repeat("B", 127), 4: "ccc"})
	if err != nil || !right {
		t.Errorf("they are right: %v, %v", right, err)
	}
}

func TestSamplesAreSevenForEachSlot(t *testing.T) {
	h := newHouse(t)
	got := h.call(h.as("bob@anna.example"), "samplequestions")
	if strings.Count(got, `"slot":`) != 28 || !strings.HasPrefix(got, `[{"slot":1,"questionnum":1,"question":"`) {
		t.Errorf("samples: %s", got)
	}
	seen := map[string]bool{}
	for slot, presets := range catalog.SecurityQuestions {
		for _, text := range presets {
			if seen[text] || len(text) < catalog.QuestionMin || len(text) > catalog.QuestionMax {
				t.Errorf("slot %d: %q is there twice, or too short or long to be saved", slot+1, text)
			}
			seen[text] = true
		}
	}
}

// A stolen password reaches the API, which the policy spares by default: it must
// not be a way round the questions.
func TestStolenPasswordDoesNotListItsThief(t *testing.T) {
	h := newHouse(t)
	h.save("anna")
	h.room.Policy = func(context.Context, bun.IDB) (sourceip.Policy, error) { return on{scalar.CPanel}, nil }
	calls := map[string][]string{
		"addip": {"ip", far.String()}, "delip": {"ip", home.String()}, "resetsecquestions": nil,
		"savesecquestions": standard("anna"), "loadsecquestions": {"account", "anna", "q1", ""},
	}
	thief := h.as("anna")
	thief.Via, thief.Session, thief.Address = dispatch.ByPassword, "", far
	for f, args := range calls {
		if said := h.refused(thief, fault.Forbidden, api2(f), args...); !strings.Contains(said, "not verified") {
			t.Errorf("%s says %q", f, said)
		}
	}
	if h.Count("security_questions") != 4 || h.call(thief, "listips") != `[{"ip":"192.0.2.1"}]` {
		t.Error("a refused call left something")
	}
	session, elsewhere, root := thief, thief, h.bridged("root", "anna")
	session.Via = dispatch.BySession // let in by the login flow
	elsewhere.Service = scalar.WHM   // where the policy is not in force
	root.Via, root.Address = dispatch.ByPassword, far
	for _, who := range []dispatch.Caller{session, elsewhere} {
		equal(t, "addip by "+string(who.Via), h.call(who, "addip", "ip", "203.0.113.77"), `[{"status":1,"ip":"203.0.113.77","error":null}]`)
	}
	unverified := root // where a policy stands between root's own password and a sign in
	unverified.Unverified = true
	h.refused(unverified, fault.Forbidden, api2("resetsecquestions"))
	equal(t, "root resets", h.call(root, "resetsecquestions"), `[{"status":""}]`)
	equal(t, "who has none may set them up", h.call(thief, "savesecquestions", standard("anna")...), `[{"status":1}]`)
	equal(t, "and is verified then", h.call(thief, "resetsecquestions"), `[{"status":""}]`)
}
