package login_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"postern/server/bruteforce"
	"postern/server/login"
	"postern/server/seal"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// two are two nodes on one database, which let everybody in as far as the locks.
type two struct {
	*lobby
	nodes [2]*login.Room
}

func newTwo(t *testing.T) *two {
	t.Parallel()
	l := newLobby(t)
	return &two{l, [2]*login.Room{l.node(1000), l.node(1000)}}
}

var guesser = netip.MustParseAddr("198.51.100.7")

func at(from netip.Addr, password string) login.Attempt {
	return login.Attempt{Service: scalar.CPanel, Name: "anna", Password: password, Address: from}
}

// hashed is how many passwords and answers both nodes have looked at.
func (w *two) hashed() int { return int(w.nodes[0].Hasher.Computed() + w.nodes[1].Hasher.Computed()) }

// rush makes n tries at once, every other one at the second node, and tells how many
// hashes were computed and what was answered: a fault's kind, or "" for success.
func (w *two) rush(n int, try func(room *login.Room, i int) error) (hashes int, answers map[fault.Kind]int) {
	w.Helper()
	before, answers := w.hashed(), map[fault.Kind]int{}
	var mu sync.Mutex
	var all sync.WaitGroup
	begin := make(chan struct{})
	for i := range n {
		all.Go(func() {
			<-begin
			err := try(w.nodes[i%2], i)
			kind := fault.Kind("")
			if err != nil {
				kind = fault.Of(err).Kind
			}
			mu.Lock()
			defer mu.Unlock()
			if answers[kind]++; kind == fault.Internal {
				w.Error(err)
			}
		})
	}
	close(begin)
	all.Wait()
	return w.hashed() - before, answers
}

// expect compares, and that exactly so many failures were written down, and no try is left.
func (w *two) expect(what string, hashes, wantHashes int, answers, want map[fault.Kind]int, failures int) {
	w.Helper()
	if hashes != wantHashes || !maps.Equal(answers, want) {
		w.Errorf("%s: %d hashes, want %d; answers %v, want %v", what, hashes, wantHashes, answers, want)
	}
	var kept, under int
	err := w.db.Write.NewRaw(`SELECT (SELECT coalesce(sum(count), 0) FROM login_failures), (SELECT count(*) FROM lockouts WHERE pending <> '{}')`).Scan(w.Context(), &kept, &under)
	if err != nil || kept != failures || under != 0 {
		w.Errorf("%s: %d failures kept, want %d; %d counters hold a try (%v)", what, kept, failures, under, err)
	}
}

func (w *two) set(settings string) {
	w.exec(`INSERT INTO settings (name, value, changed_at) VALUES ('cphulk', ?::jsonb, now()) ON CONFLICT (name) DO UPDATE SET value = excluded.value`, settings)
}

// TestPasswordsAtOnce: of sixty guesses from one address exactly five are looked at;
// the right password, when it comes after the lock, is refused like the others.
func TestPasswordsAtOnce(t *testing.T) {
	w := newTwo(t)
	hashes, answers := w.rush(60, func(room *login.Room, i int) error {
		guess := fmt.Sprint("guess ", i)
		if i >= 50 {
			guess = secret
			time.Sleep(700 * time.Millisecond) // the others stand before it
		}
		_, err := room.SignIn(t.Context(), at(guesser, guess), testkit.Noon)
		return err
	})
	w.expect("one address", hashes, 5, answers, map[fault.Kind]int{fault.Stranger: 5, fault.Locked: 55}, 5)
}

// TestPasswordsAtOnceFromEverywhere: where names are counted, exactly as many.
func TestPasswordsAtOnceFromEverywhere(t *testing.T) {
	w := newTwo(t)
	w.set(`{"is_enabled": 1, "username_based_protection": 1, "username_based_protection_local_origin": 0, "max_failures": 6}`)
	hashes, answers := w.rush(60, func(room *login.Room, i int) error {
		_, err := room.SignIn(t.Context(), at(netip.AddrFrom4([4]byte{10, 1, 0, byte(i)}), "guess"), testkit.Noon)
		return err
	})
	w.expect("one name", hashes, 6, answers, map[fault.Kind]int{fault.Stranger: 6, fault.Locked: 54}, 6)
}

// TestAllDoorsCountTogether: the sign in, a call's Basic credentials, and a function
// that is given a password, tried at the same moment from one address.
func TestAllDoorsCountTogether(t *testing.T) {
	w := newTwo(t)
	hashes, answers := w.rush(60, func(room *login.Room, i int) (err error) {
		switch i / 2 % 3 {
		case 0:
			_, err = room.SignIn(t.Context(), at(guesser, "guess"), testkit.Noon)
		case 1:
			_, _, err = room.Authenticate(t.Context(), at(guesser, "guess"), testkit.Noon)
		default:
			var right bool
			right, err = room.Brute.Look(t.Context(), room.DB, bruteforce.Attempt{Name: "anna", Address: guesser, Step: "function"}, testkit.Noon, func(ctx context.Context) (bool, error) {
				right, _, err := room.Hasher.Verify(ctx, "", "guess")
				return right, err
			})
			if err == nil && !right {
				err = fault.Denied()
			}
		}
		return err
	})
	w.expect("all doors", hashes, 5, answers, map[fault.Kind]int{fault.Stranger: 5, fault.Locked: 55}, 5)
}

// TestHonestPeopleWait: twenty people behind one address who sign in at once all come
// in, though four mistakes were made there before; and nobody's try is left over.
func TestHonestPeopleWait(t *testing.T) {
	w := newTwo(t)
	for range 4 {
		if _, err := w.nodes[0].SignIn(t.Context(), at(guesser, "mistyped"), testkit.Noon); !fault.Is(err, fault.Stranger) {
			t.Fatal(err)
		}
	}
	hashes, answers := w.rush(20, func(room *login.Room, i int) error {
		o, err := room.SignIn(t.Context(), at(guesser, secret), testkit.Noon)
		if err == nil && o.Session == nil {
			err = errors.New("no session")
		}
		return err
	})
	w.expect("honest", hashes, 20, answers, map[fault.Kind]int{"": 20}, 4)
}

// TestAnswersAtOnce: of twenty sign ins that stand at their questions, exactly five
// answers are looked at, each of two questions; right ones behind the lock are refused.
func TestAnswersAtOnce(t *testing.T) {
	w := newTwo(t)
	w.exec(`INSERT INTO settings (name, value, changed_at) VALUES ('login_policy', '{"source_ip_check": 1}', now())`)
	open := make([]*login.Open, 20)
	for i := range open {
		guess := secret
		if i%2 == 1 {
			guess = "wrong" // they are asked too
		}
		o, err := w.nodes[0].SignIn(t.Context(), at(guesser, guess), testkit.Noon)
		if err != nil || o.Open == nil || len(o.Open.Questions) != 2 {
			t.Fatalf("%+v, %v", o, err)
		}
		open[i] = o.Open
	}
	hashes, answers := w.rush(20, func(room *login.Room, i int) error {
		answer := "guessed"
		if i >= 15 {
			answer = "a long answer"
			time.Sleep(time.Second)
		}
		fields := url.Values{}
		for _, q := range open[i].Questions {
			fields.Set(fmt.Sprintf("q%danswer", q.Slot), answer)
		}
		_, err := room.Answer(t.Context(), open[i].Cookie, scalar.CPanel, guesser, fields, testkit.Noon)
		return err
	})
	w.expect("answers", hashes, 10, answers, map[fault.Kind]int{fault.Stranger: 5, fault.Locked: 15}, 5)
}

// phone gives anna a second factor and returns the code of a moment.
func (w *two) phone() func(time.Time) string {
	w.Helper()
	const shared = "JBSWY3DPEHPK3PXP"
	key, err := seal.NewKey(base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize)))
	if err != nil {
		w.Fatal(err)
	}
	var id int64
	if err := w.db.Write.NewRaw(`SELECT id FROM logins WHERE name = 'anna'`).Scan(w.Context(), &id); err != nil {
		w.Fatal(err)
	}
	w.exec(`INSERT INTO second_factors (login_id, secret, last_step, enabled_at) VALUES (?, ?, 0, ?)`,
		id, key.Seal(shared, seal.Place{Table: "second_factors", Column: "secret", Row: id}), testkit.Noon.Add(-time.Hour))
	w.factors = true
	return func(when time.Time) string {
		code, err := totp.GenerateCode(shared, when)
		if err != nil {
			w.Fatal(err)
		}
		return code
	}
}

// wrongCode is one that no step near noon has.
func wrongCode(code func(time.Time) string, i int) string {
	for n := i; ; n += 1000 {
		guess := fmt.Sprintf("%06d", n%1000000)
		if guess != code(testkit.Noon) && guess != code(testkit.Noon.Add(30*time.Second)) && guess != code(testkit.Noon.Add(-30*time.Second)) {
			return guess
		}
	}
}

// TestCodesAtOnce: of sixty codes for twelve open sign ins exactly five are looked
// at, and the right one behind the lock is refused and stays good.
func TestCodesAtOnce(t *testing.T) {
	w := newTwo(t)
	code := w.phone()
	cookies := make([]string, 12)
	for i := range cookies {
		o, err := w.nodes[i%2].SignIn(t.Context(), at(guesser, secret), testkit.Noon)
		if err != nil || o.Open == nil || o.Open.Step != login.Code {
			t.Fatalf("%+v, %v", o, err)
		}
		cookies[i] = o.Open.Cookie
	}
	hashes, answers := w.rush(60, func(room *login.Room, i int) error {
		guess := wrongCode(code, i)
		if i >= 55 {
			guess = code(testkit.Noon)
			time.Sleep(500 * time.Millisecond)
		}
		_, err := room.Answer(t.Context(), cookies[i%12], scalar.CPanel, guesser, url.Values{"tfa_token": {guess}}, testkit.Noon)
		return err
	})
	w.expect("codes", hashes, 0, answers, map[fault.Kind]int{fault.Stranger: 5, fault.Locked: 55}, 5)
	o, err := w.nodes[0].SignIn(t.Context(), login.Attempt{Service: scalar.CPanel, Name: "anna", Password: secret, Code: code(testkit.Noon), Address: netip.MustParseAddr("203.0.113.9")}, testkit.Noon)
	if err != nil || o.Session == nil {
		t.Errorf("the code was used up behind the lock: %v", err)
	}
}

// TestCodesWithThePasswordAtOnce: name, password and code in one go, at the door and
// with a call.
func TestCodesWithThePasswordAtOnce(t *testing.T) {
	w := newTwo(t)
	code := w.phone()
	hashes, answers := w.rush(60, func(room *login.Room, i int) (err error) {
		a := at(guesser, secret)
		a.Code = wrongCode(code, i)
		if i/2%2 == 0 {
			_, err = room.SignIn(t.Context(), a, testkit.Noon)
		} else {
			_, _, err = room.Authenticate(t.Context(), a, testkit.Noon)
		}
		return err
	})
	w.expect("password and code", hashes, 5, answers, map[fault.Kind]int{fault.Stranger: 5, fault.Locked: 55}, 5)
}

// TestACodeUsedAtOnce: of thirty who bring the same right code, one comes in.
func TestACodeUsedAtOnce(t *testing.T) {
	w := newTwo(t)
	code := w.phone()
	w.set(`{"is_enabled": 1, "ip_based_protection": 0}`)
	_, answers := w.rush(30, func(room *login.Room, i int) error {
		a := at(guesser, secret)
		a.Code = code(testkit.Noon)
		_, err := room.SignIn(t.Context(), a, testkit.Noon)
		return err
	})
	if answers[""] != 1 || answers[fault.Stranger] != 29 {
		t.Errorf("answers %v", answers)
	}
}
