package main

import (
	"sync"
)

// ledger is what clients know of their writes: of each whether it was
// acknowledged, and what they hold because of it.
type ledger struct {
	mu           sync.Mutex
	acknowledged int
	accounts     []*account
	tokens       []*token
	sessions     []*session
	oneTimes     []*oneTime
	addresses    []*address
	mailboxes    []*mailbox
}

// life is whether something should work.
type life int

const (
	living life = iota // acknowledged, and not ended
	ended              // its end was acknowledged
	unsure             // a write on it had no answer: both are right
)

// account is an account whose making was acknowledged.
type account struct {
	name      string
	passwords []string // the last that was acknowledged, then those that may be it
}

// token is an API token of an account.
type token struct {
	owner, name, value string
	life               life
}

// session is a session of an account in cPanel.
type session struct {
	owner, cookie, prefix string
	life                  life
}

// oneTime is a one-time session, and what came of posting it.
type oneTime struct {
	mu           sync.Mutex
	service      string
	text, prefix string
	good, open   int // posts that were let in, posts without an answer
}

// address is a verified address of an account.
type address struct{ owner, ip string }

// mailbox is a mailbox of an account.
type mailbox struct{ owner, name string }

// note enters an acknowledged write.
func (l *ledger) note(enter func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.acknowledged++
	if enter != nil {
		enter()
	}
}

// change changes an entry, for a write that was not acknowledged.
func (l *ledger) change(do func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	do()
}

// count is the number of acknowledged writes.
func (l *ledger) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.acknowledged
}

// sessionsOf changes what is expected of all sessions of an account.
func (l *ledger) sessionsOf(owner string, to life) {
	for _, s := range l.sessions {
		if s.owner == owner && s.life != ended {
			s.life = to
		}
	}
}
