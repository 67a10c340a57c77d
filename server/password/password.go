// Package password hashes and rates passwords.
//
// It owns the hash's parameters, the pool in which hashes run and their memory: an
// argon2id hash takes 19 MiB and tens of milliseconds, so a flood of sign ins must
// queue here and nowhere else. It does not know whose password it is or where a hash
// is kept. The rooms that set passwords and package login call it.
package password

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/crypto/argon2"
)

// OWASP's Password Storage Cheat Sheet: argon2id with m=19456 (19 MiB), t=2, p=1.
const (
	memory  = 19456 // KiB
	passes  = 2
	threads = 1
	keySize = 32
	salt    = 16
)

// MaxLength is how many bytes a password may have; more would be work for an attacker to give.
const MaxLength = 512

// Hasher runs hashes, no more at once than it has workers.
type Hasher struct {
	random  io.Reader
	queue   *Queue
	buffers buffers
	absent  string // a hash that no password has: what a name that does not exist is checked against
}

// NewHasher makes a pool of that many workers; up to waiting more hashes queue,
// and beyond that callers are told that the server is busy. Those who are no
// strangers come first.
func NewHasher(random io.Reader, workers, waiting int) (*Hasher, error) {
	h := &Hasher{random: random, queue: NewQueue(workers, waiting)}
	if err := h.buffers.agree(); err != nil {
		return nil, err
	}
	drawn := make([]byte, salt+24)
	if _, err := io.ReadFull(random, drawn); err != nil {
		return nil, fmt.Errorf("random bytes: %w", err)
	}
	h.absent = written(drawn[:salt], drawn[salt:]) // drawn, not computed: it costs as much to check
	return h, nil
}

// Hash makes the text that Verify checks a password against, in PHC string
// format, which Dovecot reads too: $argon2id$v=19$m=19456,t=2,p=1$salt$key.
// A fault.Unavailable says that too many hashes wait.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	s := make([]byte, salt)
	if _, err := io.ReadFull(h.random, s); err != nil {
		return "", fmt.Errorf("random bytes: %w", err)
	}
	key, err := h.key(ctx, "", password, s, parameters{memory, passes, threads}, keySize)
	if err != nil {
		return "", err
	}
	return written(s, key), nil
}

// written is a hash as it is kept.
func written(salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, threads, encode(salt), encode(key))
}

func encode(raw []byte) string { return base64.RawStdEncoding.EncodeToString(raw) }

// Verify tells whether the password is the hash's, and whether the hash was
// made with other parameters than today's and should be made anew. An empty
// hash stands for a name that does not exist: it takes as long and is never right.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (right, stale bool, err error) {
	return h.VerifyFor(ctx, "", hash, password)
}

// VerifyFor is Verify for a stranger, who shares the pool fairly with others: key
// says who, so far as that is known, such as their address. No key holds more
// than its share, and who came less often of late goes first.
func (h *Hasher) VerifyFor(ctx context.Context, key, hash, password string) (right, stale bool, err error) {
	there := hash != ""
	if !there || len(password) > MaxLength {
		hash, there = h.absent, false
		password = password[:min(len(password), MaxLength)]
	}
	p, s, want, err := parse(hash)
	if err != nil {
		return false, false, err
	}
	got, err := h.key(ctx, key, password, s, p, uint32(len(want)))
	if err != nil {
		return false, false, err
	}
	right = subtle.ConstantTimeCompare(got, want) == 1 && there
	return right, p != parameters{memory, passes, threads}, nil
}

// Computed is how many hashes have been computed.
func (h *Hasher) Computed() uint64 {
	h.queue.mu.Lock()
	defer h.queue.mu.Unlock()
	return h.queue.done
}

// key runs the hash when its turn comes.
func (h *Hasher) key(ctx context.Context, whose, password string, salt []byte, p parameters, size uint32) ([]byte, error) {
	if err := h.queue.Enter(ctx, whose); err != nil {
		return nil, err
	}
	defer h.queue.Leave(whose)
	return h.buffers.idKey([]byte(password), salt, p, size), nil
}

type parameters struct {
	memory, passes uint32
	threads        uint8
}

var errFormat = errors.New("password: not an argon2id hash")

// parse reads a hash; bounds on its parameters keep a bad row from eating the machine.
func parse(hash string) (p parameters, salt, key []byte, err error) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errFormat
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.passes, &p.threads); err != nil {
		return p, nil, nil, errFormat
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	key, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(key) < 16 || len(key) > 64 || len(salt) < 8 ||
		p.memory > 1<<18 || p.passes < 1 || p.passes > 16 || p.threads < 1 || p.threads > 16 {
		return p, nil, nil, errFormat
	}
	return p, salt, key, nil
}

// alphabet leaves out what people mistake for one another: 0 O 1 l I.
const alphabet = "abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"

// Generate makes a password of 20 letters and digits, about 116 bits.
func Generate(random io.Reader) (string, error) {
	out := make([]byte, 0, 20)
	one := make([]byte, 1)
	for len(out) < cap(out) {
		if _, err := io.ReadFull(random, one); err != nil {
			return "", fmt.Errorf("random bytes: %w", err)
		}
		if int(one[0]) < 256/len(alphabet)*len(alphabet) { // no letter more likely than another
			out = append(out, alphabet[int(one[0])%len(alphabet)])
		}
	}
	return string(out), nil
}
