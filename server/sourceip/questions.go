package sourceip

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"io"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/uptrace/bun"

	"postern/server/account"
	"postern/shared/catalog"
	"postern/shared/fault"
)

// Question is one that is asked.
type Question struct {
	Slot int    `json:"slot"` // 1 to 4
	Text string `json:"text"`
}

// Draw picks n questions of a login to ask, in the order of their slots. Which
// slots is left to chance for everybody, once a day. A name that has no login
// (loginID 0) or no questions gets presets, the same ones each time for the same
// name, so that drawing again tells nobody that the name does not exist.
func (r *Room) Draw(ctx context.Context, db bun.IDB, name string, loginID int64, n int, now time.Time) ([]Question, error) {
	kept, err := questions(ctx, db, loginID)
	if err != nil {
		return nil, err
	}
	texts, err := r.madeUp(name)
	if err != nil {
		return nil, err
	}
	if len(kept) == catalog.QuestionSlots {
		for _, k := range kept {
			texts[k.Slot-1] = k.Question
		}
	}
	chosen := r.slots(name, n, now)
	var drawn []Question
	for i, text := range texts {
		if chosen[i] {
			drawn = append(drawn, Question{Slot: i + 1, Text: text})
		}
	}
	return drawn, nil
}

// slots chooses n of the slots, at least one. Chance chooses, once a day for each
// name: whoever knows two of somebody's answers must not be able to draw until
// these two come up.
func (r *Room) slots(name string, n int, now time.Time) (chosen [catalog.QuestionSlots]bool) {
	mac := hmac.New(sha256.New, r.Key)
	io.WriteString(mac, "security question slots\x00"+strings.ToLower(name)+"\x00"+now.UTC().Format(time.DateOnly))
	sum := mac.Sum(nil)
	left := []int{0, 1, 2, 3}
	for i := range min(max(n, 1), catalog.QuestionSlots) {
		at := int(binary.BigEndian.Uint64(sum[8*i:]) % uint64(len(left)))
		chosen[left[at]] = true
		left = slices.Delete(left, at, at+1)
	}
	return chosen
}

// madeUp are the questions that a name without questions is asked.
func (r *Room) madeUp(name string) (texts [catalog.QuestionSlots]string, err error) {
	if len(r.Key) < sha256.Size {
		return texts, errors.New("sourceip: the key is shorter than 32 bytes")
	}
	mac := hmac.New(sha256.New, r.Key)
	io.WriteString(mac, "security questions\x00"+strings.ToLower(name))
	sum := mac.Sum(nil)
	for slot := range texts {
		draw := binary.BigEndian.Uint64(sum[8*slot:])
		texts[slot] = catalog.SecurityQuestions[slot][draw%catalog.PresetQuestions]
	}
	return texts, nil
}

// Answer tells whether all answers are right. answers holds one for each slot
// that was asked, empty where none was given. Each is checked, whatever came
// before it, and for a login without questions against a hash that no answer
// has: the time says nothing. Nothing asked is never right.
func (r *Room) Answer(ctx context.Context, db bun.IDB, loginID int64, answers map[int]string) (bool, error) {
	kept, err := questions(ctx, db, loginID)
	if err != nil {
		return false, err
	}
	var hashes [catalog.QuestionSlots]string // empty: none
	for _, k := range kept {
		hashes[k.Slot-1] = k.AnswerHash
	}
	checked, wrong := 0, 0
	for i, hash := range hashes {
		answer, asked := answers[i+1]
		if !asked {
			continue
		}
		if len(answer) > maxGiven { // right for nobody; do not let it cost more than others
			answer, hash = "", ""
		}
		right, _, err := r.Hasher.Verify(ctx, hash, digest(answer))
		if err != nil {
			return false, err
		}
		checked++
		if !right {
			wrong++
		}
	}
	return checked > 0 && checked == len(answers) && wrong == 0, nil
}

// maxGiven is how many bytes an answer may have before it is trimmed.
const maxGiven = 4 * catalog.QuestionMax

// Save checks four questions, hashes their answers and writes them in place of
// those before, and lists the address that they come from. It opens its
// transaction when the hashes are made, so db should not be one.
func (r *Room) Save(ctx context.Context, db bun.IDB, loginID int64, all [catalog.QuestionSlots]QA, from netip.Addr, now time.Time) error {
	kept, err := r.Hash(ctx, all)
	if err != nil {
		return err
	}
	return r.Keep(ctx, db, loginID, kept, from, now)
}

// Keep is the second half of Save, for callers that made the hashes before.
// cPanel: saving one's own questions also lists the saver's current address.
func (r *Room) Keep(ctx context.Context, db bun.IDB, loginID int64, kept Kept, from netip.Addr, now time.Time) error {
	return r.keep(ctx, db, loginID, kept, from, false, now)
}

// KeepFirst is Keep for a sign in that had to set questions up because there were
// none. Those that have come since are not replaced: whoever has stolen a password
// could else wait at this step until its owner has set up theirs.
func (r *Room) KeepFirst(ctx context.Context, db bun.IDB, loginID int64, kept Kept, from netip.Addr, now time.Time) error {
	return r.keep(ctx, db, loginID, kept, from, true, now)
}

func (r *Room) keep(ctx context.Context, db bun.IDB, loginID int64, kept Kept, from netip.Addr, first bool, now time.Time) error {
	return db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
		if first {
			if err := account.Lock(ctx, tx, loginID); err != nil {
				return err
			}
			there, err := questions(ctx, tx, loginID)
			if err != nil {
				return err
			}
			if len(there) == catalog.QuestionSlots {
				return fault.New(fault.Invalid, "Your security questions were set up at the same time elsewhere. Sign in again.")
			}
		}
		if err := replaceQuestions(ctx, tx, loginID, kept, now); err != nil {
			return err
		}
		if !from.IsValid() {
			return nil
		}
		return trust(ctx, tx, loginID, single(from), savedNote, now)
	})
}

// savedNote is the note of an address that was listed with the questions.
const savedNote = "Security questions saved from here"
