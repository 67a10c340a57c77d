// Package sourceip knows where each user signs in from without being asked,
// and the questions that are asked from everywhere else.
//
// It owns the tables verified_addresses and security_questions, the spellings of
// addresses, and how answers are compared. It does not decide when the policy is
// in force, count wrong answers, or let anybody in: the login flow does, with
// Required, Draw, Answer, Save and Trust. The functions of cPanel's module
// SourceIPCheck are answered here.
//
// Who may do what:
//   - Questions are loaded and saved by the user alone, signed in or with the
//     password. A token, a command line, root or a reseller in the user's
//     session may not, though they may do nearly everything else.
//   - Addresses are changed by the user, by token too, unless it is one of WHM that
//     has fewer privileges than its owner. Nobody does it for them.
//   - Addresses are listed, and questions removed, by the user, by an account for
//     its mailboxes, and by whoever acts for the account.
//   - A password sent with an API call changes nothing here from an address that
//     the policy would not let sign in: API calls are spared the policy by default,
//     and a stolen password would list its thief.
//   - No answer leaves the room. Only argon2id hashes of them are kept.
package sourceip

import (
	"context"
	"net/netip"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/server/dispatch"
	"postern/server/password"
	"postern/shared/catalog"
	"postern/shared/scalar"
)

// Room keeps verified addresses and security questions.
type Room struct {
	Hasher *password.Hasher
	// Key makes up the questions of names that have none: at least 32 bytes, the
	// same on every node and after every start, and known to nobody else.
	Key []byte
	// Policy is the one in force. The functions ask it: who has nothing but a
	// password, at an address that is not listed, must not take the questions away
	// through the API. Nil: no policy is ever in force.
	Policy func(ctx context.Context, db bun.IDB) (Policy, error)
}

// Register gives the room's answers to the mux.
func (r *Room) Register(m *dispatch.Mux) {
	dispatch.Handle(m, catalog.AddIP, r.addIP)
	dispatch.Handle(m, catalog.DelIP, r.delIP)
	dispatch.Handle(m, catalog.ListIPs, r.listIPs)
	dispatch.Handle(m, catalog.ListVerifiedAddresses, r.listVerified)
	dispatch.Handle(m, catalog.SetVerifiedAddressNote, r.setNote)

	dispatch.Prepare(m, catalog.SaveSecQuestions, r.prepareSave, r.save)
	dispatch.Handle(m, catalog.LoadSecQuestions, r.load)
	dispatch.Handle(m, catalog.ResetSecQuestions, r.reset)
	dispatch.Handle(m, catalog.GetSecAccount, r.getAccount)
	dispatch.Handle(m, catalog.SampleQuestions, r.samples)
}

// Need is what a sign in still lacks.
type Need string

// What it may lack.
const (
	None      Need = ""
	Setup     Need = "setup"     // there are no questions: four must be set
	Challenge Need = "challenge" // the address is not listed: questions are asked
)

// Policy says where addresses are verified; policy.Policy is one.
type Policy interface {
	Verifies(scalar.Service) bool
}

// Required is what a sign in with the right password still lacks. Who has no
// questions must set them even at a listed address: so it is after
// resetsecquestions too. When the address is listed its last use is noted, at
// most once a minute, so db must be able to write.
func (r *Room) Required(ctx context.Context, db bun.IDB, p Policy, who account.Login, service scalar.Service, from netip.Addr, now time.Time) (Need, error) {
	if !p.Verifies(service) {
		return None, nil
	}
	s, err := standing(ctx, db, who.ID, from, now)
	switch {
	case err != nil:
		return Challenge, err
	case s.Questions < catalog.QuestionSlots:
		return Setup, nil
	case !s.Listed:
		return Challenge, nil
	case s.Stale:
		return None, noteUse(ctx, db, who.ID, from, now)
	}
	return None, nil
}

// Trust lists an address from which somebody has just signed in. It never
// refuses: when the list is full it drops the single address that was not used
// for the longest time, or, when it holds nothing but networks, lists nothing.
// A command line has no address to list.
func (r *Room) Trust(ctx context.Context, db bun.IDB, loginID int64, from netip.Addr, note string, now time.Time) error {
	if !from.IsValid() {
		return nil
	}
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		return trust(ctx, tx, loginID, single(from), note, now)
	})
}
