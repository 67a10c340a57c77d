package password

import (
	"context"
	"crypto/rand"
	"strings"
	"sync"
	"testing"

	"postern/shared/fault"
)

func newHasher(t *testing.T, workers, waiting int) *Hasher {
	t.Helper()
	h, err := NewHasher(rand.Reader, workers, waiting)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func TestHashAndVerify(t *testing.T) {
	h, ctx := newHasher(t, 2, 2), context.Background()
	hash, err := h.Hash(ctx, "correct horse")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("not the form that Dovecot reads: %s", hash)
	}
	again, _ := h.Hash(ctx, "correct horse")
	if again == hash {
		t.Error("two hashes of one password are the same: no salt")
	}
	for password, want := range map[string]bool{"correct horse": true, "correct horse ": false, "": false, strings.Repeat("x", 5000): false} {
		if right, _, err := h.Verify(ctx, hash, password); right != want || err != nil {
			t.Errorf("%.20q: %v, %v", password, right, err)
		}
	}
}

func TestNobodyHasThePasswordOfAnAbsentName(t *testing.T) {
	h := newHasher(t, 1, 1)
	for _, password := range []string{"", "x", h.absent} {
		if right, _, err := h.Verify(context.Background(), "", password); right || err != nil {
			t.Errorf("%q: %v, %v", password, right, err)
		}
	}
}

func TestOldParametersAreStale(t *testing.T) {
	h := newHasher(t, 1, 1)
	// Made with m=8192,t=1,p=1 by the reference implementation's rules: the same library, other numbers.
	old := "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$"
	p, salt, _, err := parse(old + "AAAAAAAAAAAAAAAAAAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	key, err := h.key(context.Background(), "", "secret", salt, p, 16)
	if err != nil {
		t.Fatal(err)
	}
	right, stale, err := h.Verify(context.Background(), old+encode(key), "secret")
	if !right || !stale || err != nil {
		t.Errorf("right %v, stale %v, %v", right, stale, err)
	}
}

func TestBadHashesAreErrors(t *testing.T) {
	h := newHasher(t, 1, 1)
	for _, hash := range []string{
		"x", "$argon2id$", "$2y$10$abc", "$argon2id$v=19$m=99999999,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA",
		"$argon2id$v=19$m=8192,t=0,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA", "$argon2id$v=19$m=8192,t=1,p=1$c29tZXNhbHQ$",
	} {
		if right, _, err := h.Verify(context.Background(), hash, "x"); right || err == nil {
			t.Errorf("%q: %v, %v", hash, right, err)
		}
	}
}

// TestAFloodIsTurnedAway: more hashes than the queue holds are refused at once, and none is lost.
func TestAFloodIsTurnedAway(t *testing.T) {
	h := newHasher(t, 1, 3)
	if err := h.queue.Enter(context.Background(), ""); err != nil { // the only worker is busy
		t.Fatal(err)
	}
	var done sync.WaitGroup
	results := make(chan error, 10)
	for range 10 {
		done.Go(func() {
			_, err := h.Hash(context.Background(), "x")
			results <- err
		})
	}
	refused := 0
	for range 7 { // ten come, three find a place
		if err := <-results; !fault.Is(err, fault.Unavailable) {
			t.Fatalf("want busy, got %v", err)
		}
		refused++
	}
	h.queue.Leave("")
	done.Wait()
	for range 3 {
		if err := <-results; err != nil {
			t.Errorf("one that waited was lost: %v", err)
		}
	}
}

func TestStrength(t *testing.T) {
	weak, middling, strong := Strength("password"), Strength("12345luggage"), Strength("anna-Correct-Horse-7")
	if !(weak < middling && middling < 65 && 65 <= strong && strong <= 100) {
		t.Errorf("weak %d, middling %d, strong %d", weak, middling, strong)
	}
	if Strength("") != 0 || Strength(strings.Repeat("long ", 2000)) > 100 {
		t.Error("the ends of the scale")
	}
	if plain, known := Strength("examplecom99"), Strength("examplecom99", "examplecom"); known >= plain {
		t.Errorf("a password of known words: %d, without knowing them %d", known, plain)
	}
}

func TestGenerate(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		p, err := Generate(rand.Reader)
		if err != nil || len(p) != 20 || seen[p] || Strength(p) < 90 {
			t.Fatalf("%q (%d): %v", p, Strength(p), err)
		}
		seen[p] = true
	}
}

func FuzzParse(f *testing.F) {
	f.Add("$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQ$AAAAAAAAAAAAAAAAAAAAAA")
	f.Add("$argon2id$$$$")
	f.Fuzz(func(t *testing.T, hash string) {
		if p, salt, key, err := parse(hash); err == nil && (p.passes == 0 || p.threads == 0 || len(salt) == 0 || len(key) == 0) {
			t.Errorf("%q was read as %+v", hash, p)
		}
	})
}
