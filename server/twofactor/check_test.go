package twofactor_test

import (
	"context"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/function"
)

// TestACodeWorksOnce: of many with the same code at the same moment, one passes.
func TestACodeWorksOnce(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	secret := h.enrol(anna)
	recovery := must[catalog.RecoveryCodes](h)(h.Call(anna, function.UAPI("Postern", "generate_recovery_codes")))
	for _, code := range []string{h.code(secret, 0), recovery.Codes[3]} {
		var passed atomic.Int32
		var all sync.WaitGroup
		for range 12 { // fewer than the limit of tries
			all.Go(func() {
				if h.room.Check(context.Background(), h.DB.Write, anna.ID, code, h.Clock.Now()) == nil {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 1 {
			t.Errorf("%d passed with one code", passed.Load())
		}
		if h.check(anna.ID, code) == nil {
			t.Error("a used code passed")
		}
	}
	if left := must[catalog.SecondFactor](h)(h.Call(anna, function.UAPI("Postern", "get_second_factor"))); left.Recovery != 9 {
		t.Errorf("%d recovery codes left", left.Recovery)
	}
}

func TestNeighbouringSteps(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	secret := h.enrol(anna)
	h.Clock.Advance(5 * time.Minute)
	for _, c := range []struct {
		steps  int
		passes bool
	}{{-2, false}, {2, false}, {-1, true}, {-1, false}, {0, true}, {1, true}, {0, false}, {-1, false}, {1, false}} {
		if err := h.check(anna.ID, h.code(secret, c.steps)); (err == nil) != c.passes {
			t.Errorf("the code %d steps off: %v", c.steps, err)
		}
	}
	h.Clock.Advance(30 * time.Second)
	if h.check(anna.ID, h.code(secret, 0)) == nil {
		t.Error("the next step’s code was used a step early and passed again")
	}
	h.Clock.Advance(30 * time.Second)
	if code := h.code(secret, 0); h.check(anna.ID, " "+code[:3]+" "+code[3:]) != nil {
		t.Error("a code as people type it was refused")
	}
}

// TestTheCodeThatSetsIsUsed: who looks over a shoulder at the set-up has nothing.
func TestTheCodeThatSetsIsUsed(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	key := must[catalog.TFAKey](h)(h.Call(anna, uapi("generate_user_configuration")))
	code := h.code(key.Secret, 0)
	if _, err := h.Call(anna, uapi("set_user_configuration"), "secret", key.Secret, "tfa_token", code); err != nil {
		t.Fatal(err)
	}
	if h.check(anna.ID, code) == nil {
		t.Error("the code of the set-up signs in")
	}
}

func TestCheckRefuses(t *testing.T) {
	h := newHouse(t)
	anna, rita := h.as("anna"), h.as("rita")
	secret := h.enrol(anna)
	h.enrol(rita)
	recovery := must[catalog.RecoveryCodes](h)(h.Call(anna, function.UAPI("Postern", "generate_recovery_codes")))
	bob := h.as("bob@anna.example")
	wrong := "000000"
	if h.code(secret, 0) == wrong || h.code(secret, 1) == wrong || h.code(secret, -1) == wrong {
		wrong = "000001"
	}
	for what, c := range map[string]struct {
		login int64
		code  string
	}{
		"a wrong code":             {anna.ID, wrong},
		"an empty code":            {anna.ID, ""},
		"a very long code":         {anna.ID, strings.Repeat("1", 100000)},
		"bytes that are no text":   {anna.ID, "\xff\x00'"},
		"somebody without":         {bob.ID, h.code("AAAAAAAAAAAAAAAA", 0)},
		"nobody":                   {999999, h.code("AAAAAAAAAAAAAAAA", 0)},
		"another’s code":           {rita.ID, h.code(secret, 0)},
		"another’s recovery code":  {rita.ID, recovery.Codes[0]},
		"the hash’s preimage form": {anna.ID, "RECOVERY"},
	} {
		if h.check(c.login, c.code) == nil {
			t.Errorf("%s passed", what)
		}
	}
	if h.check(anna.ID, strings.ToUpper(strings.ReplaceAll(recovery.Codes[0], "-", " "))) != nil {
		t.Error("a recovery code as people type it was refused")
	}
}

// TestSealedToItsRow: whoever can write the database cannot lend one user's key
// to another, nor a pending key to a factor.
func TestSealedToItsRow(t *testing.T) {
	h := newHouse(t)
	anna, carl := h.as("anna"), h.as("carl")
	h.enrol(anna)
	secret := h.enrol(carl)
	h.Exec(`UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE login_id = ?) WHERE login_id = ?`, carl.ID, anna.ID)
	err := h.room.Check(context.Background(), h.DB.Write, anna.ID, h.code(secret, 0), h.Clock.Now())
	if !fault.Is(err, fault.Internal) {
		t.Errorf("a moved key: %v", err)
	}
	key := must[catalog.TFAKey](h)(h.Call(carl, uapi("generate_user_configuration")))
	h.Exec(`UPDATE second_factors SET secret = (SELECT secret FROM second_factor_offers WHERE login_id = ?) WHERE login_id = ?`, carl.ID, carl.ID)
	err = h.room.Check(context.Background(), h.DB.Write, carl.ID, h.code(key.Secret, 0), h.Clock.Now())
	if !fault.Is(err, fault.Internal) {
		t.Errorf("a pending key in the place of a factor: %v", err)
	}
	if n := h.Count(`second_factors WHERE position(?::bytea in secret) > 0`, []byte(secret)); n != 0 {
		t.Error("the key can be read in the database")
	}
}

func TestRequired(t *testing.T) {
	h := newHouse(t)
	anna := h.as("anna")
	required := func(want bool) {
		t.Helper()
		if got, err := h.room.Required(t.Context(), h.DB.Write, anna.ID); got != want || err != nil {
			t.Errorf("required: %v, %v", got, err)
		}
	}
	root := h.as("root")
	if _, err := h.Call(root, whm("enable_policy")); err != nil {
		t.Fatal(err)
	}
	required(false)
	h.enrol(anna)
	required(true)
	if p := must[catalog.TFAPolicy](h)(h.Call(h.as("rita"), whm("policy_status"))); !p.Enabled {
		t.Error("the policy is off")
	}
	if _, err := h.Call(root, whm("disable_policy")); err != nil {
		t.Fatal(err)
	}
	required(false)
	for _, f := range []string{"enable_policy", "disable_policy"} {
		_, err := h.Call(h.as("rita"), whm(f))
		h.Refused(err, fault.Forbidden, "all")
	}
}

// TestEveryRefusalIsTheSameWork: a wrong code, a used one, somebody without a
// second factor and nobody at all cost the same statements.
func TestEveryRefusalIsTheSameWork(t *testing.T) {
	h := newHouse(t)
	anna, carl := h.as("anna"), h.as("carl")
	secret := h.enrol(anna)
	used := h.code(secret, 0)
	if err := h.check(anna.ID, used); err != nil {
		t.Fatal(err)
	}
	counted := &statements{}
	h.DB.Write.AddQueryHook(counted)
	var first string
	for _, c := range []struct {
		what  string
		login int64
		code  string
	}{{"used", anna.ID, used}, {"wrong", anna.ID, h.code(secret, 9)}, {"without", carl.ID, "123456"}, {"nobody", 999999, "123456"}, {"recovery", anna.ID, "abcd-efgh-ijkl-mnop"}} {
		counted.all = nil
		if h.check(c.login, c.code) == nil {
			t.Errorf("%s passed", c.what)
		}
		got := strings.Join(counted.all, " ")
		if first == "" {
			first = got
		}
		if got != first || len(counted.all) != 2 { // besides the prepared one, which takes the try
			t.Errorf("%s: %s, not %s", c.what, got, first)
		}
	}
}

// statements notes which tables are asked what.
type statements struct{ all []string }

func (s *statements) BeforeQuery(ctx context.Context, _ *bun.QueryEvent) context.Context { return ctx }

func (s *statements) AfterQuery(_ context.Context, e *bun.QueryEvent) {
	s.all = append(s.all, strings.Fields(e.Query)[0])
}
