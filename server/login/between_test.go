package login_test

import (
	"encoding/base64"
	"fmt"
	"net/netip"
	"net/url"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/login"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// between runs a sign in that stands at the last moment before its session, where it
// waits for a transaction which holds anna's login, lets that do something, and
// returns what came of the sign in.
func (w *two) between(a login.Attempt, do func(tx bun.Tx)) error {
	w.Helper()
	tx, err := w.db.Write.BeginTx(w.Context(), nil)
	if err != nil {
		w.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.NewRaw(`SELECT id FROM logins WHERE name = 'anna' FOR NO KEY UPDATE`).Exec(w.Context()); err != nil {
		w.Fatal(err)
	}
	came := make(chan error, 1)
	go func() {
		_, err := w.nodes[1].SignIn(w.Context(), a, testkit.Noon)
		came <- err
	}()
	for waits, end := 0, time.Now().Add(20*time.Second); waits == 0; time.Sleep(5 * time.Millisecond) {
		err := w.db.Read.NewRaw(`SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`).Scan(w.Context(), &waits)
		if err != nil || time.Now().After(end) {
			w.Fatalf("the sign in does not wait (%v)", err)
		}
	}
	do(tx)
	if err := tx.Commit(); err != nil {
		w.Fatal(err)
	}
	return <-came
}

// TestAFactorSetMeanwhile: whoever knows a password, and signs in while its owner
// sets a second factor, or another one, does not come in past it.
func TestAFactorSetMeanwhile(t *testing.T) {
	w := newTwo(t)
	key, err := seal.NewKey(base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize)))
	if err != nil {
		t.Fatal(err)
	}
	set := func(tx bun.Tx) {
		_, err := tx.NewRaw(`INSERT INTO second_factors (login_id, secret, last_step, enabled_at)
			SELECT id, ?, 0, ? FROM logins WHERE name = 'anna'
			ON CONFLICT (login_id) DO UPDATE SET secret = excluded.secret, last_step = 0, enabled_at = excluded.enabled_at`,
			key.Seal("JBSWY3DPEHPK3PXQ", seal.Place{Table: "second_factors", Column: "secret", Row: 1}), testkit.Noon.Add(time.Second)).Exec(t.Context())
		if err != nil {
			t.Fatal(err)
		}
	}
	w.factors = true
	if err := w.between(at(guesser, secret), set); !fault.Is(err, fault.Stranger) {
		t.Errorf("past a new factor: %v", err)
	}
	w.exec("DELETE FROM second_factors")
	code := w.phone()
	withCode := at(guesser, secret)
	withCode.Code = code(testkit.Noon)
	if err := w.between(withCode, set); !fault.Is(err, fault.Stranger) {
		t.Errorf("past another factor: %v", err)
	}
	var sessions int
	if err := w.db.Read.NewRaw("SELECT count(*) FROM sessions").Scan(t.Context(), &sessions); err != nil || sessions != 0 {
		t.Errorf("%d sessions (%v)", sessions, err)
	}
	// Nothing happens meanwhile: they come in. So does who has a factor that is not asked for.
	w.exec("DELETE FROM second_factors")
	if err := w.between(at(guesser, secret), func(bun.Tx) {}); err != nil {
		t.Errorf("nothing happened: %v", err)
	}
	w.factors = false
	if err := w.between(at(guesser, secret), set); err != nil {
		t.Errorf("factors are off: %v", err)
	}
}

// TestAStepOfSetUpDoesNotWait: whoever has stolen the password of somebody without
// questions, and waits at the step to set them up, comes too late once there are some.
func TestAStepOfSetUpDoesNotWait(t *testing.T) {
	w := newTwo(t)
	w.exec(`INSERT INTO settings (name, value, changed_at) VALUES ('login_policy', '{"source_ip_check": 1}', now())`)
	w.exec("DELETE FROM security_questions")
	thief, home := netip.MustParseAddr("198.51.100.66"), netip.MustParseAddr("203.0.113.1")
	fields := func(answer string) url.Values {
		f := url.Values{}
		for n := range 4 {
			f.Set(fmt.Sprintf("q%dques", n+1), fmt.Sprint("A question ", n))
			f.Set(fmt.Sprintf("q%danswer", n+1), answer)
		}
		return f
	}
	var steps [2]*login.Open
	for i, from := range []netip.Addr{thief, home} {
		o, err := w.nodes[i].SignIn(t.Context(), at(from, secret), testkit.Noon)
		if err != nil || o.Open == nil || o.Open.Step != login.SetUp {
			t.Fatalf("%+v %v", o, err)
		}
		steps[i] = o.Open
	}
	if o, err := w.nodes[0].Answer(t.Context(), steps[1].Cookie, scalar.CPanel, home, fields("what anna knows"), testkit.Noon); err != nil || o.Session == nil {
		t.Fatalf("anna: %v", err)
	}
	o, err := w.nodes[1].Answer(t.Context(), steps[0].Cookie, scalar.CPanel, thief, fields("what the thief says"), testkit.Noon)
	if !fault.Is(err, fault.Invalid) || o.Session != nil {
		t.Errorf("the thief: %+v %v", o, err)
	}
	var listed int
	if err := w.db.Read.NewRaw(`SELECT count(*) FROM verified_addresses WHERE network = '198.51.100.66'`).Scan(t.Context(), &listed); err != nil || listed != 0 {
		t.Errorf("the thief's address is listed (%v)", err)
	}
	o, err = w.nodes[1].SignIn(t.Context(), at(thief, secret), testkit.Noon)
	if err != nil || o.Open == nil || o.Open.Step != login.Questions {
		t.Errorf("once more: %+v %v", o, err)
	}
}
