package password

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	_ "unsafe" // for go:linkname

	"golang.org/x/crypto/argon2"
)

// argon2.IDKey makes its memory at each call and leaves it to the garbage
// collector: at 19 MB a hash, a collection after every few hashes, each with a halt
// of all cores, and thousands of page faults. The steps it consists of are here
// called one by one, on memory that is used again (see buffers). They are the
// library's own, which it does not export; all that is done to the memory is done
// by them but for the first two blocks of each lane. Version, and so signatures,
// are pinned by go.sum, and NewHasher compares with IDKey before anybody signs in.

//go:linkname initHash golang.org/x/crypto/argon2.initHash
func initHash(password, salt, secret, data []byte, passes, memory, threads, size uint32, mode int) [72]byte

//go:linkname blake2bHash golang.org/x/crypto/argon2.blake2bHash
func blake2bHash(out, in []byte)

//go:linkname processBlocks golang.org/x/crypto/argon2.processBlocks
func processBlocks(blocks []block, passes, memory, threads uint32, mode int)

//go:linkname extractKey golang.org/x/crypto/argon2.extractKey
func extractKey(blocks []block, memory, threads, size uint32) []byte

// block is the unit of argon2's memory, of 1 KiB.
type block [128]uint64

// The number of the variant argon2id, and into how many slices a pass is cut: RFC 9106, 3.2 and 3.4.
const (
	argon2id = 2
	syncs    = 4
)

// idKey is argon2.IDKey on memory of ours.
func (b *buffers) idKey(password, salt []byte, p parameters, size uint32) []byte {
	threads := uint32(p.threads)
	memory := max(p.memory/(syncs*threads), 2) * syncs * threads // in whole slices of every lane, of two blocks at least
	m := b.take(int(memory))
	defer b.give(m)
	first(m.blocks, initHash(password, salt, nil, nil, p.passes, p.memory, threads, size, argon2id), int(threads))
	processBlocks(m.blocks, p.passes, memory, threads, argon2id)
	return extractKey(m.blocks, memory, threads, size)
}

// first fills the first two blocks of each lane: RFC 9106, 3.2, steps 3 and 4.
func first(blocks []block, h0 [72]byte, lanes int) {
	var raw [1024]byte
	for lane := range lanes {
		for n := range 2 {
			binary.LittleEndian.PutUint32(h0[64:], uint32(n))
			binary.LittleEndian.PutUint32(h0[68:], uint32(lane))
			blake2bHash(raw[:], h0[:])
			to := &blocks[lane*len(blocks)/lanes+n]
			for i := range to {
				to[i] = binary.LittleEndian.Uint64(raw[8*i:])
			}
		}
	}
}

// agree tells whether idKey makes what the library makes. If not, nobody's
// password would be right, nor any new hash be good for anything else.
func (b *buffers) agree() error {
	secret, salt, p := []byte("a password"), []byte("salted with this"), parameters{64, 2, 2}
	if subtle.ConstantTimeCompare(b.idKey(secret, salt, p, keySize), argon2.IDKey(secret, salt, p.passes, p.memory, p.threads, keySize)) != 1 {
		return errors.New("password: golang.org/x/crypto/argon2 has changed inside")
	}
	return nil
}
