// Package token keeps API tokens: long-lived credentials that programs send with
// each request instead of a password.
//
// It owns the table tokens, who may make a token of what reach, and the check of
// one that a request brings. It does not read headers or count failures: httpd
// takes the credential out of a request, asks bruteforce, and calls Caller here.
//
// A token of scheme whm opens WHM for root or a reseller, with no more privileges
// than its owner has at the moment of the call; one of scheme cpanel opens an
// account's cPanel. Of a token only the SHA-256 is kept: it has 165 random bits,
// so a slow hash would protect nothing.
package token

import (
	"crypto/sha256"
	"io"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"postern/server/dispatch"
	"postern/server/lookup"
	"postern/shared/catalog"
)

// The schemes, which are also the first word of the header Authorization.
const (
	WHM    = "whm"
	CPanel = "cpanel"
)

// limit is how many tokens a login may have of each scheme. It is ours: cPanel
// documents none, and a table that a stranger's script can grow needs one.
const limit = 100

// Room makes and checks tokens.
type Room struct {
	random   io.Reader
	pool     *pgxpool.Pool
	used     chan use
	found    lookup.Joined[proof, *usable]
	detailed lookup.Joined[proof, *usable] // by requests that tell of the account
}

// New takes the source of randomness, crypto/rand's Reader or a test's, and the
// pool on which Caller looks tokens up.
func New(random io.Reader, pool *pgxpool.Pool) *Room {
	return &Room{random: random, pool: pool, used: make(chan use, 256)}
}

// Register answers the functions of tokens.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.CreateToken, r.create)
	dispatch.Handle(m, catalog.UpdateToken, r.update)
	dispatch.Handle(m, catalog.ListTokens, r.list)
	dispatch.Handle(m, catalog.RevokeTokens, r.revoke)
	dispatch.Handle(m, catalog.GetTokenDetails, r.details)
	dispatch.Handle(m, catalog.CreateAccountToken, r.createForAccount)
	dispatch.Handle(m, catalog.ListAccountTokens, r.listOfAccount)
	dispatch.Handle(m, catalog.RenameAccountToken, r.renameOfAccount)
	dispatch.Handle(m, catalog.RevokeAccountToken, r.revokeOfAccount)
}

const (
	alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	length   = 32
)

// wellFormed tells of every value that secret can make.
func wellFormed(value string) bool {
	for i := range len(value) {
		if c := value[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') {
			return false
		}
	}
	return len(value) == 32
}

// secret is a new token's value. Bytes that would make some letters likelier
// than others are thrown away.
func (r *Room) secret() (string, error) {
	const fair = 256 - 256%len(alphabet)
	value := make([]byte, 0, length)
	var draw [length]byte
	for len(value) < length {
		if _, err := io.ReadFull(r.random, draw[:]); err != nil {
			return "", err
		}
		for _, b := range draw {
			if int(b) < fair && len(value) < length {
				value = append(value, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(value), nil
}

// hash is what is kept of a token's value.
func hash(value string) []byte {
	sum := sha256.Sum256([]byte(value))
	return sum[:]
}

// use is a call that a token made.
type use struct {
	token int64
	at    time.Time
}
