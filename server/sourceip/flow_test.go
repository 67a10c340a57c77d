package sourceip_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"postern/server/sourceip"
	"postern/server/testkit"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// on is a policy that is in force at the services it names.
type on []scalar.Service

func (o on) Verifies(s scalar.Service) bool {
	for _, one := range o {
		if one == s {
			return true
		}
	}
	return false
}

var answers = [4]sourceip.QA{{"First?", "Pumas"}, {"Second?", "Snow ball"}, {"Third?", "Straße"}, {"Fourth?", "Capital City"}}

func (h *house) save(user string) int64 {
	h.Helper()
	id := h.Login(user).ID
	if err := h.room.Save(h.Context(), h.DB.Write, id, answers, home, h.Clock.Now()); err != nil {
		h.Fatal(err)
	}
	return id
}

func (h *house) needs(user string, from netip.Addr) sourceip.Need {
	h.Helper()
	need, err := h.room.Required(h.Context(), h.DB.Write, on{scalar.CPanel}, h.Login(user), scalar.CPanel, from, h.Clock.Now())
	if err != nil {
		h.Fatal(err)
	}
	return need
}

func TestSignInNeedsSetupThenAListedAddress(t *testing.T) {
	h := newHouse(t)
	for _, user := range []string{"anna", "root", "rita", "bob@anna.example"} {
		h.Exec(`INSERT INTO verified_addresses (login_id, network, created_at) VALUES (?, '203.0.113.0/24', now())`, h.Login(user).ID)
		if n := h.needs(user, far); n != sourceip.Setup {
			t.Errorf("%s without questions, at a listed address: %q", user, n)
		}
		h.save(user)
		for from, want := range map[string]sourceip.Need{
			"192.0.2.1": sourceip.None, "192.0.2.2": sourceip.Challenge, "203.0.113.255": sourceip.None, "203.0.114.0": sourceip.Challenge,
			"::ffff:192.0.2.1": sourceip.None, "::ffff:192.0.2.2": sourceip.Challenge, "2001:db8::1": sourceip.Challenge, "::1": sourceip.Challenge,
		} {
			if n := h.needs(user, netip.MustParseAddr(from)); n != want {
				t.Errorf("%s from %s: %q, want %q", user, from, n, want)
			}
		}
		if n := h.needs(user, netip.Addr{}); n != sourceip.Challenge {
			t.Errorf("%s from nowhere: %q", user, n)
		}
	}
	if n := h.needs("carl", home); n != sourceip.Setup {
		t.Errorf("another user’s questions and address count: %q", n)
	}
	need, err := h.room.Required(t.Context(), h.DB.Write, on{scalar.WHM}, h.Login("carl"), scalar.CPanel, far, h.Clock.Now())
	if need != sourceip.None || err != nil {
		t.Errorf("at a service where the policy is not in force: %q, %v", need, err)
	}
	h.call(h.as("anna"), "resetsecquestions")
	if n := h.needs("anna", home); n != sourceip.Setup {
		t.Errorf("after resetsecquestions, at a listed address: %q", n)
	}
}

func TestLastUseIsNotedOnceAMinute(t *testing.T) {
	h := newHouse(t)
	id := h.save("anna")
	used := func() (at time.Time) {
		t.Helper()
		if err := h.DB.Write.NewRaw("SELECT last_used_at FROM verified_addresses WHERE login_id = ?", id).Scan(t.Context(), &at); err != nil {
			t.Fatal(err)
		}
		return at
	}
	began := h.Clock.Now()
	for _, step := range []struct{ after, want time.Duration }{
		{0, 0}, {59 * time.Second, 0}, {time.Second, time.Minute}, {30 * time.Second, time.Minute}, {time.Hour, time.Hour + 90*time.Second},
	} {
		h.Clock.Advance(step.after)
		h.needs("anna", home)
		if got := used().Sub(began); got != step.want {
			t.Errorf("noted %v after the start, want %v", got, step.want)
		}
	}
}

func TestAnswersAreComparedAsPeopleMeanThem(t *testing.T) {
	h := newHouse(t)
	id := h.save("anna")
	check := func(given map[int]string, want bool) {
		t.Helper()
		right, err := h.room.Answer(t.Context(), h.DB.Write, id, given)
		if err != nil || right != want {
			t.Errorf("%v: %v, %v; want %v", given, right, err, want)
		}
	}
	check(map[int]string{1: "Pumas"}, true)
	check(map[int]string{1: " pUMAS\t", 2: "SNOW\u00a0\u2003 ball\u3000", 3: "STRASSE", 4: "capital  city"}, true)
	check(map[int]string{2: "Ｓｎｏｗ　ｂａｌｌ", 4: "Cap\u0131tal City"}, false) // a dotless i is another letter
	check(map[int]string{2: "Ｓｎｏｗ　ｂａｌｌ"}, true)
	check(map[int]string{2: "Snowball"}, false)
	check(map[int]string{1: "Puma\u0455"}, false) // a Cyrillic s
	check(map[int]string{1: "Pumas", 2: ""}, false)
	check(map[int]string{1: "Snow ball", 2: "Pumas"}, false)
	check(map[int]string{1: "Pumas", 2: "Snow ball", 3: "Straße", 4: "wrong"}, false)
	check(map[int]string{}, false)
	check(nil, false)
	check(map[int]string{0: "Pumas", 1: "Pumas"}, false)
	check(map[int]string{5: ""}, false)
	check(map[int]string{1: "Pumas" + strings.Repeat(" ", 1000)}, false)
	check(map[int]string{1: "\xff\xfe"}, false)
	for _, stranger := range []int64{0, h.Login("carl").ID} {
		right, err := h.room.Answer(t.Context(), h.DB.Write, stranger, map[int]string{1: "", 2: "Pumas"})
		if right || err != nil {
			t.Errorf("a login without questions: %v, %v", right, err)
		}
	}
}

// All that is asked is checked, whatever came before: the work tells neither
// which answer is wrong nor that there is nobody. Hashes are counted; time would be
// the machine's.
func TestEveryAnswerCostsTheSame(t *testing.T) {
	h := lonelyHouse(t)
	id := h.save("anna")
	for what, given := range map[string]map[int]string{
		"both right":      {1: "Pumas", 4: "Capital City"},
		"the first wrong": {1: "x", 4: "Capital City"},
		"both empty":      {1: "", 4: ""},
		"far too long":    {1: strings.Repeat("x", 1<<16), 4: "x"},
	} {
		for _, login := range []int64{id, 0} {
			before := h.room.Hasher.Computed()
			if _, err := h.room.Answer(t.Context(), h.DB.Write, login, given); err != nil {
				t.Fatal(err)
			}
			if hashes := h.room.Hasher.Computed() - before; hashes != 2 {
				t.Errorf("%s, login %d: %d hashes, want 2", what, login, hashes)
			}
		}
	}
}

func TestDrawnQuestions(t *testing.T) {
	h := newHouse(t)
	id, day := h.save("anna"), testkit.Noon
	draw := func(name string, login int64, n int) []sourceip.Question {
		t.Helper()
		all, err := h.room.Draw(t.Context(), h.DB.Write, name, login, n, day)
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range all {
			if i > 0 && all[i-1].Slot >= q.Slot || q.Slot < 1 || q.Slot > 4 {
				t.Errorf("slots of %v", all)
			}
		}
		return all
	}
	for n, want := range map[int]int{-1: 1, 0: 1, 1: 1, 2: 2, 3: 3, 4: 4, 9: 4} {
		for _, login := range []int64{id, 0} {
			if got := draw("anna", login, n); len(got) != want {
				t.Errorf("asked for %d: %v", n, got)
			}
		}
	}
	for i, q := range draw("anna", id, 4) {
		if q.Text != answers[i].Question {
			t.Errorf("slot %d asks %q", q.Slot, q.Text)
		}
	}
	// Chance chooses the slots of everybody; the questions of one name stay the same.
	for name, login := range map[string]int64{"anna": id, "nobody": 0, "carl": h.Login("carl").ID} {
		slots, texts := map[string]int{}, map[int]string{}
		for range 120 {
			day = day.AddDate(0, 0, 1)
			var chosen string
			if first, again := draw(name, login, 2), draw(name, login, 2); fmt.Sprint(first) != fmt.Sprint(again) {
				t.Errorf("%s: drawn twice on a day: %v, then %v", name, first, again)
			}
			for _, q := range draw(name, login, 2) {
				chosen += fmt.Sprint(q.Slot)
				if known := texts[q.Slot]; known != "" && known != q.Text {
					t.Errorf("%s: slot %d asks %q, then %q", name, q.Slot, known, q.Text)
				}
				texts[q.Slot] = q.Text
			}
			slots[chosen]++
		}
		if len(slots) != 6 {
			t.Errorf("%s: of six pairs came %v", name, slots)
		}
	}
	if text(t, draw("nobody", 0, 4)) != text(t, draw("NoBody", 0, 4)) {
		t.Error("letters' case tells that there is nobody")
	}
}

func TestMadeUpQuestionsArePresetsAndDifferByNameAndKey(t *testing.T) {
	h := newHouse(t)
	other := *h.room
	other.Key = bytes.Repeat([]byte("z"), 32)
	sets, same := map[string]bool{}, 0
	for i := range 40 {
		name := fmt.Sprintf("ghost%d", i)
		all, err := h.room.Draw(t.Context(), h.DB.Read, name, 0, 4, testkit.Noon)
		if err != nil {
			t.Fatal(err)
		}
		for i, q := range all {
			found := false
			for _, preset := range catalog.SecurityQuestions[i] {
				found = found || preset == q.Text
			}
			if !found {
				t.Errorf("slot %d: %q is no preset of it", i+1, q.Text)
			}
		}
		sets[text(t, all)] = true
		if more, _ := other.Draw(t.Context(), h.DB.Read, name, 0, 4, testkit.Noon); text(t, more) == text(t, all) {
			same++
		}
	}
	if len(sets) < 30 || same > 3 {
		t.Errorf("%d sets for 40 names, %d the same with another key", len(sets), same)
	}
	other.Key = nil
	if _, err := other.Draw(t.Context(), h.DB.Read, "x", 0, 4, testkit.Noon); err == nil {
		t.Error("draws with no key")
	}
}

func TestTrustNeverRefusesAndNeverGrowsTheListBeyondItsLimit(t *testing.T) {
	h := newHouse(t)
	id := h.Login("anna").ID
	trust := func(from string, after time.Duration) {
		t.Helper()
		if err := h.room.Trust(t.Context(), h.DB.Write, id, netip.MustParseAddr(from), "Signed in from here", h.Clock.Advance(after)); err != nil {
			t.Fatal(err)
		}
	}
	listed := func(ip string) bool { return strings.Contains(h.call(h.as("anna"), "listips"), `"`+ip+`"`) }
	trust("::ffff:198.51.100.1", 0)
	trust("fe80::7%eth0", time.Second)
	trust("198.51.100.1", time.Hour)
	equal(t, "once each", h.call(h.as("anna"), "listips"), `[{"ip":"198.51.100.1"},{"ip":"fe80::7"}]`)
	h.Exec(`INSERT INTO verified_addresses (login_id, network, created_at) VALUES (?, '10.0.0.0/8', '2020-01-01')`, id)
	for i := range 197 {
		trust(fmt.Sprintf("192.0.2.%d", i), time.Second)
	}
	if h.Count("verified_addresses") != 200 {
		t.Fatalf("%d rows", h.Count("verified_addresses"))
	}
	trust("192.0.2.250", time.Second)
	if h.Count("verified_addresses") != 200 || listed("fe80::7") || !listed("198.51.100.1") || !listed("10.0.0.0/8") || !listed("192.0.2.250") {
		t.Error("the single address unused for the longest time was to go, and no other")
	}
	h.Exec(`DELETE FROM verified_addresses`)
	h.Exec(`INSERT INTO verified_addresses (login_id, network, created_at)
		SELECT ?, ('198.51.' || n || '.0/24')::cidr, now() FROM generate_series(0, 199) n`, id)
	trust("192.0.2.1", time.Second)
	if h.Count("verified_addresses") != 200 || listed("192.0.2.1") {
		t.Error("a list of networks alone was to stay as it is")
	}
	if err := h.room.Trust(t.Context(), h.DB.Write, id, netip.Addr{}, "", h.Clock.Now()); err != nil {
		t.Error(err)
	}
	if err := h.room.Trust(t.Context(), h.DB.Write, 999999, home, "", h.Clock.Now()); !fault.Is(err, fault.Unknown) {
		t.Errorf("a login that is gone: %v", err)
	}
}

// What the tables hold lets nobody answer.
func TestTablesHoldNoReadableAnswer(t *testing.T) {
	h := newHouse(t)
	var secrets []string
	var all [4]sourceip.QA
	for i := range all {
		secrets = append(secrets, "Secret"+rand.Text())
		all[i] = sourceip.QA{Question: fmt.Sprintf("Question %d?", i+1), Answer: secrets[i]}
	}
	if err := h.room.Save(t.Context(), h.DB.Write, h.Login("bob@anna.example").ID, all, home, h.Clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.call(h.as("anna"), "savesecquestions", four("anna", secrets...)...)
	var dump strings.Builder
	for _, table := range []string{"security_questions", "verified_addresses", "logins", "settings"} {
		var lines []string
		if err := h.DB.Write.NewRaw("SELECT row_to_json(t)::text FROM "+table+" t").Scan(t.Context(), &lines); err != nil {
			t.Fatal(err)
		}
		dump.WriteString(strings.Join(lines, "\n"))
	}
	if !strings.Contains(dump.String(), "Question 4?") || strings.Count(dump.String(), "$argon2id$") != 8 {
		t.Fatal("the dump is none")
	}
	for _, s := range secrets {
		if strings.Contains(strings.ToLower(dump.String()), strings.ToLower(s)) {
			t.Errorf("the answer %s can be read", s)
		}
	}
	var hashes int
	if err := h.DB.Write.NewRaw("SELECT count(DISTINCT answer_hash) FROM security_questions").Scan(t.Context(), &hashes); err != nil || hashes != 8 {
		t.Errorf("the same answers of two users have %d hashes of 8: %v", hashes, err)
	}
}
