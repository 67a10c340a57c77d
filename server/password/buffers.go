package password

import (
	"sync"
	"unsafe"
	"weak"
)

// buffers keep the memory of hashes that are done for those that come next: as many
// as ever ran at once, and no longer than until the next garbage collection during
// which nobody uses them. So a server at rest has none.
type buffers struct {
	mu    sync.Mutex
	spare []weak.Pointer[buffer]
}

// buffer is the memory of a hash.
type buffer struct{ blocks []block }

// take gives out a buffer of zeroes.
func (b *buffers) take(size int) *buffer {
	b.mu.Lock()
	defer b.mu.Unlock()
	for n := len(b.spare) - 1; n >= 0; n-- {
		one := b.spare[n].Value()
		b.spare = b.spare[:n]
		if one != nil && len(one.blocks) == size {
			return one
		}
	}
	return &buffer{onHugePages(size)}
}

// give takes a buffer back, and wipes what could be learnt from it of a password.
func (b *buffers) give(one *buffer) {
	clear(one.blocks)
	b.mu.Lock()
	defer b.mu.Unlock()
	b.spare = append(b.spare, weak.Make(one))
}

// hugePage is the usual size of one.
const hugePage = 2 << 20

// onHugePages makes a buffer and asks for huge pages below it: a hash jumps about
// in its memory, and with small ones the processor looks up nearly every address
// it jumps to, a tenth of the work.
func onHugePages(size int) []block {
	const blockSize = int(unsafe.Sizeof(block{}))
	if size*blockSize < 2*hugePage {
		return make([]block, size)
	}
	all := make([]block, size+hugePage/blockSize)
	before := -uintptr(unsafe.Pointer(&all[0])) % hugePage / uintptr(blockSize)
	all = all[before:][:size:size]
	advise(unsafe.Slice((*byte)(unsafe.Pointer(&all[0])), size*blockSize/hugePage*hugePage))
	return all
}
