package password

import (
	"bytes"
	"fmt"
	"runtime"
	"sync"
	"testing"

	"golang.org/x/crypto/argon2"
)

// Whatever the parameters of a kept hash are, it is what the library makes of them,
// on memory that another hash has used as well as on new memory.
func TestHashesAreTheLibrarys(t *testing.T) {
	var b buffers
	for _, p := range []parameters{
		{memory, passes, threads}, {memory, 1, 1}, {8192, 3, 4}, {8, 1, 1}, {0, 1, 1}, {7, 2, 3}, {100, 4, 3}, {4099, 2, 1}, {64, 2, 16},
	} {
		for _, secret := range []string{"", "correct horse", string(make([]byte, MaxLength))} {
			for _, size := range []uint32{16, 32, 64} {
				salt := []byte(fmt.Sprintf("salt for %d", size))
				got, want := b.idKey([]byte(secret), salt, p, size), argon2.IDKey([]byte(secret), salt, p.passes, p.memory, p.threads, size)
				if !bytes.Equal(got, want) {
					t.Errorf("%+v, %.5q…, %d bytes: %x, the library makes %x", p, secret, size, got, want)
				}
			}
		}
	}
	if err := b.agree(); err != nil {
		t.Error(err)
	}
}

// Hashes at the same time do not share memory, and who comes later gets that of
// who is done, without a trace of what was hashed.
func TestMemoryIsUsedAgain(t *testing.T) {
	var b buffers
	p := parameters{256, 1, 1}
	want := argon2.IDKey([]byte("x"), []byte("saltsalt"), p.passes, p.memory, p.threads, keySize)
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 50 {
				if !bytes.Equal(want, b.idKey([]byte("x"), []byte("saltsalt"), p, keySize)) {
					t.Error("two hashes met")
				}
			}
		})
	}
	wait.Wait()
	if len(b.spare) > 4 {
		t.Errorf("four at once left %d buffers", len(b.spare))
	}
	one := b.take(256)
	one.blocks[17][3] = 1
	b.give(one)
	again := b.take(256)
	if again != one {
		t.Error("the buffer was not used again")
	}
	for i, block := range again.blocks {
		if block != [128]uint64{} {
			t.Fatalf("block %d of a buffer was not wiped", i)
		}
	}
	if other := b.take(256); other == again {
		t.Error("one buffer for two")
	}
	runtime.KeepAlive(again)
}

// A server that hashes nothing keeps no memory for it.
func TestMemoryIsNotKept(t *testing.T) {
	var b buffers
	b.give(b.take(memory))
	runtime.GC()
	if one := b.spare[0].Value(); one != nil {
		t.Error("the memory of a hash outlived a garbage collection")
	}
}
