package login_test

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uptrace/bun"

	"postern/server/bruteforce"
	"postern/server/database"
	"postern/server/dispatch"
	"postern/server/login"
	"postern/server/password"
	"postern/server/seal"
	"postern/server/session"
	"postern/server/sourceip"
	"postern/server/testkit"
	"postern/server/twofactor"
	"postern/shared/catalog"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// lobby is the way in with two accounts, anna and the suspended sam, who both
// have security questions.
type lobby struct {
	*testing.T
	room    *login.Room
	db      *database.DB
	factors bool // second factors are asked for
	next    uint32
}

const secret = "anna-Correct-Horse-7"

func newLobby(t *testing.T) *lobby {
	l := &lobby{T: t, db: testkit.New(t)}
	l.room = l.node(20)
	hasher := l.room.Hasher
	hash, err := hasher.Hash(t.Context(), secret)
	if err != nil {
		t.Fatal(err)
	}
	for name, suspended := range map[string]string{"anna": "NULL", "sam": "now()"} {
		var id int64
		err := l.db.Write.NewRaw(`INSERT INTO logins (name, kind, password_hash, password_changed_at, created_at, suspended_at)
			VALUES (?, 'account', ?, now(), now(), ?) RETURNING id`, name, hash, bun.Safe(suspended)).Scan(t.Context(), &id)
		if err != nil {
			t.Fatal(err)
		}
		l.exec(`INSERT INTO accounts (login_id, owner_id, domain, plan, ip, settings, created_in_version, started_at, changed_at)
			VALUES (?0, ?0, ?1 || '.example', 'default', '192.0.2.200', '{}', '1', now(), now())`, id, name)
		var all [catalog.QuestionSlots]sourceip.QA
		for i := range all {
			all[i] = sourceip.QA{Question: fmt.Sprintf("question %d", i), Answer: "a long answer"}
		}
		kept, err := l.room.Addresses.Hash(t.Context(), all)
		if err != nil {
			t.Fatal(err)
		}
		if err := l.room.Addresses.Keep(t.Context(), l.db.Write, id, kept, netip.MustParseAddr("203.0.113.1"), testkit.Noon); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

// node is the way in on a node of its own, where so many hashes may wait.
func (l *lobby) node(waiting int) *login.Room {
	l.Helper()
	hasher, err := password.NewHasher(rand.Reader, 1, waiting)
	if err != nil {
		l.Fatal(err)
	}
	key, err := seal.NewKey(base64.StdEncoding.EncodeToString(make([]byte, seal.KeySize)))
	if err != nil {
		l.Fatal(err)
	}
	record := func(context.Context, bun.IDB, dispatch.Event) error { return nil }
	factors := func(ctx context.Context, db bun.IDB) (bool, error) { return l.factors, nil }
	return &login.Room{
		DB: l.db.Write, Random: rand.Reader, Hasher: hasher, Door: password.NewQueue(max(4, waiting/8), waiting),
		Sessions: &session.Room{DB: l.db.Write, Pool: l.db.Pool, Random: rand.Reader, Hasher: hasher}, Brute: &bruteforce.Room{},
		Addresses:  &sourceip.Room{Hasher: hasher, Key: make([]byte, 32)},
		SecondStep: &twofactor.Room{Key: key, Random: rand.Reader, Policy: factors}, Record: record, Log: slog.New(slog.DiscardHandler),
	}
}

func (l *lobby) exec(query string, args ...any) {
	l.Helper()
	if _, err := l.db.Write.NewRaw(query, args...).Exec(l.Context()); err != nil {
		l.Fatal(err)
	}
}

// trial is one way to fail.
type trial struct {
	what, name, password string
	took                 []time.Duration
	hashes               []uint64
}

func trials() []*trial {
	return []*trial{
		{what: "unknown name", name: "nobody", password: secret}, {what: "wrong password", name: "anna", password: "wrong"},
		{what: "suspended", name: "sam", password: secret}, {what: "wrong password of a suspended account", name: "sam", password: "wrong"},
	}
}

// measure runs the trials in turn, so that what else the machine does meets all
// of them, each time from an address that never failed. Each must cost the same
// number of hashes, always; and the same time, where it takes more rounds the
// noisier the machine is: noise evens out, a difference stays.
func (l *lobby) measure(all []*trial, run func(a login.Attempt)) {
	l.Helper()
	for round := range 120 {
		for _, one := range all {
			l.next++
			from := netip.AddrFrom4([4]byte{10, byte(l.next >> 16), byte(l.next >> 8), byte(l.next)})
			before, began := l.room.Hasher.Computed(), time.Now()
			run(login.Attempt{Service: scalar.CPanel, Name: one.name, Password: one.password, Address: from})
			one.took = append(one.took, time.Since(began))
			one.hashes = append(one.hashes, l.room.Hasher.Computed()-before)
			if one.hashes[round] != all[0].hashes[round] || one.hashes[round] == 0 {
				l.Fatalf("%s costs %d hashes, %s %d", one.what, one.hashes[round], all[0].what, all[0].hashes[round])
			}
		}
		if round >= 6 && round%3 == 0 && alike(all) {
			break
		}
	}
	for _, one := range all {
		l.Logf("%s: %v, %d hashes, of %d tries", one.what, one.quick(), one.hashes[0], len(one.took))
	}
	if !alike(all) {
		l.Error("the times differ")
	}
}

// quick is a quarter's slowest time: what else the machine does makes times longer, never shorter.
func (t *trial) quick() time.Duration {
	sorted := slices.Sorted(slices.Values(t.took))
	return sorted[len(sorted)/4]
}

// alike tells whether the times lie within a half of one another. What differs
// is a row that is found or not, far below a hash's time; what a hash more or
// less would cost is the double.
func alike(all []*trial) bool {
	least, most := all[0].quick(), all[0].quick()
	for _, one := range all[1:] {
		least, most = min(least, one.quick()), max(most, one.quick())
	}
	return most <= least*3/2
}

// TestRefusalsTakeTheSameTime: whether a name is unknown, the password wrong or
// the account suspended, the way in does the same work.
func TestRefusalsTakeTheSameTime(t *testing.T) {
	l := newLobby(t)
	l.measure(trials(), func(a login.Attempt) {
		if _, err := l.room.SignIn(t.Context(), a, testkit.Noon); !fault.Is(err, fault.Stranger) {
			t.Errorf("%s: %v", a.Name, err)
		}
	})
}

// TestWrongAnswersTakeTheSameTime: under the policy of verified addresses all of
// them are asked questions, anna with the right password too, and wrong answers
// are looked at in the same way.
func TestWrongAnswersTakeTheSameTime(t *testing.T) {
	l := newLobby(t)
	l.exec(`INSERT INTO settings (name, value, changed_at) VALUES ('login_policy', '{"source_ip_check": 1}', now())`)
	all := append(trials(), &trial{what: "wrong answer", name: "anna", password: secret})
	l.measure(all, func(a login.Attempt) {
		o, err := l.room.SignIn(t.Context(), a, testkit.Noon)
		if err != nil || o.Open == nil || o.Open.Step != login.Questions {
			t.Fatalf("%s: %+v, %v", a.Name, o, err)
		}
		answers := url.Values{}
		for _, q := range o.Open.Questions {
			answers.Set(fmt.Sprintf("q%danswer", q.Slot), strings.Repeat("x", 10))
		}
		if _, err := l.room.Answer(t.Context(), o.Open.Cookie, a.Service, a.Address, answers, testkit.Noon); !fault.Is(err, fault.Stranger) {
			t.Errorf("%s: %v", a.Name, err)
		}
	})
}
