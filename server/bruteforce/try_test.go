package bruteforce_test

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"postern/server/bruteforce"
	"postern/server/database"
	"postern/server/testkit"
	"postern/shared/fault"
	"postern/shared/scalar"
)

// crowd is many who try at once, on two nodes with one database.
type crowd struct {
	*testing.T
	rooms [2]*bruteforce.Room
	db    *database.DB
}

func newCrowd(t *testing.T) *crowd {
	return &crowd{t, [2]*bruteforce.Room{{}, {}}, testkit.New(t)}
}

// rush lets n try at once and tells how many secrets were looked at, and what the
// others heard. what says what comes of a look.
func (c *crowd) rush(n int, who func(i int) (name string, from netip.Addr), what func(i int) (right bool)) (looked int, kinds map[fault.Kind]int) {
	c.Helper()
	var looks atomic.Int64
	var mu sync.Mutex
	kinds = map[fault.Kind]int{}
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-begin
			name, from := who(i)
			a := bruteforce.Attempt{Name: name, Address: from, Service: scalar.CPanel, Step: "password"}
			right, err := c.rooms[i%2].Look(c.Context(), c.db.Write, a, testkit.Noon, func(context.Context) (bool, error) {
				looks.Add(1)
				time.Sleep(3 * time.Millisecond)
				return what(i), nil
			})
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err != nil:
				kinds[fault.Of(err).Kind]++
			case right:
				kinds["right"]++
			default:
				kinds["wrong"]++
			}
		})
	}
	close(begin)
	all.Wait()
	return int(looks.Load()), kinds
}

// left is how many counters hold a try, and how many there are.
func (c *crowd) left() (holding, counters int) {
	c.Helper()
	err := c.db.Write.NewRaw(`SELECT count(*) FILTER (WHERE pending <> '{}'), count(*) FROM lockouts`).Scan(c.Context(), &holding, &counters)
	if err != nil {
		c.Fatal(err)
	}
	return holding, counters
}

func wrong(int) bool { return false }

// TestGuessesAtOnceAreExactlyTheLimit: by address, with names of their own or one.
func TestGuessesAtOnceAreExactlyTheLimit(t *testing.T) {
	t.Parallel()
	for round := range 4 {
		c := newCrowd(t)
		from := far
		if round%2 == 1 {
			from = netip.MustParseAddr("2001:db8::1")
		}
		looked, kinds := c.rush(80, func(i int) (string, netip.Addr) {
			if from.Is6() {
				from := from.As16()
				from[15] = byte(i) // all of one /64
				return fmt.Sprint("user", i), netip.AddrFrom16(from)
			}
			return "anna", from
		}, wrong)
		if looked != 5 || kinds["wrong"] != 5 || kinds[fault.Locked] != 75 {
			t.Errorf("looked at %d of 80; answers %v", looked, kinds)
		}
		if n, _ := rows(t, c.db); n != 5 {
			t.Errorf("%d failures recorded", n)
		}
		if holding, _ := c.left(); holding != 0 {
			t.Errorf("%d counters hold a try", holding)
		}
	}
}

// byName has failures count against a name from wherever they come.
func (c *crowd) byName() {
	c.Helper()
	set(c.T, c.rooms[0], c.db, "username_based_protection", "1")
	set(c.T, c.rooms[0], c.db, "username_based_protection_local_origin", "0")
}

// TestGuessesAtOneNameFromEverywhere: by name, each from an address of its own.
func TestGuessesAtOneNameFromEverywhere(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.byName()
	set(t, c.rooms[0], c.db, "max_failures", "7")
	looked, kinds := c.rush(80, func(i int) (string, netip.Addr) { return "anna", netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}) }, wrong)
	if looked != 7 || kinds["wrong"] != 7 || kinds[fault.Locked] != 73 {
		t.Errorf("looked at %d of 80; answers %v", looked, kinds)
	}
	if holding, counters := c.left(); holding != 0 || counters != 8 {
		t.Errorf("%d of %d counters hold a try", holding, counters)
	}
}

// TestGuessesOfBothKinds: name and address count together; neither goes over.
func TestGuessesOfBothKinds(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	c.byName()
	set(t, c.rooms[0], c.db, "max_failures", "3")
	set(t, c.rooms[0], c.db, "max_failures_byip", "4")
	looked, kinds := c.rush(120, func(i int) (string, netip.Addr) {
		return fmt.Sprint("user", i%3), netip.AddrFrom4([4]byte{10, 0, 0, byte(i % 4)})
	}, wrong)
	if looked != 9 || kinds["wrong"] != 9 || kinds[fault.Locked] != 111 { // three names, three each
		t.Errorf("looked at %d of 120; answers %v", looked, kinds)
	}
	var over int
	err := c.db.Write.NewRaw(`SELECT count(*) FROM lockouts WHERE failures > CASE subject WHEN 'user' THEN 3 ELSE 4 END`).Scan(t.Context(), &over)
	if err != nil || over != 0 {
		t.Errorf("%d counters went over (%v)", over, err)
	}
}

// TestTheLongLockIsExactToo: of an address that is one failure from two weeks.
func TestTheLongLockIsExactToo(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	set(t, c.rooms[0], c.db, "max_failures_byip", "20")
	set(t, c.rooms[0], c.db, "mark_as_brute", "12")
	looked, kinds := c.rush(60, func(int) (string, netip.Addr) { return "anna", far }, wrong)
	if looked != 12 || kinds["wrong"] != 12 || kinds[fault.Locked] != 48 {
		t.Errorf("looked at %d of 60; answers %v", looked, kinds)
	}
	if l := locked(t, c.rooms[0], c.db, "anna", far, testkit.Noon); l == nil || l.Remaining != bruteforce.LongLock {
		t.Errorf("the lock: %+v", l)
	}
}

// TestHonestPeopleBehindOneAddress: forty sign in at once where four have mistyped;
// they wait for one another, nobody is locked out, and the next sweep leaves nothing of them.
func TestHonestPeopleBehindOneAddress(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	fail(t, c.rooms[0], c.db, 4, "carl", far, testkit.Noon)
	looked, kinds := c.rush(40, func(i int) (string, netip.Addr) { return fmt.Sprint("user", i), far }, func(int) bool { return true })
	if looked != 40 || kinds["right"] != 40 {
		t.Errorf("looked at %d of 40; answers %v", looked, kinds)
	}
	looked, kinds = c.rush(40, func(i int) (string, netip.Addr) { return fmt.Sprint("user", i), netip.MustParseAddr("192.0.2.8") }, func(int) bool { return true })
	if looked != 40 || kinds["right"] != 40 {
		t.Errorf("elsewhere: looked at %d of 40; answers %v", looked, kinds)
	}
	if _, err := c.rooms[0].Sweep(t.Context(), c.db.Write, testkit.Noon); err != nil {
		t.Fatal(err)
	}
	if holding, counters := c.left(); holding != 0 || counters != 1 {
		t.Errorf("%d counters, %d of them hold a try; want only that of carl's mistakes", counters, holding)
	}
}

// TestOneRightAmongManyWrong: the right ones take no room from the wrong ones and
// give them none.
func TestOneRightAmongManyWrong(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	looked, kinds := c.rush(60, func(int) (string, netip.Addr) { return "anna", far }, func(i int) bool { return i%10 == 0 })
	if kinds["wrong"] != 5 || looked != 5+kinds["right"] || kinds[fault.Locked] != 60-looked {
		t.Errorf("looked at %d of 60; answers %v", looked, kinds)
	}
}

// TestATryOfADeadNodeEnds: what nobody settles counts for a minute and no longer.
func TestATryOfADeadNodeEnds(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	a := bruteforce.Attempt{Name: "anna", Address: far, Service: scalar.CPanel}
	for range 5 {
		if _, err := c.rooms[0].Begin(t.Context(), c.db.Write, a, testkit.Noon); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := c.rooms[1].Begin(ctx, c.db.Write, a, testkit.Noon.Add(59*time.Second)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the sixth: %v", err)
	}
	try, err := c.rooms[1].Begin(t.Context(), c.db.Write, a, testkit.Noon.Add(time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	try.Return(t.Context())
	if n, err := c.rooms[0].Sweep(t.Context(), c.db.Write, testkit.Noon.Add(30*time.Second)); err != nil || n != 0 {
		t.Errorf("swept %d (%v)", n, err)
	}
}

// TestLeavingUndoesNoFailure: who hangs up after the look has failed all the same,
// and who hangs up before it has not.
func TestLeavingUndoesNoFailure(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	a := bruteforce.Attempt{Name: "anna", Address: far, Service: scalar.CPanel, Step: "password"}
	for i := range 12 {
		ctx, hangUp := context.WithCancel(t.Context())
		_, err := c.rooms[i%2].Look(ctx, c.db.Write, a, testkit.Noon, func(context.Context) (bool, error) {
			hangUp()
			if i >= 5 {
				return false, errors.New("the look did not begin")
			}
			return false, nil
		})
		hangUp()
		if (err == nil) != (i < 5) {
			t.Errorf("look %d: %v", i, err)
		}
	}
	if n, _ := rows(t, c.db); n != 5 || locked(t, c.rooms[0], c.db, "anna", far, testkit.Noon) == nil {
		t.Errorf("%d failures", n)
	}
}

// TestASettingHoldsAtOnceOnBothNodes: a room that has read other settings before
// grants nothing by them, and a limit that was lowered below what is counted locks
// at the next failure.
func TestASettingHoldsAtOnceOnBothNodes(t *testing.T) {
	t.Parallel()
	c := newCrowd(t)
	set(t, c.rooms[0], c.db, "max_failures_byip", "50")
	fail(t, c.rooms[0], c.db, 10, "anna", far, testkit.Noon)
	fail(t, c.rooms[1], c.db, 10, "anna", far, testkit.Noon)
	set(t, c.rooms[1], c.db, "max_failures_byip", "6")
	set(t, c.rooms[1], c.db, "mark_as_brute", "500")
	looked, kinds := c.rush(40, func(int) (string, netip.Addr) { return "anna", far }, wrong)
	if looked != 1 || kinds["wrong"] != 1 || kinds[fault.Locked] != 39 {
		t.Errorf("looked at %d of 40; answers %v", looked, kinds)
	}
	set(t, c.rooms[0], c.db, "is_enabled", "0")
	if looked, kinds := c.rush(40, func(int) (string, netip.Addr) { return "anna", far }, wrong); looked != 40 || kinds["wrong"] != 40 {
		t.Errorf("switched off: looked at %d of 40; answers %v", looked, kinds)
	}
}
